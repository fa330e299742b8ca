"""The same work on many things, on all cores at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Asked = TypeVar("_Asked")
_Got = TypeVar("_Got")


def in_parallel(work: Callable[[_Asked], _Got], things: Iterable[_Asked]) -> list[_Got]:
    """Return what ``work`` makes of each thing, in their order; the first error, if any, is raised.

    In threads: searching and reading are done in libraries that let go of Python's lock.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    waiting = list(things)
    if min(cores, len(waiting)) < 2:
        return [work(thing) for thing in waiting]
    with ThreadPoolExecutor(cores) as pool:
        return list(pool.map(work, waiting))
