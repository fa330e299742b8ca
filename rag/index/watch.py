"""An index kept in step with folders: look now and then, wait until files are at rest, bring it up to date."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from rag.errors import WenjuError
from rag.index import scan
from rag.index.preview import known_files, preview
from rag.index.report import IndexReport
from rag.index.update import update_index
from rag.types import Encoder

_SHARE = 10  # looking takes at most one part in so many of the time
_LONGEST = 300.0  # seconds between two tries, however often it went wrong

Stamp = tuple[int, int]  # size and time of a file


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the report: ``what`` is "new", "changed", "gone" or "skipped" of a file, "ready" after an update,
    "error" for what keeps one from being made."""

    what: str
    says: str


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: ``every`` between two looks, ``settle`` for which a file must be at rest before it is read."""

    every: float = 5.0
    settle: float = 2.0


class _Stopped(Exception):
    """The stop event came while an update was under way; the update is undone."""


def watch(
    paths: Sequence[Path],
    folder: Path,
    encoder: Encoder,
    *,
    max_chars: int,
    stop: Event,
    tell: Callable[[Notice], None],
    pace: Pace = Pace(),
) -> None:
    """Keep the index in ``folder`` in step with ``paths`` until ``stop`` is set; make it where there is none.

    Every change is told once it is searchable. A file that still grows is left as the index knows it, and the others
    do not wait for it. What goes wrong is told once and tried again, at longer and longer intervals. A stop during an
    update undoes it, after the file in hand at the latest.
    """

    def watched(stage: str, done: int, total: int) -> None:
        if stop.is_set():
            raise _Stopped

    def update(leave: Collection[Path]) -> None:
        ahead = preview(paths, folder, leave=leave)
        done = update_index(paths, folder, encoder, max_chars=max_chars, progress=watched, leave=leave)
        reasons = dict(done.skipped)
        for what, source in ahead.lines():
            tell(Notice("skipped", f"{source}: {reasons[source]}") if source in reasons else Notice(what, source))
        if any(ahead.lines()):
            tell(Notice("ready", _holds(done)))

    looks, failures, last, pause = _Looks(paths, folder, pace.settle), 0, "", 0.0
    while not stop.wait(pause):
        begun = time.monotonic()
        try:
            leave = looks.look(begun)
            pause = max(pace.settle if leave else pace.every, _SHARE * (time.monotonic() - begun))
            if looks.due:
                update(leave)
                looks.taken(leave)
            failures, last = 0, ""
        except _Stopped:
            return
        except (WenjuError, OSError) as error:
            if str(error) != last:
                tell(Notice("error", str(error)))
            failures, last = failures + 1, str(error)
            pause = min(pace.every * 2**failures, max(_LONGEST, pace.every))


def _holds(report: IndexReport) -> str:
    return f"{report.files:,} files, {report.articles:,} articles, {report.passages:,} passages"


@dataclass(slots=True)
class _Looks:
    """What the folders held at the last look, and what of it the index holds."""

    paths: Sequence[Path]
    folder: Path
    settle: float
    due: bool = False  # something is at rest that the index does not hold as it is
    _now: dict[Path, Stamp] = field(default_factory=dict)
    _since: dict[Path, float] = field(default_factory=dict)  # when a file was first seen as it is now
    _held: dict[Path, Stamp] | None = None  # None before the first update

    def look(self, now: float) -> set[Path]:
        """Look, and return the files that changed less than ``settle`` seconds ago."""
        found = scan.find(self.paths, known_files(self.folder), self.folder)
        stamps = {file.path: (file.size, file.mtime) for file in found.files}
        same = {path for path, stamp in stamps.items() if self._now.get(path) == stamp}
        self._since = {path: self._since[path] if path in same else now for path in stamps}
        self._now = stamps
        held = self._held or {}
        other = {path for path, stamp in stamps.items() if held.get(path) != stamp}
        moving = {path for path in other if now - self._since[path] < self.settle}
        self.due = bool(other - moving or held.keys() - stamps.keys() or (self._held is None and not moving))
        return moving

    def taken(self, left: Collection[Path]) -> None:
        """Note that the index holds what the last look saw, but for what was ``left``."""
        before = self._held or {}
        kept = {path: before[path] for path in left if path in before}
        self._held = {path: stamp for path, stamp in self._now.items() if path not in left} | kept
