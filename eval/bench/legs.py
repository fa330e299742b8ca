"""What the product's two legs find for a question, before they are fused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.retrieve.closer import closer
from rag.retrieve.explain import Leg
from rag.text import simplified
from rag.types import Encoder

if TYPE_CHECKING:
    from rag.index import Found, Index


@dataclass(frozen=True, slots=True)
class Legs:
    """(row, score) of both legs, best first; ``meant`` are the translated words, ``found`` the passages of both."""

    meant: list[list[tuple[str, float]]]
    words: Leg
    vectors: Leg
    found: list[Found]


def search(index: Index, encoder: Encoder, question: str, depth: int) -> Legs:
    """Search with both legs as HybridRetriever does."""
    meant = index.translate(question, encoder)
    words = index.search_words(question, depth, meant)
    vectors = index.search_vectors(encoder.encode_queries([simplified(question)])[0], depth)
    found = index.passages(sorted({row for row, _ in (*words, *vectors)}))
    return Legs(meant, words, closer(encoder, question, vectors, [one.row for one in found], index.tokens), found)
