"""Lines to paragraphs: rejoin what columns, pages and hard line ends cut; drop nothing but white space.

Beyond white space, and what ``render`` takes away, only the lines that ``furniture`` took for running heads and
page numbers are missing. Where the rules have no sure sign, a small trained judge decides (``joins``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rag.articles.lines import Line, finished, width
from rag.articles.repair import joins
from rag.articles.repair.headings import find_headings
from rag.articles.repair.layout import Layout, learn
from rag.articles.repair.misplaced import out_of_place
from rag.articles.repair.render import Block, undoubled
from rag.articles.signs.marks import date_line, numbering
from rag.articles.signs.names import author_note, is_editor_note, read_byline
from rag.articles.signs.words import surely_continues
from rag.types import ParagraphKind

_MIN_PIECE = 12.0  # shorter open lines are signatures, labels, list entries, not torn paragraphs
_MIN_PROSE = 25.0  # lines above this are seldom headings
_MIN_TORN = 3  # paragraphs surely torn that make a file one of pieces
_NO_BREAK = 3.0  # log odds by which the trained judge outweighs a break by the rules
_NO_HEADING = 1.0  # and a heading
_LIST_LINE = 40.0  # two open lines in a row, both shorter than this, are a list
_TABLE_NOTE = re.compile(r"(?:注|备注|说明|资料来源|数据来源|来源)\s*[\d①②③]?\s*[:：]|(?:Notes?|Sources?)\s*:")


def mistrust(lines: Sequence[Line]) -> list[Line]:
    """Take back that lines are whole paragraphs where many are pieces, as recognition software leaves them."""
    torn = sure = 0
    for above, below in pairwise(lines):
        text = above.kind == below.kind == "text" and not above.level and not below.level
        prose = width(above.text) >= _MIN_PROSE and numbering(above.text) is None
        if text and prose and not finished(above.text, pauses=True):
            torn += 1
            sure += surely_continues(above.text, below.text)
    return [replace(line, whole=False) for line in lines] if sure >= max(_MIN_TORN, 0.3 * torn) else list(lines)


def blocks(lines: Sequence[Line], hanging: bool = False) -> list[Block]:
    """Cut the body of one article into its paragraphs; ``hanging`` tells how first lines look in the whole file."""
    layout = learn(lines, hanging)
    begins, headings = _breaks(layout)
    starts = [i for i, begin in enumerate(begins) if begin]
    heads = {span.start for span in headings}
    found = [
        Block("heading" if begin in heads else _kind(lines[begin:end]), undoubled(layout, begin, end))
        for begin, end in pairwise([*starts, len(lines)])
    ]
    kinds = [_around_table(found, k) for k in range(len(found))]
    flags = out_of_place([(block.kind, block.lines) for block in kinds])
    return [replace(block, misplaced=flag) for block, flag in zip(kinds, flags, strict=True)]


def _around_table(found: Sequence[Block], k: int) -> Block:
    """Take an open line above a table for its caption, and "注：…" below one for a note."""
    block = found[k]
    if block.kind != "body" or len(block.lines) > 2 or block.lines[0].kind != "text":
        return block
    text = block.lines[0].text
    above = k + 1 < len(found) and found[k + 1].kind == "table" and not finished(block.lines[-1].text, pauses=True)
    below = k > 0 and found[k - 1].kind in {"table", "note"} and _TABLE_NOTE.match(text)
    return replace(block, kind="note") if (above and width(text) <= _LIST_LINE) or below else block


def _kind(lines: Sequence[Line]) -> ParagraphKind:
    if lines[0].kind == "table" or lines[0].kind == "note" or lines[0].kind == "byline":
        return lines[0].kind
    if len(lines) == 1 and lines[0].text.isdecimal():
        return "heading"
    if len(lines) <= 4:
        text = "".join(line.text for line in lines)
        byline = read_byline(text) if len(lines) == 1 else None
        if author_note(text) or is_editor_note(text):
            return "note"
        if byline and byline.sure:
            return "byline"
    return "body"


def _breaks(layout: Layout) -> tuple[list[bool], list[range]]:
    """Tell for each line whether a new paragraph or heading begins there; also return the headings."""
    headings = find_headings(layout)
    rules = rule_breaks(layout, headings)
    if layout.latin or not joins.available():
        return rules, headings
    doubtful = {i for i, ruled in enumerate(rules) if _doubtful(layout, i, ruled)}
    looks = [span for span in headings if _only_looks(layout, span)]
    odds = joins.joined(layout, rules, sorted(doubtful.union(span.stop for span in looks)))
    torn = {span.stop for span in looks if odds[span.stop] > _NO_HEADING}
    headings = [span for span in headings if span.stop not in torn]
    fixed = {i for span in headings for i in (*span, span.stop)}
    for i in doubtful - fixed:
        rules[i] = odds[i] < _doubt(layout, i, rules[i])
    for i in torn:
        rules[i] = False
    return rules, headings


def _only_looks(layout: Layout, heading: range) -> bool:
    """Tell whether a heading is one line above running text, without number or markup: it may be a torn piece."""
    lines = layout.lines
    below = heading.stop < len(lines) and _plain(lines[heading.start], lines[heading.stop])
    return len(heading) == 1 and below and numbering(lines[heading.start].text) is None


def _doubt(layout: Layout, i: int, ruled: bool) -> float:
    """Return the log odds that line ``i`` goes on which the judge must give to be believed."""
    return _NO_BREAK if ruled and finished(layout.lines[i - 1].text) else 0.0


def _doubtful(layout: Layout, i: int, ruled: bool) -> bool:
    """Tell whether the place above line ``i`` is left to the trained judge: no sure sign speaks for what was ruled."""
    if not i or not _plain(layout.lines[i - 1], layout.lines[i]):
        return False
    above, below = layout.lines[i - 1], layout.lines[i]
    if finished(above.text):
        return layout.wrapped or not ruled
    if _stands_alone(above) or _stands_alone(below) or _section_number(layout, i - 1):
        return False
    if ruled and not layout.wrapped:  # a list or a signature would go on in lines as short and as open
        return finished(below.text, pauses=True) or layout.widths[i] >= _LIST_LINE
    if ruled or finished(above.text, pauses=True):
        return True
    full = not layout.ends_early(i - 1) if layout.wrapped else layout.widths[i - 1] >= _MIN_PROSE
    return not full and not surely_continues(above.text, below.text)


def _plain(above: Line, below: Line) -> bool:
    """Tell whether both are lines of running text, of which the format says nothing."""
    return above.kind == below.kind == "text" and not (above.level or below.level or above.whole or below.whole)


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
    if (layout.indented and below.indented) or _section_number(layout, i - 1):
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
    if _stands_alone(above) or _stands_alone(below):
        return False
    if layout.wrapped:
        open_end = layout.ends_early(i - 1) and (below.gap > layout.gap or numbering(below.text) is not None)
        return not open_end or surely_continues(above.text, below.text)
    if above.kind == "item" and below.gap:
        return False
    listed = (
        max(layout.widths[i - 1], layout.widths[i]) < _LIST_LINE
        and not finished(below.text, pauses=True)
        and (i + 1 == len(layout.lines) or not finished(layout.lines[i + 1].text, pauses=True))
    )
    if layout.widths[i - 1] < _MIN_PIECE or listed or numbering(below.text) is not None:
        return surely_continues(above.text, below.text)
    return True


def _section_number(layout: Layout, i: int) -> bool:
    """Tell whether line ``i`` is a bare number below finished text or a label: it heads a section of an essay."""
    if not layout.lines[i].text.isdecimal():
        return False
    label = i and not layout.wrapped and layout.widths[i - 1] < _MIN_PIECE
    return not i or label or finished(layout.lines[i - 1].text)


def _stands_alone(line: Line) -> bool:
    """Tell whether the line is a note, a byline or a date, complete in itself."""
    text = line.text
    if len(text) > 60:
        return False
    if text[0] in "（(【[" and text[-1] in "）)】]" and text.count(text[0]) == 1:
        return True
    byline = read_byline(text)
    return date_line(text) is not None or (byline is not None and byline.sure)
