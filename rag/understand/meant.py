"""A question as it was typed, and what to search and to read with."""

from __future__ import annotations

from dataclasses import dataclass

from rag.understand.archive import ArchiveWords
from rag.understand.keywords import as_question
from rag.understand.spelling import corrected


@dataclass(frozen=True, slots=True)
class Understood:
    """``search`` is what to search with, ``query`` what to read with; ``changes`` are (as typed, as looked up)."""

    search: str
    query: str
    changes: tuple[tuple[str, str], ...] = ()


def understood(question: str, archive: ArchiveWords | None) -> Understood:
    """Put slips right by the words of ``archive``, where there is one, and read keywords as a question."""
    found = corrected(question, archive) if archive else None
    text = found.text if found else question
    return Understood(text, as_question(text) or text, found.changes if found else ())
