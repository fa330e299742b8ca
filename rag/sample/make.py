"""Build the Word and PDF files of the sample corpus from their sources.

    python -m rag.sample.make --font /usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf

For developers only, after a change under ``sources/``: the built files are committed. Needs
``reportlab``, which nothing else here needs, and a TrueType font with Chinese characters and digits
for the PDF files; LXGW WenKai (OFL 1.1, Debian's ``fonts-lxgw-wenkai``) was used. The same input
gives the same bytes.
"""

# reportlab has no types, and users do not have it
# mypy: disable-error-code="import-untyped,import-not-found"

from __future__ import annotations

import argparse
import re
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
BlockKind = Literal["title", "heading", "byline", "table", "text"]
_PREFIXES: tuple[tuple[str, BlockKind], ...] = (("# ", "title"), ("## ", "heading"), ("> ", "byline"), ("|", "table"))
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file can hold


@dataclass(frozen=True, slots=True)
class Source:
    """One file under ``sources/``: ``key: value`` lines, ``---``, then one block a line."""

    meta: dict[str, str]
    blocks: tuple[tuple[BlockKind, tuple[str, ...]], ...]

    @property
    def title(self) -> str:
        return next(lines[0] for kind, lines in self.blocks if kind == "title")

    @property
    def chinese(self) -> bool:
        return re.search(r"[\u4e00-\u9fff]", self.title) is not None


def read_source(path: Path) -> Source:
    """Read a source; the lines of a table make one block, all other lines one each."""
    head, _, body = path.read_text(encoding="utf-8").partition("---\n")
    meta = dict(line.split(": ", 1) for line in head.splitlines())
    lines = [_classify(line) for line in body.splitlines() if line]
    blocks: list[tuple[BlockKind, tuple[str, ...]]] = []
    for kind, group in groupby(lines, key=lambda line: line[0]):
        texts = tuple(text for _, text in group)
        blocks += [(kind, texts)] if kind == "table" else [(kind, (text,)) for text in texts]
    return Source(meta, tuple(blocks))


def _classify(line: str) -> tuple[BlockKind, str]:
    for prefix, kind in _PREFIXES:
        if line.startswith(prefix):
            return kind, line.removeprefix(prefix).strip("| ") if kind == "table" else line.removeprefix(prefix)
    return "text", line


def _rows(lines: Sequence[str]) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def write_docx(source: Source, path: Path) -> None:
    """Write ``source`` as a Word file with its core properties filled in."""
    from docx import Document

    document = Document()
    properties = document.core_properties
    properties.title, properties.author = source.title, source.meta["author"]
    properties.subject, properties.keywords = source.meta["subject"], source.meta["keywords"]
    properties.language = "zh-CN" if source.chinese else "en-GB"
    properties.created = properties.modified = datetime.fromisoformat(source.meta["date"])
    properties.last_modified_by, properties.comments = source.meta["author"], ""
    styles = {"title": "Title", "heading": "Heading 1", "byline": "Normal", "text": "Normal"}
    for kind, lines in source.blocks:
        if kind != "table":
            document.add_paragraph(lines[0], style=styles[kind])
            continue
        rows = _rows(lines)
        table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
        for cells, values in zip(table.rows, rows, strict=True):
            for cell, value in zip(cells.cells, values, strict=True):
                cell.text = value
    buffer = BytesIO()
    document.save(buffer)
    path.write_bytes(_undated(buffer))


def _undated(archive: BytesIO) -> bytes:
    """Repack a zip archive without the time of day, so that a rebuild changes nothing."""
    result = BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _ZIP_DATE), old.read(name), zipfile.ZIP_DEFLATED)
    return result.getvalue()


def write_pdf(source: Source, path: Path, font_file: Path) -> None:
    """Write ``source`` as a PDF with a running head and a number on each page."""
    from reportlab.lib.pagesizes import A5
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import SimpleDocTemplate

    font = "Times-Roman"
    if source.chinese:
        font = "Chinese"
        pdfmetrics.registerFont(TTFont(font, str(font_file)))

    def running_head(canvas: Any, document: Any) -> None:
        canvas.setFont(font, 8)
        canvas.drawCentredString(A5[0] / 2, A5[1] - 12 * mm, source.meta["subject"])
        canvas.drawCentredString(A5[0] / 2, 10 * mm, f"— {document.page} —")

    document = SimpleDocTemplate(
        str(path), pagesize=A5, invariant=1,
        leftMargin=15 * mm, rightMargin=15 * mm, topMargin=20 * mm, bottomMargin=33 * mm,
        title=source.title, author=source.meta["author"], subject=source.meta["subject"], creator="Wenju sample corpus",
    )  # fmt: skip
    document.build(_flow(source, font), onFirstPage=running_head, onLaterPages=running_head)


def _flow(source: Source, font: str) -> list[Any]:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Table, TableStyle

    wrap = "CJK" if source.chinese else None
    text = ParagraphStyle("text", fontName=font, fontSize=11, leading=16.5, wordWrap=wrap, spaceAfter=4)
    styles = {
        "text": ParagraphStyle("body", text, firstLineIndent=22),
        "byline": ParagraphStyle("byline", text, alignment=1),
        "heading": ParagraphStyle("heading", text, fontSize=12, spaceBefore=6, keepWithNext=1),
        "title": ParagraphStyle("title", text, fontSize=14, leading=20, alignment=1, spaceAfter=8),
    }
    grid = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("FONT", (0, 0), (-1, -1), font, 7.5)])
    flow: list[Any] = []
    for kind, lines in source.blocks:
        if kind == "table":
            flow.append(Table(_rows(lines), style=grid, spaceAfter=6))
        else:
            flow.append(Paragraph(escape(lines[0]), styles[kind]))
    return flow


def main(argv: Sequence[str] | None = None) -> int:
    """Build every file under ``sources/``."""
    parser = argparse.ArgumentParser(description="Build the Word and PDF files of the sample corpus.")
    parser.add_argument("--font", type=Path, required=True, help="a TrueType font with Chinese characters")
    font = parser.parse_args(argv).font
    for path in sorted((HERE / "sources").glob("*.md")):
        source = read_source(path)
        target = HERE / "corpus" / source.meta["file"]
        if target.suffix == ".docx":
            write_docx(source, target)
        else:
            write_pdf(source, target, font)
    return 0


if __name__ == "__main__":
    sys.exit(main())
