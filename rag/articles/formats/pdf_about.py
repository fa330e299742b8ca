"""What a PDF says of itself: its properties, the numbers printed on its pages, and what is amiss in its text layer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from rag.articles.formats.pdf_glyphs import Sheet
from rag.articles.lines import Line, width
from rag.articles.signs.marks import find_date, find_issue, without_issue
from rag.text import squeeze

_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")
_MACHINE_TITLE = re.compile(
    r"(?:Microsoft\s+(?:Word|PowerPoint|Excel)\b.*|untitled.*|document\s*\d*|无标题.*|未命名.*|文档\s*\d*|新建.*|幻灯片\s*\d+|"
    r"slide\s*\d+|scan(?:ned)?[\s_-]?\d*|(?:img|image|doc)[\s_-]?\d+|[\d\W_]*|.*[\\/].*|"
    r".*\.(?:docx?|pptx?|xlsx?|wps|pdf|indd|qxp|qxd|p65|ps|tex|dvi|txt|rtf|html?|cdr|fit|fbd|s2|tiff?|jpe?g))",
    re.I | re.S,
)
_MACHINE_AUTHOR = re.compile(
    r"(?:admin(?:istrator)?|user\s*\d*|用户|微软用户|microsoft(?:\s+(?:office\s+)?user)?|微软中国|windows\s*用户|owner|guest|default|root|test|"
    r"unknown|anonymous|none|null|author|作者|pc|lenovo|dell|hp|asus|acer|thinkpad|apple|hewlett-packard.*|雨林木风|深度技术|番茄花园|"
    r"系统管理员|管理员|計算機用戶|scanner|canon.*|epson.*|.*\d{3,}.*|[a-z]?|[\W_\d]*|.*[\\/@].*|\S+-pc)",
    re.I,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_TOP = 40  # lines that may print the issue
_MAX_ISSUE = 40.0  # full-width characters of such a line
_MAX_DEPTH = 4  # of bookmarks
_MAX_MARKS = 2000
_MIN_FOUND = 2
_MIN_HIDDEN = 0.02  # share of the characters that is worth a word
_MIN_UNMAPPED = 0.05


def native_of(document: Any) -> dict[str, str]:
    """Return title, author, date, issue and journal by the document's properties, without what a machine filled in.

    The date is the day it was made, as ISO.
    """
    try:
        said: Mapping[str, str] = document.get_metadata_dict()
    except UnicodeDecodeError:  # a title of broken characters
        said = {}
    found = {
        "title": _worded(said.get("Title"), _MACHINE_TITLE),
        "author": _worded(said.get("Author"), _MACHINE_AUTHOR),
        "date": _day(str(said.get("CreationDate") or "")),
        **_issue(str(said.get("Subject") or "")),
    }
    return {field: value for field, value in found.items() if value}


def labels_of(document: Any) -> dict[int, str]:
    """Return the number printed on each page by the file's own word; none where they only count the pages."""
    labels = {number: str(document.get_page_label(number - 1) or "").strip() for number in range(1, len(document) + 1)}
    return {} if all(label in {"", str(number)} for number, label in labels.items()) else labels


def outline_of(document: Any) -> list[tuple[int, str, int]]:
    """Return the bookmarks with a title and a page: depth from 1, title, page from 1."""
    found: list[tuple[int, str, int]] = []
    for mark in islice(document.get_toc(max_depth=_MAX_DEPTH), _MAX_MARKS):
        dest = mark.get_dest()
        index = dest.get_index() if dest else None
        title = squeeze(str(mark.get_title() or ""))
        if title and index is not None:
            found.append((mark.level + 1, title, index + 1))
    return found


def with_outline(lines: Sequence[Line], outline: Sequence[tuple[int, str, int]]) -> list[Line]:
    """Return the lines with those as headings that bookmarks of the same words point to, at the bookmarks' depth.

    A heading may fill up to three lines. Fewer than two bookmarks found change nothing.
    """
    pages: defaultdict[int | None, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        pages[line.page].append(i)
    levels: dict[int, int] = {}
    found = 0
    for depth, title, page in outline:
        places = next((run for run in _runs(pages[page]) if squeeze("".join(lines[i].text for i in run)) == title), ())
        found += bool(places)
        levels.update(dict.fromkeys(places, depth))
    if found < _MIN_FOUND:
        return list(lines)
    return [replace(line, level=levels[i], kind="text") if i in levels else line for i, line in enumerate(lines)]


def _runs(places: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield one, two and three places in a row."""
    return (places[i : i + n] for n in (1, 2, 3) for i in range(len(places) - n + 1))


def without_late_date(native: Mapping[str, str], lines: Sequence[Line]) -> dict[str, str]:
    """Return the properties without the file's date, if its first lines print another year as the issue's."""
    printed = " ".join(line.text for line in lines[:_TOP] if width(line.text) <= _MAX_ISSUE)
    years = set(_YEAR.findall(f"{find_issue(printed) or ''} {find_date(printed) or ''} {native.get('issue', '')}"))
    late = bool(years) and native.get("date", "")[:4] not in years
    return {name: value for name, value in native.items() if name != "date" or not late}


def _worded(value: object, machine: re.Pattern[str]) -> str:
    text = " ".join(str(value or "").replace("\x00", "").split())
    garbled = "\ufffd" in text or any("\x80" <= c < "\xa0" or "\ue000" <= c < "\uf900" for c in text)
    return "" if garbled or len(text) > 200 or machine.fullmatch(text) else text


def _day(value: str) -> str:
    found = _DATE.match(value.strip())
    if not found or not 1980 <= int(found[1]) <= 2100:
        return ""
    parts = [found[1]]
    for part, most in ((found[2], 12), (found[3], 31)):
        if not part or not 1 <= int(part) <= most:
            break
        parts.append(part)
    return "-".join(parts)


def _issue(subject: str) -> dict[str, str]:
    issue = find_issue(subject) if len(subject) <= 60 else None
    if not issue:
        return {}
    journal = without_issue(subject).strip(" 《》·|,，-—()（）")
    return {"issue": issue, "journal": journal}


def notes_of(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """Say which pages lack a text layer, and where it holds what a reader cannot see or no one can read."""
    total = len(sheets)
    bare = sum(not any(sheet.glyphs) for sheet in sheets)
    notes = [f"{bare} of {total} pages have no text layer"] if bare else []
    damaged = [n for n, sheet in enumerate(sheets, 1) if sheet.damaged]
    if damaged:
        notes.append(f"{_listed(damaged)} is damaged and could not be read")
    broken = _pages(sheets, ("unmapped",), _MIN_UNMAPPED)
    if broken:
        lost = sum(sheet.counts["unmapped"] for sheet in sheets)
        notes.append(
            f"{lost} characters on {_listed(broken)} have no letters behind their shapes: run text recognition (OCR)"
        )
    scanned = [n for n, s in enumerate(sheets, 1) if s.counts["invisible"] > 0.9 * s.counts["all"] > 0]
    for mark, words in (("invisible", "invisible"), ("white", "white on the page, or clear")):
        pages = [n for n in _pages(sheets, (mark,), 0.0) if n not in scanned]
        count = sum(sheets[n - 1].counts[mark] for n in pages)
        if pages and count >= _MIN_HIDDEN * min(400, sum(sheet.counts["all"] for sheet in sheets)):
            notes.append(f"{count} characters on {_listed(pages)} are {words}; they are kept")
    for mark, words in (("tiny", "too small to be seen"), ("outside", "outside the page")):
        pages = _pages(sheets, (mark,), 0.0)
        if pages:
            count = sum(sheet.counts[mark] for sheet in sheets)
            notes.append(f"{count} characters on {_listed(pages)} are {words}; they are left out")
    vertical = [n for n, sheet in enumerate(sheets, 1) if sheet.vertical]
    if vertical:
        notes.append(f"{_listed(vertical)} is read as vertical writing, from right to left")
    return tuple(notes)


def _pages(sheets: Sequence[Sheet], marks: Iterable[str], share: float) -> list[int]:
    marks = tuple(marks)
    return [
        n for n, s in enumerate(sheets, 1) if any(s.counts[m] > share * s.counts["all"] and s.counts[m] for m in marks)
    ]


def _listed(pages: Sequence[int]) -> str:
    shown = ", ".join(str(n) for n in pages[:5])
    return f"page {shown}" + (f" and {len(pages) - 5} more" if len(pages) > 5 else "")
