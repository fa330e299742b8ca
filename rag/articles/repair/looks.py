"""What can be seen at the place between two lines, in numbers: the input of the trained judge (``joins``).

The last columns describe the text as a whole. Widths count in full-width characters.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from rag.articles.lines import Line, finished, letter_spaced
from rag.articles.repair.layout import Layout
from rag.articles.repair.looks_whole import Signs, document, signs_of, surer
from rag.articles.signs.marks import numbering
from rag.articles.signs.words import inside_word, open_pair, surely_continues

RULED = -19  # the column of what the rules say
_STYLES = ("chapter", "clause", "ordinal", "han", "paren", "dparen", "digit", "circle")
_OPENERS = "“‘（(《「『【"


def features(
    layout: Layout,
    rules: Sequence[bool],
    meets: Callable[[str, str], float],
    begins: Callable[[str], float],
    places: Sequence[int] | None = None,
) -> list[list[float]]:
    """Describe the places above some lines, above each but the first if ``places`` is None.

    ``rules`` holds what the rules say of each line: True for a break before it. ``meets`` tells how readily two
    characters follow each other, ``begins`` how readily a paragraph begins with some.
    """
    lines = layout.lines
    ends = [finished(line.text) for line in lines]
    pauses = [finished(line.text, pauses=True) for line in lines]
    short = [column - size for column, size in zip(layout.columns, layout.widths, strict=True)]
    signs = signs_of(layout, ends, pauses, short)
    whole = document(layout, ends, pauses, short, signs)
    styles = [numbering(line.text) for line in lines]
    common = Counter(styles)
    return [
        [
            *_above(layout, i, ends, pauses),
            *_below(lines[i], styles[i], common),
            *_widths(layout, i, short, signs),
            *_join(lines[i - 1].text, lines[i].text, meets, begins),
            *_rules(rules, i),
            *whole,
        ]
        for i in (range(1, len(lines)) if places is None else places)
    ]


def _above(layout: Layout, i: int, ends: Sequence[bool], pauses: Sequence[bool]) -> list[float]:
    text = layout.lines[i - 1].text
    last = text[-1]
    flags = [
        ends[i - 1],
        pauses[i - 1],
        last in "，,、",
        last in "：:",
        last in "；;",
        last in "”’」』》）)",
        last.isdigit(),
        "\u4e00" <= last <= "\u9fff",
        layout.ends_early(i - 1),
        layout.starts_short(i - 1),
        layout.lines[i - 1].indented,
        letter_spaced(text),
        open_pair(text[-60:]),
        ends[i],
        pauses[i],
        i + 1 < len(ends) and pauses[i + 1],
    ]
    return [*map(float, flags), math.log1p(layout.widths[i - 1])]


def _below(line: Line, style: str | None, styles: Counter[str | None]) -> list[float]:
    first = line.text[0]
    same = styles[style] if style else 0
    flags = [
        first in _OPENERS,
        first in "，。、；：！？）》”’」』…·,;)",
        first.isdigit(),
        first.isascii() and first.isalpha(),
        line.indented,
        letter_spaced(line.text),
        style is not None,
        *(style == name for name in _STYLES),
    ]
    return [*map(float, flags), math.log1p(same)]


def _widths(layout: Layout, i: int, short: Sequence[float], signs: Signs) -> list[float]:
    after = i + 1 < len(short)
    below = layout.lines[i]
    more = below.gap > layout.gap
    return [
        _near(short[i - 1], 3),
        _near(short[i - 1], 20),
        _near(short[i], 3),
        _near(short[i], 20),
        _near(short[i + 1], 3) if after else 0.0,
        _near(short[i] - short[i + 1], 3) if after else 0.0,
        float(0.75 <= short[i] <= 3.6),
        float(abs(short[i - 1]) < 1),
        float(layout.starts_short(i)),
        math.log1p(layout.widths[i]),
        float(below.gap > 0),
        float(more),
        float(after and layout.lines[i + 1].gap > layout.gap),
        float(i > 1 and layout.lines[i - 1].gap > layout.gap),
        max(-6.0, min(6.0, surer(short[i], signs))) if layout.wrapped else 0.0,
        signs.gaps[more],
        signs.indents[below.indented],
    ]


def _near(value: float, scale: float) -> float:
    return max(-1.0, min(1.0, value / scale))


def _join(before: str, after: str, meets: Callable[[str, str], float], begins: Callable[[str], float]) -> list[float]:
    open_end = not finished(before, pauses=True)
    return [
        float(surely_continues(before, after)),
        float(open_end and inside_word(before, after)),
        meets(before[-1], after[0]),
        *(begins(after[:size]) for size in (1, 2, 3, 4)),
    ]


def _rules(rules: Sequence[bool], i: int) -> list[float]:
    return [float(rules[i]), float(rules[i - 1]), float(i + 1 < len(rules) and rules[i + 1])]
