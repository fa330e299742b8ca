"""What the disk holds against what the index knows: which files are new, changed, gone, or the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.articles import SUFFIXES, walk
from rag.errors import ArticleError, IndexStoreError
from rag.index.files import digest
from rag.index.store import SourceRow

SUPPORTED = " ".join(sorted(SUFFIXES))


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file found below a root."""

    source: str
    root: Path
    path: Path
    size: int
    mtime: int


@dataclass(slots=True)
class Plan:
    """What one run has to do. ``read`` pairs each new or changed file with its hash and the version it replaces."""

    read: list[tuple[DiskFile, str, SourceRow | None]]
    touched: list[tuple[SourceRow, DiskFile]]
    gone: list[SourceRow]
    same: list[SourceRow]
    skipped: list[tuple[str, str]]


def find(
    paths: Sequence[Path], known: Sequence[SourceRow], index: Path
) -> tuple[list[DiskFile], list[tuple[str, str]], list[Path]]:
    """Return the files to index below ``paths``, those skipped with the reason, and ``paths`` made absolute.

    A path inside a root that the index knows already stands for that part of it. The folder ``index`` itself is passed
    over. Raises ArticleError for a path that is not there, and IndexStoreError when two roots give files of one name.
    """
    places = [_absolute(path) for path in paths]
    roots = {*places, *(Path(row.root) for row in known)}
    found: dict[str, DiskFile] = {}
    skipped: dict[str, str] = {}
    for place in places:
        # the widest root gives the name, so that a file met by two ways is one source
        root = min((root for root in roots if place.is_relative_to(root)), key=lambda root: len(root.parts))
        if not place.exists() and (root == place or not root.exists()):
            raise ArticleError("there is no such file or folder", where=place, mend="Correct the path.")
        for path, supported in walk(place) if place.exists() else ():
            if path.is_relative_to(_absolute(index)):
                continue
            file = _look(path, root, supported)
            if isinstance(file, str):
                skipped[_source(path, root)] = file
                continue
            other = found.setdefault(file.source, file)
            if other.path != path:
                raise _same_name(file.source, other.root, root)
    return list(found.values()), sorted(skipped.items()), places


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))  # not resolved: a link's name is the one the user knows


def _look(path: Path, root: Path, supported: bool) -> DiskFile | str:
    """Return the file, or the reason why it is skipped."""
    if not supported:
        return f"unsupported file type {path.suffix or '(none)'}; supported are {SUPPORTED}"
    try:
        facts = path.stat()
    except OSError as error:  # a link to nowhere
        return f"cannot be read: {error.strerror}"
    return DiskFile(_source(path, root), root, path, facts.st_size, facts.st_mtime_ns)


def _source(path: Path, root: Path) -> str:
    return root.name if path == root else f"{root.name}/{path.relative_to(root).as_posix()}"


def _same_name(source: str, one: object, other: object) -> IndexStoreError:
    return IndexStoreError(
        f"two folders give the same source name {source}: {one} and {other}",
        mend="Rename one of the folders, or index them into two indexes.",
    )


def compare(files: Sequence[DiskFile], places: Sequence[Path], known: Sequence[SourceRow]) -> Plan:
    """Sort ``files`` by what has to be done; a file below one of ``places`` that is no longer there is gone."""
    plan = Plan([], [], [], [], [])
    rows = {row.source: row for row in known}
    for file in files:
        row = rows.get(file.source)
        if row is not None and row.root != str(file.root) and Path(row.root).exists():
            raise _same_name(file.source, row.root, file.root)
        stamp = (file.size, file.mtime, str(file.root))
        if row is not None and (row.size, row.mtime, row.root) == stamp:
            plan.same.append(row)
            continue
        try:
            seen = digest(file.path)
        except OSError as error:
            plan.skipped.append((file.source, f"cannot be read: {error.strerror}"))
            continue
        if row is not None and row.sha256 == seen:
            plan.touched.append((row, file))
        else:
            plan.read.append((file, seen, row))
    met = {file.source for file in files}
    looked = {str(place) for place in places}
    # a root that moved is known by the names of its files; what it no longer holds goes with it
    moved = {
        rows[file.source].root for file in files if file.source in rows and rows[file.source].root != str(file.root)
    }
    for row in known:
        below = any(Path(row.path).is_relative_to(place) for place in looked)
        if row.source not in met and (below or row.root in moved):
            plan.gone.append(row)
    return plan
