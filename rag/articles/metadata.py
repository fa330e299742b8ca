"""What is printed around an article: byline, date, subtitle below its title; journal and issue on the masthead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.articles.lines import Line, finished, width
from rag.articles.marks import (
    RUBRIC,
    date_line,
    find_date,
    find_issue,
    is_issue_line,
    is_subtitle,
    labelled,
    page_number,
    title_like,
    undashed,
    without_date,
    without_issue,
)
from rag.articles.names import author_note, is_common_word, read_byline, split_names
from rag.types import ParagraphKind

_CONTENTS_WORD = re.compile(r"(?:本期)?目\s*[录錄]|\b(?:table of )?contents\b", re.I)
_MAX_HEADER = 8  # lines between a title and the text


@dataclass(slots=True)
class Header:
    """What the lines around a title say; ``kinds`` gives each of those lines its paragraph kind."""

    authors: tuple[str, ...] = ()
    affiliation: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    kinds: list[ParagraphKind] = field(default_factory=list)


def read_header(lines: Sequence[Line], author: str | None = None) -> Header:
    """Read the lines below a title up to the first that is text; ``author`` is the byline that the contents expect."""
    header = Header()
    for i, line in enumerate(lines[:_MAX_HEADER]):
        kind = None if line.level or line.kind != "text" else _read_line(header, line.text, author)
        weak = kind == "byline" and i + 1 == len(lines)  # nothing below: it is the text
        if kind is None or weak:
            break
        header.kinds.append(kind)
    return header


def _read_line(header: Header, text: str, author: str | None) -> ParagraphKind | None:
    fields = labelled(text)
    if fields:
        return _take_fields(header, fields)
    if not header.kinds and is_subtitle(text):
        header.fields.setdefault("subtitle", undashed(text))
        return "heading"
    if date := date_line(text):
        header.fields.setdefault("date", date)
        return "note"
    if kind := _take_dated(header, text):
        return kind
    if is_issue_line(text):
        header.fields.setdefault("issue", find_issue(text) or text)
        return "note"
    if rubric := RUBRIC.fullmatch(text):
        header.fields.setdefault("column", rubric["name"])
        return "note"
    if (unit := author_note(text)) is not None:
        header.affiliation = header.affiliation or unit
        return "note"
    if header.kinds[-1:] == ["byline"] and text[0] in "（(" and text[-1] in "）)" and width(text) <= 40:
        header.affiliation = header.affiliation or text[1:-1].strip()
        return "note"
    return _take_byline(header, text, author)


def _take_fields(header: Header, fields: Mapping[str, str]) -> ParagraphKind:
    for name, value in fields.items():
        if name == "author" and value:
            people, units = split_names(value)
            header.authors = header.authors or people or units or (value,)
            header.affiliation = header.affiliation or (" ".join(units) if people and units else None)
        elif name == "affiliation" and value:
            header.affiliation = value
        elif name == "date" and value:
            header.fields.setdefault("date", find_date(value) or value)
        elif name and value:
            header.fields.setdefault(name, value)
    return "byline" if "author" in fields else "note"


def _take_dated(header: Header, text: str) -> ParagraphKind | None:
    """Read a short line with a date in it: "（2024年5月1日在……会议上）", "林晓 2024-05-01"."""
    date = find_date(text)
    if not date or finished(text) or width(text) > 45:
        return None
    rest = without_date(text).strip(" 　,，|｜·")
    byline = read_byline(rest) if rest else None
    bracketed = text[0] in "（(" and text[-1] in "）)"
    if not (byline or bracketed):
        return None
    header.fields.setdefault("date", date)
    if not byline or not byline.personal:  # who held a meeting or issued a notice is no author
        return "note"
    header.authors = header.authors or byline.authors
    header.affiliation = header.affiliation or byline.affiliation
    return "byline"


def _take_byline(header: Header, text: str, author: str | None) -> ParagraphKind | None:
    byline = read_byline(text)
    expected = author is not None and "".join(author.split()) == "".join(text.split())
    if byline and not byline.sure and not expected and is_common_word(text):
        return None
    if byline and not byline.personal and header.authors:  # the organisation below a name is where they work
        header.affiliation = header.affiliation or " ".join(byline.authors)
        return "note"
    if byline:
        header.authors += tuple(name for name in byline.authors if name not in header.authors)
        header.affiliation = header.affiliation or byline.affiliation
        return "byline"
    if expected:
        header.authors = header.authors or (text,)
        return "byline"
    return None


def read_masthead(front: Sequence[Line], furniture: Sequence[Line], native: Mapping[str, str]) -> dict[str, str]:
    """Return journal, issue and date of a whole file, from front matter, running heads and what the format says."""
    found = {name: native[name] for name in ("journal", "issue") if native.get(name)}
    texts = [line.text for line in front]
    issue_lines = [text for text in texts if find_issue(text) and width(text) <= 40 and not finished(text)]
    heads = Counter(
        without_issue(re.sub(r"^\s*\d{1,4}\s+|\s+\d{1,4}\s*$", "", line.text)).strip(" ·|/—-") for line in furniture
    )
    for text in [*issue_lines, *(line.text for line in furniture)]:
        if issue := find_issue(text):
            found.setdefault("issue", issue)
    for text in texts:
        fields = labelled(text)
        found |= {name: fields[name] for name in ("journal", "issue") if fields.get(name) and name not in found}
        if "date" in fields or date_line(text) or re.search(r"出版", text):
            date = find_date(text)
            found |= {"date": date} if date and "date" not in found else {}
    evidence = len(texts) >= 3 and (issue_lines or any(_CONTENTS_WORD.search(text) for text in texts))
    name = next(filter(None, map(_journal_name, texts[:5])), None) if evidence else None
    common = next((head for head, n in heads.most_common(1) if n >= 3 and _journal_name(head)), None)
    if name or common:
        found.setdefault("journal", name or common or "")
    return found


def _journal_name(text: str) -> str | None:
    name = " ".join(without_issue(_CONTENTS_WORD.sub(" ", text)).split()).strip(" ·|/—-")
    if re.search(r"[\u4e00-\u9fff]", name):
        name = re.sub(r"\s+[A-Za-z][A-Za-z ]*$", "", name)  # the name once more in Latin letters
    usable = title_like(name) if name else False
    return (
        name
        if usable and width(name) <= 24 and not re.search(r"[:：]|年|月刊号", name) and page_number(name) is None
        else None
    )
