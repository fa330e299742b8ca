"""Fit the confidence of answers: ``python -m eval fit --data DIR --out calibration.json``.

A logistic model over the features of every candidate answer, then its scale and offset over the candidates that
come first: the first fit ranks, the second makes the number a probability.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from eval import metrics, tuning
from eval.calibration import auroc, expected_calibration_error, reliability
from eval.data import Question, read_questions
from rag.answer import WIDENED, candidates, widen
from rag.assistant import MAX_SPANS
from rag.calibrate import Calibration
from rag.query import kind_of
from rag.types import Reader, Retriever

Floats = npt.NDArray[np.float64]

RIGHT = 0.5  # F1 from which an answer counts as right
CANDIDATES = 6  # of each question
RIDGE = 1.0  # on standardised features
FOLDS = 5
LOST_SHARE = 0.02  # of answerable questions that may end as "not found": worse than showing a paragraph in vain


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate answer of one question."""

    question: str
    answerable: bool
    features: Mapping[str, float]
    right: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration, and how good such a fit is on questions it did not see."""

    calibration: Calibration
    figures: Mapping[str, float]


def cases_of(
    questions: Sequence[Question], retriever: Retriever, reader: Reader, *, k_hits: int, k_read: int,
    show: Callable[[int, int], None],
) -> list[Case]:  # fmt: skip
    """Ask every question and judge its best candidates, in the order a hand-set calibration gives them."""
    found: list[Case] = []
    for done, question in enumerate(questions, 1):
        hits = retriever.retrieve(question.text, k_hits)
        spans = reader.read(question.text, [hit.passage for hit in hits[:k_read]], MAX_SPANS)
        ranked = candidates(question.text, hits, spans, retriever.article, Calibration())
        kind = kind_of(question.text)
        for one in ranked[:CANDIDATES]:
            span = one.spans[0]
            texts = [span.text]
            if kind in WIDENED:
                texts.append(widen(span, retriever.article(span.passage.article_id), kind).text)
            score = max((metrics.span_f1(text, question.answers) for text in texts if question.answers), default=0.0)
            found.append(Case(question.id, question.answerable, one.features, score >= RIGHT))
        show(done, len(questions))
    return found


def fit(cases: Sequence[Case], false_share: float) -> Calibration:
    """Fit weights, then scale and offset, then the thresholds.

    At the answer threshold ``false_share`` of the unanswerable questions are answered; at the related threshold
    LOST_SHARE of the answerable ones are said not to be found.
    """
    names = sorted({name for case in cases for name in case.features})
    weights, bias = _logistic(_matrix(cases, names), np.array([c.right for c in cases], dtype=float))
    ranked = Calibration(weights=dict(zip(names, weights.tolist(), strict=True)), bias=float(bias))
    first = firsts(cases, ranked)
    logits = np.array([[ranked.logit(case.features)] for case in first])
    scale, offset = _logistic(logits, np.array([c.right for c in first], dtype=float))
    scaled = Calibration(
        weights={name: float(weight * scale[0]) for name, weight in zip(names, weights, strict=True)},
        bias=float(bias * scale[0] + offset),
    )
    wrong = sorted(scaled.confidence(c.features) for c in first if not c.answerable)
    answer = _quantile(wrong, 1 - false_share)
    good = sorted(scaled.confidence(c.features) for c in first if c.answerable)
    related = min(answer, _quantile(good, LOST_SHARE))
    return Calibration(weights=scaled.weights, bias=scaled.bias, answer_threshold=answer, related_threshold=related)


def firsts(cases: Sequence[Case], calibration: Calibration) -> list[Case]:
    """Return each question's most probable candidate, ties as they came."""
    best: dict[str, Case] = {}
    for case in cases:
        known = best.get(case.question)
        if known is None or calibration.confidence(case.features) > calibration.confidence(known.features):
            best[case.question] = case
    return list(best.values())


def crossed(cases: Sequence[Case], false_share: float, seed: int = 0) -> dict[str, float]:
    """Return figures over questions each judged by a fit that did not see it."""
    asked = sorted({case.question for case in cases})
    random.Random(seed).shuffle(asked)
    fold = {question: number % FOLDS for number, question in enumerate(asked)}
    held: list[tuple[Case, float, float]] = []
    for number in range(FOLDS):
        fitted = fit([c for c in cases if fold[c.question] != number], false_share)
        unseen = firsts([c for c in cases if fold[c.question] == number], fitted)
        held += [(c, fitted.confidence(c.features), fitted.answer_threshold) for c in unseen]
    good = [(c, p, t) for c, p, t in held if c.answerable]
    none = [(c, p, t) for c, p, t in held if not c.answerable]
    return {
        "questions": len(held),
        "AUROC answerable": auroc([p for _, p, _ in good], [p for _, p, _ in none]),
        "AUROC right": auroc([p for c, p, _ in held if c.right], [p for c, p, _ in held if not c.right]),
        "ECE": expected_calibration_error(reliability([p for _, p, _ in held], [c.right for c, _, _ in held])),
        "answerable answered": sum(p >= t for _, p, t in good) / max(1, len(good)),
        "unanswerable answered": sum(p >= t for _, p, t in none) / max(1, len(none)),
        "right of answered": sum(c.right for c, p, t in held if p >= t) / max(1, sum(p >= t for _, p, t in held)),
    }


def save(path: Path, calibration: Calibration, figures: Mapping[str, Any]) -> None:
    """Write what ``rag.calibrate.load_calibration`` reads, with the figures beside."""
    content = {
        "weights": {name: round(weight, 5) for name, weight in calibration.weights.items()},
        "bias": round(calibration.bias, 5),
        "answer_threshold": round(calibration.answer_threshold, 4),
        "related_threshold": round(calibration.related_threshold, 4),
        "figures": {name: round(value, 4) for name, value in figures.items()},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _matrix(cases: Sequence[Case], names: Sequence[str]) -> Floats:
    return np.array([[case.features.get(name, 0.0) for name in names] for case in cases])


def _quantile(ordered: Sequence[float], share: float) -> float:
    return float(np.quantile(ordered, share)) if len(ordered) else 0.5


def _logistic(x: Floats, y: Floats, steps: int = 50) -> tuple[Floats, float]:
    """Return weights and bias of a ridge logistic regression, by Newton's method on standardised columns."""
    mean, spread = x.mean(axis=0), x.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    ridge = np.diag([RIDGE] * x.shape[1] + [0.0])
    beta = np.zeros(z.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(z @ beta, -30, 30)))
        hessian = (z * (p * (1 - p))[:, None]).T @ z + ridge + 1e-9 * np.eye(len(beta))
        step = np.linalg.solve(hessian, z.T @ (y - p) - ridge @ beta)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - weights @ mean)


def fit_reader(data: Path, work: Path, show: Callable[[int, int], None], *, reader: str, false_share: float) -> Fitted:
    """Index the tuning corpus in ``work``, ask its questions of ``reader`` (bundled, folder or hub name), and fit."""
    from rag.config import Settings
    from rag.encode import open_encoder
    from rag.index import update_index
    from rag.read import open_reader
    from rag.wiring import open_retriever

    settings = Settings()
    file = tuning.write(data, work)
    update_index([work / "corpus"], work / "index", open_encoder(settings.encoder), max_chars=settings.max_chars)
    questions = [turn for entry in read_questions(file) for turn in entry.turns]
    cases = cases_of(
        questions, open_retriever(work / "index"), open_reader(reader),
        k_hits=settings.k_hits, k_read=settings.k_read, show=show,
    )  # fmt: skip
    return Fitted(fit(cases, false_share), crossed(cases, false_share))
