"""Folders to files: which there are, in a fixed order, and which of them can be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from rag.articles.formats import SUFFIXES
from rag.errors import ArticleError


def walk(root: Path) -> Iterator[tuple[Path, bool]]:
    """Yield every file under ``root`` that is not hidden, in a fixed order, and whether its format can be read."""
    if not root.exists():
        raise ArticleError("No such file or folder", where=root, mend="Check the path.")
    if root.is_file():
        yield root, root.suffix.lower() in SUFFIXES
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")):
                path = Path(folder, name)
                yield path, path.suffix.lower() in SUFFIXES


def find_files(root: Path) -> list[Path]:
    """Return the files under ``root`` whose format can be read, sorted by path; ``root`` may be such a file itself."""
    return sorted(path for path, supported in walk(root) if supported)
