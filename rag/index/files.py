"""Files that survive a power cut: what is named after it was synced is whole, or it is not there."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

_BLOCK = 1 << 20


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    seen = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            seen.update(block)
    return seen.hexdigest()


def sync(path: Path) -> None:
    """Flush a file or a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_text(path: Path, text: str) -> None:
    """Write ``text`` so that a reader sees the old content or the new, whatever happens meanwhile."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    sync(path.parent)


def writable(folder: Path) -> bool:
    """Tell whether this process may write into ``folder``."""
    return os.access(folder, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
