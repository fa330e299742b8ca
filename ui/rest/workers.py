"""A few threads that answer, and a queue before them that ends: who comes too late is told so at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from rag.errors import WenjuError

THREADS, WAITING, PATIENCE = 2, 64, 30.0  # the last in seconds, from the question to its answer

Made = TypeVar("Made")


class Busy(WenjuError):
    """More is asked than can be answered; ``after`` is in how many seconds to try again."""

    after = 2


class Workers:
    """``threads`` calls at once and ``waiting`` behind them; any event loop may use it."""

    def __init__(self, threads: int = THREADS, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._room, self._patience, self.threads = threads + waiting, patience, threads
        self._pool = ThreadPoolExecutor(threads, "wenju-answer")
        self._lock, self._inside = Lock(), 0

    @property
    def inside(self) -> int:
        """How many calls are under way or waiting."""
        return self._inside

    async def run(self, call: Callable[[], Made]) -> Made:
        """Return what ``call`` returns; raises Busy at once where the queue is full, or when its patience is over."""
        with self._lock:
            if self._inside >= self._room:
                raise Busy("too many questions are waiting", mend="Try again in a few seconds.")
            self._inside += 1
        future = self._pool.submit(call)
        future.add_done_callback(lambda _: self._leave())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._patience)
        except TimeoutError:
            raise Busy(f"no answer within {self._patience:g} seconds", mend="Try again later.") from None

    def _leave(self) -> None:
        with self._lock:
            self._inside -= 1
