"""Write printed pages out as OCR gives them: flowing or line by line, with what print leaves between the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from eval.bench.issue_paper import OPEN_END, Slip
from eval.bench.issue_types import Block, Layout

DIGITS = re.compile(r"(?<=[\u4e00-\u9fff])(?=\d)|(?<=\d)(?=[\u4e00-\u9fff])")
HALF = str.maketrans("，；：（）！？", ",;:()!?")
INDENTS = {"two": "　　", "four half": "    "}
MISREAD = dict(zip("人已大日未干土问间们由甲王壬侯候", "入己太曰末千士间问门甲由壬王候侯", strict=True))


@dataclass(slots=True)
class Sheet:
    """The text so far: lines with the block each belongs to, None for what is no article's, and their order in it."""

    rng: Random
    layout: Layout
    number: str  # form of a page number, with {}
    head: str
    lines: list[tuple[str, Block | None, int]] = field(default_factory=list)

    def put(self, text: str, block: Block | None = None, n: int = 0) -> None:
        """Add a line; ``n`` puts the lines of a block in reading order."""
        self.lines.append((text.rstrip(), block, n))

    def gap(self) -> None:
        """Add a blank line unless there is one."""
        if self.lines and self.lines[-1][0]:
            self.put("")

    def turn(self, page: int, running: str) -> None:
        """Print what stands between two pages: the foot of ``page`` and the head of the next."""
        marks = self.layout["marks"]
        if marks == "none":
            return
        if self.layout["breaks"] == "blank":
            self.gap()
        if marks in ("number", "both"):
            self.put(self.number.format(page))
        if marks in ("head", "both") or (marks == "article head" and page % 2):
            self.put(self.head)
        elif marks == "article head":
            self.put(f"{page + 1} {running}")
        if self.layout["breaks"] == "blank":
            self.gap()


def scan(sheet: Sheet, laid: Sequence[Sequence[Slip]], titles: Sequence[str]) -> None:
    """Write all articles on the sheet."""
    last: Slip | None = None
    for slips, title in zip(laid, titles, strict=True):
        if sheet.layout["air"] == "yes":
            sheet.gap()
        for piece in _pieces(sheet.layout, slips):
            if last is not None and last.page != piece[0].page:
                sheet.turn(last.page, title)
            same = last is not None and last.block is piece[0].block
            if same and sheet.layout["breaks"] == "blank":
                sheet.gap()
            elif not same and last is not None:
                _part(sheet, last.block, piece[0].block)
            _write(sheet, piece, first=piece[0].n == 0)
            last = piece[-1]
    if last is not None and sheet.layout["marks"] in ("number", "both"):
        sheet.put(sheet.number.format(last.page))


def _pieces(layout: Layout, slips: Sequence[Slip]) -> Iterator[list[Slip]]:
    """Yield the lines of each block, those of one column together."""
    whole = layout["breaks"] == "none"
    for _, group in groupby(slips, key=lambda slip: (id(slip.block), None if whole else slip.leaf)):
        yield list(group)


def _part(sheet: Sheet, before: Block, after: Block) -> None:
    """Leave a blank line between two blocks where the layout has one."""
    texts = ("body", "note", "loose")
    plain = before.kind in texts and after.kind in texts
    if sheet.layout["gap" if plain else "air"] in ("blank", "yes"):
        sheet.gap()


def _write(sheet: Sheet, piece: Sequence[Slip], *, first: bool) -> None:
    block = piece[0].block
    running = block.kind in ("body", "heading") or (block.kind == "loose" and "\n" not in block.text)
    texts = [_worn(sheet, slip) for slip in piece]
    if sheet.layout["doubled"] == "some" and not first and block.kind == "body" and sheet.rng.random() < 0.2:
        before = next(text for text, owner, _ in reversed(sheet.lines) if owner is block)
        texts[0] = before[-sheet.rng.randint(1, 3) :].strip() + texts[0]
    if running and sheet.layout["wrap"] == "none":
        texts = ["".join(texts)]
    hashes = sheet.layout["markup"] in ("hashes", "flat") and block.kind in ("title", "heading")
    if hashes:
        level = "## " if block.kind == "heading" or sheet.layout["markup"] == "flat" else "# "
        texts = [level + ("" if block.kind == "heading" else " ").join(texts) if first else "".join(texts)]
    for n, text in enumerate(texts):
        if (
            n
            and sheet.layout["stray blanks"] == "yes"
            and not OPEN_END.search(texts[n - 1].rstrip())
            and sheet.rng.random() < 0.04
        ):
            sheet.gap()
        indent = first and n == 0 and block.kind == "body"
        space = INDENTS.get(sheet.layout["indent"], "") if indent else ""
        sheet.put((space.replace("　", "  ") if text.isascii() else space) + text, block, piece[0].n + n)


def _worn(sheet: Sheet, slip: Slip) -> str:
    """Return the line with its misread, narrowed and stretched characters."""
    text, layout, rng = slip.text, sheet.layout, sheet.rng
    if layout["misread"] == "few" and slip.block.kind == "body":
        text = "".join(MISREAD[c] if c in MISREAD and rng.random() < 0.03 else c for c in text)
    if layout["width"] == "half" or (layout["width"] == "mixed" and slip.leaf % 5 == 2):
        text = text.translate(HALF) if not text.isascii() else text
    if layout["letters"] == "digits apart" and slip.block.kind == "body" and not text.isascii():
        text = DIGITS.sub(" ", text)
    stretched = layout["letters"] == "spaced" and layout["wrap"] != "none" and slip.block.kind == "body"
    if stretched and not text.isascii() and len(text) >= 12 and text[-1] not in "。！？”" and rng.random() < 0.05:
        text = " ".join(text)
    return text
