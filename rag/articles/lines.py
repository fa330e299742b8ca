"""What every parser hands on: printed lines, each with its place in the decoded source.

The decoded source is the decoded text of a text file, and for binary formats and HTML the text as
extracted. A line's ``text`` is exactly the characters of its ``ranges``; blank lines are not lines,
they are counted in the ``gap`` before the next one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rag.types import Range

LineKind = Literal["text", "item", "table", "note", "byline"]

_STOPS = "。！？!?…."
_PAUSES = "；;：:"
_CLOSERS = "”’」』》）)]】〕〉\"'*"
_SPACED_PAIR = re.compile(r"[^\s\x21-\x7e][ \u3000]+(?=[^\s\x21-\x7e])")
_BLANKS = " \t\u3000\xa0\u200b\ufeff\u2002\u2003\x1a\x00"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of print. ``level`` is a heading's depth by markup or type size (1 the highest, 0 none).

    ``whole`` says that the format itself calls it a paragraph (Word, HTML), so that only strong signs
    may join it to its neighbour. ``indented`` means space before the first character. ``head`` marks a table's
    row of column heads, as the format says; a lone unit line above it is not one.
    """

    text: str
    ranges: tuple[Range, ...]
    gap: int = 0
    level: int = 0
    kind: LineKind = "text"
    indented: bool = False
    page: int | None = None
    whole: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """``lines[first:last]`` is one article by the format's own word: a record, a chapter. ``native`` as in Parsed."""

    first: int
    last: int
    native: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Parsed:
    """A file as lines. ``native`` holds what the format says of itself, by the names of Article's fields ("author"
    for authors), and ``told`` where it says so: "properties", "front matter", "meta", "record".

    ``entries``, when not empty, are all the articles there are, in order; nothing is searched for then.
    ``lost`` holds the first places in ``decoded`` where characters could not be decoded.
    ``hanging`` tells that first lines of paragraphs are short here, having lost their indent. ``labels`` gives
    the printed number of the file's pages, where the format knows it.
    """

    decoded: str
    lines: list[Line]
    encoding: str = "utf-8"
    undecodable: int = 0
    native: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    told: str = "properties"
    entries: tuple[Entry, ...] = ()
    lost: tuple[int, ...] = ()
    hanging: bool = False
    labels: Mapping[int, str] = field(default_factory=dict)


class LineWriter:
    """Build the decoded source of a format that has none of its own, line by line."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.lines: list[Line] = []

    def add(
        self,
        raw: str,
        *,
        gap: int = 0,
        level: int = 0,
        kind: LineKind = "text",
        indented: bool = False,
        page: int | None = None,
        whole: bool = False,
        head: bool = False,
    ) -> None:
        text = raw.strip()
        begin = self._length + raw.find(text)
        self._parts.append(raw + "\n")
        self._length += len(raw) + 1
        if text:
            place = ((begin, begin + len(text)),)
            self.lines.append(Line(text, place, gap, level, kind, indented, page, whole, head))

    def decoded(self) -> str:
        return "".join(self._parts)


def trim(text: str, start: int, end: int) -> Range:
    """Return ``text[start:end]`` without white space and invisible marks at both ends."""
    while start < end and (text[start] in _BLANKS or text[start].isspace()):
        start += 1
    while start < end and (text[end - 1] in _BLANKS or text[end - 1].isspace()):
        end -= 1
    return start, end


def width(text: str) -> float:
    """Measure printed width in full-width characters: ASCII counts one half, white space nothing."""
    blanks = text.count(" ") + text.count("\t")
    narrow = len(text.encode("ascii", "ignore")) - blanks
    return len(text) - blanks - text.count("\u3000") - text.count("\xa0") - narrow / 2


def letter_spaced(text: str) -> bool:
    """Tell whether the characters of a line stand apart, as printers stretch a line to fill its column."""
    pairs = len(_SPACED_PAIR.findall(text))
    return pairs >= 3 and pairs >= 0.25 * (len(text) - text.count(" "))


def finished(text: str, *, pauses: bool = False) -> bool:
    """Tell whether ``text`` ends in a full stop, closing marks aside; ``pauses`` lets semicolon and colon count too."""
    core = text.rstrip().rstrip(_CLOSERS)
    return bool(core) and (core[-1] in _STOPS or (pauses and core[-1] in _PAUSES))
