"""Word files to lines: paragraphs, tables, text boxes and notes in document order, heading styles as levels.

What the reader of a printout does not see is left out: deleted and hidden text, field codes, comments. Numbers that
Word counts itself are not in the file and are not made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import dirname, join, normpath
from typing import Any

from rag.articles.formats.docx_styles import Styles
from rag.articles.formats.docx_tables import WRAPPERS, bold_head, inside, merged, read_cell
from rag.articles.formats.docx_text import Text, child, local, read_paragraph, value
from rag.articles.formats.guard import Archive, open_archive
from rag.articles.formats.guard_xml import parse_xml
from rag.articles.formats.properties import cleaned
from rag.articles.limits import LIMITS, Limits
from rag.articles.lines import LineKind, LineWriter, Parsed
from rag.errors import ArticleError

_MEND = "Open it in Word or LibreOffice and save it again."


def parse_docx(data: bytes, where: object, limits: Limits = LIMITS) -> Parsed:
    """Parse a Word file; raises ArticleError when it is damaged or no Word file at all."""
    with open_archive(data, where, limits) as archive:
        main, related = _main_part(archive, where, limits)

        def part(kind: str) -> Any:
            name = related.get(kind, "")
            return parse_xml(archive.read(name), f"{where}: {name}", limits) if name in archive else None

        body = child(parse_xml(archive.read(main), f"{where}: {main}", limits), "body")
        if body is None:
            raise ArticleError("This Word file has no text part", where=where, mend=_MEND)
        notes = {kind: _notes(part(kind)) for kind in ("footnotes", "endnotes")}
        writer = _Writer(Styles(part("styles")), notes)
        writer.document(body)
        properties = _properties(archive, where, limits)
    return Parsed(writer.out.decoded(), writer.out.lines, "docx", 0, properties)


def _main_part(archive: Archive, where: object, limits: Limits) -> tuple[str, dict[str, str]]:
    """Return the name of the text's part, and the parts that belong to it by kind."""
    roots = _relations(archive, "", where, limits)
    main = roots.get("officeDocument", "word/document.xml")
    if main not in archive:
        raise ArticleError("This Word file has no text part", where=where, mend=_MEND)
    return main, _relations(archive, main, where, limits)


def _relations(archive: Archive, name: str, where: object, limits: Limits) -> dict[str, str]:
    folder = dirname(name)
    path = join(folder, "_rels", f"{name[len(folder) :].strip('/')}.rels")
    if path not in archive:
        return {}
    root = parse_xml(archive.read(path), f"{where}: {path}", limits)
    found: dict[str, str] = {}
    for one in root:
        kind, target = str(one.get("Type", "")).rpartition("/")[2], str(one.get("Target", ""))
        if one.get("TargetMode") != "External":
            found.setdefault(kind, normpath(target.lstrip("/") if target.startswith("/") else join(folder, target)))
    return found


def _properties(archive: Archive, where: object, limits: Limits) -> Mapping[str, str]:
    name = "docProps/core.xml"
    if name not in archive:
        return {}
    said = {local(one): one.text or "" for one in parse_xml(archive.read(name), f"{where}: {name}", limits)}
    return cleaned(said.get("title"), said.get("creator"), said.get("created"))


def _notes(root: Any) -> dict[str, Any]:
    """Return the notes of a part by their id; the lines that part them from the text are none."""
    notes = {} if root is None else {value(note, "id"): note for note in root}
    return {id_: note for id_, note in notes.items() if value(note, "type") in {"", "normal"}}


class _Writer:
    """Writes blocks one after another; notes follow the paragraph, or the row, that refers to them."""

    def __init__(self, styles: Styles, notes: Mapping[str, Mapping[str, Any]]) -> None:
        self.out = LineWriter()
        self._styles, self._notes = styles, notes
        self._gap = 0
        self._begun: Text | None = None  # a paragraph whose end was deleted: the next one goes on from it

    def document(self, body: Any) -> None:
        self.blocks(body)
        if self._begun is not None:
            for line in self._begun.lines():
                self.out.add(line, whole=True)

    def blocks(self, parent: Any, kind: LineKind = "text") -> None:
        for element in parent:
            name = local(element)
            if name == "p":
                self._paragraph(element, kind)
            elif name == "tbl":
                self._table(element)
            elif name in WRAPPERS and not _is_contents(element):
                self.blocks(element, kind)

    def _paragraph(self, element: Any, kind: LineKind) -> None:
        text = read_paragraph(element)
        if self._begun is not None:
            text.parts[:0] = self._begun.parts
            text.notes[:0] = self._begun.notes
            text.boxes[:0] = self._begun.boxes
            self._begun = None
        if text.end_deleted:
            self._begun = text
            return
        level = 0 if kind == "note" else self._styles.level(element)
        indented = self._styles.indented(element)
        for line in text.lines():
            if line.strip():
                indent = indented or line[:1] == "\u3000"
                self.out.add(line, gap=self._gap, level=level, kind=kind, indented=indent, whole=True)
                self._gap = 0
            else:
                self._gap += 1
        self._attached(text)

    def _attached(self, text: Text) -> None:
        for box in text.boxes:
            self.blocks(box)
        for part, id_ in text.notes:
            note = self._notes[part].get(id_)
            if note is not None:
                self._gap = 0
                self.blocks(note, "note")

    def _table(self, table: Any) -> None:
        rows = [list(inside(row, "tc")) for row in inside(table, "tr")]
        heads = [child(child(row, "trPr"), "tblHeader") is not None for row in inside(table, "tr")]
        texts = [[read_cell(cell) for cell in row] for row in rows]
        if heads and not any(heads):
            heads[0] = bold_head(rows, texts)
        above: dict[int, str] = {}
        for row, cells, head in zip(rows, texts, heads, strict=True):
            if len(row) == 1 and (len(cells[0].lines()) > 1 or cells[0].tables):  # a frame around text
                self.blocks(row[0])
                continue
            shown = merged(row, cells, above)
            if any(shown):
                self.out.add(" | ".join(shown), kind="table", gap=self._gap, whole=True, head=head)
                self._gap = 0
            for text in cells:
                for inner in text.tables:
                    self._table(inner)
                self._attached(text)


def _is_contents(element: Any) -> bool:
    """Tell whether it is the list of headings that Word makes itself."""
    gallery = child(child(child(element, "sdtPr"), "docPartObj"), "docPartGallery")
    return gallery is not None and value(gallery, "val") == "Table of Contents"
