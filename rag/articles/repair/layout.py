"""How the lines of a text were set, learned from the lines themselves.

Printed columns leave hard line ends: most lines then have one length, and a paragraph shows by its
indent (as white space, or, where that was lost, by a first line two characters short), by a blank
line, or by a last line that ends early. Elsewhere a line is a paragraph or a piece of one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.articles.lines import Line, finished, letter_spaced, width
from rag.text import language

_WINDOW = 6  # lines on each side over which the column width is measured: it may change within an article
_SAMPLE = 50  # lines that tell the language
_MIN_SURE = 2  # first lines that tell how first lines look
_MIN_LINES = 5  # fewer lines say nothing of how they were set
_MIN_WIDTH = 9.0  # narrower columns than this (9 Chinese, 18 Latin characters) are lists
_MAX_WIDTH = 62.0  # longer lines are paragraphs
_INSIDE = re.compile(r"[，。；：、,;!?！？](?=.)|\.\s|[a-z] [a-z]")
_SHORT_FIRST = (0.9, 3.6)  # how much shorter than its column the first line of a paragraph is, when its indent was lost


@dataclass(frozen=True, slots=True)
class Layout:
    """``widths`` and ``columns`` give each line's width and that of its column.

    ``gap`` is the usual number of blank lines between lines; ``indented`` and ``hanging`` tell how first lines show.
    """

    lines: Sequence[Line]
    widths: Sequence[float]
    columns: Sequence[float]
    wrapped: bool
    latin: bool
    gap: int
    indented: bool
    hanging: bool

    def ends_early(self, i: int) -> bool:
        """Tell whether line ``i`` stops although the next line's first word would still have fitted."""
        if not self.wrapped:
            return False
        word = re.match(r"\S+", self.lines[i + 1].text) if self.latin and i + 1 < len(self.lines) else None
        need = width(word.group()) + 0.5 if word else 3.0
        return self.widths[i] + need < self.columns[i]

    def starts_short(self, i: int) -> bool:
        """Tell whether line ``i`` looks like a first line that lost its indent, above a full line."""
        low, high = _SHORT_FIRST
        if not low <= self.columns[i] - self.widths[i] <= high:
            return False
        following = i + 1 < len(self.lines) and self.lines[i + 1].kind == "text"
        return not following or self.widths[i + 1] - self.widths[i] >= 0.9 or finished(self.lines[i + 1].text)


def learn(lines: Sequence[Line], hanging: bool = False) -> Layout:
    """Measure lines of running text; headings with markup and tables are left out of the statistics.

    ``hanging`` says how first lines show in the rest of the file, where these few do not tell.
    """
    widths = [width(line.text) for line in lines]
    prose = [i for i, line in enumerate(lines) if line.kind == "text" and not line.level and not line.whole]
    latin = language("".join(lines[i].text for i in prose[:_SAMPLE])[: 100 * _SAMPLE]) == "en"
    columns = _columns(widths, prose, latin)
    for i in prose:
        if letter_spaced(lines[i].text):
            widths[i] = max(widths[i], columns[i])  # stretched to fill its column
    wrapped = _wrapped(lines, prose, widths, columns, latin)
    gaps = Counter(lines[i].gap for i in prose[1:])
    gap = gaps.most_common(1)[0][0] if gaps else 0
    draft = Layout(lines, widths, columns, wrapped, latin, gap, _indented(lines, prose, wrapped), False)
    return Layout(lines, widths, columns, wrapped, latin, gap, draft.indented, _hanging(draft, prose, hanging))


def _columns(widths: Sequence[float], prose: Sequence[int], latin: bool) -> list[float]:
    """Return the local column width for each line: most lines of a Chinese column are full, Latin ones are ragged."""
    columns = [0.0] * len(widths)
    window = 4 * _WINDOW if latin else _WINDOW
    usual = 0.0
    for k, i in enumerate(prose):
        near = [widths[j] for j in prose[max(0, k - window) : k + window + 1]]
        columns[i] = usual = sorted(near)[int((0.9 if latin else 0.75) * len(near))]
    fallback = usual
    for i, column in enumerate(columns):  # lines outside the prose measure against the last column before them
        columns[i] = fallback = column or fallback
    return columns


def _wrapped(
    lines: Sequence[Line], prose: Sequence[int], widths: Sequence[float], columns: Sequence[float], latin: bool
) -> bool:
    if len(prose) < _MIN_LINES:
        return False
    tolerance = 0.3 if latin else 0.2
    full = [i for i in prose if abs(widths[i] - columns[i]) <= max(2.6, tolerance * columns[i])]
    narrow = sum(_MIN_WIDTH <= columns[i] <= _MAX_WIDTH for i in prose)
    running = sum(bool(_INSIDE.search(lines[i].text)) for i in prose)  # lists have no marks inside their lines
    cut = sum(not finished(lines[i].text, pauses=True) for i in full)
    return min(len(full) / 0.6, narrow / 0.8, running / 0.25) >= len(prose) and cut >= 0.5 * len(full)


def _indented(lines: Sequence[Line], prose: Sequence[int], wrapped: bool) -> bool:
    """Tell whether white space at the line's beginning marks paragraphs here."""
    marked = [i for i in prose if lines[i].indented]
    if not wrapped:
        return (
            max(1, 0.25 * len(prose)) <= len(marked) <= max(1, 0.95 * len(prose))
        )  # an indent of every line says nothing
    after = sum(i == 0 or lines[i].gap > 0 or _ends(lines[i - 1], lines[i]) for i in marked)
    return max(1, 0.02 * len(prose)) <= len(marked) <= 0.7 * len(prose) and after >= 0.5 * len(marked)


def _ends(above: Line, below: Line) -> bool:
    """Tell whether a paragraph or heading may end with line ``above``."""
    return above.level > 0 or finished(above.text, pauses=True) or width(above.text) < 0.7 * width(below.text)


def _hanging(layout: Layout, prose: Sequence[int], usual: bool) -> bool:
    """Tell whether first lines are two characters short, judged by lines that surely begin a paragraph."""
    if not layout.wrapped or layout.latin or layout.indented:
        return False
    sure = [i for i in prose if i == 0 or (finished(layout.lines[i - 1].text) and layout.ends_early(i - 1))]
    sure = [i for i in sure if layout.widths[i] > 8 and not _set_apart(layout, i)]
    if len(sure) < _MIN_SURE:
        return usual
    return sum(layout.starts_short(i) for i in sure) >= 0.6 * len(sure)


def _set_apart(layout: Layout, i: int) -> bool:
    """Tell whether line ``i`` begins a block of one or two open lines above a blank one: a heading, not a paragraph."""
    for j in (i, i + 1):
        if j + 1 < len(layout.lines) and layout.lines[j + 1].gap > layout.gap and not finished(layout.lines[j].text):
            return True
    return False
