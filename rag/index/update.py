"""Bring an index up to date with folders of articles, in one step that is done whole or not at all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from logging import getLogger
from pathlib import Path

from rag.errors import ArticleError, IndexStoreError
from rag.index import generation, lock, scan, store
from rag.index.changes import Changes
from rag.index.derive import Progress, derive, encode
from rag.index.generation import REBUILD, Counts, Manifest
from rag.index.intake import take_in
from rag.index.report import IndexReport, report
from rag.types import Encoder

logger = getLogger(__name__)


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def update_index(
    paths: Sequence[Path],
    folder: Path,
    encoder: Encoder,
    *,
    max_chars: int,
    progress: Progress = _silent,
    rebuild: bool = False,
) -> IndexReport:
    """Create the index in ``folder``, or add, re-read and remove what changed below ``paths``; other roots stay.

    ``progress(stage, done, total)`` is called through the stages "reading", "encoding" and "words". With ``rebuild``
    the index is made from ``paths`` alone, whatever stood there, and takes its place at the end. A file that cannot
    be read is skipped and reported. Raises ArticleError when nothing at all can be read, and IndexStoreError when the
    index is locked, damaged, not writable, or made with another encoder or passage length; it is then left intact.
    """
    folder = Path(folder)
    if rebuild or not generation.exists(folder):
        found, unsupported, _ = scan.find(paths, (), folder)
        if not found:
            raise _no_article(paths, unsupported)
    with _one_error(folder), _tidy(folder), lock.writing(folder):
        manifest = None if rebuild or not generation.exists(folder) else generation.current(folder)
        if manifest:
            _refuse(manifest, folder, encoder, max_chars)
        run = _Run(folder, manifest, encoder, max_chars, progress)
        if rebuild:
            run.clear_store()
        return run.update(paths)


def _no_article(paths: Sequence[Path], reasons: Sequence[tuple[str, str]]) -> ArticleError:
    """Return the error that says that none of ``paths`` gave an article, with one reason where there is one."""
    why = f", for instance {reasons[0][0]}: {reasons[0][1].rstrip('.')}" if reasons else ""
    return ArticleError(
        f"no readable article{why}",
        where=", ".join(map(str, paths)),
        mend=f"Give files or folders with {scan.SUPPORTED}.",
    )


@contextmanager
def _one_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IndexStoreError(
            f"the index cannot be written: {error.strerror or error}",
            where=error.filename or folder,
            mend="Free space or give a folder you may write to with --index.",
        ) from error
    except sqlite3.Error as error:
        raise IndexStoreError(
            f"the store of the index cannot be written: {error}",
            where=folder,
            mend="Check space and permissions first. " + REBUILD.format(folder),
        ) from error


@contextmanager
def _tidy(folder: Path) -> Iterator[None]:
    """Make the folder; if it was not there before and no index came of it, take it away again."""
    fresh = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        if fresh and not generation.exists(folder):
            with suppress(OSError):
                (folder / lock.LOCK_NAME).unlink(missing_ok=True)
                folder.rmdir()


def _refuse(manifest: Manifest, folder: Path, encoder: Encoder, max_chars: int) -> None:
    for what, made, asked in (
        ("encoder", manifest.encoder, encoder.name),
        ("passage length", manifest.max_chars, max_chars),
    ):
        if made != asked:
            raise IndexStoreError(
                f"the index was made with {what} {made}, this run asks for {asked}",
                where=folder,
                mend=f"Ask for {made} again. Or build it anew: `wenju index PATH... --index {folder} --rebuild`.",
            )


class _Run:
    """One writer at work, alone in the folder."""

    def __init__(
        self, folder: Path, old: Manifest | None, encoder: Encoder, max_chars: int, progress: Progress
    ) -> None:
        self._folder, self._old, self._encoder = folder, old, encoder
        self._max_chars, self._progress = max_chars, progress
        self._number = old.generation + 1 if old else _last_number(folder) + 1
        self._home = folder / generation.name(self._number)
        self._store = folder / (old.store if old else f"store-{self._number:06d}.sqlite")

    def update(self, paths: Sequence[Path]) -> IndexReport:
        """Do the work of update_index."""
        if self._old and not self._store.is_file():
            raise IndexStoreError(
                "the store of the index is missing", where=self._store, mend=REBUILD.format(self._folder)
            )
        self._clear_home()
        connection = store.connect(self._store, write=True)
        changes = Changes(connection, self._number)
        try:
            changes.undo()  # of a writer that was killed
            return self._bring_about(connection, changes, paths)
        except BaseException:
            if not self._is_published():
                self._give_up(changes)
            raise
        finally:
            worth_keeping = self._old or self._is_published() or changes.has_vectors()
            connection.close()
            if not worth_keeping:
                self.clear_store()

    def _bring_about(self, connection: sqlite3.Connection, changes: Changes, paths: Sequence[Path]) -> IndexReport:
        known = store.Snapshot(connection, self._store, self._old.generation).sources() if self._old else []
        files, unsupported, places = scan.find(paths, known, self._folder)
        plan = scan.compare(files, places, known)
        plan.skipped += unsupported
        with changes.together():
            changes.settle(self._settings())
            for row, file in plan.touched:
                changes.touch(row.id, str(file.root), str(file.path), file.size, file.mtime)
        sound = self._sound()
        if self._old and sound and not plan.read and not plan.gone:
            return report(plan, self._old.counts, [])
        with changes.together():
            read = take_in(plan, changes, self._encoder.name, self._max_chars, self._progress)
        counts = store.Snapshot(connection, self._store, self._number).counts()
        done = report(plan, counts, read)
        if not counts.files:
            raise _no_article(paths, done.skipped)
        encode(changes, self._encoder, self._progress)
        self._home.mkdir()
        older = (
            (self._old.generation, self._folder / generation.name(self._old.generation))
            if self._old and sound
            else None
        )
        derive(self._home, older, changes, self._encoder, self._progress)
        self._publish(counts)
        self._forget(changes)
        return done

    def _settings(self) -> dict[str, str]:
        return {"encoder": self._encoder.name, "dim": str(self._encoder.dim), "max_chars": str(self._max_chars)}

    def _sound(self) -> bool:
        """Tell whether the derived files can be built upon; if not, they are all made anew."""
        try:
            if self._old:
                generation.verify(self._folder, self._old)
        except IndexStoreError as error:
            logger.warning("%s They are made anew.", error)
            return False
        return True

    def _publish(self, counts: Counts) -> None:
        manifest = Manifest(
            generation=self._number,
            store=self._store.name,
            encoder=self._encoder.name,
            dim=self._encoder.dim,
            max_chars=self._max_chars,
            counts=counts,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            files=generation.marks(self._home),
        )
        generation.publish(self._folder, manifest)

    def _forget(self, changes: Changes) -> None:
        """Keep the generation before, for a reader that opens this moment, and those that are being read."""
        try:
            kept = {self._number} | ({self._old.generation} if self._old else set())
            changes.purge(min(generation.sweep(self._folder, kept)))
        except (OSError, sqlite3.Error):  # the new generation stands; the next writer sweeps again
            logger.warning("could not remove old generations of %s", self._folder, exc_info=True)

    def _is_published(self) -> bool:
        with suppress(IndexStoreError):
            return generation.current(self._folder).generation == self._number
        return False

    def _give_up(self, changes: Changes) -> None:
        try:
            changes.undo()
            self._clear_home()
        except (OSError, sqlite3.Error):  # the next writer begins by undoing
            logger.warning("could not clean up after a failed update of %s", self._folder, exc_info=True)

    def clear_store(self) -> None:
        """Begin the store from nothing."""
        for path in self._folder.glob(f"{self._store.name}*"):
            path.unlink()

    def _clear_home(self) -> None:
        if self._home.exists():
            shutil.rmtree(self._home)


def _last_number(folder: Path) -> int:
    """Return the number of the last generation that was finished; what lies there unfinished is written over."""
    finished = [path.parent.name for path in folder.glob(f"gen-*/{generation.MANIFEST}")]
    return max((int(name.removeprefix("gen-")) for name in finished), default=0)
