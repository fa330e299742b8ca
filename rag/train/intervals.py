"""How far a figure can be trusted: resampling of questions.

Questions come in units that are drawn together: a conversation with all its turns, or a lone question.
Every draw starts from the same seed, so the same scores always give the same figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

RESAMPLES = 10_000
SEED = 20_240_917
BLOCK = 1_000  # resamples made at once, to bound memory

Floats = npt.NDArray[np.float64]
Units = Mapping[str, Sequence[float]]  # unit -> the values of its questions


class Interval(NamedTuple):
    """The middle 95 % of the resampled values."""

    low: float
    high: float


def mean_interval(units: Units) -> Interval:
    """95 % percentile bootstrap interval of the mean over all values of all units.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3.
    """
    return bootstrap_mean(*totals(units))


def auroc_interval(positives: Sequence[float], negatives: Sequence[float]) -> Interval:
    """95 % bootstrap interval of the AUROC; positives and negatives are drawn apart, one by one."""
    return bootstrap_wins(wins(positives, negatives))


def totals(units: Units) -> tuple[Floats, Floats]:
    """Return for each unit the sum of its values, and how many they are."""
    sums = np.array([sum(values) for values in units.values()], dtype=np.float64)
    return sums, np.array([len(values) for values in units.values()], dtype=np.float64)


def bootstrap_mean(sums: Floats, counts: Floats) -> Interval:
    """Return the interval of the mean of what ``totals`` adds up."""

    def means(rng: np.random.Generator) -> Floats:
        times = _draw(rng, len(sums))
        return (times @ sums) / (times @ counts)

    return _percentiles(means)


def wins(positives: Sequence[float], negatives: Sequence[float]) -> Floats:
    """(positives, negatives): 1 where the positive is ahead, 1/2 at a tie; its mean is the AUROC."""
    ahead, behind = np.array(positives)[:, None], np.array(negatives)[None, :]
    return np.asarray((ahead > behind) + 0.5 * (ahead == behind))


def bootstrap_wins(won: Floats) -> Interval:
    """Return the interval of the mean of ``wins``, rows and columns drawn apart."""

    def means(rng: np.random.Generator) -> Floats:
        rows, columns = _draw(rng, won.shape[0]), _draw(rng, won.shape[1])
        return np.asarray(((rows @ won) * columns).sum(axis=1) / won.size)

    return _percentiles(means)


def _draw(rng: np.random.Generator, n: int) -> Floats:
    """(BLOCK, n): how often each of n units stands in each resample of n."""
    return rng.multinomial(n, np.full(n, 1 / n), size=BLOCK).astype(np.float64)


def _percentiles(block: Callable[[np.random.Generator], Floats]) -> Interval:
    rng = np.random.default_rng(SEED)
    values = np.concatenate([block(rng) for _ in range(RESAMPLES // BLOCK)])
    low, high = np.percentile(values, (2.5, 97.5))
    return Interval(float(low), float(high))
