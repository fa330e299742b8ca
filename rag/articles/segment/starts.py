"""Where articles begin in a file that lists none: every line that could be a title, weighed by what stands around it.

How titles differ from section headings changes from journal to journal but is constant within one. The weights
therefore start from general expectations and are adjusted to what the file's surest titles have around them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import log

from rag.articles.lines import Line
from rag.articles.segment.witness import Start, Witness

_EXPECTED = {  # what stands at a title: its share of titles, and of the other lines that could be one
    "first": (0.2, 0.01),
    "page": (0.4, 0.04),
    "gap": (0.7, 0.4),
    "rubric": (0.25, 0.01),
    "closed": (0.15, 0.01),  # the line above ends an article: a note on its author, its editor, a reference
    "torn": (0.02, 0.3),  # the line above is unfinished
    "signed": (0.5, 0.012),
    "person": (0.4, 0.2),
    "marked": (0.25, 0.003),
    "dated": (0.15, 0.01),
    "subtitle": (0.15, 0.01),
    "opened": (0.15, 0.01),  # the text begins with a dateline, an abstract, a salutation, its first clause
    "above": (0.05, 0.003),  # a name stands above it
    "indented": (0.2, 0.4),
    "top": (0.9, 0.1),  # highest rank by markup
    "lower": (0.02, 0.6),
    "run": (0.02, 0.4),  # it is as wide as the line below: the beginning of a paragraph
    "bare": (0.02, 0.2),  # no text follows
    "again": (0.01, 0.1),  # it is printed more than once
    "label": (0.1, 0.001),
    "listed": (0.5, 0.0001),  # the contents list it
}
_FIXED = frozenset({"first", "label", "listed"})  # the same in every file
_TITLES = 0.05  # share of titles among such lines
_TRUST = 4.0  # titles that our expectations are worth
_DOUBT = 20.0  # other lines that they are worth
_ROUNDS = 5


def find_starts(lines: Sequence[Line], pages: Collection[int], listed: Collection[int] = ()) -> list[Start]:
    """Return the lines that may be titles, in order, with their weights: above 0 it more likely is one than not.

    ``pages`` are the lines with which a page of print begins, ``listed`` those with which a title that the contents
    list does.
    """
    found = Witness(lines, pages, listed).candidates()
    weights = {name: (log(a / b), 0.0) for name, (a, b) in _EXPECTED.items()}  # what is missing says nothing yet
    rated: list[Start] = []
    for _ in range(_ROUNDS):
        rated = _apart([replace(c, weight=_rate(c.signs, weights)) for c in found])
        weights = _adjusted(rated)
    return rated


def _rate(signs: frozenset[str], weights: Mapping[str, tuple[float, float]]) -> float:
    return log(_TITLES / (1 - _TITLES)) + sum(w[0] if name in signs else w[1] for name, w in weights.items())


def _apart(rated: Sequence[Start]) -> list[Start]:
    """Keep the best of candidates that share lines."""
    kept: list[Start] = []
    taken: set[int] = set()
    for start in sorted(rated, key=lambda c: (-c.weight, c.first, -c.stop)):
        if taken.isdisjoint(range(start.first, start.stop)):
            kept.append(start)
            taken.update(range(start.first, start.stop))
    return sorted(kept, key=lambda c: c.first)


def _adjusted(rated: Sequence[Start]) -> dict[str, tuple[float, float]]:
    """Weigh the signs by our expectations and by the titles and other lines that this file shows."""
    titles = [c.signs for c in rated if c.weight > 0]
    others = [c.signs for c in rated if c.weight <= 0]
    weights = {}
    for name, (a, b) in _EXPECTED.items():
        seen, rest = (sum(name in signs for signs in group) for group in (titles, others))
        share, other = (a * _TRUST + seen) / (_TRUST + len(titles)), (b * _DOUBT + rest) / (_DOUBT + len(others))
        usual = (b * _TRUST + seen) / (_TRUST + len(titles))
        missing = 0.0 if name in _FIXED else min(0.0, log((1 - usual) / (1 - other)))
        weights[name] = log(a / b) if name in _FIXED else log(share / other), missing
    return weights
