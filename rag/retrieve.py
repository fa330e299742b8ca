"""Queries to ranked passages: the keyword leg and the vector leg, fused by how far each can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from rag.conditions import Filter
from rag.copies import share_places
from rag.errors import IndexStoreError
from rag.explain import VECTORS, WORDS, Clock, Explanation, Leg, Searched, explain
from rag.filters import parse
from rag.parallel import in_parallel
from rag.text import language, simplified
from rag.types import Article, Encoder, Hit

if TYPE_CHECKING:
    from rag.index import Found, Index
    from rag.index.select import Selection

Where: TypeAlias = str | Filter

# What the nearest vector adds, measured against 1 for the best keyword match. Between equal languages the words
# know better, and more of the vectors costs Chinese questions their first places; across languages the words are
# translations and less sure of themselves.
SAME_LANGUAGE, OTHER_LANGUAGE = 0.2, 0.5
# A contents page holds every title and a masthead every name, but few answers: of equals, the article comes first.
FRONT_MATTER = 0.9
MAX_QUERY = 1000  # characters; what a page pasted in says first is what it is about


class HybridRetriever:
    """Finds passages in an open index. Safe to use from several threads."""

    def __init__(self, index: Index, encoder: Encoder, *, depth: int = 100) -> None:
        if index.manifest.encoder != encoder.name:
            raise IndexStoreError(
                f"the index was made with encoder {index.manifest.encoder}, settings ask for {encoder.name}",
                mend="Choose that encoder, or build the index anew with `wenju index PATH... --rebuild`.",
            )
        self._index, self._encoder, self._depth = index, encoder, depth

    def retrieve(self, query: str, k: int, where: Where | None = None, *, per_article: int | None = None) -> list[Hit]:
        """Return at most k hits, best first, ties by passage id; a blank query gives none.

        The ranks of a hit name its place in the keyword leg ("words") and in the vector leg ("vectors"). Passages
        that say the same share a place. ``where`` is a filter (see rag.filters): only articles that meet it are
        searched, as if there were no others, though how rare a word is counts over all. ``per_article`` limits the
        hits of one article.
        """
        return self._answer(query, k, where, per_article).hits

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
            return Searched(query, where, [], {WORDS: [], VECTORS: []}, {}, [], [], clock.spent)
        meant, legs = self._search(query, max(self._depth, k), only, clock)
        found = self._index.passages(sorted({row for leg in legs.values() for row, _ in leg}))
        clock.lap("passages")
        added = shares(legs, found, language(query))
        scores = fuse(added, found)
        ranked = sorted(found, key=lambda one: (-scores[one.row], one.passage.id))
        hits = _hits(ranked, scores, legs, k, per_article)
        clock.lap("fusion")
        return Searched(query, where, meant, legs, added, ranked, hits, clock.spent)

    def _selected(self, where: Where) -> Selection:
        return self._index.select(parse(where) if isinstance(where, str) else where)

    def _search(
        self, query: str, depth: int, only: Selection | None, clock: Clock
    ) -> tuple[list[list[tuple[str, float]]], dict[str, Leg]]:
        meant = self._index.translate(query, self._encoder)
        clock.lap("translation")
        words = self._index.search_words(query, depth, meant, only=only)
        clock.lap(WORDS)
        vectors = self._index.search_vectors(self._encoder.encode_queries([simplified(query)])[0], depth, only)
        clock.lap(VECTORS)
        return meant, {WORDS: words, VECTORS: vectors}


def _hits(
    ranked: Sequence[Found], scores: Mapping[int, float], legs: Mapping[str, Leg], k: int, per_article: int | None
) -> list[Hit]:
    places = {name: {row: rank for rank, (row, _) in enumerate(leg, 1)} for name, leg in legs.items()}
    rows = {one.passage.id: one.row for one in ranked}
    hits = []
    for rank, one in enumerate(share_places((one.passage for one in ranked), k, per_article), 1):
        row = rows[one.passage.id]
        ranks = {name: place[row] for name, place in places.items() if row in place}
        hits.append(Hit(one.passage, scores[row], rank, ranks, tuple(one.copies)))
    return hits


def fuse(added: Mapping[str, Mapping[int, float]], found: Sequence[Found]) -> dict[int, float]:
    """Return the score of each passage by row: what the legs add, front matter at a discount."""
    scores = {one.row: sum(leg.get(one.row, 0.0) for leg in added.values()) for one in found}
    return {one.row: scores[one.row] * FRONT_MATTER if one.front else scores[one.row] for one in found}


def shares(legs: Mapping[str, Leg], found: Sequence[Found], asked: str) -> dict[str, dict[int, float]]:
    """Return what each leg adds to the score of the passages it found, by row: each is set to 1 at its best, and
    weighted by how far it can be trusted.

    Keyword scores start from 0, no word shared. Similarities start from the last candidate's: what is 0 differs
    from encoder to encoder, and so a passage that just missed the list loses next to nothing.
    """
    words = _from(0.0, legs[WORDS])
    vectors = _from(legs[VECTORS][-1][1] if len(legs[VECTORS]) > 1 else 0.0, legs[VECTORS])
    trust = {one.row: SAME_LANGUAGE if one.lang == asked else OTHER_LANGUAGE for one in found}
    return {WORDS: words, VECTORS: {row: trust[row] * near for row, near in vectors.items() if row in trust}}


def _from(zero: float, leg: Leg) -> dict[int, float]:
    top = leg[0][1] if leg else 1.0
    return {row: (score - zero) / (top - zero) if top > zero else 1.0 for row, score in leg}
