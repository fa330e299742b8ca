"""Folders to files: which there are, in a fixed order, and which of them can be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from rag.articles.corrections.sidecar import is_sidecar
from rag.articles.formats.fields import is_fields_file
from rag.articles.formats.kinds import PEEK, readable, suffix_of, unread
from rag.errors import ArticleError

_CLUTTER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


def walk(root: Path) -> Iterator[tuple[Path, bool]]:
    """Yield every file under ``root`` that is not hidden, in a fixed order, and whether it can be read.

    Folders are passed over, but for those that could not be looked into: each is yielded itself, as not readable, and
    nothing is known of what it holds. `why_not` says why something is not readable. Field mappings and corrections
    belong to the files beside them and are left out.
    """
    if not _exists(root):
        raise ArticleError("No such file or folder", where=root, mend="Check the path.")
    if not root.is_dir():
        yield root, _readable(root)
        return
    closed: list[Path] = []
    for folder, folders, names in os.walk(root, onerror=lambda error: closed.append(Path(error.filename))):
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = sorted(name for name in folders if _shown(name) and name not in linked)
        for name in sorted([*names, *linked]):
            path = Path(folder, name)
            if _shown(name) and not is_fields_file(path) and not is_sidecar(path):
                yield path, _readable(path) and not _leads_out(path, root)
    yield from ((path, False) for path in closed)


def why_not(path: Path) -> str:
    """Say why a file, or a folder, that `walk` gave as not readable is not read; "" for one that is."""
    try:
        if path.is_dir():
            if path.is_symlink():
                return "a link to a folder, which is not followed; name the folder itself"
            os.scandir(path).close()
            return ""
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            return "no file, but a pipe, a socket or a device"
        if not _encodable(path):
            return "its name is in no known encoding; rename it"
        if path.is_symlink() and _readable(path):
            return "a link to a file outside the folder, which is not followed; name the file itself"
        return "" if _readable(path) else unread(path.name)
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def find_files(root: Path) -> list[Path]:
    """Return the files under ``root`` that can be read, sorted by path; ``root`` may be such a file itself."""
    return sorted(path for path, supported in walk(root) if supported)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or with a zero in it
        return False


def _shown(name: str) -> bool:
    return not name.startswith((".", "~$")) and name not in _CLUTTER


def _leads_out(path: Path, root: Path) -> bool:
    """Tell a link out of the folder, which whoever packed the folder may have meant for someone else's files."""
    return os.path.islink(path) and not path.resolve().is_relative_to(root.resolve())


def _readable(path: Path) -> bool:
    """Tell whether ``path`` is a file of a kind that is read; pipes and devices are never opened."""
    if not _encodable(path):
        return False
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        if readable(path.name, b""):
            return True
        if suffix_of(path.name) and not readable(path.name, b"%PDF-"):
            return False
        with path.open("rb") as file:
            return readable(path.name, file.read(PEEK))
    except OSError:
        return False


def _encodable(path: Path) -> bool:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
