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
from rag.articles.repair.rules import LIST_LINE, MIN_PROSE, rule_breaks, section_number, stands_alone
from rag.articles.signs.marks import numbering
from rag.articles.signs.names import author_note, is_editor_note, read_byline
from rag.articles.signs.words import surely_continues
from rag.types import ParagraphKind

_MIN_TORN = 3  # paragraphs surely torn that make a file one of pieces
_NO_BREAK = 3.0  # log odds by which the trained judge outweighs a break by the rules
_NO_HEADING = 1.0  # and a heading
_TABLE_NOTE = re.compile(r"(?:注|备注|说明|资料来源|数据来源|来源)\s*[\d①②③]?\s*[:：]|(?:Notes?|Sources?)\s*:")


def mistrust(lines: Sequence[Line]) -> list[Line]:
    """Take back that lines are whole paragraphs where many are pieces, as recognition software leaves them."""
    torn = sure = 0
    for above, below in pairwise(lines):
        text = above.kind == below.kind == "text" and not above.level and not below.level
        prose = width(above.text) >= MIN_PROSE and numbering(above.text) is None
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
    return replace(block, kind="note") if (above and width(text) <= LIST_LINE) or below else block


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
    if stands_alone(above) or stands_alone(below) or section_number(layout, i - 1):
        return False
    if ruled and not layout.wrapped:  # a list or a signature would go on in lines as short and as open
        return finished(below.text, pauses=True) or layout.widths[i] >= LIST_LINE
    if ruled or finished(above.text, pauses=True):
        return True
    full = not layout.ends_early(i - 1) if layout.wrapped else layout.widths[i - 1] >= MIN_PROSE
    return not full and not surely_continues(above.text, below.text)


def _plain(above: Line, below: Line) -> bool:
    """Tell whether both are lines of running text, of which the format says nothing."""
    return above.kind == below.kind == "text" and not (above.level or below.level or above.whole or below.whole)
