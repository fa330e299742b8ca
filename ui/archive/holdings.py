"""What the archive holds, as its users see it: collections of files, and what is known of an article.

A collection is a folder of files that was indexed. Those made here lie below one folder and belong to Wenju; of
the others, files are read and never removed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.articles.corrections.sidecar import FIELDS, is_sidecar
from rag.articles.corrections.sidecar_file import version
from rag.errors import ConfigError, IndexStoreError
from ui.archive.live import Live
from ui.archive.uploads import safe_name

if TYPE_CHECKING:
    from rag.index import SourceRow


class NotThere(ConfigError):
    """There is no such collection, file or job."""


@dataclass(frozen=True, slots=True)
class Collection:
    """``own`` tells that files can be added and removed; ``articles`` counts without front matter."""

    name: str
    files: int
    articles: int
    own: bool


@dataclass(frozen=True, slots=True)
class File:
    """A file of a collection: "indexed", "new" where the index does not know it yet, "unreadable" with the reason."""

    name: str
    size: int
    articles: int
    state: Literal["indexed", "new", "unreadable"]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """What is known of an article, to be corrected; ``found`` tells where each was read, ``seen`` goes back with it."""

    id: str
    kind: str
    values: Mapping[str, str | tuple[str, ...]]
    found: Mapping[str, str]
    corrected: bool
    seen: str


class Holdings:
    """Collections below the folder ``uploads`` and those that were indexed from elsewhere. Threads may share it."""

    def __init__(self, live: Live, uploads: Path) -> None:
        self.live, self.uploads = live, uploads
        uploads.mkdir(parents=True, exist_ok=True)

    def collections(self) -> list[Collection]:
        """Return all collections by name, also those without a file."""
        known, rows = self._held()
        files = Counter(collection_of(row.source) for row in rows)
        articles = Counter(collection_of(source) for source, kind in known if kind != "front")
        own = {folder.name for folder in self.uploads.iterdir() if folder.is_dir() and folder.name[0] != "."}
        there = {name: len(self._on_disk(name)) for name in own}
        return [
            Collection(name, max(files[name], there.get(name, 0)), articles[name], name in own)
            for name in sorted({*files, *own})
        ]

    def files(self, name: str) -> list[File]:
        """Return the files of a collection by name, as names within it; raises NotThere."""
        known, rows = self._held()
        counted = Counter(source for source, kind in known if kind != "front")
        found: dict[str, File] = {}
        for row in rows:
            if collection_of(row.source) != name:
                continue
            within = row.source.removeprefix(f"{name}/")
            held = sum(
                counted[source] for source in counted if source == row.source or source.startswith(f"{row.source}/")
            )
            state: Literal["indexed", "unreadable"] = "unreadable" if row.error else "indexed"
            found[within] = File(within, row.size, held, state, row.error or "")
        own = self._is_own(name)
        if not own and not found:
            raise NotThere(f"there is no collection {name}")
        for path in self._on_disk(name) if own else ():
            found.setdefault(path.name, File(path.name, path.stat().st_size, 0, "new"))
        return sorted(found.values(), key=lambda one: one.name)

    def fields(self, article_id: str) -> Fields:
        """Return what can be corrected of an article; raises KeyError for an id that is none."""
        with self.live.held() as now:
            article = now.index.article(article_id)
            row = {row.source: row for row in now.index.sources()}.get(article.source)
        values = {name: getattr(article, name) or "" for name in FIELDS}
        seen = version(Path(row.path)) if row else ""
        corrected = "correction" in article.found.values()
        return Fields(article.id, article.kind, values, dict(article.found), corrected, seen)

    def _held(self) -> tuple[list[tuple[str, str]], list[SourceRow]]:
        """Return (file, kind) of every article, and every file; nothing where there is no index yet."""
        try:
            with self.live.held() as now:
                return [(one.source, one.kind) for _, one in now.index.known()], now.index.sources()
        except IndexStoreError:
            if self.live.exists():
                raise
            return [], []

    def _on_disk(self, name: str) -> list[Path]:
        folder = self.uploads / name
        return [
            path for path in sorted(folder.iterdir()) if path.name[0] != "." and path.is_file() and not is_sidecar(path)
        ]

    def _is_own(self, name: str) -> bool:
        with suppress(ConfigError):
            return safe_name(name) == name and (self.uploads / name).is_dir()
        return False


def collection_of(source: str) -> str:
    """Return the collection of a file: the folder that was indexed."""
    return source.partition("/")[0]
