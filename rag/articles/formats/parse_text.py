"""Plain text and Markdown to lines.

Files called .txt are read as Markdown too where they hold its headings: recognition software writes
them. Of Markdown, the marks that are not words are left out of the lines (heading signs, bullets, emphasis,
link addresses, tags, the signs of footnotes); numbers of lists stay. A form feed begins a page.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace

from rag.articles.formats.decode import decode
from rag.articles.formats.markdown_head import read_front_matter
from rag.articles.formats.parse_export import parse_export
from rag.articles.formats.tables import mark_tables
from rag.articles.lines import Line, LineKind, Parsed, trim
from rag.types import Range

_NEWLINE = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_HEADING = re.compile(r"(?P<marks>#{1,6})[ \t\u3000]+(?=\S)(?P<text>.*?)(?:[ \t]+#+)?")
_ANY_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.M)
_BULLET = re.compile(r"[-*+][ \t]+(?=\S)|>[ \t]?(?=\S)")
_RULE = re.compile(r"(?:[-_=—＝~～][ \t]*){4,}|(?:[-*_][ \t]*){3,}")
_TABLE_RULE = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?")
_MAX_MARKED = 20_000  # characters
_FENCE = re.compile(r"(?:`{3,}|~{3,})")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]:[ \t]*")
_INLINE = re.compile(  # bounded, so that a line of openings alone is not slow
    r"(?P<image>!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\))|(?P<comment><!--.{0,2000}?-->)|(?P<note>\[\^[^\]\s]{1,40}\])|"
    r"(?P<tag></?(?:br|sub|sup|u|b|i|em|strong|small|span|font|center|div|p|a|img|mark|details|summary)"
    r"(?:\s+[a-z-]{1,20}\s?=\s?(?:\"[^\"<>\n]{0,300}\"|'[^'<>\n]{0,300}'|[^\s<>\"']{1,300}))*\s?/?>)|"
    r"(?P<open>\[)(?P<text>[^\]\n]{1,500})(?P<close>\]\([^)\n]{0,2000}\))|"
    r"(?P<mark>\*\*\*|\*\*|~~|(?<!\w)\*)(?=[^\s*])(?P<inner>.{1,2000}?)(?<=[^\s*])(?P=mark)(?!\*)"
)


def parse_text(data: bytes, where: object, markdown: bool) -> Parsed:
    """Parse a text file; ``markdown`` says that its name promises Markdown."""
    source = decode(data, where)
    if markdown and (exported := parse_export(source)):
        return exported
    marked = markdown or bool(_ANY_HEADING.search(source.text))
    native, begin = read_front_matter(source.text) if markdown else ({}, 0)
    lines = list(_marked(source.text, begin, underlined=markdown) if marked else _plain(source.text))
    return Parsed(
        source.text,
        mark_tables(_paged(source.text, lines)),
        source.encoding,
        source.undecodable,
        native,
        told="front matter",
        lost=source.lost,
    )


def _paged(text: str, lines: list[Line]) -> list[Line]:
    """Number the pages of a file that parts them by form feeds, as programs that take text from PDFs do."""
    feeds = [found.start() for found in re.finditer("\f", text)]
    if not lines or not feeds or feeds[0] > lines[-1].ranges[0][0]:  # one at the end parts nothing
        return lines
    return [replace(line, page=bisect(feeds, line.ranges[0][0]) + 1) for line in lines]


def _rows(text: str, begin: int) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and the number of blank lines before each line that is not blank."""
    gap = 0
    for newline in [*_NEWLINE.finditer(text, begin), None]:
        end = newline.start() if newline else len(text)
        first, last = trim(text, begin, end)
        if first < last:
            yield begin, end, gap
            gap = 0
        else:
            gap += 1
        begin = newline.end() if newline else len(text)


def _plain(text: str) -> Iterator[Line]:
    ruled = 0  # a rule parts like a blank line
    for start, end, gap in _rows(text, 0):
        first, last = trim(text, start, end)
        if _RULE.fullmatch(text, first, last):
            ruled = 1
            continue
        yield Line(text[first:last], ((first, last),), max(gap, ruled), indented=_indented(text[start:first]))
        ruled = 0


def _indented(space: str) -> bool:
    return "\u3000" in space or "\t" in space or len(space) >= 2


def _marked(text: str, begin: int, underlined: bool) -> Iterator[Line]:
    fenced = False
    parted = 0  # rules and fences part like blank lines
    held: Line | None = None  # a line that the next one may underline
    for start, end, gap in _rows(text, begin):
        first, last = trim(text, start, end)
        raw = text[first:last]
        if _FENCE.match(raw):
            fenced, parted = not fenced, 1
        elif not fenced and "|" in raw and _TABLE_RULE.fullmatch(raw):
            if held and "|" in text[max(0, held.ranges[0][0] - 3) : held.ranges[-1][1] + 3] and gap == 0:
                held = replace(held, kind="table", head=True)
        elif not fenced and _RULE.fullmatch(raw):
            if held and underlined and gap == 0 and raw.strip("=-") == "":
                held = replace(held, level=1 if raw[0] == "=" else 2)
            else:
                parted = 1
        else:
            if held:
                yield held
            held = _marked_line(text, start, first, last, max(gap, parted), fenced)
            parted = 0
    if held:
        yield held


def _marked_line(text: str, start: int, first: int, last: int, gap: int, fenced: bool) -> Line | None:
    indented = _indented(text[start:first])
    level = 0
    kind: LineKind = "text"
    if fenced:
        return Line(text[first:last], ((first, last),), gap, kind="item", indented=indented)
    if last - first > _MAX_MARKED:  # Markdown's patterns are slow on lines no one wrote by hand
        return Line(text[first:last], ((first, last),), gap, indented=indented)
    if heading := _HEADING.fullmatch(text, first, last):
        level = len(heading["marks"])
        first, last = trim(text, heading.start("text"), heading.end("text"))
    elif note := _FOOTNOTE.match(text, first, last):
        kind, first = "note", note.end()
    elif bullet := _BULLET.match(text, first, last):
        kind = "text" if bullet.group()[0] == ">" else "item"
        first = bullet.end()
    elif text[first] == "|" and text[last - 1] == "|" and last - first > 2:
        first, last = trim(text, first + 1, last - 1)
        kind = "table"
    ranges = _trimmed(text, list(_unmarked(text, first, last)))
    words = "".join(text[a:b] for a, b in ranges)
    return Line(words, tuple(ranges), gap, level, kind, indented) if words else None


def _unmarked(text: str, first: int, last: int) -> Iterator[Range]:
    """Yield what is left of a line without images, comments, emphasis marks and link addresses."""
    position = first
    for found in _INLINE.finditer(text, first, last):
        if position < found.start():
            yield position, found.start()
        group = "text" if found["open"] else "inner" if found["mark"] else None
        if group:
            yield from _unmarked(text, *found.span(group))
        position = found.end()
    if position < last:
        yield position, last


def _trimmed(text: str, ranges: list[Range]) -> list[Range]:
    """Take white space off the beginning of the first range and the end of the last."""
    while ranges and trim(text, *ranges[0])[0] == ranges[0][1]:
        del ranges[0]
    while ranges and trim(text, *ranges[-1])[1] == ranges[-1][0]:
        del ranges[-1]
    if ranges:
        ranges[0] = (trim(text, *ranges[0])[0], ranges[0][1])
        ranges[-1] = (ranges[-1][0], trim(text, *ranges[-1])[1])
    return ranges
