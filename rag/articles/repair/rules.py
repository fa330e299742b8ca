"""Where paragraphs begin, by the rules alone: marks at line ends, gaps, indents, widths, numbers."""

from __future__ import annotations

from collections.abc import Sequence

from rag.articles.lines import Line, finished
from rag.articles.repair.headings import find_headings
from rag.articles.repair.layout import Layout
from rag.articles.signs.marks import date_line, numbering
from rag.articles.signs.names import read_byline
from rag.articles.signs.words import surely_continues

MIN_PIECE = 12.0  # shorter open lines are signatures, labels, list entries, not torn paragraphs
MIN_PROSE = 25.0  # lines above this are seldom headings
LIST_LINE = 40.0  # two open lines in a row, both shorter than this, are a list


def rule_breaks(layout: Layout, headings: Sequence[range] | None = None) -> list[bool]:
    """Tell for each line whether by the rules alone a new paragraph or heading begins there."""
    spans = find_headings(layout) if headings is None else headings
    edges = {edge for span in spans for edge in (span.start, span.stop)}
    inside = {i for span in spans for i in span[1:]}
    breaks = [True] * len(layout.lines)
    for i in range(1, len(breaks)):
        breaks[i] = i in edges or (i not in inside and _begins(layout, i, alone=breaks[i - 1]))
    return breaks


def _begins(layout: Layout, i: int, alone: bool) -> bool:
    """Tell whether a new paragraph begins at line ``i``; ``alone`` says that the line above began one."""
    above, below = layout.lines[i - 1], layout.lines[i]
    if {"table", "note", "byline"} & {above.kind, below.kind} or below.kind == "item":
        return True
    if above.whole or below.whole:
        return not surely_continues(above.text, below.text)
    early = layout.ends_early(i - 1)
    done = finished(above.text, pauses=early or not layout.wrapped)
    if numbering(below.text) == "clause" and (done or not layout.wrapped or early):
        return True
    if (layout.indented and below.indented) or section_number(layout, i - 1):
        return True
    if not done:
        return not _continues(layout, i)
    if not layout.wrapped or early:
        return True
    if layout.indented:
        return False
    if layout.hanging:  # below a first line, another one must be as short
        alike = layout.widths[i] <= layout.widths[i - 1] + 0.5
        return layout.starts_short(i) and (alike or not alone)
    return below.gap > layout.gap


def _continues(layout: Layout, i: int) -> bool:
    """Tell whether line ``i`` goes on from the open line above it."""
    above, below = layout.lines[i - 1], layout.lines[i]
    if stands_alone(above) or stands_alone(below):
        return False
    if layout.wrapped:
        open_end = layout.ends_early(i - 1) and (below.gap > layout.gap or numbering(below.text) is not None)
        return not open_end or surely_continues(above.text, below.text)
    if above.kind == "item" and below.gap:
        return False
    listed = (
        max(layout.widths[i - 1], layout.widths[i]) < LIST_LINE
        and not finished(below.text, pauses=True)
        and (i + 1 == len(layout.lines) or not finished(layout.lines[i + 1].text, pauses=True))
    )
    if layout.widths[i - 1] < MIN_PIECE or listed or numbering(below.text) is not None:
        return surely_continues(above.text, below.text)
    return True


def section_number(layout: Layout, i: int) -> bool:
    """Tell whether line ``i`` is a bare number below finished text or a label: it heads a section of an essay."""
    if not layout.lines[i].text.isdecimal():
        return False
    label = i and not layout.wrapped and layout.widths[i - 1] < MIN_PIECE
    return not i or label or finished(layout.lines[i - 1].text)


def stands_alone(line: Line) -> bool:
    """Tell whether the line is a note, a byline or a date, complete in itself."""
    text = line.text
    if len(text) > 60:
        return False
    if text[0] in "（(【[" and text[-1] in "）)】]" and text.count(text[0]) == 1:
        return True
    byline = read_byline(text)
    return date_line(text) is not None or (byline is not None and byline.sure)
