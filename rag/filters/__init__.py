"""Filters: "year>=2023 and column=调查研究" to conditions that an article meets or does not."""

from rag.filters.parse import MAX_CHARS, parse

__all__ = ["MAX_CHARS", "parse"]
