"""Queries to ranked passages: the keyword leg and the vector leg, fused by how far each can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag.errors import IndexStoreError
from rag.text import language
from rag.types import Article, Encoder, Hit

if TYPE_CHECKING:
    from rag.index import Found, Index

Leg = list[tuple[int, float]]  # (passage row, score), best first

WORDS, VECTORS = "words", "vectors"
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

    def retrieve(self, query: str, k: int) -> list[Hit]:
        """Return at most k hits, best first, ties by passage id; a blank query gives none.

        The ranks of a hit name its place in the keyword leg ("words") and in the vector leg ("vectors").
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        query = query.strip()[:MAX_QUERY]
        if not query:
            return []
        legs = self._search(query, max(self._depth, k))
        found = self._index.passages(sorted({row for leg in legs.values() for row, _ in leg}))
        scores = fuse(legs, found, language(query))
        places = {name: {row: rank for rank, (row, _) in enumerate(leg, 1)} for name, leg in legs.items()}
        best = sorted(found, key=lambda one: (-scores[one.row], one.passage.id))[:k]
        return [
            Hit(
                one.passage,
                scores[one.row],
                rank,
                {name: place[one.row] for name, place in places.items() if one.row in place},
            )
            for rank, one in enumerate(best, 1)
        ]

    def article(self, article_id: str) -> Article:
        """Return the whole article of a hit; raises KeyError for an id the index does not hold."""
        return self._index.article(article_id)

    def _search(self, query: str, depth: int) -> dict[str, Leg]:
        meant = self._index.translate(query, self._encoder)
        return {
            WORDS: self._index.search_words(query, depth, meant),
            VECTORS: self._index.search_vectors(self._encoder.encode_queries([query])[0], depth),
        }


def fuse(legs: Mapping[str, Leg], found: Sequence[Found], asked: str) -> dict[int, float]:
    """Return the score of each passage by row: a weighted sum of both legs, each set to 1 at its best.

    Keyword scores start from 0, no word shared. Similarities start from the last candidate's: what is 0 differs
    from encoder to encoder, and so a passage that just missed the list loses next to nothing.
    """
    words = _from(0.0, legs[WORDS])
    vectors = _from(legs[VECTORS][-1][1] if len(legs[VECTORS]) > 1 else 0.0, legs[VECTORS])
    scores = {}
    for one in found:
        trust = SAME_LANGUAGE if one.lang == asked else OTHER_LANGUAGE
        score = words.get(one.row, 0.0) + trust * vectors.get(one.row, 0.0)
        scores[one.row] = score * FRONT_MATTER if one.front else score
    return scores


def _from(zero: float, leg: Leg) -> dict[int, float]:
    top = leg[0][1] if leg else 1.0
    return {row: (score - zero) / (top - zero) if top > zero else 1.0 for row, score in leg}
