"""What can be seen at the place between two lines, in numbers: the input of the trained judge (``joins``).

The last columns describe the text as a whole. Widths count in full-width characters.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.articles.lines import Line, finished, letter_spaced
from rag.articles.repair.layout import Layout
from rag.articles.signs.marks import numbering
from rag.articles.signs.words import inside_word, open_pair, surely_continues

RULED = -19  # the column of what the rules say
_STYLES = ("chapter", "clause", "ordinal", "han", "paren", "dparen", "digit", "circle")
_OPENERS = "“‘（(《「『【"
_HALF = 0.25  # full-width characters; the least spread that widths are taken to have


@dataclass(frozen=True, slots=True)
class Signs:
    """How widths, gaps and indents of second lines look after sure breaks and within sure continuations."""

    first: tuple[float, float]  # mean and spread of how much a first line falls short of its column
    inner: tuple[float, float]
    gaps: tuple[float, float]  # log odds of a break where the gap is no more than usual, and where it is
    indents: tuple[float, float]  # log odds of a break at a line without indent, and with one
    counts: tuple[int, int]


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
    signs = _signs(layout, ends, pauses, short)
    whole = _document(layout, ends, pauses, short, signs)
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
        max(-6.0, min(6.0, _surer(short[i], signs))) if layout.wrapped else 0.0,
        signs.gaps[more],
        signs.indents[below.indented],
    ]


def _near(value: float, scale: float) -> float:
    return max(-1.0, min(1.0, value / scale))


def _surer(short: float, signs: Signs) -> float:
    """Return the log odds by its width that a line is a first line, both kinds taken to vary normally."""
    (first, wide), (inner, narrow) = signs.first, signs.inner
    return (short - inner) ** 2 / (2 * narrow**2) - (short - first) ** 2 / (2 * wide**2) + math.log(narrow / wide)


def _signs(layout: Layout, ends: Sequence[bool], pauses: Sequence[bool], short: Sequence[float]) -> Signs:
    lines = layout.lines
    usable = [i for i in range(1, len(lines)) if lines[i].kind == lines[i - 1].kind == "text" and not lines[i].level]
    breaks = [i for i in usable if ends[i - 1] and (layout.ends_early(i - 1) or not layout.wrapped)]
    goes_on = [i for i in usable if not pauses[i - 1] and (not layout.wrapped or not layout.ends_early(i - 1))]
    full = [i for i in breaks if short[i] < 6]
    return Signs(
        _spread([short[i] for i in full]),
        _spread([short[i] for i in goes_on if i + 1 < len(lines) and not pauses[i] and short[i] < 6]),
        _odds([lines[i].gap > layout.gap for i in breaks], [lines[i].gap > layout.gap for i in goes_on]),
        _odds([lines[i].indented for i in breaks], [lines[i].indented for i in goes_on]),
        (len(breaks), len(goes_on)),
    )


def _spread(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and spread of ``values``, drawn towards 0.5 and 1 where they are few."""
    n = len(values) + 1
    mean = (sum(values) + 0.5) / n
    return mean, max(_HALF, math.sqrt((sum((v - mean) ** 2 for v in values) + 1) / n))


def _odds(breaks: Sequence[bool], goes_on: Sequence[bool]) -> tuple[float, float]:
    """Return the log odds of a break where a sign is absent and where it is present."""
    yes, n = sum(breaks) + 0.5, len(breaks) + 1
    other, m = sum(goes_on) + 0.5, len(goes_on) + 1
    return math.log((n - yes) / n / ((m - other) / m)), math.log(yes / n / (other / m))


def _document(
    layout: Layout, ends: Sequence[bool], pauses: Sequence[bool], short: Sequence[float], signs: Signs
) -> list[float]:
    n = len(ends)
    full = [i for i in range(n) if abs(short[i]) < 1.5]
    return [
        float(layout.wrapped),
        float(layout.indented),
        float(layout.hanging),
        float(layout.gap > 0),
        sum(ends) / n,
        sum(pauses) / n,
        len(full) / n,
        sum(ends[i] for i in full) / max(1, len(full)),
        signs.first[0],
        signs.first[1],
        signs.inner[0],
        signs.inner[1],
        math.log1p(signs.counts[0]),
        math.log1p(signs.counts[1]),
        math.log1p(n),
        math.log1p(sorted(layout.columns)[n // 2]),
    ]


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
