"""The two small models behind an answer, fitted: which proposal is best, and how likely it is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Features = Mapping[str, float]

RANK_RIDGE, RIDGE = 50.0, 15.0  # on standardised features
STEPS, RATE = 250, 0.05
HOPEFUL = 0.3  # questions for which nothing this good was proposed teach nothing


@dataclass(frozen=True, slots=True)
class Table:
    """Proposals of many questions as rows, question after question; ``scores`` are their F1."""

    names: tuple[str, ...]
    rows: npt.NDArray[np.float32]
    scores: Floats
    starts: npt.NDArray[np.int64]  # of each question's first row


def table(questions: Sequence[Sequence[tuple[Features, float]]], names: Sequence[str] | None = None) -> Table:
    """Put proposals into a table; questions without any are left out."""
    told = [question for question in questions if question]
    columns = tuple(names or sorted({name for question in told for features, _ in question for name in features}))
    rows = [[features.get(name, 0.0) for name in columns] for question in told for features, _ in question]
    sizes = [len(question) for question in told]
    return Table(
        columns,
        np.array(rows, dtype=np.float32).reshape(-1, len(columns)),
        np.array([score for question in told for _, score in question], dtype=np.float64),
        np.cumsum([0, *sizes[:-1]], dtype=np.int64),
    )


def fit_ranking(known: Table) -> dict[str, float]:
    """Return weights whose softmax over a question's proposals has the highest expected F1 (its logarithm, with ridge).

    By gradient steps (Adam) from zero, the same every time.
    """
    x, spread = _standardised(known.rows)
    sizes = np.diff([*known.starts, len(x)])
    of = np.repeat(np.arange(len(sizes)), sizes)
    teaches = np.maximum.reduceat(known.scores, known.starts)[of] > HOPEFUL
    count = max(1, int(teaches[known.starts].sum()))
    weights = np.zeros(x.shape[1])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        standing = x @ weights.astype(np.float32)
        chance = np.exp(standing - np.maximum.reduceat(standing, known.starts)[of])
        chance /= np.add.reduceat(chance, known.starts)[of]
        expected = np.add.reduceat(chance * known.scores, known.starts)[of]
        pull = np.where(teaches, chance * (known.scores - expected) / np.maximum(expected, 0.05), 0.0)
        slope = (RANK_RIDGE * weights - pull.astype(np.float32) @ x) / count
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return dict(zip(known.names, (weights / spread).tolist(), strict=True))


def _standardised(rows: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], Floats]:
    spread = rows.std(axis=0, dtype=np.float64)
    spread = np.where(spread > 1e-6, spread, 1.0)
    return ((rows - rows.mean(axis=0)) / spread).astype(np.float32), spread


def fit_chance(rows: Sequence[Features], right: Sequence[bool], ridge: float = RIDGE) -> tuple[dict[str, float], float]:
    """Return weights and bias of a ridge logistic regression, by Newton's method on standardised columns."""
    names = sorted({name for row in rows for name in row})
    x = np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=np.float64)
    y = np.array(right, dtype=np.float64)
    mean, spread = x.mean(axis=0), x.std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    penalty = np.diag([ridge] * x.shape[1] + [0.0])
    beta = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(z @ beta, -30, 30)))
        hessian = (z * (p * (1 - p))[:, None]).T @ z + penalty + 1e-9 * np.eye(len(beta))
        step = np.linalg.solve(hessian, z.T @ (y - p) - penalty @ beta)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    weights = beta[:-1] / spread
    return dict(zip(names, weights.tolist(), strict=True)), float(beta[-1] - weights @ mean)
