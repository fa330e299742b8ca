"""Reading files in processes of their own, so that a bomb or a hang costs one file and never the run."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from logging import getLogger
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import TypeAlias

from rag.articles import FileReport
from rag.articles.limits import LIMITS, Limits
from rag.articles.process.child import BrokenOff, Child, NoReader
from rag.articles.process.wire import load
from rag.errors import ArticleError

__all__ = ["BrokenOff", "NoReader", "Readers"]

logger = getLogger(__name__)

_MOST_WORKERS = 4
_AHEAD = 4  # files a process, asked for before the first is taken
_HELD = 32_000_000  # bytes of answers not yet taken, above which nothing more is asked
_Waiting: TypeAlias = "deque[tuple[str, Future[bytes]]]"


class Readers:
    """A few processes that read files within ``limits``; a context manager, at whose end they are gone.

    They start when there is work for them, and one that died, hung or grew large is replaced.
    """

    def __init__(self, limits: Limits = LIMITS, workers: int | None = None) -> None:
        count = workers or min(os.cpu_count() or 1, _MOST_WORKERS)
        self._ahead = count * _AHEAD
        self._children = [Child(limits) for _ in range(count)]
        self._idle: LifoQueue[Child] = LifoQueue()
        for child in self._children:
            self._idle.put(child)
        self._threads = ThreadPoolExecutor(count, "reading")

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.close()
        self._threads.shutdown()

    def read(self, files: Iterable[tuple[Path, str]]) -> Iterator[tuple[str, FileReport | ArticleError]]:
        """Yield the source of each of ``files`` (path, source) with its report or its error, in the order given.

        A report's ``decoded`` is empty. A few files are asked for ahead, so ``files`` may be endless. Raises NoReader
        when no process can be started.
        """
        coming = iter(files)
        waiting: _Waiting = deque()
        while True:
            while self._may_ask(waiting) and (file := next(coming, None)) is not None:
                waiting.append((file[1], self._threads.submit(self._ask, *file)))
            if not waiting:
                return
            source, answer = waiting.popleft()
            yield source, _told(answer)

    def pids(self) -> list[int]:
        """Return the numbers of the processes at work or waiting for it."""
        return [child.pid for child in self._children if child.pid is not None]

    def _may_ask(self, waiting: _Waiting) -> bool:
        if len(waiting) < 2:
            return True
        held = sum(len(answer.result()) for _, answer in waiting if _arrived(answer))
        return len(waiting) < self._ahead and held < _HELD

    def _ask(self, path: Path, source: str) -> bytes:
        child = self._idle.get()
        try:
            return child.ask(path, source)
        finally:
            self._idle.put(child)


def _arrived(answer: Future[bytes]) -> bool:
    return answer.done() and answer.exception() is None


def _told(answer: Future[bytes]) -> FileReport | ArticleError:
    try:
        outcome = load(answer.result())
    except NoReader:
        raise
    except ArticleError as error:
        return error
    if isinstance(outcome, ArticleError):
        for note in getattr(outcome, "__notes__", ()):  # a traceback: the parser's fault, not the file's
            logger.warning("reading %s failed\n%s", outcome.where, note)
    return outcome
