"""Work on the index, one piece after the other behind the page: the one writer, with what it says of each file."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from logging import getLogger
from pathlib import Path
from queue import Queue
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

from rag.errors import ConfigError, IndexStoreError, WenjuError
from ui.archive.job import FileProgress, Job, files_at, files_told
from ui.archive.live import Live

if TYPE_CHECKING:
    from rag.index import IndexReport
    from rag.types import Encoder

logger = getLogger(__name__)

KEPT = 50  # finished jobs that are remembered
WAITING = 20  # jobs that may wait
PATIENCE = 300.0  # seconds to wait for another process that writes the index
PAUSE = 1.0  # seconds between two tries


@dataclass(frozen=True, slots=True)
class Work:
    """What a job does: ``before`` returns the paths to bring up to date, ``after`` tidies up, told if it went well."""

    before: Callable[[], Sequence[Path]]
    after: Callable[[bool], None] = field(default=lambda good: None)
    anew: bool = False


class Indexer:
    """Does one job at a time in a thread of its own. Threads may share it."""

    def __init__(self, live: Live, encoder: Encoder, max_chars: int) -> None:
        self._live, self._encoder, self._max_chars = live, encoder, max_chars
        self._jobs: dict[str, Job] = {}
        self._changed = Condition()
        self._queue: Queue[tuple[str, Work] | None] = Queue()
        self._thread: Thread | None = None

    def submit(self, what: str, work: Work) -> Job:
        """Put a job at the end of the queue; raises ConfigError where too many wait."""
        job = Job(secrets.token_hex(8), what, begun=time.time())
        with self._changed:
            if sum(one.state == "waiting" for one in self._jobs.values()) >= WAITING:
                raise ConfigError("too much work is waiting", mend="Wait until some of it is done.")
            over = [one.id for one in self._jobs.values() if one.state in ("done", "failed")][:-KEPT]
            for old in over:
                del self._jobs[old]
            self._jobs[job.id] = job
            if self._thread is None:
                self._thread = Thread(target=self._run, name="wenju-index", daemon=True)
                self._thread.start()
        self._queue.put((job.id, work))
        return job

    def jobs(self) -> list[Job]:
        """Return all jobs that are remembered, the newest first."""
        with self._changed:
            return list(reversed(self._jobs.values()))

    def job(self, id_: str) -> Job:
        """Return a job as it stands; raises KeyError for one that is not remembered."""
        with self._changed:
            return self._jobs[id_]

    def wait(self, id_: str, seconds: float) -> Job:
        """Return a job once it is over, or as it stands after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs[id_].state in ("done", "failed"), seconds)
            return self._jobs[id_]

    def close(self) -> None:
        """End once the job in hand is over; what waits is not begun."""
        self._queue.put(None)

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            id_, work = item
            self._set(id_, state="running")
            report, trouble = self._attempt(id_, work)
            self._finish(id_, work, report is not None)
            if report is None:
                self._set(id_, state="failed", error=trouble, ended=time.time())
                continue
            files = files_told(self.job(id_).files, report)
            self._set(id_, state="done", report=report, files=files, ended=time.time())

    def _attempt(self, id_: str, work: Work) -> tuple[IndexReport | None, WenjuError | None]:
        try:
            return self._carry_out(id_, work), None
        except WenjuError as error:
            return None, error
        except Exception:
            logger.exception("work on the index failed")
            return None, WenjuError("Something went wrong here", mend="The log of the server says more.")

    def _carry_out(self, id_: str, work: Work) -> IndexReport:
        from rag.index import update_index

        paths = work.before()
        self._set(id_, files=tuple(FileProgress(name, "waiting") for name in self._ahead(paths, work.anew)))
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                report = update_index(
                    paths, self._live.folder, self._encoder, max_chars=self._chars(), rebuild=work.anew,
                    progress=lambda *told: self._progress(id_, *told),
                )  # fmt: skip
                self._live.refresh()
                return report
            except IndexStoreError as error:
                if "another process" not in error.what or time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE)

    def _chars(self) -> int:
        from rag.index import generation

        if not generation.exists(self._live.folder):
            return self._max_chars
        return generation.current(self._live.folder).max_chars

    def _ahead(self, paths: Sequence[Path], anew: bool) -> list[str]:
        """Return the files that will be read, in the order in which they will."""
        from rag.index.preview import known_files
        from rag.index.update import Asked

        with suppress(WenjuError, OSError):  # the update itself will say so
            known = [] if anew else known_files(self._live.folder)
            return [file.source for file, *_ in Asked(paths).plan(known, self._live.folder).read]
        return []

    def _progress(self, id_: str, stage: str, done: int, total: int) -> None:
        files = self.job(id_).files
        if stage == "reading" and total == len(files):
            files = files_at(files, done)
        self._set(id_, stage=stage, done=done, total=total, files=files)

    def _finish(self, id_: str, work: Work, good: bool) -> None:
        try:
            work.after(good)
        except OSError:
            logger.exception("job %s could not be tidied up", id_)

    def _set(self, id_: str, **values: Any) -> None:
        with self._changed:
            self._jobs[id_] = replace(self._jobs[id_], **values)
            self._changed.notify_all()
