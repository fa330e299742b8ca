"""Why a passage was found: the words that matched, what each leg and the reader made of it, and the time it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from rag.types import Article, Hit, Passage, Span

if TYPE_CHECKING:
    from rag.filters.conditions import Filter
    from rag.index import Index
    from rag.index.wordlist import WordList

Leg: TypeAlias = list[tuple[int, float]]  # (passage row, score), best first

WORDS, VECTORS = "words", "vectors"


@dataclass(frozen=True, slots=True)
class Matched:
    """A term of the query that a passage holds: in which field of the word index, as which words, worth how much.

    ``words`` are printed in the passage ("words", "grams"), else in its title, byline or heading ("about_…"), or in
    either ("spelled": names by their sound; "own": the list of one's own words). ``terms`` are what was looked up;
    several stand for one another.
    """

    field: str
    terms: tuple[str, ...]
    words: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Place:
    """A passage in one leg: rank from 1, the leg's own score, and what that adds to the score of the hit."""

    rank: int
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hit stands where it does. Its score is the sum of the legs' shares times ``factor``.

    ``reading`` is the score of the reader's best span in it; None where it was not read or gave none.
    """

    hit: Hit
    matched: tuple[Matched, ...]
    legs: Mapping[str, Place]
    factor: float = 1.0  # below 1 for front matter, and where a place asked about is not named
    reading: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A search laid open. ``found`` counts the candidates of each leg, ``notes`` says why one has none."""

    query: str
    where: str | Filter | None
    reasons: tuple[Reason, ...]
    found: Mapping[str, int]
    notes: Mapping[str, str]
    meant: tuple[tuple[str, ...], ...]  # words that stood for words of the query in the other language
    milliseconds: Mapping[str, float]

    @property
    def hits(self) -> list[Hit]:
        """The hits, best first."""
        return [reason.hit for reason in self.reasons]


@dataclass(frozen=True, slots=True)
class Searched:
    """What the two legs brought for one query, and what came of it."""

    query: str
    where: str | Filter | None
    meant: list[list[tuple[str, float]]]
    legs: dict[str, Leg]
    shares: dict[str, dict[int, float]]
    hits: list[Hit]
    rows: dict[str, int]  # of the hits' passages, by id
    milliseconds: dict[str, float]


@runtime_checkable
class FilteringRetriever(Protocol):
    """A Retriever that takes filters as well and tells its reasons."""

    def retrieve(self, query: str, k: int, where: str | Filter | None = None) -> list[Hit]:
        """Return what Retriever.retrieve returns, out of the articles that meet ``where``."""
        ...

    def article(self, article_id: str) -> Article:
        """Return the whole article of a hit; raises KeyError for an id the index does not hold."""
        ...

    def explain(self, query: str, k: int, where: str | Filter | None = None) -> Explanation:
        """Return the hits of ``retrieve`` with the reasons for each."""
        ...


@dataclass(slots=True)
class Clock:
    """Milliseconds of stages that follow one another."""

    spent: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=perf_counter)

    def lap(self, stage: str) -> None:
        """End a stage."""
        now = perf_counter()
        self.spent[stage], self._since = 1000 * (now - self._since), now


def explain(index: Index, searched: Searched) -> Explanation:
    """Return the reasons for the hits of a search, at the cost of about another search in the word index."""
    rows = [searched.rows[hit.passage.id] for hit in searched.hits]
    told, own = index.reasons(searched.query, rows, searched.meant), index.own_words()
    reasons = []
    for hit, row in zip(searched.hits, rows, strict=True):
        matched = tuple(_matched(name, terms, score, hit.passage, own) for name, terms, score in told[row])
        places = {
            name: Place(hit.ranks[name], dict(leg)[row], searched.shares[name].get(row, 0.0))
            for name, leg in searched.legs.items()
            if name in hit.ranks
        }
        total = sum(place.share for place in places.values())
        reasons.append(Reason(hit, matched, places, hit.score / total if total else 1.0))
    return Explanation(
        searched.query,
        searched.where,
        tuple(reasons),
        {name: len(leg) for name, leg in searched.legs.items()},
        _notes(searched),
        tuple(tuple(word for word, _ in group) for group in searched.meant if group),
        searched.milliseconds,
    )


def _matched(name: str, terms: tuple[str, ...], score: float, passage: Passage, own: WordList) -> Matched:
    """Say where a term stands: in the text, else in the title, byline or headings above it."""
    from rag.index.surfaces import ABOUT, surfaces

    found = surfaces(name, terms, passage.text, passage.context, own)
    if not found and (above := surfaces(f"{ABOUT}{name}", terms, passage.text, passage.context, own)):
        return Matched(f"{ABOUT}{name}", terms, above, score)
    return Matched(name, terms, found, score)


def _notes(searched: Searched) -> dict[str, str]:
    """Say why a leg found nothing."""
    if all(searched.legs.values()):
        return {}
    if "passages" not in searched.milliseconds:
        why = "no article meets the filter" if searched.query else "nothing was asked"
        return dict.fromkeys(searched.legs, why)
    reasons = {WORDS: "no passage holds a word of the query", VECTORS: "no known word"}
    return {name: reasons[name] for name, leg in searched.legs.items() if not leg}


def with_reading(explanation: Explanation, spans: Sequence[Span], milliseconds: Mapping[str, float]) -> Explanation:
    """Add what the reader scored, and the time of its stages."""
    best: dict[str, float] = {}
    for span in spans:
        best[span.passage.id] = max(span.score, best.get(span.passage.id, span.score))
    reasons = tuple(replace(reason, reading=best.get(reason.hit.passage.id)) for reason in explanation.reasons)
    return replace(explanation, reasons=reasons, milliseconds={**explanation.milliseconds, **milliseconds})
