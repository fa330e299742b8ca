"""A piece of work on the index as it stands: how far it is, and what became of each file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from rag.errors import WenjuError

if TYPE_CHECKING:
    from rag.index import IndexReport

State = Literal["waiting", "running", "done", "failed"]
FileState = Literal["waiting", "reading", "read", "skipped"]


@dataclass(frozen=True, slots=True)
class FileProgress:
    """One file of a job; ``says`` is why it was skipped, or a remark on it."""

    name: str
    state: FileState
    says: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work as it stands now.

    ``stage`` is "reading", "encoding" or "words" while it runs, with ``done`` of ``total`` steps; ``report`` is there
    once it is done, ``error`` once it failed. Times are seconds since 1970.
    """

    id: str
    what: str
    state: State = "waiting"
    stage: str = ""
    done: int = 0
    total: int = 0
    files: tuple[FileProgress, ...] = ()
    report: IndexReport | None = None
    error: WenjuError | None = None
    begun: float = 0.0
    ended: float | None = None


def files_at(files: Sequence[FileProgress], done: int) -> tuple[FileProgress, ...]:
    """Return the files when ``done`` of them have been read."""
    return tuple(replace(one, state=_state(at, done)) for at, one in enumerate(files))


def _state(at: int, done: int) -> FileState:
    return "read" if at < done else "reading" if at == done else "waiting"


def files_told(files: Sequence[FileProgress], report: IndexReport) -> tuple[FileProgress, ...]:
    """Return the files with what the report says of each; files that it skipped without reading too."""
    reasons, remarks = dict(report.skipped), dict(report.notes)
    told = [
        FileProgress(one.name, "skipped", reasons[one.name])
        if one.name in reasons
        else FileProgress(one.name, "read", remarks.get(one.name, ""))
        for one in files
    ]
    known = {one.name for one in files}
    return (*told, *(FileProgress(name, "skipped", why) for name, why in report.skipped if name not in known))
