"""Generations: write-once folders that ``CURRENT`` chooses between, so that a reader sees one or the next, never a mix.

CURRENT              "gen-000007 <sha256 of its manifest>", replaced in one step
gen-000007/          manifest.json, vectors.faiss, ids.npy, tantivy/
store-000001.sqlite  the truth; named after the generation that began it, shared by those that followed
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from rag.errors import IndexStoreError
from rag.index import files, lock

FORMAT = 2
CURRENT, MANIFEST = "CURRENT", "manifest.json"
REBUILD = "Build it anew: `wenju index PATH... --index {} --rebuild`."
_POINTER = re.compile(r"(gen-(\d{6,}))\s+([0-9a-f]{64})\s*")


@dataclass(frozen=True, slots=True)
class Counts:
    """What an index holds; front matter is no article, but its paragraphs and characters count."""

    files: int = 0
    articles: int = 0
    paragraphs: int = 0
    passages: int = 0
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made with, and the size and SHA-256 of each file it consists of."""

    generation: int
    store: str
    encoder: str
    dim: int
    max_chars: int
    counts: Counts
    created: str
    files: Mapping[str, tuple[int, str]]
    format: int = FORMAT


def name(generation: int) -> str:
    """Return the folder name of a generation."""
    return f"gen-{generation:06d}"


def exists(folder: Path) -> bool:
    """Tell whether an index was ever finished in ``folder``."""
    return (folder / CURRENT).is_file()


def current(folder: Path) -> Manifest:
    """Return the manifest that ``CURRENT`` points to.

    Raises IndexStoreError, in this order: no folder; no finished index; another format; a damaged or missing manifest.
    """
    if not folder.is_dir():
        raise IndexStoreError(
            "there is no index", where=folder, mend=f"Make one: `wenju index PATH... --index {folder}`."
        )
    if not exists(folder):
        raise IndexStoreError(
            "this folder holds no finished index", where=folder, mend=f"Run `wenju index PATH... --index {folder}`."
        )
    match = _POINTER.fullmatch((folder / CURRENT).read_text(encoding="utf-8", errors="replace"))
    if not match:
        raise _damaged(folder / CURRENT, folder)
    path = folder / match[1] / MANIFEST
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise _damaged(path, folder, "is missing") from None
    if sha256(text).hexdigest() != match[3]:
        raise _damaged(path, folder)
    return _parse(json.loads(text), folder)


def _parse(fields: dict[str, object], folder: Path) -> Manifest:
    made = fields.get("format")
    if made != FORMAT:
        newer = isinstance(made, int) and made > FORMAT
        raise IndexStoreError(
            f"the index has format {made}, this version of Wenju reads format {FORMAT}",
            where=folder,
            mend=("Install the newer version that made it. " if newer else "") + REBUILD.format(folder),
        )
    counts = Counts(**fields.pop("counts"))  # type: ignore[arg-type]
    marks = {file: (size, digest) for file, (size, digest) in fields.pop("files").items()}  # type: ignore[attr-defined]
    return Manifest(**fields, counts=counts, files=marks)  # type: ignore[arg-type]


def _damaged(path: Path, folder: Path, how: str = "is damaged") -> IndexStoreError:
    return IndexStoreError(f"{path.name} of the index {how}", where=path, mend=REBUILD.format(folder))


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file of the generation with its recorded size and hash; raises IndexStoreError at a fault."""
    home = folder / name(manifest.generation)
    mend = (
        f"Run `wenju index` again on the same folders with --index {folder}: these files are made anew from the store."
    )
    for file, (size, expected) in sorted(manifest.files.items()):
        path = home / file
        if not path.is_file():
            raise IndexStoreError(f"{file} of the index is missing", where=path, mend=mend)
        if path.stat().st_size != size or files.digest(path) != expected:
            raise IndexStoreError(f"{file} of the index is damaged", where=path, mend=mend)
    if not (folder / manifest.store).is_file():
        raise _damaged(folder / manifest.store, folder, "is missing")


def marks(home: Path) -> dict[str, tuple[int, str]]:
    """Sync every file below ``home`` but locks, and return its size and SHA-256 by relative path."""
    found = {}
    for path in sorted(home.rglob("*")):
        if path.is_dir():
            files.sync(path)
        elif not path.name.endswith(".lock") and path.name != MANIFEST:
            files.sync(path)
            found[path.relative_to(home).as_posix()] = (path.stat().st_size, files.digest(path))
    return found


def publish(folder: Path, manifest: Manifest) -> None:
    """Make a finished generation the current one; from here on new readers see it."""
    home = folder / name(manifest.generation)
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    files.replace_text(home / MANIFEST, text)
    files.sync(folder)
    files.replace_text(folder / CURRENT, f"{home.name} {sha256(text.encode()).hexdigest()}\n")


def sweep(folder: Path, kept: Collection[int]) -> list[int]:
    """Remove generations that are neither in ``kept`` nor read by anybody, and stores none of the rest uses.

    Returns the generations that are left.
    """
    left, stores = [], set()
    for home in sorted(folder.glob("gen-*")):
        generation, manifest = int(home.name.removeprefix("gen-")), home / MANIFEST
        if generation not in kept and not (manifest.is_file() and lock.in_use(manifest)):
            shutil.rmtree(home)
            continue
        left.append(generation)
        stores.add(json.loads(manifest.read_text(encoding="utf-8"))["store"])
    for path in folder.glob("store-*.sqlite*"):
        if path.name.partition(".sqlite")[0] + ".sqlite" not in stores:
            path.unlink()
    return left
