"""Files that survive a power cut: what is named after it was synced is whole, or it is not there."""

from __future__ import annotations

import errno
import os
import shutil
import time
from hashlib import sha256
from pathlib import Path

_BLOCK = 1 << 20
_SETTLED = 2_000_000_000  # nanoseconds after which a further change is sure to show in the time of a file
_DIGESTS: dict[tuple[int, int, int, int], str] = {}


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    seen = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            seen.update(block)
    return seen.hexdigest()


def known_digest(path: Path) -> str:
    """Return the SHA-256 of a file of an index, reckoned once in a process for as long as the file looks the same.

    Such files are never changed once they are named; one that was written a moment ago is looked at again.
    """
    facts = path.stat()
    looks = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
    seen = _DIGESTS.get(looks)
    if seen is None:
        seen = digest(path)
        if time.time_ns() - facts.st_mtime_ns > _SETTLED:
            _DIGESTS[looks] = seen
    return seen


def sync(path: Path) -> None:
    """Flush a file or a folder to the disk."""
    if os.name == "nt" and path.is_dir():  # Windows opens no folder, and writes its entries itself
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_text(path: Path, text: str) -> None:
    """Write ``text`` so that a reader sees the old content or the new, whatever happens meanwhile."""
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync(path.parent)


def share(path: Path, other: Path) -> None:
    """Give a file that is never changed a second name, or a copy where there are no hard links."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copy(path, other)


def need(folder: Path, size: int) -> None:
    """Raise OSError (ENOSPC) when the disk of ``folder`` has not ``size`` bytes left."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise OSError(errno.ENOSPC, f"about {size >> 20:,} MiB are needed, {free >> 20:,} MiB are free")


def writable(folder: Path) -> bool:
    """Tell whether this process may write into ``folder``."""
    return os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
