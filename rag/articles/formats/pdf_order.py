"""The characters of a page to its lines in reading order, whatever the order in which they were drawn.

What stands alone at the page's top and foot is read first and last; between them ``pdf_columns`` finds the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.articles.formats.pdf_columns import Gutter, ordered
from rag.articles.formats.pdf_glyphs import Box, Glyph
from rag.articles.formats.pdf_grids import with_ruled_rows
from rag.articles.formats.pdf_pieces import Piece, cells_of, pieces_of, rows_by_base, text_of, with_table_rows

_EDGE = 0.12  # share of the page, at its top and foot, where running heads stand
_SPARSE = 0.6  # share of their line that they fill at most
_APART = 1.9  # ems between them and the text
_WALL = 8  # ems; shorter rules part nothing
_MAX_FRAME = 0.7  # of the page's height; more is its background


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line. ``block`` numbers the columns of a page; ``indent`` is measured in ems from its left edge.

    ``cells`` are the parts that wide gaps or rules separate, usually one; ``ruled`` tells a row of a table with
    rules. ``font`` is empty where it changes.
    """

    cells: tuple[str, ...]
    size: float
    base: float
    font: str
    block: int
    indent: float
    ruled: bool = False


def rows_of(glyphs: Sequence[Glyph], box: Box | None = None, frames: Sequence[Box] = ()) -> list[Row]:
    """Return the rows of a page in reading order.

    ``box`` is the page's, for its running head and foot; ``frames`` are drawn rules and boxes, which part as titles do.
    """
    pieces = pieces_of(glyphs)
    if not pieces:
        return []
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.em] += len(piece.glyphs)
    body = sizes.most_common(1)[0][0]
    head, text, foot = _margins(pieces, body, box) if box else ([], pieces, [])
    text, frames = with_ruled_rows(text, frames)
    text = with_table_rows(text, body)
    walls = list(_walls(frames, box, body)) if box else []
    gutters: list[Gutter] = []
    list(ordered([*text, *walls], body, gutters, 0))  # once to find the gutters, for rows too few to prove one
    blocks = [[p] for p in head] + list(ordered([*text, *walls], body, gutters, 0)) + [[p] for p in foot]
    written = [[p for p in block if p.glyphs] for block in blocks]
    return [row for number, block in enumerate(written) if block for row in _rows(block, number, body)]


def _margins(pieces: list[Piece], body: float, box: Box) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Set the rows apart that stand alone at the page's top and foot, if they leave much of their line empty."""
    margin = _EDGE * (box[3] - box[1])
    across = max(p.x1 for p in pieces) - min(p.x0 for p in pieces)
    rows = rows_by_base(pieces, body)
    ends: list[list[list[Piece]]] = []
    for order, edge in ((1, box[3]), (-1, box[1])):
        rows = rows[::order]
        taken = 0
        while taken + 1 < len(rows):
            row, following = rows[taken], rows[taken + 1]
            apart = abs(row[0].base - following[0].base) >= _APART * max(body, following[0].em if order > 0 else 0.0)
            if abs(edge - row[0].base) > margin or not apart or sum(p.size() for p in row) > _SPARSE * across:
                break
            taken += 1
        ends.append([sorted(row, key=lambda p: p.x0) for row in rows[:taken]][::order])
        rows = rows[taken:][::order]
    head, foot = ([p for row in end for p in row] for end in ends)
    return head, [p for row in rows for p in row], foot


def _walls(frames: Sequence[Box], box: Box, em: float) -> Iterator[Piece]:
    """Yield the upper and lower edges of long rules and boxes as pieces without characters."""
    for left, bottom, right, top in frames:
        if right - left >= _WALL * em and top - bottom <= _MAX_FRAME * (box[3] - box[1]):
            for edge in {bottom, top} if top - bottom > em else {top}:
                yield Piece([], left, right, edge, em)


def _rows(block: Sequence[Piece], number: int, em: float) -> Iterator[Row]:
    """Yield a block's lines from the top down."""
    lines: list[list[Piece]] = []
    for piece in sorted(block, key=lambda p: -p.base):
        above = lines[-1][0] if lines else None
        if above and not above.cells and not piece.cells and above.base - piece.base < 0.45 * max(above.em, piece.em):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    edges = Counter(round(min(p.x0 for p in line) / em * 2) / 2 for line in lines)
    common = [edge for edge, count in edges.items() if count >= max(edges.values()) / 4]
    for line in lines:
        cells = cells_of(line)
        glyphs = [glyph for cell in cells for part in cell for glyph in part]
        sizes = Counter(glyph.em for glyph in glyphs)
        fonts = {glyphs[0].font, glyphs[-1].font}
        yield Row(
            tuple(text_of(cell) for cell in cells),
            sizes.most_common(1)[0][0],
            line[0].base,
            fonts.pop() if len(fonts) == 1 else "",
            number,
            glyphs[0].x0 / em - min(common),
            line[0].cells is not None,
        )
