"""Tables drawn with rules: what stands in one cell belongs together, however many lines it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.articles.formats.pdf_glyphs import Box, Glyph
from rag.articles.formats.pdf_pieces import Piece, rows_by_base

_THIN = 3.0  # points; a thicker stroke is a box
_TOUCH = 2.5  # points between rules that meet
_LEAST = (2, 2)  # rows and columns of a table
_MAX_CELL = 300  # characters; more is a page laid out in boxes
_MAX_RULES = 1500


@dataclass(frozen=True, slots=True)
class _Grid:
    """The places of the rules of one table, ``xs`` from the left, ``ys`` from the foot."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def holds(self, piece: Piece) -> bool:
        x, y = (piece.x0 + piece.x1) / 2, piece.base + piece.em / 3
        return self.xs[0] < x < self.xs[-1] and self.ys[0] < y < self.ys[-1]

    def cell(self, piece: Piece) -> tuple[int, int]:
        """Return row, from the top, and column."""
        x, y = (piece.x0 + piece.x1) / 2, piece.base + piece.em / 3
        return sum(edge > y for edge in self.ys), sum(edge < x for edge in self.xs)


def with_ruled_rows(pieces: Sequence[Piece], frames: Sequence[Box]) -> tuple[list[Piece], list[Box]]:
    """Put the pieces of each row of a ruled table into one; return the frames that belong to no table too."""
    rest = list(pieces)
    free = list(frames)
    for grid, used in _grids(frames):
        inside = [p for p in rest if grid.holds(p)]
        rows: defaultdict[int, defaultdict[int, list[Piece]]] = defaultdict(lambda: defaultdict(list))
        for piece in inside:
            row, column = grid.cell(piece)
            rows[row][column].append(piece)
        lengths = [sum(len(p.glyphs) for p in cell) for row in rows.values() for cell in row.values()]
        if len(rows) < _LEAST[0] or max(map(len, rows.values())) < _LEAST[1] or max(lengths) > _MAX_CELL:
            continue
        rest = [p for p in rest if p not in inside] + [_row(row, grid) for row in rows.values()]
        free = [frame for frame in free if frame not in used]
    return rest, free


def _row(columns: dict[int, list[Piece]], grid: _Grid) -> Piece:
    cells = [list(_lines(columns[column])) for column in sorted(columns)]
    pieces = [piece for cell in columns.values() for piece in cell]
    top = max(pieces, key=lambda p: p.base)
    glyphs = [glyph for cell in cells for line in cell for glyph in line]
    return Piece(glyphs, grid.xs[0], grid.xs[-1], top.base, top.em, cells)


def _lines(cell: Sequence[Piece]) -> Iterator[list[Glyph]]:
    for row in rows_by_base(cell, max(p.em for p in cell)):
        yield [glyph for piece in sorted(row, key=lambda p: p.x0) for glyph in piece.glyphs]


def _grids(frames: Sequence[Box]) -> Iterator[tuple[_Grid, list[Box]]]:
    """Yield groups of rules that touch, where some run down and some across."""
    rules = [box for box in frames if min(box[2] - box[0], box[3] - box[1]) >= 0]
    if len(rules) > _MAX_RULES:
        return
    while rules:
        group, new = [], [rules.pop()]
        while new:
            group += new
            new = [rule for rule in rules if any(_touch(rule, other) for other in new)]
            rules = [rule for rule in rules if rule not in new]
        across = [y for left, bottom, right, top in group for y in _edges(bottom, top, right - left)]
        down = [x for left, bottom, right, top in group for x in _edges(left, right, top - bottom)]
        ys, xs = _distinct(across), _distinct(down)
        if len(ys) > _LEAST[0] and len(xs) > _LEAST[1]:
            yield _Grid(xs, ys), group


def _edges(low: float, high: float, length: float) -> tuple[float, ...]:
    """Return where a rule or the sides of a box lie; a stroke shorter than it is thick lies nowhere."""
    if high - low <= _THIN:
        return ((low + high) / 2,) if length > _THIN else ()
    return (low, high) if length > _THIN else ()


def _touch(a: Box, b: Box) -> bool:
    near_x = a[0] - _TOUCH <= b[2] and b[0] - _TOUCH <= a[2]
    return near_x and a[1] - _TOUCH <= b[3] and b[1] - _TOUCH <= a[3]


def _distinct(places: Sequence[float]) -> tuple[float, ...]:
    kept = sorted(places)
    return tuple(b for a, b in pairwise([float("-inf"), *kept]) if b - a > 2 * _THIN)
