"""No sure answer: the paragraphs nearest to the question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.answer.cite import citation, merge
from rag.query import content_words
from rag.text import fold
from rag.types import Article, Citation, Hit, Paragraph

_MAX_NEAREST = 3
_NEAR = 0.5  # a passage this far below the best one is not near


def nearest(query: str, hits: Sequence[Hit], article: Callable[[str], Article]) -> list[Citation]:
    """Return, for the best passages, the paragraph of each that shares most words with the query."""
    asked = content_words(query)
    found: list[Citation] = []
    for hit in [hit for hit in hits if hit.score >= _NEAR * hits[0].score]:
        source = article(hit.passage.article_id)
        inside = [p for p in source.paragraphs if p.start < hit.passage.end and hit.passage.start < p.end]
        if inside and len(found) < _MAX_NEAREST:
            best = max(inside, key=lambda p: _nearness(asked, source, p, hit))
            found = merge([*found, citation(source, best)])
    return found


def _nearness(asked: Sequence[str], article: Article, paragraph: Paragraph, hit: Hit) -> tuple[int, int]:
    """Order paragraphs of a passage: shared words, then how much of the passage they are."""
    told = fold(article.text[paragraph.start : paragraph.end])
    overlap = min(paragraph.end, hit.passage.end) - max(paragraph.start, hit.passage.start)
    return sum(word in told for word in asked), overlap
