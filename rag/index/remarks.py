"""What is noted of a file beside its articles: one list in the store, told apart again for a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rag.articles import FileReport

_PART = "\x1f"  # parts the member of an archive, or nothing for a correction, from the reason; no note holds it


@dataclass(frozen=True, slots=True)
class Remarks:
    """``skipped`` pairs members of an archive with the reason; ``unapplied`` are corrections that were not made."""

    notes: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    unapplied: tuple[str, ...]


def to_notes(report: FileReport) -> tuple[str, ...]:
    """Return all that the store keeps of a file's report in words."""
    members = (f"{name}{_PART}{reason}" for name, reason in report.skipped)
    return (*report.notes, *members, *(f"{_PART}{reason}" for reason in report.unapplied))


def from_notes(notes: Iterable[str]) -> Remarks:
    """Tell apart what ``to_notes`` put together."""
    plain, skipped, unapplied = [], [], []
    for note in notes:
        member, part, reason = note.partition(_PART)
        if not part:
            plain.append(note)
        elif member:
            skipped.append((member, reason))
        else:
            unapplied.append(reason)
    return Remarks(tuple(plain), tuple(skipped), tuple(unapplied))
