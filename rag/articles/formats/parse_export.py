"""Markdown that Wenju itself wrote: every line is a paragraph, and nothing is searched for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from rag.articles.formats.authors import AUTHORS
from rag.articles.formats.decode import Decoded
from rag.articles.lines import Entry, Line, LineKind, Parsed
from rag.text import squeeze
from rag.types import Range

EXPORTED = "article 1"  # the value of "wenju" in front matter; the number is that of this format
PAGE = "<!-- page {} -->"
TABLE, TABLE_HEAD = "table", "table-head"
MARKED = re.compile(r"[#>\-*+=|`~\\<]|\d{1,9}[.)]\s")  # what Markdown would not take for text; \ stands before it

_BEGIN = re.compile(rf'^---[ ]*\nwenju: "?{EXPORTED}"?[ ]*\n.*?^---[ ]*\n', re.M | re.S)
_PAGE = re.compile(PAGE.replace("{}", r"(\d{1,6})"))
_FENCE = re.compile(rf"```({TABLE_HEAD}|{TABLE}|)")
_BYLINE = re.compile(r"\*[^*].*\*")


def parse_export(source: Decoded) -> Parsed | None:
    """Read such a file; None for Markdown of any other origin."""
    text = source.text.replace("\r\n", " \n") if "\r\n" in source.text else source.text  # offsets stay
    begins = list(_BEGIN.finditer(text))
    if not begins or text[: begins[0].start()].strip("\ufeff \n"):
        return None
    lines: list[Line] = []
    entries: list[Entry] = []
    for begin, end in zip(begins, [*(b.start() for b in begins[1:]), len(text)], strict=True):
        first = len(lines)
        told = _told(begin.group())
        front = told.get("kind") == "front"
        lines += _lines(text, begin.end(), end, "" if front else squeeze(told.get("title", "")))
        if len(lines) > first and not front:
            entries.append(Entry(first, len(lines), told))
    return Parsed(source.text, lines, source.encoding, source.undecodable, told="record", entries=tuple(entries))


def _told(head: str) -> Mapping[str, str]:
    """Read front matter as it was written, a name and a JSON value a line; what was changed by hand may lack quotes."""
    told: dict[str, str] = {}
    for line in head.splitlines():
        name, colon, raw = line.partition(": ")
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            value = raw
        if isinstance(value, list):
            value = AUTHORS.join(map(str, value))
        if colon and name != "wenju" and str(value).strip():
            told["author" if name == "authors" else name] = str(value).strip()
    return told


def _lines(text: str, begin: int, end: int, title: str) -> Iterator[Line]:
    """Yield the lines of one article; its title is one of them where front matter tells the same."""
    page: int | None = None
    fenced, head = False, False
    for start, stop in _rows(text, begin, end):
        raw = text[start:stop]
        if fence := _FENCE.fullmatch(raw):
            fenced, head = not fenced, fence[1] == TABLE_HEAD
        elif fenced:
            yield Line(raw, ((start, stop),), kind="table", page=page, whole=True, head=head)
        elif number := _PAGE.fullmatch(raw):
            page = int(number[1])
        elif raw.startswith("# "):
            if squeeze(raw[2:]) == title:
                yield Line(text[start + 2 : stop], ((start + 2, stop),), 1, 1, whole=True)
        else:
            kind: LineKind = "note" if raw.startswith("> ") else "byline" if _BYLINE.fullmatch(raw) else "item"
            level = 2 if raw.startswith("## ") else 0
            start += 3 if level else 2 if kind == "note" else 1 if kind == "byline" else 0
            stop -= kind == "byline"
            start += text[start] == "\\"
            yield Line(text[start:stop], ((start, stop),), 1, level, "text" if level else kind, page=page, whole=True)


def _rows(text: str, begin: int, end: int) -> Iterator[Range]:
    """Yield the lines that are not blank, without white space at their ends."""
    while begin < end:
        stop = text.find("\n", begin, end)
        stop = end if stop < 0 else stop
        line = text[begin:stop]
        if line.strip():
            yield begin + len(line) - len(line.lstrip()), begin + len(line.rstrip())
        begin = stop + 1
