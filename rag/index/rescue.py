"""A new store out of a damaged one: whole files are carried over, the others read again or kept as far as they go."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.errors import IndexStoreError
from rag.index import salvage, scan
from rag.index.changes import Changes
from rag.index.derive import Progress
from rag.index.facts import FileFacts, vector_key
from rag.index.generation import REBUILD, Counts
from rag.index.intake import take_in
from rag.index.salvage import Ruins
from rag.index.snapshot import Snapshot, SourceRow
from rag.index.writer import Writer
from rag.passages import cut
from rag.types import Article

_BATCH = 512  # vectors written at a time
Outcome = tuple[tuple[str, ...], tuple[tuple[str, str], ...], Counts]  # read again, lost, what the index holds now


@dataclass(slots=True)
class Rescue:
    """Carries a generation of the store at ``path`` over into that of ``writer``. ``roots`` are the index's own."""

    folder: Path
    path: Path
    number: int
    roots: tuple[str, ...]
    writer: Writer
    progress: Progress
    lost: list[tuple[str, str]] = field(default_factory=list)

    def carry_out(self, ruins: Ruins) -> Outcome:
        """Do it, and publish; when something was lost, the old store is kept beside, as damaged-store-….sqlite."""
        with ExitStack() as stack:
            changes = stack.enter_context(self.writer.at_work())
            changes.settle(self.writer.settings())
            old = None
            if self.path.is_file():
                old = stack.enter_context(salvage.opened(self.path))
            again = self._fill(changes, ruins, old)
            seen = self.writer.seen()
            counts = seen.counts()
            if not counts.files:
                raise self._nothing_left()
            self.writer.finish(changes, counts, None)
            if self.lost:
                self._keep_old()
            self.writer.forget(changes, {self.writer.number})
            return again, tuple(self.lost), counts

    def _fill(self, changes: Changes, ruins: Ruins, old: sqlite3.Connection | None) -> tuple[str, ...]:
        plan = scan.Plan([], [], [], [], [])
        known = list(ruins.sources.values())
        disk = {file.source: file for file in self._on_disk(known)}
        with changes.together():
            seen, settings = set(), self.writer.settings()
            for row, source in ruins.sources.items():
                assert old is not None
                snapshot = Snapshot(old, self.path, self.number)
                whole = [article for article in salvage.articles(snapshot, ruins, row) if article]
                missing = ruins.counted[row] - len(whole)
                file = disk.get(source.source)
                if file is None or (not missing and (file.size, file.mtime) == (source.size, source.mtime)):
                    seen.add(source.source)
                    self._keep(changes, source, whole, missing)
            plan.read = [(file, scan.digest_of(file), None) for name, file in disk.items() if name not in seen]
            read = take_in(plan, changes, settings["encoder"], int(settings["max_chars"]), self.progress)
        if old is not None:
            self._carry_vectors(changes, old)
        return tuple(sorted(facts.source for facts in read))

    def _on_disk(self, known: list[SourceRow]) -> list[scan.DiskFile]:
        roots = sorted({*self.roots, *(row.root for row in known)})
        there = [Path(root) for root in roots if os.path.exists(root)]
        return scan.find(there, known, self.folder).files

    def _keep(self, changes: Changes, source: SourceRow, whole: list[Article], missing: int) -> None:
        settings = self.writer.settings()
        facts = FileFacts(
            source.source, source.root, source.path, source.size, source.mtime, source.sha256, source.encoding,
            source.undecodable, source.notes, source.error,
        )  # fmt: skip
        if missing:
            self.lost.append((source.source, f"{missing:,} of {missing + len(whole):,} articles; the file is gone"))
            facts = replace(facts, sha256="", mtime=0)  # should it come back, it is read again
        max_chars, encoder = int(settings["max_chars"]), settings["encoder"]
        changes.add(
            facts, [(article, [(p, vector_key(encoder, p)) for p in cut(article, max_chars)]) for article in whole]
        )

    def _carry_vectors(self, changes: Changes, old: sqlite3.Connection) -> None:
        batch: list[tuple[bytes, bytes]] = []
        for pair in self._of_right_length(salvage.vectors(old, changes.keys())):
            batch.append(pair)
            if len(batch) == _BATCH:
                changes.add_vectors(batch)
                batch = []
        changes.add_vectors(batch)

    def _of_right_length(self, pairs: Iterator[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
        length = 2 * int(self.writer.settings()["dim"])  # bytes: they are kept as float16
        return (pair for pair in pairs if len(pair[1]) == length)

    def _keep_old(self) -> None:
        for path in self.folder.glob(f"{self.path.name}*"):
            if not path.name.endswith("-shm"):
                os.replace(path, path.with_name(f"damaged-{path.name}"))

    def _nothing_left(self) -> IndexStoreError:
        return IndexStoreError(
            "nothing of the index could be saved, and its files are not where they were",
            where=self.folder,
            mend=REBUILD.format(self.folder),
        )
