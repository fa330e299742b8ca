"""What the printer put on every page and no reader reads: running heads, feet, page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from rag.articles.lines import Line, finished, width
from rag.articles.marks import find_issue, page_number
from rag.text import squeeze

_MIN_REPEATS = 3  # a line on fewer pages may be part of the text
_MAX_WIDTH = 40.0
_MAX_RUBRIC = 16.0
_MAX_DEPTH = 2  # lines of furniture at one edge of a page


def drop_furniture(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Return the lines that belong to the text, and those dropped."""
    dropped: set[int] = set()
    for _ in range(_MAX_DEPTH):  # from the page's edge inwards
        edges = _page_edges(lines, dropped)
        dropped |= _page_numbers(lines, edges)
        dropped |= _running_heads(lines, edges, dropped)
    dropped |= _beside_numbers(lines, dropped)
    kept: list[Line] = []
    gap = 0
    for i, line in enumerate(lines):
        if i in dropped:
            gap = max(gap, line.gap)
            continue
        kept.append(_with_gap(line, max(gap, line.gap)))
        gap = 0
    return kept, [lines[i] for i in sorted(dropped)]


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
        return {i for i, _ in numbered}
    if len(decorated) >= 2 or decorated <= edges:
        return decorated | {i for i, _ in numbered if i in edges}
    return {i for i, _ in numbered if i in edges}


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
            key = re.sub(r"[\d\W_]+", "", squeeze(line.text))
            if key and not finished(line.text, pauses=True) and width(line.text) <= _MAX_WIDTH:
                groups[key].append(i)
    found: set[int] = set()
    for places in groups.values():
        marked = [i for i in places if i in edges or find_issue(lines[i].text) or {i - 1, i + 1} & dropped]
        if len(marked) >= _MIN_REPEATS and len(marked) >= 0.7 * len(places):
            found.update(places if _far_apart(places) else ())
        elif len(marked) >= 2 and marked == places and _every_other_page(marked, lines):
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


def _every_other_page(places: Sequence[int], lines: Sequence[Line]) -> bool:
    """Tell whether a short file repeats a line at the same edge of at least half of its pages."""
    pages = {line.page for line in lines if line.page is not None}
    return 2 <= len(pages) <= 2 * len({lines[i].page for i in places}) and len({lines[i].text for i in places}) <= 2
