"""The next generation of an index in the making: begun over what a killed writer left, finished whole or undone."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from logging import getLogger
from pathlib import Path

from rag.errors import IndexStoreError
from rag.index import files, generation, keeping, lock, store, wordlist
from rag.index.changes import Changes
from rag.index.derive import Progress, derive, encode
from rag.index.generation import REPAIR, Counts, Manifest
from rag.index.migrate import migrate
from rag.index.snapshot import Snapshot
from rag.index.tally import Tally
from rag.index.wordlist import WordList
from rag.types import Encoder

logger = getLogger(__name__)
_ROOM = 16_000_000  # bytes that a generation may take beyond those of the one before it


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Be the one writer of ``folder``, which is made if need be and goes again if no index came of it.

    What the disk or SQLite says against it comes out as IndexStoreError.
    """
    with _one_error(folder):
        fresh = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with lock.writing(folder):
                yield
        finally:
            if fresh and not generation.exists(folder):
                with suppress(OSError):
                    (folder / lock.LOCK_NAME).unlink(missing_ok=True)
                    folder.rmdir()


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
    except sqlite3.OperationalError as error:
        raise IndexStoreError(
            f"the store of the index cannot be written: {error}",
            where=folder,
            mend="Check space and permissions first. " + REPAIR.format(folder),
        ) from error
    except sqlite3.Error as error:
        raise IndexStoreError(
            f"the store of the index is damaged: {error}", where=folder, mend=REPAIR.format(folder)
        ) from error


class Writer:
    """Makes generation ``number`` of the index in ``folder``. Only inside ``writing``."""

    def __init__(
        self, folder: Path, path: Path, number: int, encoder: Encoder, max_chars: int, progress: Progress
    ) -> None:
        self._folder, self.path, self.number = folder, path, number
        self._encoder, self._max_chars, self._progress = encoder, max_chars, progress
        self._home = folder / generation.name(number)

    @contextmanager
    def at_work(self) -> Iterator[Changes]:
        """Yield the changes to the store; those of a generation that was not published are taken back."""
        self._clear()
        connection = store.connect(self.path, write=True)
        try:
            migrate(connection, self.path)
            self._connection, changes = connection, Changes(connection, self.number)
            changes.undo()  # of a writer that was killed
            try:
                yield changes
            except BaseException:
                if not self.is_published():
                    self._give_up(changes)
                raise
        finally:
            connection.close()

    def seen(self, number: int | None = None) -> Snapshot:
        """Return the store as the generation in the making sees it, or as another does."""
        return Snapshot(self._connection, self.path, self.number if number is None else number)

    def finish(
        self,
        changes: Changes,
        counts: Counts,
        older: Manifest | None,
        own: WordList | None = None,
        sums: Tally | None = None,
    ) -> None:
        """Encode, derive and publish; ``older`` is the sound generation before, on whose files to build.

        ``own`` are the words of one's own to search by; without, those that the folder holds. ``sums`` are kept for
        the generation after this one.
        """
        own = own or wordlist.chosen(self._folder, None)
        home = self.home(older) if older else None
        files.need(self._folder, _ROOM + (sum(size for size, _ in older.files.values()) if older else 0))
        cut = encode(changes, self._encoder, self._progress, older.generation if older else None)
        self._home.mkdir()
        before = (older.generation, home) if older and home else None
        derive(self._home, before, changes, self.seen(), self._encoder, self._progress, own, cut)
        if sums:
            sums.save(self._home, home)
        manifest = Manifest(
            generation=self.number,
            store=self.path.name,
            encoder=self._encoder.name,
            dim=self._encoder.dim,
            max_chars=self._max_chars,
            counts=counts,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            files=generation.marks(self._home, home, older.files if older else None),
            roots=changes.roots(),
        )
        wordlist.keep(self._folder, own)
        generation.publish(self._folder, manifest)

    def home(self, manifest: Manifest) -> Path:
        """Return where the files of another generation lie."""
        return self._folder / generation.name(manifest.generation)

    def settings(self) -> dict[str, str]:
        """Return what the store is made with."""
        return {"encoder": self._encoder.name, "dim": str(self._encoder.dim), "max_chars": str(self._max_chars)}

    def forget(self, changes: Changes, kept: Collection[int]) -> None:
        """Keep the generations ``kept``, one for readers that open this moment, and those that are being read."""
        try:
            changes.purge(min(keeping.sweep(self._folder, kept)))
        except (OSError, sqlite3.Error) as error:  # the new generation stands; the next writer sweeps again
            logger.warning("could not remove old generations of %s: %s", self._folder, error)

    def is_published(self) -> bool:
        """Tell whether readers see this generation."""
        with suppress(IndexStoreError):
            return generation.current(self._folder).generation == self.number
        return False

    def _give_up(self, changes: Changes) -> None:
        try:
            changes.undo()
            self._clear()
        except (OSError, sqlite3.Error) as error:  # the next writer begins by undoing
            logger.warning("could not clean up after a failed update of %s: %s", self._folder, error)

    def clear_store(self) -> None:
        """Begin the store from nothing."""
        for path in self._folder.glob(f"{self.path.name}*"):
            path.unlink()

    def _clear(self) -> None:
        (self._folder / f"{generation.CURRENT}.new").unlink(missing_ok=True)
        if self._home.exists():
            shutil.rmtree(self._home)
