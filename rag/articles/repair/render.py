"""A paragraph's lines to its text: spaces and hyphens at line ends, letter-spaced lines, characters printed twice.

Nothing is added but spaces between Latin words. Beside white space, two things are taken away: a hyphen that only
broke a Latin word at the line's end, and characters printed twice at a page join.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from rag.articles.lines import Line, letter_spaced
from rag.articles.repair.layout import Layout
from rag.articles.signs.words import doubled, inside_word
from rag.types import ParagraphKind, Range

_TAIL = 80  # characters; longer than any word that a line end breaks
_LETTER_SPACE = re.compile(r"(?<=[^\s\x21-\x7e])[ \u3000]++|(?<![ \u3000])[ \u3000]++(?=[^\s\x21-\x7e])")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph before it is written out: its lines in reading order. ``misplaced`` as in Paragraph."""

    kind: ParagraphKind
    lines: tuple[Line, ...]
    misplaced: bool = False


def undoubled(layout: Layout, begin: int, end: int) -> tuple[Line, ...]:
    """Return the lines of one paragraph without what was printed twice where one page ends and the next begins."""
    lines = list(layout.lines[begin:end])
    for k in range(1, len(lines)):
        above, below = lines[k - 1], lines[k]
        page = not layout.wrapped or below.gap > layout.gap or below.page != above.page
        if (
            page
            and above.kind == below.kind == "text"
            and not letter_spaced(above.text)
            and not letter_spaced(below.text)
        ):
            last, first = doubled(above.text, below.text)
            lines[k - 1], lines[k] = _without(above, 0, last), _without(below, first, 0)
    return tuple(lines)


def _without(line: Line, first: int, last: int) -> Line:
    """Return the line without some characters at its beginning and its end; it keeps at least one."""
    if not 0 < first + last < len(line.text):
        return line
    text = line.text[first : len(line.text) - last]
    ranges = list(line.ranges)
    while first and ranges:
        start, end = ranges[0]
        taken = min(first, end - start)
        ranges[0], first = (start + taken, end), first - taken
        ranges = ranges[1:] if start + taken == end else ranges
    while last and ranges:
        start, end = ranges[-1]
        taken = min(last, end - start)
        ranges[-1], last = (start, end - taken), last - taken
        ranges = ranges[:-1] if start + taken == end else ranges
    return replace(line, text=text, ranges=tuple(ranges))


def render(block: Block, known: Callable[[str], bool]) -> tuple[str, tuple[Range, ...]]:
    """Write a paragraph out and return it with the ranges of source it was made of.

    ``known`` tells whether a word stands elsewhere in the file, for hyphens at line ends.
    """
    parts: list[str] = []
    tail = ""  # the end of what is written
    ranges: list[Range] = []
    for line in block.lines:
        piece = _unspaced(line.text)
        glue = _glue(block.kind, tail, piece, known)
        if glue == "-":
            parts[-1], glue = parts[-1][:-1], ""
            ranges[-1] = (ranges[-1][0], ranges[-1][1] - 1)
        parts.append(glue + piece)
        tail = (tail + glue + piece)[-_TAIL:]
        ranges += line.ranges
    return "".join(parts), tuple(span for span in ranges if span[0] < span[1])


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
