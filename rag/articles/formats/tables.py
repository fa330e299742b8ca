"""Which lines of text are rows of tables.

Cells stand between tabs, drawn bars, or spaces where neighbouring rows have as many. Lists of names set in
columns have cells too; they are no tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.articles.formats.table_heads import BARS, HEAD_WORDS, Row, cells_of, table_notes
from rag.articles.lines import Line, width
from rag.text import squeeze
from rag.types import Range

_MAX_ROW = 120.0  # full-width characters; longer lines with tabs are prose
_MIN_CELLS = 3  # of a row whose cells only spaces part
_NAME = 4  # Chinese characters of a name at most
_PROSE = re.compile(r"[，。；：、？！“”]|[a-z]\.$|,\s")
_DIGIT = re.compile(r"\d")
_DRAWN = re.compile(r"[\s|｜+=\-—\u2500-\u257f]*[\u2500-\u257f][\s|｜+=\-—\u2500-\u257f]*|\+(?:[-=]{2,}\+)+")
_NUMBERED = re.compile(
    r"(?:[（(]?[\d一二三四五六七八九十]{1,3}[)）、.．]|第[\d一二三四五六七八九十百]{1,4}[条章节]|[•·●○■□◆▪\-*①-⑳])\s*"
)


def mark_tables(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with rows of tables marked as such, and rows of names as items; drawn frames are left out."""
    marked = list(_marked_bars(lines))
    cells = [_cells(line) for line in marked]
    tabs = [_tabs(line) for line in marked]
    for i, line in enumerate(marked):
        near = [j for j in (i - 1, i + 1) if 0 <= j < len(marked) and marked[max(i, j)].gap == 0]
        alike = [j for j in near if len(cells[j]) == len(cells[i])]
        tabbed = tabs[i] > 1 or (tabs[i] == 1 and any(tabs[j] for j in (i - 1, i + 1) if 0 <= j < len(marked)))
        spaced = cells[i] and any(_figures(cells[i], cells[j]) and (j > i or _DIGIT.search(line.text)) for j in alike)
        if line.kind == "text" and not line.level and (tabbed or spaced):
            marked[i] = replace(line, kind="item" if not spaced and _names(marked, i) else "table")
        elif _lists_names(line) and any(_lists_names(marked[j]) for j in near):
            marked[i] = replace(line, kind="item")
    notes = table_notes([Row("table" if line.kind == "table" else "body", line.text) for line in marked])
    return [replace(line, kind="note", level=0) if i in notes else line for i, line in enumerate(marked)]


def _marked_bars(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines without drawn frames, and as rows those with as many bars as a neighbour, or beside a frame."""
    kept = [(line, _DRAWN.fullmatch(line.text) is not None) for line in lines]
    bars = [0 if drawn or line.kind != "text" or line.level else _bars(line.text) for line, drawn in kept]
    for i, (line, drawn) in enumerate(kept):
        if drawn and line.kind == "text":
            continue
        near = [bars[j] for j in (i - 1, i + 1) if 0 <= j < len(bars)]
        framed = any(kept[j][1] for j in (i - 1, i + 1) if 0 <= j < len(kept))
        if bars[i] and (framed or bars[i] in near) and (row := _unframed(line)):
            yield replace(row, kind="table")
        else:
            yield line


def _bars(text: str) -> int:
    return sum(text.count(bar) for bar in BARS) if width(text) <= _MAX_ROW else 0


def _unframed(line: Line) -> Line | None:
    """Return a row without the bars at its ends."""
    start, end = 0, len(line.text)
    while start < end and line.text[start] in BARS + " \t\u3000":
        start += 1
    while start < end and line.text[end - 1] in BARS + " \t\u3000":
        end -= 1
    if start == end:
        return None
    return replace(line, text=line.text[start:end], ranges=tuple(_cropped(line.ranges, start, end)))


def _cropped(ranges: Sequence[Range], start: int, end: int) -> Iterator[Range]:
    """Yield the ranges of characters ``start`` to ``end`` of a line."""
    for first, last in ranges:
        a, b = max(first, first + start), min(last, first + end)
        if a < b:
            yield a, b
        start, end = max(0, start - (last - first)), max(0, end - (last - first))


def _tabs(line: Line) -> int:
    """Count the tabs between cells; one behind a number or bullet of a list is none."""
    if width(line.text) > _MAX_ROW:
        return 0
    first, tab, _ = line.text.partition("\t")
    return line.text.count("\t") - bool(tab and _NUMBERED.fullmatch(first))


def _names(lines: Sequence[Line], i: int) -> bool:
    """Tell whether a line and those around it list names in columns: short cells of letters, no figures."""
    first = last = i
    tabs = lines[i].text.count("\t")
    while first and lines[first - 1].text.count("\t") == tabs and not lines[first].gap:
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].text.count("\t") == tabs and not lines[last + 1].gap:
        last += 1
    cells = [cell for line in lines[first : last + 1] for cell in cells_of(line.text) if cell]
    return all(_is_name(cell) for cell in cells) and not any(HEAD_WORDS.fullmatch(cell) for cell in cells)


def _lists_names(line: Line) -> bool:
    """Tell whether wide spaces part a line into three or more names."""
    cells = re.split(r"\s{2,}|\u3000+", line.text) if line.kind in {"text", "item"} and not line.level else []
    return len(cells) >= _MIN_CELLS and all(len(cell) > 1 and _is_name(cell) for cell in cells)


def _is_name(cell: str) -> bool:
    """Tell whether a cell could be a name, or what one does and a name: "主任：张三"."""
    name = squeeze(re.split("[：:]", cell)[-1])
    return name.replace("·", "").isalpha() and (width(name) <= _NAME or "·" in name)


def _cells(line: Line) -> list[str]:
    """Split a line at its spaces; empty where it reads as prose."""
    if line.kind != "text" or " " not in line.text or width(line.text) > _MAX_ROW or _PROSE.search(line.text):
        return []
    cells = line.text.split()
    return cells if len(cells) >= _MIN_CELLS else []


def _figures(row: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether at least one of two rows has figures in half of its cells; a head row has none itself."""
    return any(2 * sum(bool(_DIGIT.search(cell)) for cell in cells) >= len(cells) for cells in (row, other))
