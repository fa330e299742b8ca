"""Which lines of an article's body are section headings, and which of them belong together.

Numbered headings are recognised by how most lines with that kind of number look: lone and open
("一、…"), or run into their text ("（一）….…"). Unnumbered ones are believed only where neither
markup nor numbers mark the headings.
"""

from __future__ import annotations

import re
from collections import Counter

from rag.articles.lines import Line, finished
from rag.articles.repair.layout import Layout
from rag.articles.signs.marks import numbering, title_like
from rag.articles.signs.words import inside_word

_MAX_HEADING = 56.0  # full-width characters in one line of a heading
_MAX_LINES = 3  # of one heading in narrow columns
_INNER_STOP = re.compile(r"[。；]|[？！](?![”’）》]?$)")
_OPEN = "，,、：:；;—"


def find_headings(layout: Layout) -> list[range]:
    """Return the headings as ranges of line numbers, in order; a heading may take several lines."""
    lines = layout.lines
    styles = _numbered_styles(layout)
    markup = any(line.level for line in lines)
    found: list[range] = []
    i = 0
    while i < len(lines):
        end = _heading_end(layout, i, styles, markup)
        if end > i:
            found.append(range(i, end))
        i = max(end, i + 1)
    return found


def _heading_end(layout: Layout, i: int, styles: frozenset[str], markup: bool) -> int:
    """Return the line after the heading that begins at line ``i``, or ``i`` where none does."""
    line = layout.lines[i]
    if line.level:
        return i + 1
    if line.kind != "text" or (i and not _complete(layout.lines[i - 1], styles)):
        return i
    end = _block_end(layout, i)
    numbered = numbering(line.text) in styles
    if end == i or not (numbered or (not markup and not styles and _unnumbered(layout, i, end))):
        return i
    return end


def _numbered_styles(layout: Layout) -> frozenset[str]:
    """Return the numberings that head sections here: most of their lines stand alone and open."""
    lone: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for i, line in enumerate(layout.lines):
        style = numbering(line.text) if line.kind == "text" else None
        if style and style not in {"clause", "reference", "circle"}:
            total[style] += 1
            end = _block_end(layout, i)
            entry = end < len(layout.lines) and numbering(layout.lines[end].text) == style  # of a list
            lone[style] += end > i and not entry and not line.level
    return frozenset(style for style in total if lone[style] > 0.5 * total[style])


def _block_end(layout: Layout, i: int) -> int:
    """Return the end of the lone, open block of short lines that begins at ``i``; ``i`` where there is none."""
    lines = layout.lines
    j = i
    while j < len(lines) and j - i < _MAX_LINES and lines[j].kind == "text" and not lines[j].level:
        if (
            layout.widths[j] > _MAX_HEADING
            or re.search(r"[。；]|[？！](?![”’）》]?$)", lines[j].text)
            or finished(lines[j].text)
        ):
            return i
        last = j + 1 == len(lines)
        if last:
            return i  # nothing below: a signature or a torn end
        if _parts(layout, j):
            return j + 1 if lines[j].text[-1] not in _OPEN else i
        if not layout.wrapped and lines[j].text[-1] not in "，,、":
            return i
        j += 1
    return i


def _parts(layout: Layout, j: int) -> bool:
    """Tell whether the text after line ``j`` begins anew."""
    below = layout.lines[j + 1]
    if not layout.wrapped:
        return layout.lines[j].text[-1] not in "，,、"
    if numbering(below.text) == "clause":
        return True
    if below.level or below.kind != "text":
        return True
    if layout.indented:
        return below.indented or below.gap > layout.gap
    if layout.hanging:
        return below.gap > layout.gap and (layout.starts_short(j + 1) or numbering(below.text) is not None)
    numbered = numbering(layout.lines[j].text) is not None
    return below.gap > layout.gap or (numbered and layout.ends_early(j) and not layout.ends_early(j + 1))


def _unnumbered(layout: Layout, i: int, end: int) -> bool:
    lines = layout.lines
    if lines[end].kind == "table" or not title_like("".join(line.text for line in lines[i:end])):
        return False
    if layout.latin and lines[end].text[0].islower():
        return False
    if layout.wrapped:
        torn_off = layout.indented and layout.ends_early(end - 1) and lines[end].indented
        return torn_off or (lines[i].gap > layout.gap and lines[end].gap > layout.gap)
    below = lines[end]
    roomy = layout.widths[end] > layout.widths[i] or finished(below.text, pauses=True)
    calm = not re.search(r"[，,]", lines[i].text) or layout.widths[i] < 24
    return end == i + 1 and layout.widths[i] <= 32 and roomy and calm and not inside_word(lines[i].text, below.text)


def _complete(line: Line, styles: frozenset[str]) -> bool:
    """Tell whether ``line`` can stand before a heading: a finished text, another heading, a table."""
    if line.level or line.kind != "text" or finished(line.text, pauses=True):
        return True
    return numbering(line.text) in styles or line.text[-1] in ")）」】"
