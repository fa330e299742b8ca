"""Passages that say the same share one place in a ranking."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rag.index.alike import MIN_TEXT, RUN, bare
from rag.types import Passage

# Of the same numbers, so that a yearly report is not taken for last year's. A wrong character spoils five runs: three
# of them in 320 characters leave 0.91.
NEAR = 0.9  # share of runs of five characters in common, from which two passages are near copies
LOOKED_FURTHER = 20  # passages below the last place in which copies are still looked for; copies rank near one another
_PROBES = (0.1, 0.5, 0.8)  # where in a text its runs are looked up first: one of them at least stands in a near copy
_NUMBER = re.compile(r"\d+")


@dataclass(slots=True)
class Place:
    """One place of a ranking: a passage, and those below it that say the same."""

    passage: Passage
    copies: list[Passage] = field(default_factory=list)


def share_places(ranked: Iterable[Passage], count: int, per_article: int | None = None) -> list[Place]:
    """Return the first ``count`` places of a ranking, best first; copies from further down are noted with them.

    ``per_article`` limits the places of one article; passages beyond it are left out.
    """
    places: list[Place] = []
    known = _Known()
    taken: dict[str, int] = {}
    beyond = 0
    for passage in ranked:
        core = bare(passage.text)
        same = known.find(core)
        if same is not None:
            places[same].copies.append(passage)
        elif len(places) < count and taken.get(passage.article_id, 0) < (per_article or count):
            taken[passage.article_id] = taken.get(passage.article_id, 0) + 1
            known.add(core, len(places))
            places.append(Place(passage))
        if len(places) == count:
            if beyond == LOOKED_FURTHER:  # before the next is asked for: it may have to be read from the disk
                break
            beyond += 1
    return places


class _Known:
    """The texts of the places so far, bare."""

    def __init__(self) -> None:
        self._exact: dict[str, int] = {}
        self._long: dict[tuple[str, ...], list[tuple[str, int]]] = {}  # by the numbers they hold
        self._runs: dict[str, frozenset[str]] = {}

    def add(self, core: str, place: int) -> None:
        self._exact[core] = place
        if len(core) >= MIN_TEXT:
            self._long.setdefault(_numbers(core), []).append((core, place))

    def find(self, core: str) -> int | None:
        if core in self._exact:
            return self._exact[core]
        if len(core) < MIN_TEXT:
            return None
        rivals = ((one, place) for one, place in self._long.get(_numbers(core), ()) if _near_in_length(one, core))
        return next((place for one, place in rivals if self._resemble(one, core)), None)

    def _resemble(self, one: str, other: str) -> bool:
        probes = (int(share * len(one)) for share in _PROBES)
        if not any(one[at : at + RUN] in other for at in probes):
            return False
        a, b = (self._runs.get(core) or self._runs.setdefault(core, _runs(core)) for core in (one, other))
        return len(a & b) >= NEAR * len(a | b)


def _numbers(core: str) -> tuple[str, ...]:
    return tuple(_NUMBER.findall(core))


def _near_in_length(one: str, other: str) -> bool:
    return NEAR <= len(one) / len(other) <= 1 / NEAR


def _runs(core: str) -> frozenset[str]:
    return frozenset([core[i : i + RUN] for i in range(len(core) - RUN + 1)])
