"""What is printed around a title: subtitle, byline, date, rubric, labels and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.articles.lines import Line, finished, width
from rag.articles.segment.rubrics import rubric_name
from rag.articles.signs.marks import (
    RUBRIC,
    date_line,
    find_date,
    find_issue,
    is_issue_line,
    is_subtitle,
    labelled,
    undashed,
    without_date,
)
from rag.articles.signs.names import author_note, is_common_word, read_byline, split_names
from rag.articles.signs.places import place_in
from rag.text import squeeze
from rag.types import ParagraphKind

_MAX_HEADER = 8  # lines between a title and the text
_MAX_BRACKET = 4  # lines of a note in brackets
_MAX_NOTE = 90.0  # full-width characters


@dataclass(slots=True)
class Header:
    """What is printed around a title; ``found`` tells of each field, "authors" among them, where it was read.

    The first word on a field stands. ``kinds`` gives each line of the header its paragraph kind.
    """

    authors: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    kinds: list[ParagraphKind] = field(default_factory=list)

    def put(self, name: str, value: str | None, how: str) -> None:
        """Take a better word on a field."""
        if value:
            self.fields[name], self.found[name] = value, how

    def tell(self, name: str, value: str | None, how: str) -> None:
        if name not in self.fields:
            self.put(name, value, how)

    def sign(self, authors: Sequence[str], how: str) -> None:
        if authors and not self.authors:
            self.authors, self.found["authors"] = tuple(authors), how

    def work_at(self, affiliation: str | None, how: str) -> None:
        """Take an affiliation, and the place in it; an author's note knows both best."""
        take = self.put if how == "note" else self.tell
        if affiliation:
            take("affiliation", affiliation, how)
            take("place", place_in(affiliation), how)


def read_header(lines: Sequence[Line], author: str | None = None, column: str | None = None) -> Header:
    """Read the lines around a title up to the first that is text; ``author`` and ``column`` are what is expected."""
    header = Header()
    i = 0
    while i < min(len(lines), _MAX_HEADER):
        end = _bracket_end(lines, i)
        text = "".join(line.text for line in lines[i:end])
        kind = None if lines[i].level or lines[i].kind != "text" else _read_line(header, text, author)
        kind = "note" if kind is None and column and _names(column) == _names(text) else kind
        weak = kind == "byline" and end == len(lines)  # nothing below: it is the text
        if kind is None or weak:
            break
        header.kinds += [kind] * (end - i)
        i = end
    return header


def _names(rubric: str) -> str:
    return squeeze(rubric_name(rubric) or rubric)


def _bracket_end(lines: Sequence[Line], i: int) -> int:
    """Return the end of the lines that a bracket opened at line ``i`` takes up."""
    if lines[i].text[0] in "（(":
        for end in range(i + 1, min(i + _MAX_BRACKET, len(lines)) + 1):
            if lines[end - 1].text[-1] in "）)":
                return end
    return i + 1


def _read_line(header: Header, text: str, author: str | None) -> ParagraphKind | None:
    fields = labelled(text)
    if fields:
        return _take_fields(header, fields)
    if not header.kinds and is_subtitle(text):
        header.tell("subtitle", undashed(text), "heading")
        return "heading"
    if kind := _take_dated(header, text):
        return kind
    if is_issue_line(text):
        header.tell("issue", find_issue(text) or text, "note")
        return "note"
    if rubric := RUBRIC.fullmatch(text):
        header.tell("column", rubric["name"], "heading")
        return "note"
    if (unit := author_note(text)) is not None:
        header.work_at(unit, "note")
        return "note"
    if header.kinds[-1:] == ["byline"] and text[0] in "（(" and text[-1] in "）)" and width(text) <= 40:
        header.work_at(text[1:-1].strip(), "byline")
        return "note"
    return _take_byline(header, text, author)


def _take_fields(header: Header, fields: Mapping[str, str]) -> ParagraphKind:
    for name, value in fields.items():
        if name == "author" and value:
            people, units = split_names(value)
            header.sign(people or units or (value,), "byline")
            header.work_at(" ".join(units) if people else None, "byline")
        elif name == "affiliation":
            header.work_at(value, "note")
        elif name == "date":
            header.tell("date", find_date(value) or value, "note")
        elif name:
            header.tell(name, value, "note")
    return "byline" if "author" in fields else "note"


def _take_dated(header: Header, text: str) -> ParagraphKind | None:
    """Read a short line with a date in it: "2024年5月1日", "（2024年5月1日在……会议上）", "林晓 2024-05-01"."""
    if date := date_line(text):
        header.tell("date", date, "note")
        return "note"
    date = find_date(text)
    bracketed = text[0] in "（(" and text[-1] in "）)"
    if not date or finished(text) or width(text) > (_MAX_NOTE if bracketed else 45):
        return None
    rest = without_date(text).strip(" 　,，|｜·")
    byline = read_byline(rest) if rest else None
    if not (byline or bracketed):
        return None
    header.tell("date", date, "note")
    if not byline or not byline.personal:  # who held a meeting or issued a notice is no author
        return "note"
    header.sign(byline.authors, "byline")
    header.work_at(byline.affiliation, "byline")
    return "byline"


def _take_byline(header: Header, text: str, author: str | None) -> ParagraphKind | None:
    byline = read_byline(text)
    expected = author is not None and squeeze(author) == squeeze(text)
    if byline and not byline.sure and not expected and is_common_word(text):
        return None
    bracketed = text[0] in "（(" and text[-1] in "）)"
    if byline and not byline.personal and (header.authors or bracketed):  # where those named, or not named, work
        header.work_at(" ".join(byline.authors), "byline")
        return "note"
    if byline:
        more = tuple(name for name in byline.authors if name not in header.authors)
        header.authors, header.found["authors"] = header.authors + more, "byline"
        header.work_at(byline.affiliation, "byline")
        return "byline"
    if expected:
        header.sign((text,), "byline")
        return "byline"
    return None
