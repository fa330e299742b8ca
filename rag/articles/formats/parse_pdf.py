"""PDF files to lines: the text layer page by page, with type size and position where they tell headings and indents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from rag.articles.formats.pdf_about import labels_of, native_of, notes_of, outline_of, with_outline, without_late_date
from rag.articles.formats.pdf_glyphs import Sheet, read_sheet
from rag.articles.formats.pdf_order import Row, rows_of
from rag.articles.formats.tables import mark_tables
from rag.articles.lines import LineKind, LineWriter, Parsed, finished, width
from rag.errors import ArticleError

_TITLE_SIZE = 1.3  # times the body's type size: a title; smaller ones down to the next are section headings
_HEADING_SIZE = 1.12
_MAX_HEADING = 45.0  # full-width characters
_MAX_BOLD = 32.0
_INDENT = (0.8, 3.5)  # ems to the right of the column's edge
_BLANK = 1.35  # times the usual distance of lines: as good as a blank line


class _Placed(NamedTuple):
    row: Row
    page: int
    text: str
    part: int  # rows of another part of the page run in another direction


def parse_pdf(data: bytes, where: object) -> Parsed:
    """Parse a PDF; raises ArticleError when it is damaged, locked, or pictures without text."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise ArticleError(
            f"This PDF cannot be opened: {error}", where=where, mend="Remove its password, or print it to a new PDF."
        ) from error
    try:
        sheets = [_sheet(document, number) for number in range(len(document))]
        native, labels, outline = native_of(document), labels_of(document), outline_of(document)
    except (pdfium.PdfiumError, UnicodeError) as error:
        raise ArticleError(f"This PDF is damaged: {error}", where=where, mend="Print it to a new PDF.") from error
    finally:
        document.close()
    rows = [placed for number, sheet in enumerate(sheets, 1) for placed in _placed(sheet, number)]
    if not rows:
        raise ArticleError(
            f"This PDF has no text layer on its {len(sheets)} page(s)",
            where=where,
            mend="Run text recognition (OCR) on it first.",
        )
    writer = LineWriter()
    for placed, gap, level, indented in _set(rows):
        kind: LineKind = "table" if placed.row.ruled else "text"
        writer.add(placed.text, gap=gap, level=level, kind=kind, indented=indented, page=placed.page)
    lines = with_outline(mark_tables(writer.lines), outline)
    native = without_late_date(native, lines)
    return Parsed(writer.decoded(), lines, "pdf", 0, native, notes_of(sheets), labels=labels)


def _sheet(document: Any, number: int) -> Sheet:
    from pypdfium2 import PdfiumError

    try:
        page = document[number]
    except PdfiumError:
        return Sheet(damaged=True)
    try:
        return read_sheet(page)
    finally:
        page.close()


def _placed(sheet: Sheet, page: int) -> Iterator[_Placed]:
    for part, glyphs in enumerate(sheet.glyphs):
        rows = rows_of(glyphs, None if part or sheet.vertical else sheet.box, sheet.frames)
        for i, row in enumerate(rows):
            near = [other for other in rows[max(0, i - 1) : i + 2] if other is not row and other.block == row.block]
            mark = "\t" if row.ruled or any(len(other.cells) > 1 for other in near) else " "
            yield _Placed(row, page, mark.join(row.cells), part)


def _set(rows: Sequence[_Placed]) -> Iterator[tuple[_Placed, int, int, bool]]:
    """Say of each row the blank lines before it, its level as a heading, and whether it is indented."""
    sizes: Counter[float] = Counter()
    fonts: Counter[str] = Counter()
    for placed in rows:
        sizes[placed.row.size] += len(placed.text)
        fonts[placed.row.font] += len(placed.text)
    body, plain = sizes.most_common(1)[0][0], fonts.most_common(1)[0][0]
    steps = [
        a.row.base - b.row.base for a, b in pairwise(rows) if _same_column(a, b) and a.row.size == b.row.size == body
    ]
    pitch = median([step for step in steps if step > 0] or [0.0])
    for i, placed in enumerate(rows):
        above = rows[i - 1] if i and _same_column(rows[i - 1], placed) else None
        gap = int(bool(above and pitch and above.row.base - placed.row.base > _BLANK * pitch))
        low, high = _INDENT
        yield placed, gap, _level(placed, body, plain), low <= placed.row.indent <= high


def _same_column(above: _Placed, below: _Placed) -> bool:
    return (above.page, above.part, above.row.block) == (below.page, below.part, below.row.block)


def _level(placed: _Placed, body: float, plain: str) -> int:
    """Return 1 for a title's type size, 2 for a heading's, or for a line wholly in another font than the text."""
    text, row = placed.text, placed.row
    letters = any(c.isalpha() for c in text) and "\t" not in text and not row.ruled
    if width(text) > _MAX_HEADING or finished(text) or not body or not letters:
        return 0
    if row.size >= _TITLE_SIZE * body:
        return 1
    bold = bool(row.font) and row.font != plain and row.size >= body and width(text) <= _MAX_BOLD
    return 2 if row.size >= _HEADING_SIZE * body or bold else 0
