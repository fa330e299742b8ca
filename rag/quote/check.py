"""Look a quotation up: exact, altered, or not found, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answer import cite
from rag.query import check_question
from rag.quote.align import Difference, align
from rag.quote.whole_words import whole_words
from rag.text import bigrams, squeeze, words
from rag.types import Article, Citation, Hit, Passage, Retriever, Span

Verdict = Literal["exact", "altered", "not_found"]

DEPTH = 30  # passages looked at
MAX_PLACES = 10
_ALTERED = 0.35  # of the quotation's characters may differ, else it is another sentence
_SHARED = 0.4  # of the quotation's pairs of characters stand in a passage worth comparing
_SHORTEST = 4  # characters of a piece between ellipses
_GAP = re.compile(r"(?:…|\.{3,}|。{3,})+|\[…\]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the archive says it: ``article.text[start:end]``, its paragraphs marked, and what differs.

    ``differences`` give ranges in the piece as checked and in the article's text, of whole words where words stand
    apart; ``likeness`` is 1 less the edits for each of its characters.
    """

    article_id: str
    start: int
    end: int
    text: str
    likeness: float
    differences: tuple[Difference, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """``piece`` is what was looked up: a quotation with … in it is checked piece by piece.

    "exact" is equal but for white space, width, case and script. ``places`` come best first, of equals in the order of
    retrieval: all that are exact, or else those that are nearest; empty when it was not found.
    """

    piece: str
    verdict: Verdict
    places: tuple[Place, ...]


def check_quote(quote: str, retriever: Retriever) -> list[QuoteCheck]:
    """Check each piece of a quotation against the passages nearest to it; ConfigError for a blank or long one."""
    clean = check_question(quote).strip("“”\"「」『』'‘’ ")
    pieces = [piece.strip() for piece in _GAP.split(clean)]
    kept = [piece for piece in pieces if len(squeeze(piece)) >= _SHORTEST] or [clean]
    return [_check(piece, retriever) for piece in kept]


def _check(piece: str, retriever: Retriever) -> QuoteCheck:
    places = _apart(sorted(_places(piece, retriever), key=lambda place: -place.likeness))[:MAX_PLACES]
    exact = [place for place in places if not place.differences]
    if exact:
        return QuoteCheck(piece, "exact", tuple(exact))
    near = [place for place in places if place.likeness >= 1 - _ALTERED]
    return QuoteCheck(piece, "altered" if near else "not_found", tuple(near))


def _apart(places: Sequence[Place]) -> list[Place]:
    """Return the places without those that overlap a better one."""
    kept: list[Place] = []
    for one in places:
        if not any(one.article_id == k.article_id and one.start < k.end and k.start < one.end for k in kept):
            kept.append(one)
    return kept


def _places(piece: str, retriever: Retriever) -> Iterator[Place]:
    """Yield the best place of each passage worth comparing, and no place twice."""
    chinese = len(bigrams(piece)) > 1
    asked = _parts(piece, chinese=chinese)
    seen: set[tuple[str, int, int]] = set()
    for passage in _passages(retriever.retrieve(piece, DEPTH)):
        article = retriever.article(passage.article_id)
        start, end = _window(piece, passage, article)
        text = article.text[start:end]
        if len(asked & _parts(text, chinese=chinese)) < _SHARED * len(asked):
            continue
        if (near := align(piece, text)) is None:
            continue
        found = whole_words(near, piece, text)
        if (key := (article.id, start + found.start, start + found.end)) in seen or key[1] == key[2]:
            continue
        seen.add(key)
        yield _place(piece, article, passage, start, found.edits, key, found.differences)


def _parts(text: str, *, chinese: bool) -> set[str]:
    """Return what texts are compared by before they are aligned: pairs of Chinese characters, or words."""
    return set(bigrams(text)) if chinese else set(words(text)) or set(text)


def _passages(hits: Sequence[Hit]) -> Iterator[Passage]:
    for hit in hits:
        yield hit.passage
        yield from hit.copies


def _window(piece: str, passage: Passage, article: Article) -> tuple[int, int]:
    """Return the passage and as much beside it as the quotation could take."""
    return max(0, passage.start - len(piece)), min(len(article.text), passage.end + len(piece))


def _place(
    piece: str, article: Article, passage: Passage, shift: int, edits: int, key: tuple[str, int, int],
    differences: Sequence[Difference],
) -> Place:  # fmt: skip
    _, start, end = key
    moved = [Difference(d.change, d.quote, (d.source[0] + shift, d.source[1] + shift)) for d in differences]
    text = article.text[start:end]
    cited = cite(article, Span(passage, start, end, text, 0.0))
    likeness = 1 - edits / len(squeeze(piece))
    return Place(article.id, start, end, text, likeness, tuple(moved), tuple(cited))
