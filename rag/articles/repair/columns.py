"""Columns read out of order: the tops of later columns before the rest of the first.

The signs are strict, so that ordered text is never touched: two or more sections end in mid-sentence, the
article's last line among them, and as many lines stand between the introduction and the first
section heading. Each open end takes its line; the sections that were read between go to the end.
What was moved is flagged (``misplaced``).
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.articles.lines import Line, finished

_MIN_OPEN = 2  # one open end may be a slip


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Return the body lines of one article in reading order, as far as its headings show it."""
    heads = [i for i, line in enumerate(lines) if line.level]
    ends = [i for i in range(len(lines)) if _open_end(lines, i)]
    if len(ends) < _MIN_OPEN or ends[-1] != len(lines) - 1 or heads[0] > ends[0]:
        return list(lines)
    first = heads[0] - len(
        ends
    )  # the strays stand right above the first heading, below at least one line of introduction
    strays = lines[max(0, first) : heads[0]]
    if (
        first < 1
        or any(line.level or line.kind != "text" for line in lines[: heads[0]])
        or not finished(strays[-1].text)
    ):
        return list(lines)
    resume = max(i for i in heads if i < ends[0])
    ordered = list(lines[:first])
    taken = dict(zip(ends, strays, strict=False))
    for i in range(resume, len(lines)):
        ordered.append(lines[i])
        if i in taken:
            ordered.append(taken[i])
    return ordered + list(lines[heads[0] : resume])


def _open_end(lines: Sequence[Line], i: int) -> bool:
    last = i + 1 == len(lines) or lines[i + 1].level > 0
    return (
        last
        and not lines[i].level
        and lines[i].kind == "text"
        and len(lines[i].text) > 20
        and not finished(lines[i].text, pauses=True)
    )
