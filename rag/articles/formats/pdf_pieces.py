"""Characters of a page to pieces: what stands on one base line without a wide gap, each character once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise
from statistics import median

from rag.articles.formats.pdf_glyphs import Glyph

ROW = 0.3  # ems by which base lines of one row may differ
SPLIT = 0.85  # ems between pieces of one row
COLUMN = 5.5  # ems; narrower columns are cells of tables
_LAST = 50  # characters among which one drawn before is looked for
_SHADOW = 0.25  # ems by which a character drawn twice may be off
_SPACE = (0.16, 0.5)  # ems that part words where both letters are Latin, and elsewhere
_CELL = 12.0  # ems; a cell wider than this would be a column
_MIN_CELLS = 3
_NEAR = 4.0  # ems between rows of one table


@dataclass(slots=True, eq=False)
class Piece:
    """Characters on one base line without a wide gap between them; ``cells`` are lines by cell of a row with rules."""

    glyphs: list[Glyph]
    x0: float
    x1: float
    base: float
    em: float
    cells: list[list[list[Glyph]]] | None = None

    def size(self) -> float:
        return self.x1 - self.x0


def pieces_of(glyphs: Sequence[Glyph]) -> list[Piece]:
    """Return the pieces of a page, from the top down."""
    pieces: list[Piece] = []
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda g: (-g.base, g.x0)):
        if row and row[0].base - glyph.base > ROW * min(row[0].em, glyph.em):
            pieces += _split(row)
            row = []
        row.append(glyph)
    return pieces + _split(row)


def _split(row: Sequence[Glyph]) -> list[Piece]:
    """Split a row at its wide gaps; a character drawn again at the same place is left out."""
    found: list[list[Glyph]] = []
    for run in sorted(_runs(row), key=lambda run: run[0].x0):
        last = found[-1] if found else []
        new = [g for g in run if not _drawn(g, last)]
        if not new:
            continue
        gap = new[0].x0 - last[-1].x1 if last else 0.0
        if not last or gap > SPLIT * new[0].em:
            found.append(new)
        elif gap > -SPLIT * new[0].em:
            last += new
        elif new[-1].x1 < last[-1].x1:  # set into a gap of what was drawn before
            last[:] = sorted([*last, *new], key=lambda g: g.x0)
        else:
            found.append(new)
    pieces = [_piece(part) for part in _unspread(found)]
    for left, right in pairwise(pieces):  # a word too long for its column
        left.x1 = max(left.x0, min(left.x1, right.x0 - 1))
    return pieces


def _runs(row: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield what each drawing command drew, in parts where it left wide gaps."""
    for _, drawn in groupby(sorted(row, key=lambda g: (g.run, g.x0)), key=lambda g: g.run):
        part: list[Glyph] = []
        for glyph in drawn:
            if part and glyph.x0 - part[-1].x1 > SPLIT * glyph.em:
                yield part
                part = []
            part.append(glyph)
        yield part


def _drawn(glyph: Glyph, last: Sequence[Glyph]) -> bool:
    return any(
        g.char == glyph.char and g.run != glyph.run and abs(g.x0 - glyph.x0) < _SHADOW * glyph.em
        for g in islice(reversed(last), _LAST)
        if g.x1 > glyph.x0
    )


def _unspread(parts: Sequence[list[Glyph]]) -> list[list[Glyph]]:
    """Put a line back together whose single characters stand at even distances."""
    joined: list[list[Glyph]] = []
    for lone, group in groupby(parts, key=lambda part: len(part) == 1):
        run = list(group)
        steps = [b[0].x0 - a[0].x0 for a, b in pairwise(run)]
        even = lone and len(run) > 2 and max(steps) - min(steps) <= 0.3 * run[0][0].em and steps[0] < 5 * run[0][0].em
        joined += [[part[0] for part in run]] if even else run
    return joined


def _piece(glyphs: list[Glyph]) -> Piece:
    em = Counter(glyph.em for glyph in glyphs).most_common(1)[0][0]
    return Piece(glyphs, glyphs[0].x0, max(g.x1 for g in glyphs), median(g.base for g in glyphs), em)


def rows_by_base(pieces: Sequence[Piece], em: float) -> list[list[Piece]]:
    """Group pieces that stand level, from the top down."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: -p.base):
        if rows and rows[-1][0].base - piece.base < ROW * em:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return rows


def with_table_rows(pieces: Sequence[Piece], em: float) -> list[Piece]:
    """Put the cells of tables and of lists of names together by row, so that no gutter runs between them."""
    rows = rows_by_base([p for p in pieces if not p.cells], em)
    runs = [list(_cell_runs(row, em)) for row in rows]
    joined = [p for p in pieces if p.cells]
    for i, row in enumerate(rows):
        near = [run for j in (i - 1, i + 1) if 0 <= j < len(rows) for run in runs[j] if _close(rows[i], rows[j], em)]
        for run in runs[i]:
            if any(run[0].x0 < other[-1].x1 and other[0].x0 < run[-1].x1 for other in near):
                row = [piece for piece in row if piece not in run]
                joined.append(_piece([glyph for piece in run for glyph in piece.glyphs]))
        joined += row
    return joined


def _cell_runs(row: Sequence[Piece], em: float) -> Iterator[list[Piece]]:
    """Yield pieces side by side that are too narrow for columns of text; one of them may be wider."""
    run: list[Piece] = []
    wide = 0
    for piece in [*sorted(row, key=lambda p: p.x0), None]:
        size = (piece.x1 - piece.x0) / em if piece else 0.0
        if piece and size < _CELL and (size < COLUMN or not wide):
            wide += size >= COLUMN
            run.append(piece)
            continue
        if len(run) >= _MIN_CELLS:
            yield run
        run, wide = ([piece], 1) if piece and size < _CELL else ([], 0)


def _close(above: Sequence[Piece], below: Sequence[Piece], em: float) -> bool:
    return abs(above[0].base - below[0].base) < _NEAR * em


def cells_of(line: Sequence[Piece]) -> list[list[list[Glyph]]]:
    """Return the lines of each cell of a row; small type set high or low goes back between its neighbours."""
    cells: list[list[Glyph]] = []
    for piece in sorted(line, key=lambda p: p.x0):
        if piece.cells:
            return piece.cells
        if cells and piece.em < cells[-1][0].em and piece.x0 - cells[-1][-1].x1 <= SPLIT * piece.em:
            cells[-1] = sorted([*cells[-1], *piece.glyphs], key=lambda g: g.x0)
            continue
        for glyph in piece.glyphs:
            if not cells or glyph.x0 - cells[-1][-1].x1 > SPLIT * min(glyph.em, cells[-1][-1].em):
                cells.append([])
            cells[-1].append(glyph)
    return [[cell] for cell in _unspread(cells)]


def text_of(cell: Sequence[Sequence[Glyph]]) -> str:
    """Write out the lines of a cell, with spaces where characters or Latin words stand apart."""
    text = ""
    for line in cell:
        written = _line_text(line)
        apart = text[-1:].isascii() and text[-1:].isalnum() and written[:1].isascii()
        text += f" {written}" if apart else written
    return text


def _line_text(glyphs: Sequence[Glyph]) -> str:
    text = glyphs[0].char
    for before, glyph in pairwise(glyphs):
        gap = (glyph.x0 - before.x1) / min(before.em, glyph.em)
        latin = ord(before.char[-1]) < 0x2E80 and ord(glyph.char[0]) < 0x2E80
        apart = gap > _SPACE[0 if latin else 1] or (glyph.spaced and gap > 0.06)
        text += " " + glyph.char if apart else glyph.char
    return text
