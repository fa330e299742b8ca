"""An index made whole: what is sound stays, what was derived is made anew, what was lost is read again or named."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import IndexStoreError
from rag.index import generation, keeping, salvage
from rag.index.derive import Progress
from rag.index.generation import FORMAT, MARKED, OLDEST, REBUILD, Counts, Manifest
from rag.index.reading import open_index
from rag.index.rescue import Rescue
from rag.index.salvage import Ruins
from rag.index.snapshot import Snapshot
from rag.index.update import silent
from rag.index.writer import Writer, writing
from rag.types import Encoder


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was found and what became of it. No ``faults``: the index is sound, and nothing was written.

    ``again`` are files that were read again; ``lost`` pairs a file that is not there any more with what is gone of it.
    """

    faults: tuple[str, ...]
    again: tuple[str, ...] = ()
    lost: tuple[tuple[str, str], ...] = ()
    counts: Counts = field(default_factory=Counts)


@dataclass(slots=True)
class _State:
    """The newest generation of which anything is known; ``whole`` when its files are as its manifest says."""

    number: int
    path: Path
    manifest: Manifest | None
    whole: bool
    faults: list[str]


def examine(folder: Path) -> Repaired:
    """Compare every byte of the index with what is known of it, and change nothing."""
    folder = Path(folder)
    state = _state(folder)
    faults = _faults(folder, state, _ruins(state))
    return Repaired(tuple(faults), counts=state.manifest.counts if state.manifest else Counts())


def repair(folder: Path, encoder: Encoder, *, max_chars: int, progress: Progress = silent) -> Repaired:
    """Make the index in ``folder`` whole; only what is damaged is made anew.

    ``max_chars`` counts where the index cannot tell its own. Raises IndexStoreError when another process writes the
    index, when it was made with another encoder, or when nothing is left of it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        generation.current(folder)  # says so
    with writing(folder):
        state = _state(folder)
        ruins = _ruins(state)
        faults = _faults(folder, state, ruins)
        if not faults and state.manifest:
            return Repaired((), counts=state.manifest.counts)
        made, max_chars = _made_with(state, max_chars)
        if made not in (None, encoder.name):
            raise IndexStoreError(
                f"the index was made with encoder {made}, this run asks for {encoder.name}",
                where=folder,
                mend=f"Ask for {made} with --encoder.",
            )
        number = max(state.number, *(keeping.number(home) for home in folder.glob("gen-*"))) + 1
        writer = Writer(folder, folder / f"store-{number:06d}.sqlite", number, encoder, max_chars, progress)
        if ruins and not ruins.faults:
            writer = Writer(folder, state.path, number, encoder, max_chars, progress)
            older = state.manifest if state.whole and state.manifest and _to_build_on(state.manifest, ruins) else None
            return Repaired(tuple(faults), counts=_derive_anew(writer, ruins, older))
        roots = state.manifest.roots if state.manifest else ()
        rescue = Rescue(folder, state.path, state.number, roots, writer, progress)
        try:
            return Repaired(tuple(faults), *rescue.carry_out(ruins or Ruins()))
        finally:
            if not writer.is_published():
                writer.clear_store()


def _to_build_on(manifest: Manifest, ruins: Ruins) -> bool:
    """Tell whether nothing is wrong with an index but that it was made by an older version."""
    return MARKED <= manifest.format < FORMAT and not ruins.vectors


def _derive_anew(writer: Writer, ruins: Ruins, older: Manifest | None) -> Counts:
    """Make everything but the rows of the store again, or what is missing in the files of ``older``."""
    with writer.at_work() as changes:
        with changes.together():
            changes.settle(writer.settings())
        changes.drop_vectors(ruins.vectors)
        counts = writer.seen().counts()
        writer.finish(changes, counts, older)
        writer.forget(changes, {writer.number})
    return counts


def _state(folder: Path) -> _State:
    """Find out what can be trusted: CURRENT and its manifest, or else the newest manifest whose files are whole."""
    try:
        return _with_files(folder, generation.current(folder, oldest=OLDEST), [])
    except IndexStoreError as error:
        if " has format " in error.what:  # nothing is damaged; another version made it
            raise
        faults = [error.what]
    pointed = generation.pointed_to(folder)
    finished = keeping.finished(folder)
    if pointed is None:
        states = [_with_files(folder, manifest, list(faults)) for _, manifest in sorted(finished.items(), reverse=True)]
        for state in (*(state for state in states if state.whole), *states):
            return state
    homes = [keeping.number(home) for home in folder.glob("gen-*")]
    number = max(homes, default=1) if pointed is None else pointed
    stores = sorted(path for path in folder.glob("store-*.sqlite") if path.name <= f"store-{number:06d}.sqlite")
    if not stores:
        raise IndexStoreError("nothing is left of the index", where=folder, mend=REBUILD.format(folder))
    return _State(number, stores[-1], None, False, faults)


def _with_files(folder: Path, manifest: Manifest, faults: list[str]) -> _State:
    state = _State(manifest.generation, folder / manifest.store, manifest, True, faults)
    try:
        generation.verify(folder, manifest)
    except IndexStoreError as error:
        state.faults.append(error.what)
        state.whole = False
    return state


def _ruins(state: _State) -> Ruins | None:
    """Examine the store; None when there is none."""
    if not state.path.is_file():
        return None
    if state.manifest and state.manifest.format < MARKED:
        return Ruins()  # its marks are compared when it is brought up to date
    try:
        with salvage.opened(state.path) as connection:
            ruins = salvage.examine(connection, state.path, state.number)
            held = Snapshot(connection, state.path, state.number).counts() if not ruins.faults else None
    except (sqlite3.DatabaseError, IndexStoreError) as error:
        return Ruins([f"{state.path.name} cannot be read: {error}"])
    if held and state.manifest and held != state.manifest.counts:
        ruins.faults.append(f"{state.path.name} does not hold what it held when it was last written")
    return ruins


def _faults(folder: Path, state: _State, ruins: Ruins | None) -> list[str]:
    faults = list(state.faults)
    if state.manifest and state.manifest.format != FORMAT:
        faults.append(f"the index has format {state.manifest.format}, not {FORMAT}")
    if ruins is None:
        return faults or [f"{state.path.name} is missing"]
    faults += ruins.faults
    if ruins.vectors:
        faults.append(f"{len(ruins.vectors):,} vectors in the store are damaged")
    if not faults:
        try:
            open_index(folder).close()
        except IndexStoreError as error:
            faults.append(error.what)
    return faults


def _made_with(state: _State, max_chars: int) -> tuple[str | None, int]:
    """Return the name of the encoder, if anything still tells it, and the length of a passage."""
    if state.manifest:
        return state.manifest.encoder, state.manifest.max_chars
    with suppress(OSError, sqlite3.DatabaseError, KeyError, ValueError), salvage.opened(state.path) as connection:
        told = dict(connection.execute("SELECT name, value FROM settings"))
        return str(told["encoder"]), int(told["max_chars"])
    return None, max_chars
