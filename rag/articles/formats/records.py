"""Records, of JSON or of a table, to articles: each one's text as lines, and what it says of itself as metadata.

The decoded source of such a file is the texts of its records one after another, as extracted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from rag.articles.formats.authors import AUTHORS, split_authors
from rag.articles.formats.decode import lost_in
from rag.articles.formats.fields import Fields
from rag.articles.formats.tables import mark_tables
from rag.articles.lines import Entry, LineWriter, Parsed

NEWLINE = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_MARKUP = re.compile(r"</(?:p|div|span|h[1-6]|li|td|strong|section|article)\s*>|<(?:br|p)\s*/?>", re.I)
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_MOMENT = re.compile(r"(\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2})[T ]\d{1,2}:\d{2}.*", re.S)
_EPOCH = (100_000_000, 4_102_444_800)  # seconds: 1973 to 2100
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})[ \t]+(?P<text>\S.*)")
_INDENT = re.compile(r"\u3000|\t|  ")


class Records:
    """Collects records as they are read; ``parsed`` then gives the file."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._writer = LineWriter()
        self._entries: list[Entry] = []
        self._seen = 0
        self._empty: list[int] = []

    def add(self, record: Mapping[str, object]) -> None:
        """Take one record; one with neither text nor title is left out, and counted."""
        self._seen += 1
        native = metadata(record, self._fields)
        first = len(self._writer.lines)
        for name in self._fields.columns.get("text", ()):
            value = value_of(record, name)
            for text in texts_of(value):
                write_text(text, self._writer, whole=isinstance(value, list))
        if len(self._writer.lines) == first and "title" in native:  # a title is all there is
            self._writer.add(native["title"])
        if len(self._writer.lines) == first:
            self._empty.append(self._seen)
            return
        self._entries.append(Entry(first, len(self._writer.lines), native))

    def parsed(self, encoding: str, undecodable: int, notes: tuple[str, ...] = ()) -> Parsed:
        decoded = self._writer.decoded()
        if self._empty:
            notes += (f"{len(self._empty)} of {self._seen} records hold no text (the first is no. {self._empty[0]})",)
        if self._fields.guessed:
            notes += (self._fields.guessed,)
        lost = lost_in(decoded)
        return Parsed(
            decoded,
            mark_tables(self._writer.lines),
            encoding,
            max(undecodable, len(lost)),
            notes=notes,
            told="record",
            entries=tuple(self._entries),
            lost=lost,
        )


def metadata(record: Mapping[str, object], fields: Fields) -> dict[str, str]:
    """Return what a record says of itself, by our names; authors stand between ``AUTHORS``."""
    native = dict(fields.fixed)
    for ours, names in fields.columns.items():
        if ours != "text" and (value := next((v for name in names if (v := _said(ours, value_of(record, name)))), "")):
            native[ours] = value
    year, issue = native.pop("year", ""), native.get("issue", "")
    if re.fullmatch(r"(?:19|20)\d{2}年?", year):
        if issue and not re.search(r"(?:19|20)\d{2}", issue):
            native["issue"] = f"{year.removesuffix('年')}年第{issue}期" if issue.isdecimal() else f"{year}{issue}"
        native.setdefault("date", year)
    return native


def write_text(text: str, writer: LineWriter, whole: bool = False) -> None:
    """Write the text of one field as lines; markup in it, as content systems store it, is read as a web page, and
    headings of Markdown as such.

    ``whole`` says that it is one paragraph of a list of them.
    """
    text = _HALF_PAIR.sub("\ufffd", text)
    if _MARKUP.search(text):
        from rag.articles.formats.parse_html import parse_page, write_page

        write_page(parse_page(text), writer)
        return
    gap = 0
    for raw in NEWLINE.split(text):
        if heading := _HEADING.fullmatch(raw):
            writer.add(heading["text"], gap=gap, level=len(heading["marks"]))
            gap = 0
        elif raw.strip():
            writer.add(raw, gap=gap, indented=bool(_INDENT.match(raw)), whole=whole)
            gap = 0
        else:
            gap += 1


def _said(ours: str, value: object) -> str:
    """Return a value as one line of metadata; nothing for what is no word or number."""
    if ours == "author":
        return AUTHORS.join(dict.fromkeys(name for text in texts_of(value) for name in split_authors(text)))
    if ours == "date" and isinstance(value, int | float) and not isinstance(value, bool):
        value = _day(value)
    said = " ".join(_HALF_PAIR.sub("\ufffd", " ".join(texts_of(value))).split())
    if ours == "date":
        said = _MOMENT.sub(r"\1", said)
    if ours == "journal" and re.match(r"\w+://|www\.", said):
        return ""
    return said


def _day(number: int | float) -> int | float | str:
    """Return the day of a moment that is given in seconds or milliseconds since 1970."""
    seconds = number / 1000 if number > _EPOCH[1] else number
    if _EPOCH[0] < seconds < _EPOCH[1]:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return number


def value_of(record: Mapping[str, object], name: str) -> object:
    """Return what stands under a name; a dot leads into a record within the record."""
    if name in record:
        return record[name]
    head, dot, rest = name.partition(".")
    inner = record.get(head) if dot else None
    return value_of(inner, rest) if isinstance(inner, Mapping) else None


def texts_of(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the words in a value: of a list one after another, of a record within it those under its usual name."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool) or value is None or depth > 8:
        return
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, Mapping):
        inner = next((value[key] for key in _INNER if key in value), None)
        yield from texts_of(inner if inner is not None else _only(value.values()), depth + 1)
    elif isinstance(value, Iterable):
        for one in value:
            yield from texts_of(one, depth + 1)


_INNER = ("text", "content", "paragraphs", "body", "value", "name", "正文", "内容", "姓名", "#text", "_text")


def _only(values: Iterable[object]) -> object:
    found = list(values)
    return found[0] if len(found) == 1 else None
