"""Where the pages of print begin, and which number each bears, as the page numbers between the lines tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.articles.lines import Line
from rag.articles.signs.marks import page_number

_EDGE = re.compile(r"^(?P<first>\d{1,4})\s+\D|(?<=\D)\s+(?P<last>\d{1,4})$")  # the number beside a running head
_COUNTING = 0.8  # share of steps by one or two from number to number


def page_starts(lines: Sequence[Line], furniture: Sequence[Line]) -> list[int]:
    """Return the lines with which a page begins: something was printed on the page's edge above them."""
    edges = [_place(line) for line in furniture]
    starts: list[int] = []
    for i, k in _between(lines, edges):
        if k or (i and lines[i].page != lines[i - 1].page):
            starts.append(i)
    return starts


def numbers_below(lines: Sequence[Line], furniture: Sequence[Line]) -> dict[int, str]:
    """Return the numbers that stand alone below a line, by that line."""
    numbered = sorted((_place(line), n) for line in furniture if (n := page_number(line.text)) is not None)
    below: dict[int, str] = {}
    at = 0
    for i, passed in _between(lines, [place for place, _ in numbered]):
        if passed and i:
            below[i - 1] = str(numbered[at][1])
        at += passed
    return below


def printed_pages(lines: Sequence[Line], furniture: Sequence[Line]) -> list[str | None]:
    """Return the number of the page each line is printed on; None for all where no numbers count through the file."""
    unknown: list[str | None] = [None] * len(lines)
    numbered = sorted((_place(line), n) for line in furniture if (n := _number(line.text)) is not None)
    steps = [b - a for (_, a), (_, b) in pairwise(numbered)]
    if not lines or not steps or sum(1 <= step <= 2 for step in steps) < _COUNTING * len(steps):
        return unknown
    foot = _at_foot(lines, furniture, [place for place, _ in numbered])
    number = numbered[0][1] - (not foot)
    pages: list[str | None] = []
    at = 0
    for _, passed in _between(lines, [place for place, _ in numbered]):
        at += passed
        if foot:
            number = numbered[at][1] if at < len(numbered) else numbered[-1][1] + 1
        elif at:
            number = numbered[at - 1][1]
        pages.append(str(number) if number > 0 else None)
    return pages


def heads_above(lines: Sequence[Line], furniture: Sequence[Line]) -> dict[int, str]:
    """Return what was taken for a running head, not a number, right above a line."""
    ordered = sorted((line for line in furniture), key=_place)
    above: dict[int, str] = {}
    at = 0
    for i, passed in _between(lines, [_place(line) for line in ordered]):
        at += passed
        if passed and _number(ordered[at - 1].text) is None:
            above[i] = ordered[at - 1].text
    return above


def precedes(above: Line, below: Line) -> bool:
    return _place(above) < _place(below)


def _at_foot(lines: Sequence[Line], furniture: Sequence[Line], places: Sequence[int]) -> bool:
    """Tell whether the numbers stand below their pages: below the last line, or above the running heads."""
    if places[-1] > _place(lines[-1]):
        return True
    if places[0] < _place(lines[0]):
        return False
    marks = sorted([(place, "number") for place in places] + [(_place(line), "text") for line in lines])
    marks = sorted(marks + [(_place(line), "head") for line in furniture if _number(line.text) is None])
    kinds = [kind for _, kind in marks]
    return sum(pair == ("number", "head") for pair in pairwise(kinds)) >= sum(
        pair == ("head", "number") for pair in pairwise(kinds)
    )


def _number(text: str) -> int | None:
    number = page_number(text)
    found = _EDGE.search(text) if number is None else None
    return int(found["first"] or found["last"]) if found else number


def _place(line: Line) -> int:
    return line.ranges[0][0] if line.ranges else 0


def _between(lines: Sequence[Line], places: Sequence[int]) -> list[tuple[int, int]]:
    """Pair the number of each line with how many of ``places`` lie between it and the line above."""
    ordered = sorted(places)
    pairs = []
    k = 0
    for i, line in enumerate(lines):
        passed = k
        while k < len(ordered) and ordered[k] < _place(line):
            k += 1
        pairs.append((i, k - passed))
    return pairs
