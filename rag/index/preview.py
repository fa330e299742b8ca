"""What a run of indexing would do, without writing anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag.index import generation, store
from rag.index.snapshot import Snapshot, SourceRow
from rag.index.update import Asked


@dataclass(frozen=True, slots=True)
class Preview:
    """Files by name, in order: ``touched`` have another time or place but the same bytes, ``skipped`` a reason."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    touched: tuple[str, ...]
    unchanged: int
    skipped: tuple[tuple[str, str], ...]

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield what would happen and to which file, one change after the other."""
        for what in ("new", "changed", "gone"):
            yield from ((what, source) for source in getattr(self, what))


def preview(
    paths: Sequence[Path],
    folder: Path,
    *,
    moved: Mapping[Path, Path] | None = None,
    leave: Collection[Path] = (),
    rebuild: bool = False,
) -> Preview:
    """Return what ``update_index`` would do with the same ``paths``; raises what it would raise about them."""
    known = [] if rebuild else [_moved(row, moved or {}) for row in known_files(Path(folder))]
    plan = Asked(paths, {}, leave).plan(known, Path(folder))
    return Preview(
        new=tuple(sorted(file.source for file, _, row in plan.read if row is None)),
        changed=tuple(sorted(file.source for file, _, row in plan.read if row is not None)),
        gone=tuple(sorted(row.source for row in plan.gone)),
        touched=tuple(sorted(row.source for row, _ in plan.touched)),
        unchanged=len(plan.same),
        skipped=tuple(plan.skipped),
    )


def known_files(folder: Path) -> list[SourceRow]:
    """Return the files that the index in ``folder`` knows; none where there is no index yet."""
    if not generation.exists(folder):
        return []
    manifest = generation.current(folder)
    path = folder / manifest.store
    with store.as_store_error(path), closing(store.connect(path)) as connection:
        return Snapshot(connection, path, manifest.generation).sources()


def _moved(row: SourceRow, moves: Mapping[Path, Path]) -> SourceRow:
    new = moves.get(Path(row.root))
    if new is None:
        return row
    values = {name: getattr(row, name) for name in row.__slots__}
    return SourceRow(**{**values, "root": str(new), "path": str(new / Path(row.path).relative_to(row.root))})
