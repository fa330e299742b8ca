"""The archive in the hands of its users: files sent and removed, corrections, re-indexing; all while others ask."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rag.articles.corrections.sidecar import sidecar_of
from rag.articles.corrections.sidecar_file import version
from rag.errors import ConfigError
from ui.archive.holdings import Collection, Holdings, NotThere, collection_of
from ui.archive.job import Job
from ui.archive.jobs import Indexer, Work
from ui.archive.live import Live
from ui.archive.uploads import receive, safe_file, safe_name, tidy

if TYPE_CHECKING:
    from rag.index.correct import Change

MOST = 50_000_000  # bytes of a file


class Manager(Holdings):
    """Changes what ``Holdings`` tells; each change is a job of the one writer. Threads may share it."""

    def __init__(self, live: Live, uploads: Path, indexer: Indexer, most: int = MOST) -> None:
        super().__init__(live, uploads)
        self._indexer, self.most = indexer, most
        tidy(uploads)
        self._bring_back()

    def jobs(self) -> list[Job]:
        """Return what was done and is to be done, the newest first."""
        return self._indexer.jobs()

    def job(self, id_: str, wait: float = 0.0) -> Job:
        """Return a job as it stands, at the latest after ``wait`` seconds; raises NotThere."""
        try:
            return self._indexer.wait(id_, wait) if wait else self._indexer.job(id_)
        except KeyError:
            raise NotThere(f"there is no job {id_}") from None

    def create(self, name: str) -> Collection:
        """Make a collection without files; raises ConfigError for a name that is taken or cannot be one."""
        clean = safe_name(name)
        if clean.casefold() in {one.name.casefold() for one in self.collections()}:
            raise ConfigError(f"there is a collection {clean} already", mend="Choose another name.")
        (self.uploads / clean).mkdir()
        return Collection(clean, 0, 0, own=True)

    async def receive(self, name: str, file: str, stream: AsyncIterator[bytes], told: int) -> bool:
        """Take a file in; True where it replaced one. It can be found once ``index`` is done."""
        return await receive(self._folder(name), file, stream, told, self.most)

    def index(self, name: str) -> Job:
        """Bring a collection up to date with its files."""
        paths = self._paths(name)
        return self._indexer.submit(f"index {name}", Work(lambda: paths))

    def reindex(self, *, anew: bool = False) -> Job:
        """Bring the whole archive up to date, or with ``anew`` read every file again."""
        return self._indexer.submit("reindex", Work(self._roots, anew=anew))

    def delete(self, name: str, file: str) -> Job:
        """Remove a file from a collection made here, and its articles from the index."""
        path = self._folder(name) / safe_file(file)
        if not path.is_file():
            raise NotThere(f"there is no file {file}", where=name)
        return self._without([path, sidecar_of(path)], f"delete {name}/{path.name}", path.parent)

    def remove(self, name: str) -> Job | None:
        """Remove a collection made here with all its files; None where it held none and nothing is left to do."""
        folder = self._folder(name)
        _, rows = self._held()
        if not any(collection_of(row.source) == name for row in rows):
            shutil.rmtree(folder)
            return None
        return self._without(list(folder.iterdir()), f"remove {name}", folder, whole=True)

    def correct(self, article_id: str, change: Change, seen: str | None = None) -> Job:
        """Correct an article beside its file and read the file again; ``seen`` is that of ``fields``.

        What cannot be corrected is told by the job.
        """
        from rag.index.correct import correct, target_of

        def before() -> Sequence[Path]:
            with self.live.held() as now:
                try:
                    rows = {row.source: Path(row.path) for row in now.index.sources()}
                    path = rows[article_id.rpartition("#")[0]]
                    was = version(path)
                    target = target_of(now.index, article_id)
                except KeyError:
                    raise NotThere("there is no such article in a file of its own", where=article_id) from None
            correct(target, change, was if seen is None else seen)
            return [target.path]

        return self._indexer.submit(f"correct {article_id}", Work(before))

    def _without(self, gone: Sequence[Path], what: str, folder: Path, *, whole: bool = False) -> Job:
        """Take files out of ``folder``; they come back if the index cannot do without them."""
        aside = self.uploads / f".removed-{secrets.token_hex(8)}" / folder.name

        def before() -> Sequence[Path]:
            aside.mkdir(parents=True)
            for path in gone:
                if path.exists():
                    shutil.move(path, aside / path.name)
            return [folder]

        def after(good: bool) -> None:
            if not good:
                _move_back(aside, folder)
            elif whole:
                with suppress(OSError):  # somebody sent a file meanwhile
                    folder.rmdir()
            shutil.rmtree(aside.parent, ignore_errors=True)

        return self._indexer.submit(what, Work(before, after))

    def _bring_back(self) -> None:
        """Put back what a server that was killed had set aside; the index may still know it."""
        for aside in self.uploads.glob(".removed-*/*"):
            _move_back(aside, self.uploads / aside.name)
        for folder in self.uploads.glob(".removed-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, name: str) -> Path:
        if not self._is_own(name):
            raise NotThere(f"there is no collection {name} that can be changed here", mend="Make it first.")
        return self.uploads / name

    def _paths(self, name: str) -> list[Path]:
        if self._is_own(name):
            return [self.uploads / name]
        _, rows = self._held()
        roots = sorted({Path(row.root) for row in rows if collection_of(row.source) == name})
        if not roots:
            raise NotThere(f"there is no collection {name}")
        return roots

    def _roots(self) -> list[Path]:
        _, rows = self._held()
        own = [folder for folder in self.uploads.iterdir() if folder.is_dir() and folder.name[0] != "."]
        return sorted({*(Path(row.root) for row in rows if Path(row.root).exists()), *own})


def _move_back(aside: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in aside.iterdir():
        if not (folder / path.name).exists():
            shutil.move(path, folder / path.name)
