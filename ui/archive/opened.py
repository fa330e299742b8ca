"""One generation of an index and what asks it, opened together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.archive.known import IndexArchive

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.config import Settings
    from rag.index import Index
    from rag.retrieve import HybridRetriever
    from rag.types import Encoder


@dataclass(frozen=True, slots=True)
class Opened:
    """``retriever``, ``assistant`` and ``archive`` all ask ``index``, and end with it."""

    index: Index
    retriever: HybridRetriever
    assistant: Assistant
    archive: IndexArchive


def opener(settings: Settings, encoder: Encoder) -> Callable[[], Opened]:
    """Return what opens the index of ``settings`` anew each time, with models that are loaded once."""
    from rag.index import open_index
    from rag.read import open_reader
    from rag.wiring import assistant_for, retriever_for

    reader = open_reader(settings.reader)

    def open_() -> Opened:
        index = open_index(settings.index)
        try:
            retriever = retriever_for(settings, index, encoder)
            assistant = assistant_for(settings, retriever, reader)
        except BaseException:
            index.close()
            raise
        return Opened(index, retriever, assistant, IndexArchive(lambda: index, lambda: retriever))

    return open_
