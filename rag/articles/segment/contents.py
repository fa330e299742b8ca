"""The contents page: where it is, and what it lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from rag.articles.lines import Line, finished, width
from rag.articles.segment.rubrics import is_short, rubric_name
from rag.articles.signs.marks import page_number, title_like
from rag.articles.signs.names import read_byline
from rag.text import fold, squeeze

MIN_TITLE = 4  # characters; shorter entries recur by chance
MAX_SPAN = 4  # lines over which a title may be printed
_HEADING = re.compile(
    r"(?:本期)?(?:目\s*[录錄次]|要目)(?:\s*contents)?|(?:table\s+of\s+)?contents|in(?:side)?\s+this\s+issue", re.I
)
_ENTRY = re.compile(
    r"[-*•·●■◆\s]*[(（]?(?:(?:P\.?|第)?(?P<before>\d{1,3})(?:页)?(?:[\s、.|/／:：]+|[)）]\s*)(?P<a>\D.*)|"
    r"(?P<b>.*?\D)[\s.·…・。/／|_—–-]*[\s.·…・/／|(（_—–-](?:P\.?|第)?(?P<after>\d{1,3})页?[)）]?)\s*",
    re.S,
)
_SPLIT = re.compile(r"\s*(?:\.{3,}|…+|·{3,}|・{3,}|_{3,}|\s*[/／|｜]\s*|\s{2,}|\u3000)\s*")
_BRACKET = re.compile(r"\s*[（(](?P<names>[^（）()]{2,40})[)）]$")
_LEADERS = " .·…・/／|｜_—–-\u3000"
_EDGE = _LEADERS + "()（）"
_MAX_TITLE = 160  # characters
_MIN_REPEATED = 3  # lines that stand again and so are a contents page without a heading
_MIN_APART = 2  # lines from one title to the next in the text
_MAX_APART = 4  # in the contents
_MAX_ABOVE = 8  # lines of title and byline above the first text
_MAX_PAGE_LINES = 400  # of a contents page
_NONE: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents. ``under`` are the unnumbered lines below it, up to the next entry."""

    line: int
    text: str
    page: str | None
    under: tuple[int, ...] = ()


def read_contents(lines: Sequence[Line], beside: Mapping[int, str] = _NONE) -> tuple[list[Entry], int] | None:
    """Return the entries and a line from which on their titles stand again; None where there is no contents page.

    ``beside`` are page numbers that stand on lines of their own, by the line above. Unnumbered lines above the first
    entry hang on an entry without text.
    """
    start = _start(lines)
    if start is None:
        return None
    keys = [title_key(line.text) for line in lines]
    top = takewhile(lambda line: not (finished(line.text) and width(line.text) > 40), lines[start : start + 30])
    paged = sum(_numbered(line.text) is not None for line in top) >= 2
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
        elif entries and (number := page_number(text)) is not None:
            entries[-1] = replace(entries[-1], page=entries[-1].page or str(number))
        elif not paged and len(keys[i]) >= MIN_TITLE and title_like(text) and not read_byline(text):
            entries.append(Entry(i, text, beside.get(i)))
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
        other = rubric_name(before) is not None or is_short(before) or read_byline(before) is not None
        fits = len(before) < _MAX_TITLE and not other
        yield from ((f"{before} {title}", rest, True) for title, rest in _split(entry.text) if fits)
    if entry.under and lines[entry.under[0]].gap == 0:
        yield f"{entry.text} {lines[entry.under[0]].text}", "", True
    yield from ((title, rest, False) for title, rest in _split(entry.text) if len(squeeze(title)) >= MIN_TITLE)


def _split(text: str) -> Iterator[tuple[str, str]]:
    yield text, ""
    ends = {found.start() for found in _SPLIT.finditer(text)}
    bracket = _BRACKET.search(text)
    if bracket and read_byline(bracket["names"]):
        ends.add(bracket.start())
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
    """Find the line "目录", or the first of several lines that have page numbers, or that stand again below."""
    for i, line in enumerate(lines[: max(60, len(lines) // 4)]):
        if _HEADING.fullmatch(line.text.strip(" 【】[]")):
            return i + 1
    numbered = [i for i, line in enumerate(lines[:_MAX_PAGE_LINES]) if _numbered(line.text, MIN_TITLE + 1)]
    dense = [i for i in numbered if sum(i <= j < i + 12 for j in numbered) >= 3]
    return max(0, dense[0] - 1) if dense else _repeated(lines)


def _repeated(lines: Sequence[Line]) -> int | None:
    """Find the first of several lines close together, before any text, that stand again in this order further down."""
    places: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        places.setdefault(title_key(line.text), []).append(i)
    text = next((i for i, line in enumerate(lines) if finished(line.text) and width(line.text) > 20), 0)
    keys = [title_key(line.text) for line in lines[:text]]
    once = [(i, places[key]) for i, key in enumerate(keys) if len(key) > MIN_TITLE and len(places[key]) == 2]
    pairs = [(i, found[1]) for i, found in once if i == found[0] and found[1] > text - _MAX_ABOVE]
    spread = all(b + _MIN_APART <= d for (_, b), (_, d) in pairwise(pairs))
    close = all(c <= a + _MAX_APART for (a, _), (c, _) in pairwise(pairs))
    return pairs[0][0] if len(pairs) >= _MIN_REPEATED and spread and close else None


def _numbered(text: str, shortest: int = 3) -> tuple[str, str] | None:
    """Return title and page of a contents line."""
    ended = finished(text) and text[-1] not in "？！?!"
    found = _ENTRY.fullmatch(text) if width(text) <= 60 and not ended else None
    if not found:
        return None
    title, page = (found["a"], found["before"]) if found["a"] else (found["b"], found["after"])
    title = title.strip(_LEADERS)
    return (title, page.lstrip("0") or "0") if len(squeeze(title)) >= shortest else None
