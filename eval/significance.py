"""How far a figure can be trusted, and a difference of two: resampling of questions.

Questions come in units that are drawn together: a conversation with all its turns, or a lone question.
Every draw starts from the same seed, so the same scores always give the same figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

RESAMPLES = 10_000
SEED = 20_240_917
EXACT_UNITS = 12  # up to here all 2^n patterns of signs are tried, not a sample of them
_BLOCK = 1_000  # resamples made at once, to bound memory
_ROUNDING = 1e-9  # sums of the same numbers in another order differ by less

Floats = npt.NDArray[np.float64]
Units = Mapping[str, Sequence[float]]  # unit -> the values of its questions


class Interval(NamedTuple):
    """The middle 95 % of the resampled values."""

    low: float
    high: float


class Difference(NamedTuple):
    """Second less first, its interval, and the chance of one as large were the two systems alike (nan: not tested)."""

    value: float
    low: float
    high: float
    p: float


def mean_interval(units: Units) -> Interval:
    """95 % percentile bootstrap interval of the mean over all values of all units.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3.
    """
    return _bootstrap_mean(*_totals(units))


def paired_difference(first: Units, second: Units) -> Difference:
    """Compare two systems' means over the same units: paired bootstrap interval, paired randomisation p.

    Raises ValueError where the units or their sizes differ.

    Source: Smucker, Allan and Carterette, CIKM 2007, doi:10.1145/1321440.1321528.
    """
    if {key: len(values) for key, values in first.items()} != {key: len(values) for key, values in second.items()}:
        raise ValueError("the two systems must be scored over the same units")
    sums, counts = _totals(first)
    gains = _totals({key: second[key] for key in first})[0] - sums
    return Difference(
        float(gains.sum() / counts.sum()), *_bootstrap_mean(gains, counts), randomisation_p(gains.tolist())
    )


def randomisation_p(gains: Sequence[float]) -> float:
    """Two-sided p: how often the sum is as far from 0 when each gain's sign is drawn by a coin.

    Exact for up to EXACT_UNITS gains that are not 0; beyond, RESAMPLES draws, the observed one counted in.
    """
    moved = np.array([gain for gain in gains if abs(gain) > _ROUNDING])
    if not len(moved):
        return 1.0
    observed = abs(moved.sum()) - _ROUNDING
    if len(moved) <= EXACT_UNITS:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(moved))))
        return float((abs(signs @ moved) >= observed).mean())
    rng = np.random.default_rng(SEED)
    extreme = sum(
        int((abs(rng.choice((-1.0, 1.0), size=(_BLOCK, len(moved))) @ moved) >= observed).sum())
        for _ in range(RESAMPLES // _BLOCK)
    )
    return (1 + extreme) / (1 + RESAMPLES)


def auroc_interval(positives: Sequence[float], negatives: Sequence[float]) -> Interval:
    """95 % bootstrap interval of the AUROC; positives and negatives are drawn apart, one by one."""
    return _bootstrap_wins(_wins(positives, negatives))


def auroc_difference(
    first: tuple[Sequence[float], Sequence[float]], second: tuple[Sequence[float], Sequence[float]]
) -> Difference:
    """Compare two (positives, negatives) over the same questions in the same order; without a p.

    Two systems' confidences are on two scales, so swapping them between the systems would mean nothing.
    """
    gains = _wins(*second) - _wins(*first)
    return Difference(float(gains.mean()), *_bootstrap_wins(gains), float("nan"))


def _totals(units: Units) -> tuple[Floats, Floats]:
    sums = np.array([sum(values) for values in units.values()], dtype=np.float64)
    return sums, np.array([len(values) for values in units.values()], dtype=np.float64)


def _bootstrap_mean(sums: Floats, counts: Floats) -> Interval:
    def means(rng: np.random.Generator) -> Floats:
        times = _draw(rng, len(sums))
        return (times @ sums) / (times @ counts)

    return _percentiles(means)


def _wins(positives: Sequence[float], negatives: Sequence[float]) -> Floats:
    """(positives, negatives): 1 where the positive is ahead, 1/2 at a tie; its mean is the AUROC."""
    ahead, behind = np.array(positives)[:, None], np.array(negatives)[None, :]
    return np.asarray((ahead > behind) + 0.5 * (ahead == behind))


def _bootstrap_wins(wins: Floats) -> Interval:
    def means(rng: np.random.Generator) -> Floats:
        rows, columns = _draw(rng, wins.shape[0]), _draw(rng, wins.shape[1])
        return np.asarray(((rows @ wins) * columns).sum(axis=1) / wins.size)

    return _percentiles(means)


def _draw(rng: np.random.Generator, n: int) -> Floats:
    """(_BLOCK, n): how often each of n units stands in each resample of n."""
    return rng.multinomial(n, np.full(n, 1 / n), size=_BLOCK).astype(np.float64)


def _percentiles(block: Callable[[np.random.Generator], Floats]) -> Interval:
    rng = np.random.default_rng(SEED)
    values = np.concatenate([block(rng) for _ in range(RESAMPLES // _BLOCK)])
    low, high = np.percentile(values, (2.5, 97.5))
    return Interval(float(low), float(high))
