"""The contents page: where it is, and what it lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.articles.lines import Line, finished, width
from rag.articles.names import read_byline
from rag.text import fold, squeeze

MIN_TITLE = 5  # characters; shorter entries recur by chance
MAX_SPAN = 4  # lines over which a title may be printed
_HEADING = re.compile(r"(?:本期)?(?:目\s*[录錄次]|要目)|(?:table\s+of\s+)?contents", re.I)
_ENTRY = re.compile(
    r"[-*•·●■◆\s]*(?:(?:P\.?|第)?(?P<before>\d{1,3})(?:页)?[\s、.|/／:：]+(?P<a>\D.*)|"
    r"(?P<b>.*?\D)[\s.·…・。/／|_—–-]*[\s.·…・/／|(（_—–-](?:P\.?|第)?(?P<after>\d{1,3})页?[)）]?)\s*",
    re.S,
)
_SPLIT = re.compile(r"\s*(?:\.{3,}|…+|·{3,}|・{3,}|_{3,}|\s*[/／|｜]\s*|\s{2,}|\u3000)\s*")
_LEADERS = " .·…・/／|｜_—–-\u3000"
_EDGE = _LEADERS + "()（）"
_MAX_TITLE = 160  # characters
_MAX_PAGE_LINES = 400  # of a contents page


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents. ``under`` are the unnumbered lines below it, up to the next entry."""

    line: int
    text: str
    page: str | None
    under: tuple[int, ...] = ()


def read_contents(lines: Sequence[Line]) -> tuple[list[Entry], int] | None:
    """Return the entries and a line from which on their titles stand again; None where there is no contents page.

    Unnumbered lines above the first entry hang on an entry without text.
    """
    start = _start(lines)
    if start is None:
        return None
    keys = [title_key(line.text) for line in lines]
    counts = Counter(keys)
    paged = sum(_numbered(line.text) is not None for line in lines[start : start + 30]) >= 2
    entries: list[Entry] = []
    titles: set[str] = set()
    i = start
    while i < min(len(lines), start + _MAX_PAGE_LINES):
        text = lines[i].text
        repeated = any("".join(keys[i:end]) in titles for end in range(i + 1, i + MAX_SPAN + 1))
        if repeated or (finished(text) and width(text) > 40):
            break
        numbered = _numbered(text)
        if numbered:
            entries.append(Entry(i, *numbered))
        elif not paged and counts[keys[i]] > 1 and len(keys[i]) >= MIN_TITLE and not read_byline(text):
            entries.append(Entry(i, text, None))
        elif entries:
            entries[-1] = replace(entries[-1], under=(*entries[-1].under, i))
        else:
            entries.append(Entry(i, "", None, (i,)))
        titles |= {title_key(title) for title, *_ in variants(entries[-1], lines)}
        i += 1
    return entries, entries[-1].line + 1 if paged and entries else i


def variants(entry: Entry, lines: Sequence[Line]) -> Iterator[tuple[str, str, bool]]:
    """Yield what may be an entry's title, what is left of the entry then, and whether it takes a neighbouring line.

    A long title takes two lines of the contents; leaders, slashes or a space set the author off.
    """
    if not entry.text:
        return
    if entry.line:
        before = lines[entry.line - 1].text
        yield from ((f"{before} {title}", rest, True) for title, rest in _split(entry.text) if len(before) < _MAX_TITLE)
    if entry.under and lines[entry.under[0]].gap == 0:
        yield f"{entry.text} {lines[entry.under[0]].text}", "", True
    yield from ((title, rest, False) for title, rest in _split(entry.text) if len(squeeze(title)) >= MIN_TITLE)


def _split(text: str) -> Iterator[tuple[str, str]]:
    yield text, ""
    ends = {found.start() for found in _SPLIT.finditer(text)}
    space = text.rfind(" ")
    if space > 0 and read_byline(text[space:].strip(_EDGE) or "-"):
        ends.add(space)
    for end in sorted(ends, reverse=True):
        yield text[:end].strip(_LEADERS), text[end:].strip(_EDGE)


def title_key(text: str) -> str:
    """Fold what recognition and layout change between contents and title: space, width, case, punctuation.

    Text too long for a title gives a key that no title has.
    """
    if len(text) > _MAX_TITLE:
        return "\n"
    return re.sub(r"[\W_]+", "", fold(text))


def _start(lines: Sequence[Line]) -> int | None:
    """Find the line "目录", or the first of several lines that end or begin in page numbers."""
    for i, line in enumerate(lines[: max(60, len(lines) // 4)]):
        if _HEADING.fullmatch(line.text.strip(" 【】[]")):
            return i + 1
    numbered = [i for i, line in enumerate(lines[:_MAX_PAGE_LINES]) if _numbered(line.text, MIN_TITLE)]
    dense = [i for i in numbered if sum(i <= j < i + 12 for j in numbered) >= 3]
    return max(0, dense[0] - 1) if dense else None


def _numbered(text: str, shortest: int = 3) -> tuple[str, str] | None:
    """Return title and page of a contents line."""
    found = _ENTRY.fullmatch(text) if width(text) <= 60 and not finished(text) else None
    if not found:
        return None
    title, page = (found["a"], found["before"]) if found["a"] else (found["b"], found["after"])
    title = title.strip(_LEADERS)
    return (title, page.lstrip("0") or "0") if len(squeeze(title)) >= shortest else None
