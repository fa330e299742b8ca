"""Queries to ranked passages: the keyword leg and the vector leg, fused by how far each can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from rag.errors import IndexStoreError
from rag.filters import parse
from rag.filters.conditions import Filter
from rag.parallel import in_parallel
from rag.retrieve.closer import closer
from rag.retrieve.copies import LOOKED_FURTHER, share_places
from rag.retrieve.explain import VECTORS, WORDS, Clock, Explanation, Leg, Searched, explain
from rag.retrieve.places import named
from rag.retrieve.words import IndexWords
from rag.text import language, simplified
from rag.types import Article, Encoder, Hit, Passage

if TYPE_CHECKING:
    from rag.index import Index
    from rag.index.about import Kind
    from rag.index.select import Selection

Where: TypeAlias = str | Filter

# What the nearest vector adds, measured against 1 for the best keyword match; fitted on questions kept for tuning.
# Between equal languages the words know better. Across languages the words are translations, less sure of themselves
# than the vectors, which are compared word by word as well.
SAME_LANGUAGE, OTHER_LANGUAGE = 0.7, 1.5
# A contents page holds every title and a masthead every name, but few answers: of equals, the article comes first.
FRONT_MATTER = 0.9
MAX_QUERY = 1000  # characters; what a page pasted in says first is what it is about


class HybridRetriever:
    """Finds passages in an open index. Safe to use from several threads."""

    def __init__(self, index: Index, encoder: Encoder, *, depth: int = 50) -> None:
        if index.manifest.encoder != encoder.name:
            raise IndexStoreError(
                f"the index was made with encoder {index.manifest.encoder}, settings ask for {encoder.name}",
                mend="Choose that encoder, or build the index anew with `wenju index PATH... --rebuild`.",
            )
        self._index, self._encoder, self._depth = index, encoder, depth
        self._words = IndexWords(index, encoder)

    def retrieve(self, query: str, k: int, where: Where | None = None, *, per_article: int | None = None) -> list[Hit]:
        """Return at most k hits, best first, ties by passage id; a blank query gives none.

        The ranks of a hit name its place in the keyword leg ("words") and in the vector leg ("vectors"). Passages
        that say the same share a place. ``where`` is a filter (see rag.filters): only articles that meet it are
        searched, as if there were no others, though how rare a word is counts over all. ``per_article`` limits the
        hits of one article.
        """
        return self._answer(query, k, where, per_article).hits

    def words(self) -> IndexWords:
        """Return the words of the index, by which questions are corrected."""
        return self._words

    def retrieve_batch(
        self, queries: Sequence[str], k: int, where: Where | None = None, *, per_article: int | None = None
    ) -> list[list[Hit]]:
        """Return what ``retrieve`` returns for each query, in their order, as many at once as there are cores."""
        if where is not None:
            self._selected(where)  # once, and a mistake in it at once
        return in_parallel(lambda query: self.retrieve(query, k, where, per_article=per_article), queries)

    def explain(self, query: str, k: int, where: Where | None = None, *, per_article: int | None = None) -> Explanation:
        """Return the hits of ``retrieve`` with the reasons for each."""
        return explain(self._index, self._answer(query, k, where, per_article))

    def article(self, article_id: str) -> Article:
        """Return the whole article of a hit; raises KeyError for an id the index does not hold."""
        return self._index.article(article_id)

    def _answer(self, query: str, k: int, where: Where | None, per_article: int | None) -> Searched:
        for name, value in (("k", k), ("per_article", per_article)):
            if value is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")
        clock = Clock()
        query = query.strip()[:MAX_QUERY]
        only = self._selected(where) if where is not None else None
        clock.lap("filter")
        if not query or (only is not None and not len(only.rows)):
            return Searched(query, where, [], {WORDS: [], VECTORS: []}, {}, [], {}, clock.spent)
        depth = max(self._depth, k)
        meant, legs = self._search(query, depth, only, clock)
        rows = sorted({row for leg in legs.values() for row, _ in leg})
        legs[VECTORS] = closer(self._encoder, query, legs[VECTORS], rows, self._index.tokens)
        clock.lap("closeness")
        kinds = self._index.kinds(rows)
        added = shares(legs, kinds, language(query))
        remains = named(self._index, query, rows)
        scores = {row: score * remains.get(row, 1.0) for row, score in fuse(added, kinds).items()}
        clock.lap("fusion")
        hits, places = self._hits(scores, legs, k, per_article)
        clock.lap("passages")
        return Searched(query, where, meant, legs, added, hits, places, clock.spent)

    def _selected(self, where: Where) -> Selection:
        return self._index.select(parse(where) if isinstance(where, str) else where)

    def _search(
        self, query: str, depth: int, only: Selection | None, clock: Clock
    ) -> tuple[list[list[tuple[str, float]]], dict[str, Leg]]:
        meant = self._index.translate(query, self._encoder)
        clock.lap("translation")
        words = self._index.search_words(query, depth, meant, only=only)
        clock.lap(WORDS)
        vector = self._encoder.encode_queries([simplified(query)])[0]
        vectors = self._index.search_vectors(vector, depth, only)
        clock.lap(VECTORS)
        return meant, {WORDS: words, VECTORS: vectors}

    def _hits(
        self, scores: Mapping[int, float], legs: Mapping[str, Leg], k: int, per_article: int | None
    ) -> tuple[list[Hit], dict[str, int]]:
        """Return the first k, and the rows of their passages by id."""
        places = {name: {row: rank for rank, (row, _) in enumerate(leg, 1)} for name, leg in legs.items()}
        rows: dict[str, int] = {}
        hits = []
        for rank, one in enumerate(share_places(self._in_order(scores, k + LOOKED_FURTHER, rows), k, per_article), 1):
            row = rows[one.passage.id]
            ranks = {name: place[row] for name, place in places.items() if row in place}
            hits.append(Hit(one.passage, scores[row], rank, ranks, tuple(one.copies)))
        return hits, rows

    def _in_order(self, scores: Mapping[int, float], size: int, rows: dict[str, int]) -> Iterator[Passage]:
        """Yield passages, best first, ties by id, and note their rows; read ``size`` at a time, as they are needed."""
        order = sorted(scores, key=lambda row: -scores[row])
        start = 0
        while start < len(order):
            end = min(start + size, len(order))
            while end < len(order) and scores[order[end]] == scores[order[end - 1]]:
                end += 1
            found = self._index.passages(order[start:end])
            for one in sorted(found, key=lambda one: (-scores[one.row], one.passage.id)):
                rows[one.passage.id] = one.row
                yield one.passage
            start = end


def fuse(added: Mapping[str, Mapping[int, float]], kinds: Mapping[int, Kind]) -> dict[int, float]:
    """Return the score of each passage by row: what the legs add, front matter at a discount."""
    scores = dict.fromkeys(kinds, 0.0)
    for leg in added.values():
        for row in leg.keys() & kinds.keys():
            scores[row] += leg[row]
    return {row: scores[row] * FRONT_MATTER if kind.front else scores[row] for row, kind in kinds.items()}


def shares(legs: Mapping[str, Leg], kinds: Mapping[int, Kind], asked: str) -> dict[str, dict[int, float]]:
    """Return what each leg adds to the score of the passages it found, by row: each is set to 1 at its best, and
    weighted by how far it can be trusted.

    Keyword scores start from 0, no word shared. Similarities start from the last candidate's: what is 0 differs
    from encoder to encoder, and so a passage that just missed the list loses next to nothing.
    """
    words = _from(0.0, legs[WORDS])
    vectors = _from(legs[VECTORS][-1][1] if len(legs[VECTORS]) > 1 else 0.0, legs[VECTORS])
    trust = {row: SAME_LANGUAGE if kind.lang == asked else OTHER_LANGUAGE for row, kind in kinds.items()}
    return {WORDS: words, VECTORS: {row: trust[row] * near for row, near in vectors.items() if row in trust}}


def _from(zero: float, leg: Leg) -> dict[int, float]:
    top = leg[0][1] if leg else 1.0
    return {row: (score - zero) / (top - zero) if top > zero else 1.0 for row, score in leg}
