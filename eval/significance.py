"""How far a figure can be trusted, and a difference of two: resampling of questions.

Questions come in units that are drawn together: a conversation with all its turns, or a lone question.
Every draw starts from the same seed, so the same scores always give the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from rag.train.intervals import BLOCK, RESAMPLES, SEED, Units, bootstrap_mean, bootstrap_wins, totals, wins
from rag.train.intervals import Interval as Interval
from rag.train.intervals import auroc_interval as auroc_interval
from rag.train.intervals import mean_interval as mean_interval

EXACT_UNITS = 12  # up to here all 2^n patterns of signs are tried, not a sample of them
_ROUNDING = 1e-9  # sums of the same numbers in another order differ by less


class Difference(NamedTuple):
    """Second less first, its interval, and the chance of one as large were the two systems alike (nan: not tested)."""

    value: float
    low: float
    high: float
    p: float


def paired_difference(first: Units, second: Units) -> Difference:
    """Compare two systems' means over the same units: paired bootstrap interval, paired randomisation p.

    Raises ValueError where the units or their sizes differ.

    Source: Smucker, Allan and Carterette, CIKM 2007, doi:10.1145/1321440.1321528.
    """
    if {key: len(values) for key, values in first.items()} != {key: len(values) for key, values in second.items()}:
        raise ValueError("the two systems must be scored over the same units")
    sums, counts = totals(first)
    gains = totals({key: second[key] for key in first})[0] - sums
    return Difference(
        float(gains.sum() / counts.sum()), *bootstrap_mean(gains, counts), randomisation_p(gains.tolist())
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
        int((abs(rng.choice((-1.0, 1.0), size=(BLOCK, len(moved))) @ moved) >= observed).sum())
        for _ in range(RESAMPLES // BLOCK)
    )
    return (1 + extreme) / (1 + RESAMPLES)


def auroc_difference(
    first: tuple[Sequence[float], Sequence[float]], second: tuple[Sequence[float], Sequence[float]]
) -> Difference:
    """Compare two (positives, negatives) over the same questions in the same order; without a p.

    Two systems' confidences are on two scales, so swapping them between the systems would mean nothing.
    """
    gains = wins(*second) - wins(*first)
    return Difference(float(gains.mean()), *bootstrap_wins(gains), float("nan"))
