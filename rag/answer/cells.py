"""An answer out of a table: which row and which column it stands in."""

from __future__ import annotations

import re

from rag.passages import table_head
from rag.types import Article, Cell, Paragraph, Range

_DIVIDER = re.compile(r"\s*(?:\t|\|| {3,}|　{2,})\s*")


def cell_of(article: Article, paragraph: Paragraph, start: int, end: int) -> Cell | None:
    """Return the names of the row and the column of ``article.text[start:end]``; None outside tables.

    The row is named by its first cell, the column by the cell above in the nearest row of heads with as many cells;
    the answer in the first cell has no row's name but its own.
    """
    if paragraph.kind != "table":
        return None
    row = _cells(article, paragraph)
    at = next((n for n, (s, e) in enumerate(row) if s <= start < e), None)
    if at is None or len(row) < 2:
        return None
    heads = [_cells(article, p) for p in table_head(article, paragraph)]
    above = next((cells[at] for cells in reversed(heads) if len(cells) == len(row)), None)
    return Cell(
        row=article.text[slice(*row[0])] if at else None,
        column=article.text[slice(*above)] if above else None,
        text=article.text[slice(*row[at])],
    )


def _cells(article: Article, paragraph: Paragraph) -> list[Range]:
    found: list[Range] = []
    begin = paragraph.start
    for divider in _DIVIDER.finditer(article.text, paragraph.start, paragraph.end):
        if divider.start() > paragraph.start:  # a divider before the first cell is its border
            found.append((begin, divider.start()))
        begin = divider.end()
    return [*found, (begin, paragraph.end)] if begin < paragraph.end else found
