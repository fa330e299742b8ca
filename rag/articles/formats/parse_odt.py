"""OpenDocument texts to lines: headings, paragraphs, lists, tables, text boxes and notes in document order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rag.articles.formats.docx_text import child, local, value
from rag.articles.formats.guard import open_archive
from rag.articles.formats.guard_xml import parse_xml
from rag.articles.formats.properties import cleaned
from rag.articles.limits import LIMITS, Limits
from rag.articles.lines import LineKind, LineWriter, Parsed
from rag.errors import ArticleError

_LISTS = frozenset({"list", "list-item", "list-header"})
_WRAPPERS = frozenset({"section", "index-body", "numbered-paragraph"})
_SKIPPED = frozenset({"annotation", "note-citation", "ruby-text", "tracked-changes"})
_MAX_SPACES = 100


@dataclass(slots=True)
class _Words:
    parts: list[str] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


def parse_odt(data: bytes, where: object, limits: Limits = LIMITS) -> Parsed:
    """Parse an OpenDocument text; raises ArticleError when it is damaged or holds no running text."""
    with open_archive(data, where, limits) as archive:
        if "content.xml" not in archive:
            raise ArticleError("This file has no text part", where=where, mend="Save it again.")
        content = parse_xml(archive.read("content.xml"), f"{where}: content.xml", limits)
        meta = parse_xml(archive.read("meta.xml"), f"{where}: meta.xml", limits) if "meta.xml" in archive else None
    text = child(child(content, "body"), "text")
    if text is None:
        raise ArticleError("This OpenDocument file holds no running text", where=where, mend="Export it as PDF.")
    writer = _Writer()
    writer.blocks(text)
    told = child(meta, "meta")
    said = {} if told is None else {local(one): one.text or "" for one in told}
    author = said.get("initial-creator") or said.get("creator")
    native = cleaned(said.get("title"), author, said.get("creation-date"))
    return Parsed(writer.out.decoded(), writer.out.lines, "odt", 0, native)


class _Writer:
    """Writes blocks one after another; notes and boxes follow the paragraph they hang on."""

    def __init__(self) -> None:
        self.out = LineWriter()
        self._gap = 0

    def blocks(self, parent: Any, kind: LineKind = "text") -> None:
        for element in parent:
            name = local(element)
            if name in ("p", "h"):
                self._paragraph(element, kind, _level(element) if name == "h" else 0)
            elif name == "table":
                self._table(element)
            elif name in _LISTS:
                self.blocks(element, "item" if kind == "text" else kind)
            elif name in _WRAPPERS:
                self.blocks(element, kind)
            elif name == "frame":
                self._box(element)

    def _paragraph(self, element: Any, kind: LineKind, level: int) -> None:
        words = _read(element)
        for line in "".join(words.parts).split("\n"):
            if line.strip():
                own: LineKind = "text" if level else kind
                self.out.add(line, gap=self._gap, level=level, kind=own, indented=line[:1] == "\u3000", whole=True)
                self._gap = 0
            else:
                self._gap += 1
        self._attached(words)

    def _attached(self, words: _Words) -> None:
        for box in words.boxes:
            self._box(box)
        for note in words.notes:
            self._gap = 0
            self.blocks(note, "note")

    def _box(self, frame: Any) -> None:
        for box in frame:
            if local(box) == "text-box":
                self.blocks(box)

    def _table(self, table: Any) -> None:
        for row, head in _rows(table, False):
            cells = [_cell(cell) for cell in row if local(cell) in ("table-cell", "covered-table-cell")]
            shown = [" ".join("".join(words.parts).split()) for words in cells]
            while shown and not shown[-1]:
                shown.pop()
            if shown:
                self.out.add(" | ".join(shown), kind="table", gap=self._gap, whole=True, head=head)
                self._gap = 0
            for words in cells:
                self._attached(words)


def _level(element: Any) -> int:
    level = value(element, "outline-level")
    return int(level) + 1 if level.isdecimal() else 2


def _rows(table: Any, head: bool) -> Iterator[tuple[Any, bool]]:
    for element in table:
        name = local(element)
        if name == "table-row":
            yield element, head
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(element, head or name == "table-header-rows")


def _cell(cell: Any) -> _Words:
    """Read a cell's paragraphs, those of lists and tables in it among them."""
    words = _Words()
    for element in cell:
        inner = _read(element) if local(element) in ("p", "h") else _cell(element)
        words.parts += ["\n", *inner.parts]
        words.notes += inner.notes
        words.boxes += inner.boxes
    return words


def _read(element: Any) -> _Words:
    words = _Words()
    _collect(element, words)
    return words


def _collect(element: Any, words: _Words) -> None:
    words.parts.append(element.text or "")
    for one in element:
        name = local(one)
        if name == "note":
            words.notes.append(child(one, "note-body"))
        elif name == "frame":
            words.boxes.append(one)
        elif name == "s":
            count = value(one, "c")
            words.parts.append(" " * min(int(count) if count.isdecimal() else 1, _MAX_SPACES))
        elif name in ("tab", "line-break"):
            words.parts.append("\t" if name == "tab" else "\n")
        elif name not in _SKIPPED:
            _collect(one, words)
        words.parts.append(one.tail or "")
