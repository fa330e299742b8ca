"""Is a confidence worth its name? Ranking (AUROC), honesty (ECE), and what refusing buys (risk and coverage)."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

BINS = 10


class Bin(NamedTuple):
    """The answers whose confidence is in ``[low, high)``; the last bin holds 1.0 too."""

    low: float
    high: float
    n: int
    confidence: float  # mean
    right: float  # share


class Point(NamedTuple):
    """What holds when only answers of at least ``confidence`` are given."""

    confidence: float
    coverage: float  # share of all questions that get an answer
    risk: float  # share of those answers that are wrong


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Chance that a positive's score is above a negative's, ties counting half; nan where either is empty.

    Source: Hanley and McNeil, Radiology 143(1), 1982, doi:10.1148/radiology.143.1.7063747.
    """
    if not positives or not negatives:
        return math.nan
    ordered = sorted(negatives)
    wins = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in positives) / 2
    return wins / (len(positives) * len(negatives))


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> list[Bin]:
    """Sort answers into BINS bins of equal width; empty bins are left out."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for pair in zip(confidences, right, strict=True):
        if not 0 <= pair[0] <= 1:
            raise ValueError(f"a confidence must be between 0 and 1, got {pair[0]}")
        bins.setdefault(min(int(pair[0] * BINS), BINS - 1), []).append(pair)
    return [_bin(number / BINS, (number + 1) / BINS, pairs) for number, pairs in sorted(bins.items())]


def _bin(low: float, high: float, pairs: Sequence[tuple[float, bool]]) -> Bin:
    mean = sum(confidence for confidence, _ in pairs) / len(pairs)
    right = sum(good for _, good in pairs) / len(pairs)
    return Bin(low, high, len(pairs), min(max(mean, low), high), right)  # a rounded mean may lie outside its bin


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance of confidence from the share that is right, bins weighing by their n; nan without any.

    Source: Naeini, Cooper and Hauskrecht, AAAI 2015.
    """
    n = sum(one.n for one in bins)
    return sum(one.n * abs(one.confidence - one.right) for one in bins) / n if n else math.nan


def risk_coverage(confidences: Sequence[float], right: Sequence[bool], questions: int) -> list[Point]:
    """Return a point for each distinct confidence, highest first, over ``questions`` that were asked.

    Only questions that got an answer come with a confidence here, so the last point's coverage
    is the share that the system answers of itself.

    Source: El-Yaniv and Wiener, JMLR 11, 2010.
    """
    points = []
    given = wrong = 0
    pairs = sorted(zip(confidences, right, strict=True), reverse=True)
    for confidence, group in groupby(pairs, key=lambda pair: pair[0]):
        verdicts = [good for _, good in group]
        given += len(verdicts)
        wrong += verdicts.count(False)
        points.append(Point(confidence, given / questions, wrong / given))
    return points


def thin(points: Sequence[Point], steps: int = BINS) -> list[Point]:
    """Keep, for each coverage of 1/steps, 2/steps, ..., the first point that reaches it, and the last of all."""
    kept = []
    for step in range(1, steps + 1):
        reached = next((point for point in points if point.coverage >= step / steps), None)
        if reached and reached not in kept:
            kept.append(reached)
    if points and points[-1] not in kept:
        kept.append(points[-1])
    return kept
