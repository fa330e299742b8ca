"""Passages that say the same share one place in a ranking."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rag.text import fold
from rag.types import Passage

# Of the same numbers, so that a yearly report is not taken for last year's. A wrong character spoils five runs: three
# of them in 320 characters leave 0.91.
NEAR = 0.9  # share of runs of five characters in common, from which two passages are near copies
MIN_NEAR = 50  # characters; shorter ones share a place only when they are the same
_RUN = 5
_BEYOND = 20  # passages below the last place in which copies are still looked for; copies rank near one another
_PROBES = (0.1, 0.5, 0.8)  # where in a text its runs are looked up first: one of them at least stands in a near copy
_NO_WORD = re.compile(r"[\W_]+")
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
        beyond += len(places) == count
        if beyond > _BEYOND:
            break
        same = known.find(passage.text)
        if same is not None:
            places[same].copies.append(passage)
        elif len(places) < count and taken.get(passage.article_id, 0) < (per_article or count):
            taken[passage.article_id] = taken.get(passage.article_id, 0) + 1
            known.add(passage.text, len(places))
            places.append(Place(passage))
    return places


class _Known:
    """The texts of the places so far."""

    def __init__(self) -> None:
        self._exact: dict[str, int] = {}
        self._long: dict[tuple[str, ...], list[tuple[str, int]]] = {}  # by the numbers they hold
        self._runs: dict[str, frozenset[str]] = {}

    def add(self, text: str, place: int) -> None:
        core = _core(text)
        self._exact[core] = place
        if len(core) >= MIN_NEAR:
            self._long.setdefault(_numbers(core), []).append((core, place))

    def find(self, text: str) -> int | None:
        core = _core(text)
        if core in self._exact:
            return self._exact[core]
        if len(core) < MIN_NEAR:
            return None
        rivals = ((one, place) for one, place in self._long.get(_numbers(core), ()) if _near_in_length(one, core))
        return next((place for one, place in rivals if self._resemble(one, core)), None)

    def _resemble(self, one: str, other: str) -> bool:
        probes = (int(share * len(one)) for share in _PROBES)
        if not any(one[at : at + _RUN] in other for at in probes):
            return False
        a, b = (self._runs.get(core) or self._runs.setdefault(core, _runs(core)) for core in (one, other))
        return len(a & b) >= NEAR * len(a | b)


def _core(text: str) -> str:
    return _NO_WORD.sub("", fold(text))


def _numbers(core: str) -> tuple[str, ...]:
    return tuple(_NUMBER.findall(core))


def _near_in_length(one: str, other: str) -> bool:
    return NEAR <= len(one) / len(other) <= 1 / NEAR


def _runs(core: str) -> frozenset[str]:
    return frozenset(core[i : i + _RUN] for i in range(len(core) - _RUN + 1))
