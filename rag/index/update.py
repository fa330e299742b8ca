"""Bring an index up to date with folders of articles, in one step that is done whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from logging import getLogger
from pathlib import Path

from rag.errors import ArticleError, IndexStoreError
from rag.index import generation, keeping, roots, scan, sparse, wordlist
from rag.index.changes import Changes
from rag.index.derive import Progress
from rag.index.generation import FORMAT, MARKED, OLDEST, REPAIR, Manifest
from rag.index.intake import take_in
from rag.index.report import IndexReport, report
from rag.index.snapshot import SourceRow
from rag.index.tally import tally
from rag.index.wordlist import WordList
from rag.index.writer import Writer, writing
from rag.types import Encoder

logger = getLogger(__name__)


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look at: ``paths``; where roots ``moved``, old to new; files to ``leave`` as the index knows them.

    ``own`` are the words of one's own to search by.
    """

    paths: Sequence[Path]
    moved: Mapping[Path, Path] = field(default_factory=dict)
    leave: Collection[Path] = ()
    own: WordList = field(default_factory=WordList)

    def plan(self, known: Sequence[SourceRow], folder: Path) -> scan.Plan:
        """Return what has to be done about it."""
        found = scan.find(self.paths, known, folder)
        found.leave(self.leave, "still being written")
        return scan.compare(found, known)


def update_index(
    paths: Sequence[Path],
    folder: Path,
    encoder: Encoder,
    *,
    max_chars: int,
    progress: Progress = silent,
    rebuild: bool = False,
    moved: Mapping[Path, Path] | None = None,
    leave: Collection[Path] = (),
    words: Path | None = None,
) -> IndexReport:
    """Create the index in ``folder``, or add, re-read and remove what changed below ``paths``; other roots stay.

    ``progress(stage, done, total)`` is called through the stages "reading", "encoding" and "words"; what it raises
    ends the run, which is then undone. With ``rebuild`` the index is made from ``paths`` alone, whatever stood there,
    and takes its place at the end. ``moved`` names roots that are elsewhere now, old to new: their files keep their
    names. The files in ``leave`` are passed over for now. ``words`` is a list of words of one's own (see
    rag.index.wordlist), which the index keeps from then on. A file that cannot be read is skipped and reported. Raises
    ArticleError when nothing at all can be read, and IndexStoreError when the index is locked, damaged, not writable,
    or made with another encoder or passage length; it is then left intact.
    """
    folder = Path(folder)
    asked = Asked(paths, moved or {}, leave, wordlist.chosen(folder, words))
    if rebuild or not generation.exists(folder):
        found = scan.find(paths, (), folder)
        if not found.files:
            raise _no_article(paths, found.skipped)
    with writing(folder):
        old = None if rebuild or not generation.exists(folder) else generation.current(folder, oldest=OLDEST)
        if old:
            _refuse(old, folder, encoder, max_chars)
            return _update(asked, folder, old, _next(folder, old, encoder, max_chars, progress), progress)
        number = max(keeping.finished(folder), default=0) + 1
        path = folder / f"store-{number:06d}.sqlite"
        writer = Writer(folder, path, number, encoder, max_chars, progress)
        if rebuild:
            writer.clear_store()
        return _create(asked, folder, writer, progress)


def _no_article(paths: Sequence[Path], reasons: Sequence[tuple[str, str]]) -> ArticleError:
    """Return the error that says that none of ``paths`` gave an article, with one reason where there is one."""
    why = f", for instance {reasons[0][0]}: {reasons[0][1].rstrip('.')}" if reasons else ""
    return ArticleError(
        f"no readable article{why}",
        where=", ".join(map(str, paths)),
        mend=f"Give files or folders with {scan.SUPPORTED}.",
    )


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


def _next(folder: Path, old: Manifest, encoder: Encoder, max_chars: int, progress: Progress) -> Writer:
    path = folder / old.store
    if not path.is_file():
        raise IndexStoreError("the store of the index is missing", where=path, mend=REPAIR.format(folder))
    return Writer(folder, path, old.generation + 1, encoder, max_chars, progress)


def _create(asked: Asked, folder: Path, writer: Writer, progress: Progress) -> IndexReport:
    worth_keeping = False
    try:
        with writer.at_work() as changes:
            try:
                with changes.together():
                    changes.settle(writer.settings())
                return _carry_out(asked, asked.plan([], folder), changes, writer, None, None, progress)
            finally:  # vectors spare the next run the work of this one
                worth_keeping = writer.is_published() or changes.has_vectors()
    finally:
        if not worth_keeping:
            writer.clear_store()


def _update(asked: Asked, folder: Path, old: Manifest, writer: Writer, progress: Progress) -> IndexReport:
    with writer.at_work() as changes:
        with ThreadPoolExecutor(1) as pool:  # ended before files are read: that forks
            hashed = pool.submit(_sound, folder, old)
            before = writer.seen(old.generation)
            known = before.sources()
            if asked.moved:
                roots.move(asked.moved, known, changes)
                known = before.sources()
            plan = asked.plan(known, folder)
            with changes.together():
                changes.settle(writer.settings())
                for row, file in plan.touched:
                    changes.touch(row.id, str(file.root), str(file.path), file.size, file.mtime)
            sound = hashed.result()
        same = not plan.read and not plan.gone and old.format == FORMAT
        if sound and same and _same_words(writer.home(old), asked.own):
            writer.forget(changes, {old.generation, old.generation - 1})  # the last writer may not have got so far
            return report(plan, old.counts, [], before)
        return _carry_out(asked, plan, changes, writer, old, old if sound else None, progress)


def _same_words(home: Path, own: WordList) -> bool:
    return wordlist.kept(home) == own.text and sparse.fits(home)


def _sound(folder: Path, old: Manifest) -> bool:
    """Tell whether the derived files can be built upon; if not, they are all made anew."""
    try:
        generation.verify(folder, old)
    except IndexStoreError as error:
        logger.warning("%s They are made anew.", error.what)
        return False
    return old.format >= MARKED


def _carry_out(
    asked: Asked,
    plan: scan.Plan,
    changes: Changes,
    writer: Writer,
    old: Manifest | None,
    sound: Manifest | None,
    progress: Progress,
) -> IndexReport:
    settings = writer.settings()
    with changes.together():
        read = take_in(plan, changes, settings["encoder"], int(settings["max_chars"]), progress)
    seen = writer.seen()
    sums = tally(seen, (writer.home(sound), sound.counts) if sound else None)
    done = report(plan, sums.counts, read, seen, sums)
    if not sums.counts.files:
        raise _no_article(asked.paths, done.skipped)
    writer.finish(changes, sums.counts, sound, asked.own, sums)
    writer.forget(changes, {writer.number, old.generation if old else writer.number})
    return done
