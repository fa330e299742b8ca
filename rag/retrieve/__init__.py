"""Retrieval: a query in, the nearest passages out, with the reasons; and all passages that say something."""

from rag.retrieve.hybrid import (
    FRONT_MATTER,
    MAX_QUERY,
    OTHER_LANGUAGE,
    SAME_LANGUAGE,
    HybridRetriever,
    fuse,
    shares,
)

__all__ = ["FRONT_MATTER", "MAX_QUERY", "OTHER_LANGUAGE", "SAME_LANGUAGE", "HybridRetriever", "fuse", "shares"]
