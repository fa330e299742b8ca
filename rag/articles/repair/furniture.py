"""What the printer put on every page and no reader reads: running heads, feet, page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from rag.articles.lines import Line, finished, width
from rag.articles.signs.marks import find_issue, numbering, page_number
from rag.articles.signs.words import surely_continues
from rag.text import squeeze

_MIN_REPEATS = 3  # a line on fewer pages may be part of the text
_MAX_WIDTH = 40.0
_MAX_RUBRIC = 16.0
_MIN_TORN = 8.0  # a torn line is at least this wide
_MAX_OPENING = 400.0  # of text above the first section
_MIN_LISTED = 4  # page numbers that make a list
_LIST_STEP = 4  # lines from one to the next
_MAX_DEPTH = 2  # lines of furniture at one edge of a page


def drop_furniture(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines that belong to the text, and those dropped."""
    dropped: set[int] = set()
    for _ in range(_MAX_DEPTH):  # from the page's edge inwards
        edges = _page_edges(lines, dropped)
        dropped |= _page_numbers(lines, edges)
        dropped |= _running_heads(lines, edges, dropped)
    dropped |= _beside_numbers(lines, dropped)
    dropped -= _number_lists(lines)
    dropped |= _amid_sentence(lines, dropped)
    kept: list[Line] = []
    gap = 0
    for i, line in enumerate(lines):
        if i in dropped:
            gap = max(gap, line.gap)
            continue
        kept.append(_with_gap(line, max(gap, line.gap)))
        gap = 0
    return kept, [lines[i] for i in sorted(dropped)]


def _number_lists(lines: Sequence[Line]) -> set[int]:
    """Find page numbers that stand too thick for pages: a contents page that sets each on a line of its own."""
    numbered = [i for i, line in enumerate(lines) if line.page is None and page_number(line.text) is not None]
    found: set[int] = set()
    for first, last in zip(numbered, numbered[_MIN_LISTED - 1 :], strict=False):
        prose = sum(width(line.text) > _MAX_WIDTH for line in lines[first:last])
        if last - first <= _LIST_STEP * (_MIN_LISTED - 1) and prose <= 1:
            found.update(range(first - 1, last + 2))
    return found


def _with_gap(line: Line, gap: int) -> Line:
    if gap == line.gap:
        return line
    return Line(line.text, line.ranges, gap, line.level, line.kind, line.indented, line.page, line.whole)


def _page_numbers(lines: Sequence[Line], edges: set[int]) -> set[int]:
    """Find page numbers: decorated ones, or bare ones that count upwards through the file."""
    numbered = [
        (i, n) for i, line in enumerate(lines) if line.kind == "text" and (n := page_number(line.text)) is not None
    ]
    decorated = {i for i, _ in numbered if not lines[i].text.isdecimal()}
    steps = [b - a for (_, a), (_, b) in pairwise(numbered)]
    spread = all(b - a > 1 for (a, _), (b, _) in pairwise(numbered))  # not the column of a table
    counting = len(numbered) >= _MIN_REPEATS and spread and sum(0 < step <= 3 for step in steps) >= 0.8 * len(steps)
    if counting:
        return set() if _sections(lines, numbered, edges) else {i for i, _ in numbered}
    if len(decorated) >= 2 or decorated <= edges:
        return decorated | {i for i, _ in numbered if i in edges}
    return {i for i, _ in numbered if i in edges}


def _sections(lines: Sequence[Line], numbered: Sequence[tuple[int, int]], edges: set[int]) -> bool:
    """Tell whether bare numbers head the sections of an essay: 1, 2, 3, each below finished text and above more."""
    if [n for _, n in numbered] != list(range(1, len(numbered) + 1)) or any(i in edges for i, _ in numbered):
        return False
    bare = all(lines[i].text.isdecimal() for i, _ in numbered)
    opened = sum(i > 0 and not finished(lines[i - 1].text) for i, _ in numbered[1:])
    first = numbered[0][0]
    above = sum(width(line.text) for line in lines[:first])  # a first page would stand above its number
    return bare and not opened and numbered[-1][0] + 1 < len(lines) and above <= _MAX_OPENING


def _amid_sentence(lines: Sequence[Line], dropped: set[int]) -> set[int]:
    """Find page numbers, and the running heads beside them, that tear a sentence on a page of its own kind apart."""
    found: set[int] = set()
    heads = Counter(_but_digits(line.text) for line in lines if len(line.text) <= _MAX_WIDTH)
    for i, line in enumerate(lines):
        if i in found or line.kind != "text" or not _numbers_page(line.text):
            continue
        first, last = _short_run(lines, i, heads)
        above, below = _beside(lines, first - 1, -1, dropped), _beside(lines, last + 1, 1, dropped)
        if above is None or below is None or lines[above].kind != "text" or lines[below].kind != "text":
            continue
        before, after = lines[above].text, lines[below].text
        torn = width(before) >= _MIN_TORN and not finished(before, pauses=True)
        run = [k for k in range(first, last + 1) if k not in dropped]
        parted = any(lines[k].gap for k in (*run, below)) or len(run) > 1 or not line.text.isdecimal()
        goes_on = (finished(after) or width(after) >= _MIN_TORN) and numbering(after) is None
        if torn and goes_on and (parted or surely_continues(before, after)):
            found.update(run)
    return found


def _numbers_page(text: str) -> bool:
    return page_number(text) is not None or (width(text) <= _MAX_RUBRIC and find_issue(text) is not None)


def _short_run(lines: Sequence[Line], i: int, heads: Counter[str]) -> tuple[int, int]:
    """Return the first and last of the lines round a page number, its running head among them."""
    if i >= 2 and i + 1 < len(lines) and _head_like(lines[i - 1], lines[i - 2], lines[i + 1], heads):
        return i - 1, i
    if i and i + 2 < len(lines) and _head_like(lines[i + 1], lines[i - 1], lines[i + 2], heads):
        return i, i + 1
    return i, i


def _head_like(line: Line, above: Line, below: Line, heads: Counter[str]) -> bool:
    """Tell whether a line beside a page number is no text: it recurs, names an issue, or is short and stands apart."""
    text = line.text
    if not 2 <= width(text) <= _MAX_RUBRIC or line.kind != "text" or line.level or re.search(r"[，。；：]", text):
        return False
    if heads[_but_digits(text)] > 1 or find_issue(text):
        return True
    apart = line.gap > 0 and width(text) <= 0.6 * min(width(above.text), width(below.text))
    rather = surely_continues(above.text, text) and not surely_continues(above.text, below.text)
    return apart and not finished(text, pauses=True) and not rather


def _but_digits(text: str) -> str:
    return re.sub(r"[\d\W_]+", "", squeeze(text))


def _beside(lines: Sequence[Line], i: int, step: int, dropped: set[int]) -> int | None:
    while 0 <= i < len(lines) and i in dropped:
        i += step
    return i if 0 <= i < len(lines) else None


def _page_edges(lines: Sequence[Line], dropped: set[int]) -> set[int]:
    """Return the first and last line of each page, those dropped aside; none for formats without pages."""
    pages: defaultdict[int, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        if line.page is not None and i not in dropped:
            pages[line.page].append(i)
    return {i for page in pages.values() for i in (page[0], page[-1])} if len(pages) > 1 else set()


def _running_heads(lines: Sequence[Line], edges: set[int], dropped: set[int]) -> set[int]:
    """Find lines that recur, their digits aside, and stand at a page's edge or name an issue."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for i, line in enumerate(lines):
        if line.kind == "text" and not line.level and i not in dropped and len(line.text) <= 2 * _MAX_WIDTH:
            key = _but_digits(line.text)
            if key and not finished(line.text, pauses=True) and width(line.text) <= _MAX_WIDTH:
                groups[key].append(i)
    found: set[int] = set()
    pages = len({line.page for line in lines if line.page is not None})
    for places in groups.values():
        marked = [i for i in places if i in edges or find_issue(lines[i].text) or {i - 1, i + 1} & dropped]
        if len(marked) >= _MIN_REPEATS and len(marked) >= 0.7 * len(places):
            found.update(places if _far_apart(places) else ())
        elif len(marked) >= 2 and marked == places and _every_other_page(marked, lines, pages):
            found.update(marked)
    return found


def _beside_numbers(lines: Sequence[Line], dropped: set[int]) -> set[int]:
    """Find rubrics printed beside a page number: short open lines that stand elsewhere in the file too."""
    beside = {j for i in dropped if page_number(lines[i].text) is not None for j in (i - 1, i + 1)} - dropped
    counts = Counter(squeeze(line.text) for line in lines if len(line.text) <= _MAX_WIDTH)
    return {
        i
        for i in beside
        if 0 <= i < len(lines)
        and not lines[i].level
        and width(lines[i].text) <= _MAX_RUBRIC
        and not finished(lines[i].text, pauses=True)
        and counts[squeeze(lines[i].text)] > 1
    }


def _far_apart(places: Sequence[int]) -> bool:
    return all(b - a > 2 for a, b in pairwise(places))


def _every_other_page(places: Sequence[int], lines: Sequence[Line], pages: int) -> bool:
    """Tell whether a short file repeats a line at the same edge of at least half of its pages."""
    return 2 <= pages <= 2 * len({lines[i].page for i in places}) and len({lines[i].text for i in places}) <= 2
