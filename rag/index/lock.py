"""One writer at a time, and no generation taken from under a reader.

Both are locks of the system, which drops them when a process dies, so a killed writer locks nobody out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexStoreError
from rag.index.oslock import try_lock

LOCK_NAME = "lock"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the index in ``folder`` for writing; raises IndexStoreError at once when someone else does."""
    path = folder / LOCK_NAME
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not try_lock(handle, shared=False):
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
    """Mark ``path`` as in use, until the returned descriptor is closed; FileNotFoundError when it is going away."""
    handle = os.open(path, os.O_RDONLY)
    try:
        if try_lock(handle, shared=True) and os.path.samestat(os.stat(path), os.fstat(handle)):
            return handle
        raise FileNotFoundError(path)
    except BaseException:
        os.close(handle)
        raise


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Tell whether nobody holds ``path``, and let nobody take hold of it meanwhile; a file that is not there is free.

    For removing what belongs to it.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield True
        return
    try:
        yield try_lock(handle, shared=False)
    finally:
        os.close(handle)
