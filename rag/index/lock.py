"""One writer at a time, and no generation taken from under a reader.

Both are ``flock`` locks: the system drops them when a process dies, so a killed writer locks nobody out.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexStoreError

LOCK_NAME = "lock"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the index in ``folder`` for writing; raises IndexStoreError at once when someone else does."""
    path = folder / LOCK_NAME
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not _try(handle, fcntl.LOCK_EX):
                raise IndexStoreError(
                    "another process is writing this index", where=folder, mend="Wait until it is done, then try again."
                )
            # the holder before us may have removed the file that we waited at the door of
            if path.exists() and os.stat(path).st_ino == os.fstat(handle).st_ino:
                yield
                return
        finally:
            os.close(handle)


def hold(path: Path) -> int:
    """Mark ``path`` as in use, until the returned descriptor is closed."""
    handle = os.open(path, os.O_RDONLY)
    if not _try(handle, fcntl.LOCK_SH):  # its generation is being removed this moment
        os.close(handle)
        raise FileNotFoundError(path)
    return handle


def in_use(path: Path) -> bool:
    """Tell whether anybody holds ``path``."""
    handle = os.open(path, os.O_RDONLY)
    try:
        return not _try(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


def _try(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
