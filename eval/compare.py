"""Two result folders side by side: what changed, whether that could be chance, and which questions moved."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from eval.calibration import auroc
from eval.data import DataError
from eval.judge import METRICS, Judgement, load_judgements
from eval.score import SCORES, SUMMARY
from eval.significance import auroc_difference, paired_difference
from eval.summary import by_entry, confidences

MOVING = ("R@5", "F1", "cited", "answered", "false answers")  # a question moved when one of these did


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of both. ``low``, ``high`` and ``p`` are None where the two are not over the same answers."""

    metric: str
    n: int
    first: float
    second: float
    low: float | None = None
    high: float | None = None
    p: float | None = None

    @property
    def difference(self) -> float:
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class Move:
    """One question that went otherwise the second time."""

    first: Judgement
    second: Judgement

    @property
    def gain(self) -> float:
        """How much better the second is: its F1 where there is an answer, else its refusal."""
        name, sign = ("F1", 1) if self.first.answerable else ("false answers", -1)
        return sign * (self.second.scores[name] - self.first.scores[name])


@dataclass(frozen=True, slots=True)
class Comparison:
    groups: Mapping[str, Sequence[Line]]  # "all", then each language
    moves: Sequence[Move]  # losses first, the largest first
    notes: Sequence[str]


def compare(first: Path, second: Path) -> Comparison:
    """Compare two folders that `run` or `score --out` wrote; raises DataError unless they hold the same questions."""
    before, after = load_judgements(first / SCORES), load_judgements(second / SCORES)
    before, after = _aligned(before, after, first, second)
    groups = {"all": lines(before, after)}
    langs = sorted({judgement.lang for judgement in before})
    for lang in langs if len(langs) > 1 else []:
        groups[lang] = lines([j for j in before if j.lang == lang], [j for j in after if j.lang == lang])
    return Comparison(groups, moves(before, after), _notes(first, second))


def lines(before: Sequence[Judgement], after: Sequence[Judgement]) -> list[Line]:
    """Compare every metric that both sides owe; the two are parallel."""
    found = []
    for metric in METRICS:
        one, two = by_entry(before, metric), by_entry(after, metric)
        if not one or not two:
            continue
        before_mean, after_mean = (mean(value for unit in side.values() for value in unit) for side in (one, two))
        n = sum(map(len, one.values()))
        if metric == "verbatim":  # owed by the answers given, which are others in each
            found.append(Line(metric, n, before_mean, after_mean))
            continue
        difference = paired_difference(one, two)
        found.append(Line(metric, n, before_mean, after_mean, difference.low, difference.high, difference.p))
    return found + _auroc_line(before, after)


def moves(before: Sequence[Judgement], after: Sequence[Judgement]) -> list[Move]:
    """Return the questions of which a MOVING metric changed, largest loss first."""
    changed = [Move(one, two) for one, two in zip(before, after, strict=True) if changes(one, two)]
    return sorted(changed, key=lambda move: (move.gain, move.first.id))


def changes(one: Judgement, two: Judgement) -> dict[str, tuple[float, float]]:
    """Return the MOVING metrics of which two judgements of one question differ."""
    pairs = {name: (one.scores[name], two.scores[name]) for name in MOVING if name in one.scores and name in two.scores}
    return {name: pair for name, pair in pairs.items() if not math.isclose(*pair, abs_tol=1e-9)}


def _aligned(
    before: Sequence[Judgement], after: Sequence[Judgement], first: Path, second: Path
) -> tuple[list[Judgement], list[Judgement]]:
    by_id = [{judgement.id: judgement for judgement in side} for side in (before, after)]
    only = sorted(by_id[0].keys() ^ by_id[1].keys())
    if not only:
        only = [id_ for id_ in by_id[0] if by_id[0][id_].answerable != by_id[1][id_].answerable]
    if only:
        raise DataError(
            f"the two folders are scored over different questions: {len(only)} differ, first {only[0]}",
            where=f"{first}, {second}",
            mend="Score both against one file with `python -m eval score QUESTIONS ANSWERS --out DIR`.",
        )
    return list(before), [by_id[1][judgement.id] for judgement in before]


def _auroc_line(before: Sequence[Judgement], after: Sequence[Judgement]) -> list[Line]:
    one, two = confidences(before), confidences(after)
    if not all(one):
        return []
    difference = auroc_difference(one, two)
    return [Line("AUROC", len(before), auroc(*one), auroc(*two), difference.low, difference.high)]


def _notes(first: Path, second: Path) -> list[str]:
    """Say what else is not the same, as far as the summaries tell."""
    origins = []
    for folder in (first, second):
        path = folder / SUMMARY
        origins.append(json.loads(path.read_text(encoding="utf-8"))["origin"] if path.exists() else {})
    names = dict.fromkeys([*origins[0], *origins[1]])
    changed = [
        f"{name}: {origins[0].get(name)} → {origins[1].get(name)}"
        for name in names
        if origins[0].get(name) != origins[1].get(name)
    ]
    return [f"first {first}, second {second}", *changed]
