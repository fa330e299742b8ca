"""The index as it is now, kept open behind the page: a newer generation takes its place without a pause."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path
from threading import Event, Lock, Thread

from rag.errors import WenjuError
from ui.archive.newest import LiveAbout, LiveArchive, LiveAssistant
from ui.archive.opened import Opened

logger = getLogger(__name__)

EVERY = 2.0  # seconds between two looks at which generation is the newest


@dataclass(slots=True)
class _Lent:
    """An open generation: ``marked`` is what CURRENT said of it, ``users`` how many calls are under way in it."""

    opened: Opened
    marked: str
    users: int = 0
    retired: bool = False


class Live:
    """Keeps the newest generation in ``folder`` open; ``open_`` opens it. Every thread may use it.

    A generation that was replaced is closed when the last call that began in it is over. A newer one that cannot be
    opened leaves the one before in place.
    """

    def __init__(self, folder: Path, open_: Callable[[], Opened]) -> None:
        self.folder, self._open = folder, open_
        self._lock, self._opening = Lock(), Lock()
        self._now: _Lent | None = None
        self._stop = Event()
        self.assistant, self.archive, self.about = LiveAssistant(self), LiveArchive(self), LiveAbout(self)

    @contextmanager
    def held(self) -> Iterator[Opened]:
        """Lend the newest generation; it stays open inside. Raises IndexStoreError where there is no index."""
        if self._now is None:
            self.refresh()
        with self._lock:
            lent = self._now
            assert lent is not None
            lent.users += 1
        try:
            yield lent.opened
        finally:
            self._give_back(lent)

    def exists(self) -> bool:
        """Tell whether an index was ever finished in the folder."""
        return bool(self._marked())

    def refresh(self) -> bool:
        """Look whether there is a newer generation and take it; raises what opening it raises."""
        with self._opening:
            marked = self._marked()
            if self._now is not None and self._now.marked == marked:
                return False
            opened = self._open()
            with suppress(WenjuError):
                opened.archive.known()  # so that the first who asks does not wait for it
            with self._lock:
                before, self._now = self._now, _Lent(opened, marked)
                idle = before is not None and before.users == 0
                if before is not None:
                    before.retired = True
        if before is not None and idle:
            before.opened.index.close()
        return True

    def follow(self, every: float = EVERY) -> None:
        """Look every so many seconds, in a thread of its own, until ``close``."""
        Thread(target=self._follow, args=(every,), name="wenju-follow", daemon=True).start()

    def close(self) -> None:
        """Stop following. What is lent stays open until it is given back."""
        self._stop.set()

    def _follow(self, every: float) -> None:
        told = ""
        while not self._stop.wait(every):
            try:
                if self._marked():
                    self.refresh()
                told = ""
            except Exception as error:  # the generation that is open goes on answering, whatever is wrong with this one
                if str(error) != told:
                    logger.warning("the newest generation of %s cannot be opened: %s", self.folder.name, error)
                told = str(error)

    def _marked(self) -> str:
        from rag.index.generation import CURRENT

        with suppress(OSError):
            return (self.folder / CURRENT).read_text(encoding="utf-8", errors="replace")
        return ""

    def _give_back(self, lent: _Lent) -> None:
        with self._lock:
            lent.users -= 1
            over = lent.retired and lent.users == 0
        if over:
            lent.opened.index.close()
