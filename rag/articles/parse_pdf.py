"""PDF files to lines: the text layer page by page, with type size and position where they tell headings and indents."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from rag.articles.lines import LineWriter, Parsed, finished, width
from rag.articles.tables import mark_tables
from rag.errors import ArticleError

_TITLE_SIZE = 1.3  # times the body's type size: a title; smaller ones down to the next are section headings
_HEADING_SIZE = 1.12
_MAX_HEADING = 45.0  # full-width characters
_MAX_BOLD = 32.0
_FONT_NAME = 128  # bytes
_UNPRINTED = re.compile(r"\x00|[\ufffe\x02](?=[a-z])")  # the engine's sign for a hyphen it took off a line's end
_INDENT = (0.8, 3.5)  # ems to the right of the column's edge
_BLANK = 1.35  # times the usual distance of lines: as good as a blank line


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    page: int
    size: float
    left: float
    base: float
    font: str


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
        rows = [row for number in range(len(document)) for row in _page_rows(document[number], number + 1)]
        pages = len(document)
        title = str(document.get_metadata_dict().get("Title") or "").strip()
    finally:
        document.close()
    if not rows:
        raise ArticleError(
            f"This PDF has no text layer on its {pages} page(s)",
            where=where,
            mend="Run text recognition (OCR) on it first.",
        )
    writer = LineWriter()
    for row, gap, level, indented in _set(rows):
        writer.add(row.text, gap=gap, level=level, indented=indented, page=row.page)
    bare = pages - len({row.page for row in rows})
    notes = (f"{bare} of {pages} pages have no text layer",) if bare else ()
    native = {"title": title} if title and not title.lower().startswith(("microsoft word", "untitled")) else {}
    return Parsed(writer.decoded(), mark_tables(writer.lines), "pdf", 0, native, notes)


def _page_rows(page: Any, number: int) -> Iterator[_Row]:
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    try:
        text = textpage.get_text_range()
        position = 0
        for piece in text.splitlines(keepends=True):
            words = piece.strip()
            if words:
                start = position + piece.find(words)
                first = max(0, raw.FPDFText_GetCharIndexFromTextIndex(textpage, start))
                last = max(first, raw.FPDFText_GetCharIndexFromTextIndex(textpage, start + len(words) - 1))
                font = _font(raw, textpage, first)
                whole = font if font == _font(raw, textpage, last) else ""
                yield _Row(_UNPRINTED.sub("", words), number, *_measure(raw, textpage, first), whole)
            position += len(piece)
    finally:
        textpage.close()
        page.close()


def _measure(raw: Any, textpage: Any, index: int) -> tuple[float, float, float]:
    """Return type size, left edge and baseline of one character, in points from the page's lower left corner."""
    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(textpage, index, ctypes.byref(box))
    size = box.top - box.bottom or raw.FPDFText_GetFontSize(textpage, index)
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(textpage, index, ctypes.byref(x), ctypes.byref(y))
    return round(size, 1), box.left, y.value


def _font(raw: Any, textpage: Any, index: int) -> str:
    name = ctypes.create_string_buffer(_FONT_NAME)
    length = raw.FPDFText_GetFontInfo(textpage, index, name, _FONT_NAME, None)
    return name.value.decode("utf-8", "replace") if 0 < length <= _FONT_NAME else ""


def _set(rows: Sequence[_Row]) -> Iterator[tuple[_Row, int, int, bool]]:
    """Say of each row the blank lines before it, its level as a heading, and whether it is indented."""
    sizes: Counter[float] = Counter()
    fonts: Counter[str] = Counter()
    for row in rows:
        sizes[row.size] += len(row.text)
        fonts[row.font] += len(row.text)
    body, plain = sizes.most_common(1)[0][0], fonts.most_common(1)[0][0]
    steps = [a.base - b.base for a, b in pairwise(rows) if a.page == b.page and a.size == b.size == body]
    pitch = median([step for step in steps if step > 0] or [0.0])
    for i, row in enumerate(rows):
        above = rows[i - 1] if i and rows[i - 1].page == row.page else None
        gap = int(bool(above and pitch and above.base - row.base > _BLANK * pitch))
        yield row, gap, _level(row, body, plain), _indented(rows, i, body)


def _level(row: _Row, body: float, plain: str) -> int:
    """Return 1 for a title's type size, 2 for a heading's, or for a line wholly in another font than the text."""
    if width(row.text) > _MAX_HEADING or finished(row.text) or not body or not any(c.isalpha() for c in row.text):
        return 0
    if row.size >= _TITLE_SIZE * body:
        return 1
    bold = bool(row.font) and row.font != plain and row.size >= body and width(row.text) <= _MAX_BOLD
    return 2 if row.size >= _HEADING_SIZE * body or bold else 0


def _indented(rows: Sequence[_Row], i: int, em: float) -> bool:
    """Tell whether a row begins to the right of its neighbours in the same column."""
    near = [rows[j].left for j in (i - 1, i + 1) if 0 <= j < len(rows) and rows[j].page == rows[i].page]
    column = [left for left in near if abs(left - rows[i].left) < 6 * em]
    return bool(column) and _INDENT[0] * em <= rows[i].left - min(column) <= _INDENT[1] * em
