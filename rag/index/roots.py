"""Folders that were moved: an index knows its files by name, and only where they lie changes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from rag.errors import ConfigError
from rag.index.changes import Changes
from rag.index.snapshot import SourceRow


def parse_moves(told: Sequence[str]) -> dict[Path, Path]:
    """Read OLD=NEW, one a move; raises ConfigError for anything else, and for a NEW that is not there."""
    moves = {}
    for text in told:
        old, equals, new = text.partition("=")
        if not (old and equals and new):
            raise ConfigError(f"{text} does not say what moved where", mend="Write --root OLD=NEW.")
        if not Path(new).expanduser().exists():
            raise ConfigError("there is no such folder", where=new, mend="Correct the part after = of --root.")
        moves[_absolute(old)] = _absolute(new)
    return moves


def move(moves: Mapping[Path, Path], known: Sequence[SourceRow], changes: Changes) -> None:
    """Write the new places of the files of each root down; raises ConfigError for a root the index does not know."""
    roots = set(map(Path, {row.root for row in known}))
    for old, new in moves.items():
        if old not in roots:
            if new in roots:  # it was moved by a run before
                continue
            names = ", ".join(sorted(map(str, roots)))
            raise ConfigError(f"the index has no root {old}", mend=f"Its roots are: {names}.")
    with changes.together():
        for row in known:
            if new_root := moves.get(Path(row.root)):
                path = new_root / Path(row.path).relative_to(row.root)
                changes.touch(row.id, str(new_root), str(path), row.size, row.mtime)


def labels(known: Sequence[SourceRow]) -> dict[Path, str]:
    """Return what the names of each root's files begin with: the name the root had when it was first indexed."""
    return {Path(root): source.partition("/")[0] for root, source in {row.root: row.source for row in known}.items()}


def _absolute(path: str) -> Path:
    return Path(os.path.abspath(Path(path).expanduser()))
