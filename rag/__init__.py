"""Wenju: ask an archive of articles, get its own words.

    from rag import open_assistant
    answer = open_assistant("indexes/default").ask("…")

Importing ``rag`` is light: what needs models or an index is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.config import Settings
    from rag.converse import Turn
    from rag.errors import ArticleError, ConfigError, IndexStoreError, ModelError, WenjuError
    from rag.types import Answer, Article, Citation, Encoder, Hit, Paragraph, Passage, Reader, Retriever, Span
    from rag.wiring import open_assistant, open_retriever

__version__ = "0.1.0"

_HOMES = {
    "rag.assistant": ("Assistant",),
    "rag.config": ("Settings",),
    "rag.converse": ("Turn",),
    "rag.errors": ("ArticleError", "ConfigError", "IndexStoreError", "ModelError", "WenjuError"),
    "rag.types": (
        "Answer",
        "Article",
        "Citation",
        "Encoder",
        "Hit",
        "Paragraph",
        "Passage",
        "Reader",
        "Retriever",
        "Span",
    ),
    "rag.wiring": ("open_assistant", "open_retriever"),
}
_LAZY = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Answer",
    "Article",
    "ArticleError",
    "Assistant",
    "Citation",
    "ConfigError",
    "Encoder",
    "Hit",
    "IndexStoreError",
    "ModelError",
    "Paragraph",
    "Passage",
    "Reader",
    "Retriever",
    "Settings",
    "Span",
    "Turn",
    "WenjuError",
    "open_assistant",
    "open_retriever",
]


def __getattr__(name: str) -> Any:  # PEP 562
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_LAZY])
