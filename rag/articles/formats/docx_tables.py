"""The tables of a Word file: their rows and cells, merged ones, and which row holds the heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rag.articles.formats.docx_text import Text, child, local, read_paragraph, value

# hold blocks, rows or cells as if they were not there themselves
WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "AlternateContent", "Choice"})


def inside(parent: Any, wanted: str) -> Iterator[Any]:
    """Yield the rows of a table, or the cells of a row, controls and marks of change around them aside."""
    for element in parent:
        name = local(element)
        if name == wanted:
            if child(child(element, "trPr"), "del") is None:
                yield element
        elif name in WRAPPERS:
            yield from inside(element, wanted)


def read_cell(cell: Any) -> Text:
    """Read a cell: its paragraphs as lines, with what is attached to them; tables in it stay apart."""
    text = Text()
    for element in cell:
        name = local(element)
        if name == "tbl":
            text.tables.append(element)
        elif name == "p" or name in WRAPPERS:
            inner = read_paragraph(element) if name == "p" else read_cell(element)
            text.parts += ["\n", *inner.parts] if text.parts and inner.parts else inner.parts
            text.notes += inner.notes
            text.boxes += inner.boxes
            text.tables += inner.tables
            text.bold = text.bold and inner.bold
    return text


def merged(row: Sequence[Any], cells: Sequence[Text], above: dict[int, str]) -> list[str]:
    """Return a row's cells as words; one that is merged with the cell above says what that says."""
    shown = []
    column = 0
    for cell, text in zip(row, cells, strict=True):
        settings = child(cell, "tcPr")
        span, merge = child(settings, "gridSpan"), child(settings, "vMerge")
        words = " ".join("".join(text.parts).split())
        if merge is not None and value(merge, "val") != "restart":
            words = words or above.get(column, "")
        above[column] = words
        shown.append(words)
        column += int(value(span, "val") or 1) if span is not None and value(span, "val").isdecimal() else 1
    return shown


def bold_head(rows: Sequence[Sequence[Any]], texts: Sequence[Sequence[Text]]) -> bool:
    """Tell whether the first row, and it alone, is all bold."""
    bold = [all(text.bold for text in row if text.parts) and any(text.parts for text in row) for row in texts]
    return len(rows) > 1 and len(rows[0]) > 1 and bold[0] and not any(bold[1:])
