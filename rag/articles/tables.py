"""Rows of tables in running text: cells between tabs, or between spaces where neighbours have as many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.articles.lines import Line, width

_MAX_ROW = 120.0  # full-width characters; longer lines with tabs are prose
_MIN_CELLS = 3  # of a row whose cells only spaces part
_PROSE = re.compile(r"[，。；：、？！“”]|[a-z]\.$|,\s")
_DIGIT = re.compile(r"\d")


def mark_tables(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with rows of tables marked as such."""
    cells = [_cells(line) for line in lines]
    tabs = [line.text.count("\t") if width(line.text) <= _MAX_ROW else 0 for line in lines]
    marked = list(lines)
    for i, line in enumerate(lines):
        near = [j for j in (i - 1, i + 1) if 0 <= j < len(lines) and lines[max(i, j)].gap == 0]
        tabbed = tabs[i] > 1 or (tabs[i] == 1 and any(tabs[j] for j in (i - 1, i + 1) if 0 <= j < len(lines)))
        spaced = cells[i] and any(len(cells[j]) == len(cells[i]) and _figures(cells[i], cells[j]) for j in near)
        if line.kind == "text" and not line.level and (tabbed or spaced):
            marked[i] = replace(line, kind="table")
    return marked


def _cells(line: Line) -> list[str]:
    """Split a line at its spaces; empty where it reads as prose."""
    if line.kind != "text" or " " not in line.text or width(line.text) > _MAX_ROW or _PROSE.search(line.text):
        return []
    cells = line.text.split()
    return cells if len(cells) >= _MIN_CELLS else []


def _figures(row: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether at least one of two rows has figures in half of its cells; a head row has none itself."""
    return any(2 * sum(bool(_DIGIT.search(cell)) for cell in cells) >= len(cells) for cells in (row, other))
