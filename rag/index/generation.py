"""Generations: write-once folders that ``CURRENT`` chooses between, so that a reader sees one or the next, never a mix.

CURRENT              "gen-000007 <sha256 of its manifest>", replaced in one step
gen-000007/          manifest.json; vectors (dense) and the words behind them (tokens), tantivy/ (sparse), words by
                     meaning (lexicon), what is known of articles (about), sums (tally); what did not change since
                     the generation before is the same file under a second name
store-000001.sqlite  the truth; named after the generation that began it, shared by those that followed
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from rag.errors import IndexStoreError
from rag.index import files
from rag.parallel import in_parallel

FORMAT = 4
OLDEST = 2  # of the formats that a writer brings up to this one
# from which on every row of the store has its check sum, and vectors and words on the disk are what they are now
MARKED = 3
CURRENT, MANIFEST = "CURRENT", "manifest.json"
REBUILD = "Build it anew: `wenju index PATH... --index {} --rebuild`."
REPAIR = "Run `wenju repair --index {}`: it keeps what is sound and makes the rest anew."
_POINTER = re.compile(r"(gen-(\d{6,}))\s+([0-9a-f]{64})\s*")


Marks = dict[str, tuple[int, str]]


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
    roots: tuple[str, ...] = ()  # where its files were found, should the store be lost


def name(generation: int) -> str:
    """Return the folder name of a generation."""
    return f"gen-{generation:06d}"


def exists(folder: Path) -> bool:
    """Tell whether an index was ever finished in ``folder``."""
    return (folder / CURRENT).is_file()


def current(folder: Path, *, oldest: int = FORMAT) -> Manifest:
    """Return the manifest that ``CURRENT`` points to, of format ``oldest`` or later.

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
    manifest = parse(text)
    made = manifest.format
    if not oldest <= made <= FORMAT:
        mend = "Install the newer version that made it. " if made > FORMAT else ""
        mend += (REPAIR if OLDEST <= made <= FORMAT else REBUILD).format(folder)
        raise IndexStoreError(
            f"the index has format {made}, this version of Wenju reads format {FORMAT}", where=folder, mend=mend
        )
    return manifest


def parse(text: bytes) -> Manifest:
    """Return a manifest; raises ValueError, KeyError or TypeError for a text that is none."""
    fields = json.loads(text)
    if not OLDEST <= fields["format"] <= FORMAT:  # who knows what else another format says; its number is enough
        return Manifest(0, "", "", 0, 0, Counts(), "", {}, fields["format"])
    counts, roots = Counts(**fields.pop("counts")), tuple(fields.pop("roots", ()))
    marks = {file: (size, digest) for file, (size, digest) in fields.pop("files").items()}
    return Manifest(**fields, counts=counts, files=marks, roots=roots)


def _damaged(path: Path, folder: Path, how: str = "is damaged") -> IndexStoreError:
    return IndexStoreError(f"{path.name} of the index {how}", where=path, mend=REPAIR.format(folder))


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file of the generation with its recorded size and hash; raises IndexStoreError at a fault."""
    home = folder / name(manifest.generation)
    mend = REPAIR.format(folder)
    marks = sorted(manifest.files.items())
    for file, _ in marks:
        if not (home / file).is_file():
            raise IndexStoreError(f"{file} of the index is missing", where=home / file, mend=mend)

    def whole(mark: tuple[str, tuple[int, str]]) -> bool:
        file, (size, expected) = mark
        return (home / file).stat().st_size == size and files.known_digest(home / file) == expected

    for (file, _), good in zip(marks, in_parallel(whole, marks), strict=True):
        if not good:
            raise IndexStoreError(f"{file} of the index is damaged", where=home / file, mend=mend)
    if not (folder / manifest.store).is_file():
        raise _damaged(folder / manifest.store, folder, "is missing")


def marks(home: Path, older: Path | None = None, known: Mapping[str, tuple[int, str]] | None = None) -> Marks:
    """Sync every file below ``home`` but locks, and return its size and SHA-256 by relative path.

    A file that is the very one in ``older``, where ``known`` gives its marks, is on the disk and not read again.
    """
    found = {}
    for path in sorted(home.rglob("*")):
        relative = path.relative_to(home).as_posix()
        if path.is_dir():
            files.sync(path)
        elif not path.name.endswith(".lock") and path.name != MANIFEST:
            if older and known and relative in known and _same(path, older / relative):
                found[relative] = known[relative]
            else:
                files.sync(path)
                found[relative] = (path.stat().st_size, files.digest(path))
    return found


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.samefile(other)


def publish(folder: Path, manifest: Manifest) -> None:
    """Make a finished generation the current one; from here on new readers see it."""
    home = folder / name(manifest.generation)
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    files.replace_text(home / MANIFEST, text)
    files.sync(folder)
    point_to(folder, manifest.generation)


def point_to(folder: Path, generation: int) -> None:
    """Make a generation that is finished the current one."""
    marked = files.digest(folder / name(generation) / MANIFEST)
    files.replace_text(folder / CURRENT, f"{name(generation)} {marked}\n")


def pointed_to(folder: Path) -> int | None:
    """Return the number of the generation that ``CURRENT`` names, whatever became of it; None if it names none."""
    with suppress(OSError):
        match = _POINTER.fullmatch((folder / CURRENT).read_text(encoding="utf-8", errors="replace"))
        return int(match[2]) if match else None
    return None
