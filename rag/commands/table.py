"""Columns that line up on a terminal, where a Chinese character is two cells wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

GAP = "  "
_MIN = 8  # cells that a column keeps when room is short


def cells(text: str) -> int:
    """Return how many cells of a terminal ``text`` takes."""
    return sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(text: str, width: int) -> str:
    """Cut ``text`` to ``width`` cells, with … where something is gone."""
    if cells(text) <= width:
        return text
    kept, room = "", width - 1
    for char in text:
        room -= _cells(char)
        if room < 0:
            break
        kept += char
    return kept.rstrip() + "…"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill ``text`` with spaces up to ``width`` cells."""
    space = " " * (width - cells(text))
    return space + text if right else text + space


def columns(
    rows: Sequence[Sequence[str]],
    *,
    right: frozenset[int] = frozenset(),
    width: int | None = None,
    least: Mapping[int, int] = MappingProxyType({}),
) -> list[str]:
    """Return one line a row, column heads first; the columns in ``right`` hold numbers, empty ones are left out.

    Where a line would be longer than ``width`` cells the widest columns are cut, none below its ``least``; None cuts
    nothing.
    """
    used = [k for k in range(len(rows[0])) if any(row[k] for row in rows[1:])]
    sizes = {k: max(cells(row[k]) for row in rows) for k in used}
    while width is not None and sum(sizes.values()) + len(GAP) * (len(used) - 1) > width:
        wide = [k for k in used if k not in right and sizes[k] > least.get(k, _MIN)]
        if not wide:
            break
        widest = max(wide, key=lambda k: sizes[k])
        sizes[widest] -= 1
    lines = (GAP.join(pad(fit(row[k], sizes[k]), sizes[k], right=k in right) for k in used) for row in rows)
    return [line.rstrip() for line in lines]
