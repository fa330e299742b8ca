"""What the disk holds against what the index knows: which files are new, changed, gone, or the same."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from rag.articles import SUFFIXES, walk
from rag.articles.corrections.sidecar import SUFFIX as CORRECTIONS
from rag.articles.files import why_not
from rag.articles.limits import LIMITS
from rag.errors import ArticleError, IndexStoreError
from rag.index.beside import Names, beside_it, names_in
from rag.index.files import digest
from rag.index.roots import labels
from rag.index.snapshot import SourceRow

SUPPORTED = " ".join(sorted(SUFFIXES))


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file found below a root. ``size`` and ``mtime`` are sums over the file and ``beside``: its corrections, and
    what tells its columns. A change of either is a change of the file."""

    source: str
    root: Path
    path: Path
    size: int
    mtime: int
    beside: tuple[Path, ...] = ()


@dataclass(slots=True)
class Plan:
    """What one run has to do. ``read`` pairs each new or changed file with its hash and the version it replaces;
    ``same`` holds those that stay, also because nobody could look."""

    read: list[tuple[DiskFile, str, SourceRow | None]]
    touched: list[tuple[SourceRow, DiskFile]]
    gone: list[SourceRow]
    same: list[SourceRow]
    skipped: list[tuple[str, str]]


@dataclass(slots=True)
class Found:
    """What the disk holds: ``skipped`` pairs a file or folder with the reason, ``unseen`` gives
    the names of those that are there but could not be looked at, ``places`` the paths asked for, made absolute."""

    files: list[DiskFile]
    skipped: list[tuple[str, str]]
    places: list[Path]
    unseen: dict[Path, str]

    def leave(self, paths: Collection[Path], reason: str) -> None:
        """Pass these files over, as if they could not be looked at."""
        for file in [file for file in self.files if file.path in paths]:
            self.files.remove(file)
            self.unseen[file.path] = file.source
            self.skipped.append((file.source, reason))


def find(paths: Sequence[Path], known: Sequence[SourceRow], index: Path) -> Found:
    """Return the files to index below ``paths``, and what was passed over.

    A path inside a root that the index knows already stands for that part of it. The folder ``index`` itself is passed
    over. Raises ArticleError for a path that is not there, and IndexStoreError when two roots give files of one name.
    """
    places = [_absolute(path) for path in paths]
    roots = {*places, *map(Path, {row.root for row in known})}
    names = lru_cache(maxsize=None)(names_in)
    named = labels(known)
    own = f"{_absolute(index)}{os.sep}"
    found: dict[str, DiskFile] = {}
    skipped: dict[str, str] = {}
    unseen: dict[Path, str] = {}
    for place in places:
        # the widest root gives the name, so that a file met by two ways is one source
        root = min((root for root in roots if place.is_relative_to(root)), key=lambda root: len(root.parts))
        if not place.exists() and (root == place or not root.exists()):
            raise ArticleError("there is no such file or folder", where=place, mend="Correct the path.")
        for path, supported in walk(place) if place.exists() else ():
            if str(path).startswith(own):
                continue
            source = _source(path, root, named)
            file = _look(path, root, source, supported, names)
            if isinstance(file, str):
                skipped[source] = file
                if os.path.lexists(path):
                    unseen[path] = source
                continue
            other = found.setdefault(file.source, file)
            if other is not file and other.path != path:
                raise _same_name(file.source, other.root, root)
    skipped.update(_orphans(found.values(), named))
    return Found(list(found.values()), sorted(skipped.items()), places, unseen)


def _orphans(files: Iterable[DiskFile], named: Mapping[Path, str]) -> dict[str, str]:
    """Return the corrections whose file is not there, in the folders of ``files``."""
    orphans: dict[str, str] = {}
    for folder, root in sorted({(os.path.dirname(one.path), one.root) for one in files if one.path != one.root}):
        for sidecar in sorted(Path(folder).glob(f"*{CORRECTIONS}")):
            if not os.path.lexists(owner := sidecar.with_name(sidecar.name.removesuffix(CORRECTIONS))):
                orphans[_source(sidecar, root, named)] = (
                    f"corrects {owner.name}, which is not there; give it the new name"
                )
    return orphans


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))  # not resolved: a link's name is the one the user knows


def _look(path: Path, root: Path, source: str, supported: bool, names: Names) -> DiskFile | str:
    """Return the file, or the reason why it is skipped."""
    if not supported:
        return why_not(path) or "was not readable a moment ago; run again"
    try:
        beside = [file for file in beside_it(path, source, names) if file.is_file()]
        facts = [file.stat() for file in (path, *beside)]
    except OSError as error:  # a link to nowhere
        return f"cannot be read: {error.strerror}"
    if (large := facts[0].st_size) > LIMITS.file_bytes:  # not even hashed: it may be larger than the disk
        return f"too large ({large:,} bytes, more than {LIMITS.file_bytes:,}); split it"
    size, mtime = sum(fact.st_size for fact in facts), sum(fact.st_mtime_ns for fact in facts)
    return DiskFile(source, root, path, size, mtime, tuple(beside))


def _source(path: Path, root: Path, named: Mapping[Path, str]) -> str:
    label = named.get(root, root.name)
    if path == root:
        return label
    below = str(path)[len(str(root)) :]  # every file has its source made at every run, and Path is slow
    return f"{label}/{below.replace(os.sep, '/').lstrip('/')}"


def _same_name(source: str, one: object, other: object) -> IndexStoreError:
    return IndexStoreError(
        f"two folders give the same source name {source}: {one} and {other}",
        mend="Rename one of the folders, or index them into two indexes.",
    )


def digest_of(file: DiskFile) -> str:
    """Return the hash of the file, and of what stands beside it if anything does."""
    own = digest(file.path)
    return sha256("\n".join([own, *map(digest, file.beside)]).encode()).hexdigest() if file.beside else own


def compare(found: Found, known: Sequence[SourceRow]) -> Plan:
    """Sort the files found by what has to be done.

    A known file below one of the places looked at that is not there any more is gone, but not when its folder could
    not be looked into.
    """
    plan = Plan([], [], [], [], list(found.skipped))
    files = found.files
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
            seen = digest_of(file)
        except OSError as error:
            plan.skipped.append((file.source, f"cannot be read: {error.strerror}"))
            if row is not None:
                plan.same.append(row)
            continue
        if row is not None and row.sha256 == seen:
            plan.touched.append((row, file))
        else:
            plan.read.append((file, seen, row))
    met = {file.source for file in files}
    looked = {str(place) for place in found.places}
    # a root that moved is known by the names of its files; what it no longer holds goes with it
    moved = {
        rows[file.source].root for file in files if file.source in rows and rows[file.source].root != str(file.root)
    }
    stays: set[str] = set()
    for row in known:
        if row.source in met:
            continue
        if row.root not in moved and not any(Path(row.path).is_relative_to(place) for place in looked):
            continue
        hidden = [name for place, name in found.unseen.items() if Path(row.path).is_relative_to(place)]
        if hidden:
            plan.same.append(row)
            stays.add(hidden[0])
        else:
            plan.gone.append(row)
    plan.skipped = [
        (name, f"{reason}; what the index holds of it stays" if name in stays else reason)
        for name, reason in plan.skipped
    ]
    return plan
