"""Lines to paragraphs: rejoin what columns, pages and hard line ends cut; drop nothing but white space.

Two removals go beyond white space: a hyphen that only broke a Latin word at the line's end, and the
lines that ``furniture`` took for running heads and page numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.articles.headings import find_headings
from rag.articles.layout import Layout, learn
from rag.articles.lines import Line, finished, letter_spaced, width
from rag.articles.marks import date_line, numbering
from rag.articles.names import author_note, is_editor_note, read_byline
from rag.articles.words import inside_word, surely_continues
from rag.types import ParagraphKind, Range

_MIN_PIECE = 12.0  # shorter open lines are signatures, labels, list entries, not torn paragraphs
_MIN_PROSE = 25.0  # lines above this are seldom headings
_MIN_TORN = 3  # paragraphs surely torn that make a file one of pieces
_LIST_LINE = 40.0  # two open lines in a row, both shorter than this, are a list
_TABLE_NOTE = re.compile(r"(?:注|备注|说明|资料来源|数据来源|来源)\s*[\d①②③]?\s*[:：]|(?:Notes?|Sources?)\s*:")
_LETTER_SPACE = re.compile(r"(?<=[^\s\x21-\x7e])[ \u3000]+|[ \u3000]+(?=[^\s\x21-\x7e])")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph before it is written out: its lines in reading order."""

    kind: ParagraphKind
    lines: tuple[Line, ...]


def mistrust(lines: Sequence[Line]) -> list[Line]:
    """Take back that lines are whole paragraphs where many are pieces, as recognition software leaves them."""
    torn = sure = 0
    for above, below in pairwise(lines):
        text = above.kind == below.kind == "text" and not above.level and not below.level
        prose = width(above.text) >= _MIN_PROSE and numbering(above.text) is None
        if text and prose and not finished(above.text, pauses=True):
            torn += 1
            sure += surely_continues(above.text, below.text)
    return [replace(line, whole=False) for line in lines] if sure >= max(_MIN_TORN, 0.3 * torn) else list(lines)


def blocks(lines: Sequence[Line], hanging: bool = False) -> list[Block]:
    """Cut the body of one article into its paragraphs; ``hanging`` tells how first lines look in the whole file."""
    layout = learn(lines, hanging)
    heading_at = {span.start: span for span in find_headings(layout)}
    found: list[Block] = []
    i = 0
    while i < len(lines):
        if i in heading_at:
            end = heading_at[i].stop
            found.append(Block("heading", tuple(lines[i:end])))
        else:
            end = i + 1
            while end < len(lines) and end not in heading_at and not _breaks(layout, end, alone=end == i + 1):
                end += 1
            found.append(Block(_kind(lines[i:end]), tuple(lines[i:end])))
        i = end
    return [_around_table(found, k) for k in range(len(found))]


def _around_table(found: Sequence[Block], k: int) -> Block:
    """Take an open line above a table for its caption, and "注：…" below one for a note."""
    block = found[k]
    if block.kind != "body" or len(block.lines) > 2 or block.lines[0].kind != "text":
        return block
    text = block.lines[0].text
    above = k + 1 < len(found) and found[k + 1].kind == "table" and not finished(block.lines[-1].text, pauses=True)
    below = k > 0 and found[k - 1].kind in {"table", "note"} and _TABLE_NOTE.match(text)
    return Block("note", block.lines) if (above and width(text) <= _LIST_LINE) or below else block


def _kind(lines: Sequence[Line]) -> ParagraphKind:
    if lines[0].kind == "table":
        return "table"
    if len(lines) <= 4:
        text = "".join(line.text for line in lines)
        byline = read_byline(text) if len(lines) == 1 else None
        if author_note(text) or is_editor_note(text):
            return "note"
        if byline and byline.sure:
            return "byline"
    return "body"


def _breaks(layout: Layout, i: int, alone: bool) -> bool:
    """Tell whether a new paragraph begins at line ``i``; ``alone`` says that the line above began one."""
    above, below = layout.lines[i - 1], layout.lines[i]
    if "table" in (above.kind, below.kind) or below.kind == "item":
        return True
    if above.whole or below.whole:
        return not surely_continues(above.text, below.text)
    early = layout.ends_early(i - 1)
    done = finished(above.text, pauses=early or not layout.wrapped)
    if numbering(below.text) == "clause" and (done or not layout.wrapped or early):
        return True
    if layout.indented and below.indented:
        return True
    if not done:
        return not _continues(layout, i)
    if not layout.wrapped or early:
        return True
    if layout.indented:
        return False
    if layout.hanging:  # below a first line, another one must be as short
        alike = layout.widths[i] <= layout.widths[i - 1] + 0.5
        return layout.starts_short(i) and (alike or not alone)
    return below.gap > layout.gap


def _continues(layout: Layout, i: int) -> bool:
    """Tell whether line ``i`` goes on from the open line above it."""
    above, below = layout.lines[i - 1], layout.lines[i]
    if _stands_alone(above) or _stands_alone(below):
        return False
    if layout.wrapped:
        open_end = layout.ends_early(i - 1) and (below.gap > layout.gap or numbering(below.text) is not None)
        return not open_end or surely_continues(above.text, below.text)
    if above.kind == "item" and below.gap:
        return False
    listed = (
        max(layout.widths[i - 1], layout.widths[i]) < _LIST_LINE
        and not finished(below.text, pauses=True)
        and (i + 1 == len(layout.lines) or not finished(layout.lines[i + 1].text, pauses=True))
    )
    if layout.widths[i - 1] < _MIN_PIECE or listed or numbering(below.text) is not None:
        return surely_continues(above.text, below.text)
    return True


def _stands_alone(line: Line) -> bool:
    """Tell whether the line is a note, a byline or a date, complete in itself."""
    text = line.text
    if len(text) > 60:
        return False
    if text[0] in "（(【[" and text[-1] in "）)】]" and text.count(text[0]) == 1:
        return True
    byline = read_byline(text)
    return date_line(text) is not None or (byline is not None and byline.sure)


def render(block: Block, known: Callable[[str], bool]) -> tuple[str, tuple[Range, ...]]:
    """Write a paragraph out and return it with the ranges of source it was made of.

    ``known`` tells whether a word stands elsewhere in the file, for hyphens at line ends.
    """
    text = ""
    ranges: list[Range] = []
    for line in block.lines:
        piece = _unspaced(line.text)
        glue = _glue(block.kind, text, piece, known)
        if glue == "-":
            text, glue = text[:-1], ""
            ranges[-1] = (ranges[-1][0], ranges[-1][1] - 1)
        text += glue + piece
        ranges += line.ranges
    return text, tuple(span for span in ranges if span[0] < span[1])


def _glue(kind: ParagraphKind, before: str, after: str, known: Callable[[str], bool]) -> str:
    """Return what to put at a line end: nothing, a space, or "-" for a hyphen to take away."""
    if not before:
        return ""
    hyphenated = re.search(r"([A-Za-z]+)[-\u00ad\u2010\ufffe\x02]$", before)
    rest = re.match(r"[a-z]+", after)
    if hyphenated and rest:
        return (
            ""
            if known(f"{hyphenated[1]}-{rest[0]}".lower()) and not known(f"{hyphenated[1]}{rest[0]}".lower())
            else "-"
        )
    if kind == "heading" and not inside_word(before, after):
        return " "
    latin = before[-1].isascii() and after[0].isascii()
    if not latin or before[-1] in "-/([" or after[0] in ",.;:!?)]":
        return ""
    digits = before[-1].isdigit() and after[0].isdigit()
    return "" if digits and any("\u4e00" <= c <= "\u9fff" for c in before[-12:]) else " "


def _unspaced(text: str) -> str:
    """Take the spaces out of a letter-spaced line."""
    return _LETTER_SPACE.sub("", text) if letter_spaced(text) else text
