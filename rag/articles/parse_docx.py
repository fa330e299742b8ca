"""Word files to lines: paragraphs and tables in document order, heading styles as levels."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from rag.articles.lines import LineWriter, Parsed
from rag.errors import ArticleError

_HEADING = re.compile(r"(?:heading|标题|標題)\s*(\d)", re.I)
_PLACEHOLDER = re.compile(r"(?:Microsoft Word|untitled|document\d*|无标题|文档\d*)|.*\.docx?$", re.I)


def parse_docx(data: bytes, where: object) -> Parsed:
    """Parse a Word file; raises ArticleError when it is damaged or no Word file at all."""
    from docx import Document  # lxml: not for text files

    try:
        document = Document(io.BytesIO(data))
        writer = LineWriter()
        _write(document, writer)
        title = (document.core_properties.title or "").strip()
    except Exception as error:  # zip, xml and relationship errors of a dozen classes
        raise ArticleError(
            f"This Word file cannot be read: {error}",
            where=where,
            mend="Open it in Word or LibreOffice and save it again.",
        ) from error
    native = {"title": title} if title and not _PLACEHOLDER.match(title) else {}
    return Parsed(writer.decoded(), writer.lines, "docx", 0, native)


def _write(document: Any, writer: LineWriter) -> None:
    gap = 0
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            for row in _rows(part):
                writer.add(row, kind="table", gap=gap, whole=True)
                gap = 0
            continue
        level = _level(part)
        for text in part.text.split("\n") or [""]:  # a line break within a paragraph
            if text.strip():
                indented = text[:1] == "\u3000" or bool(part.paragraph_format.first_line_indent)
                writer.add(text, gap=gap, level=level, indented=indented, whole=True)
                gap = 0
            else:
                gap += 1


def _level(paragraph: Any) -> int:
    """Return 1 for the Title style, 2 for Heading 1 and so on, 0 for text."""
    style = paragraph.style
    while style is not None:
        name = style.name or ""
        if name.lower() in {"title", "标题", "標題"}:
            return 1
        if found := _HEADING.match(name):
            return int(found.group(1)) + 1
        style = style.base_style
    return 0


def _rows(table: Any) -> Iterator[str]:
    """Yield each row's cells; a merged cell, which Word repeats in every column it spans, once."""
    for row in table.rows:
        cells: list[str] = []
        before = None
        for cell in row.cells:
            if cell._tc is not before:
                cells.append(" ".join(cell.text.split()))
            before = cell._tc
        yield " | ".join(cells) if any(cells) else ""
