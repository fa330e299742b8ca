"""A snapshot back to an index: nothing is put in place before every byte of it has been checked."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from zipfile import ZipFile

from rag.errors import ConfigError, IndexStoreError
from rag.index import files, generation, lock, wordlist
from rag.index.generation import MANIFEST, Manifest
from rag.index.moving import CONTENTS, SNAPSHOT_FORMAT
from rag.index.reading import open_index

_MOST_MEMBERS, _MOST_CONTENTS = 10_000, 16_000_000  # members; bytes of snapshot.json
_BLOCK = 1 << 20
# a member goes where its name says, so it can say nothing but this
_PART = r"(?!\.+(?:/|$))[A-Za-z0-9_.][A-Za-z0-9_.-]*"
_SAFE = re.compile(rf"store-\d{{6,}}\.sqlite|gen-\d{{6,}}/(?:{_PART}/)?{_PART}")


def restore_snapshot(file: Path, folder: Path, *, force: bool = False) -> Manifest:
    """Make ``folder`` the index that ``file`` holds, once every byte of it has been checked.

    Raises IndexStoreError for a file that is damaged or no snapshot, and ConfigError when ``folder`` holds something
    already: with ``force`` an index in it is replaced, when nobody writes it, and nothing else ever is.
    """
    occupied = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if occupied and not (force and folder.is_dir() and generation.exists(folder)):
        mend = "Name another folder" + (", or add --force to replace this index." if folder.is_dir() else ".")
        raise ConfigError("there is something in the way", where=folder, mend=mend)
    folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.absolute().parent))
    try:
        manifest = _unpack(file, beside)
        with closing(open_index(beside)) as index:  # counts and settings agree, the parts open
            index.sources()
        if occupied:
            with lock.writing(folder):
                _replace(folder, beside)
        else:
            _put(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return manifest


def _unpack(file: Path, beside: Path) -> Manifest:
    with _no_snapshot(file), ZipFile(file) as archive:
        manifest, marks = _contents(archive, file)
        total = sum(size for size, _ in marks.values())
        try:
            files.need(beside, total)
        except OSError as error:
            raise IndexStoreError(
                f"the disk is too small: {error.strerror}", where=beside.parent, mend="Free space."
            ) from error
        for name, (size, expected) in marks.items():
            _copy_member(archive, name, size, expected, beside, file)
    home = beside / generation.name(manifest.generation)
    text = (home / MANIFEST).read_bytes()
    if generation.parse(text) != manifest:
        raise _bad(file, "its parts do not belong together")
    if own := wordlist.kept(home):
        files.replace_text(beside / wordlist.FILE, own)
    files.sync(home)
    files.replace_text(beside / generation.CURRENT, f"{home.name} {sha256(text).hexdigest()}\n")
    return manifest


def _contents(archive: ZipFile, file: Path) -> tuple[Manifest, generation.Marks]:
    """Return what the snapshot says it holds, once that is what it holds."""
    names = archive.namelist()
    if len(names) > _MOST_MEMBERS or archive.getinfo(CONTENTS).file_size > _MOST_CONTENTS:
        raise _bad(file, "it is no snapshot of an index")
    told = json.loads(archive.read(CONTENTS))
    if told["format"] != SNAPSHOT_FORMAT:
        raise _bad(file, f"it has format {told['format']}, this version of Wenju reads {SNAPSHOT_FORMAT}")
    manifest = generation.parse(json.dumps(told["manifest"]).encode())
    if manifest.format != generation.FORMAT:
        raise _bad(file, f"its index has format {manifest.format}, this version reads {generation.FORMAT}")
    marks = {str(name): (int(size), str(digest)) for name, (size, digest) in told["members"].items()}
    home = generation.name(manifest.generation)
    wanted = {manifest.store, f"{home}/{MANIFEST}", *(f"{home}/{name}" for name in manifest.files)}
    if sorted(names) != sorted([CONTENTS, *marks]) or marks.keys() != wanted:
        raise _bad(file, "it does not hold the files that it names")
    unsafe = [name for name in wanted if not _SAFE.fullmatch(name)]
    if unsafe:
        raise _bad(file, f"it holds a file that no index has: {ascii(unsafe[0])[:80]}")
    return manifest, marks


def _copy_member(archive: ZipFile, name: str, size: int, expected: str, beside: Path, file: Path) -> None:
    path, seen, left = beside / name, sha256(), size
    path.parent.mkdir(parents=True, exist_ok=True)
    if archive.getinfo(name).file_size != size:
        raise _bad(file, f"{name} is damaged")
    with archive.open(name) as source, path.open("xb") as target:
        while block := source.read(min(_BLOCK, left + 1)):
            left -= len(block)
            if left < 0:  # more comes out than was said
                raise _bad(file, f"{name} is damaged")
            seen.update(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    if left or seen.hexdigest() != expected:
        raise _bad(file, f"{name} is damaged")


@contextmanager
def _no_snapshot(file: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError, RuntimeError, EOFError) as error:
        raise _bad(file, "it is no snapshot of an index, or damaged") from error


def _bad(file: Path, why: str) -> IndexStoreError:
    return IndexStoreError(f"the snapshot cannot be restored: {why}", where=file, mend="Take another one.")


def _put(beside: Path, folder: Path) -> None:
    with suppress(FileNotFoundError):
        folder.rmdir()  # empty
    beside.chmod(0o755)
    os.rename(beside, folder)
    files.sync(folder.absolute().parent)


def _replace(folder: Path, beside: Path) -> None:
    """Put an index in the place of another; until the last step the old one can be had back by its name."""
    aside = Path(mkdtemp(prefix=f".{folder.name}.old.", dir=folder.absolute().parent))
    os.rename(folder, aside / folder.name)
    try:
        _put(beside, folder)
    except BaseException:
        os.rename(aside / folder.name, folder)
        raise
    finally:
        if folder.exists():
            shutil.rmtree(aside, ignore_errors=True)
