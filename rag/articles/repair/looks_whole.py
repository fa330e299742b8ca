"""How a text as a whole is printed, in numbers: what breaks and continuations look like where they are sure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.articles.repair.layout import Layout

_HALF = 0.25  # full-width characters; the least spread that widths are taken to have


@dataclass(frozen=True, slots=True)
class Signs:
    """How widths, gaps and indents of second lines look after sure breaks and within sure continuations."""

    first: tuple[float, float]  # mean and spread of how much a first line falls short of its column
    inner: tuple[float, float]
    gaps: tuple[float, float]  # log odds of a break where the gap is no more than usual, and where it is
    indents: tuple[float, float]  # log odds of a break at a line without indent, and with one
    counts: tuple[int, int]


def surer(short: float, signs: Signs) -> float:
    """Return the log odds by its width that a line is a first line, both kinds taken to vary normally."""
    (first, wide), (inner, narrow) = signs.first, signs.inner
    return (short - inner) ** 2 / (2 * narrow**2) - (short - first) ** 2 / (2 * wide**2) + math.log(narrow / wide)


def signs_of(layout: Layout, ends: Sequence[bool], pauses: Sequence[bool], short: Sequence[float]) -> Signs:
    """Learn the signs of a text; ``short`` tells how much each line falls short of its column."""
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


def document(
    layout: Layout, ends: Sequence[bool], pauses: Sequence[bool], short: Sequence[float], signs: Signs
) -> list[float]:
    """Describe the text as a whole."""
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
