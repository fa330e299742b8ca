"""Fit the answers of a reader: ``python -m eval fit --data DIR --out calibration.json``.

First which proposal of a question is the best, then how likely the best is right, then the thresholds. All figures are
of questions that a fit did not see: the questions are divided into FOLDS parts, and each part is judged by the others.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval import tuning
from eval.calibration import auroc, expected_calibration_error, reliability
from eval.data import Question, read_questions
from eval.learn import fit_chance, fit_ranking, table
from eval.proposed import Asked, read_all, score
from rag.answer.calibrate import Calibration
from rag.answer.candidates import evidence, ranked
from rag.answer.features import Features
from rag.answer.question import understand

RIGHT = 0.5  # F1 from which an answer counts as right
FOLDS = 5
LOST_SHARE = 0.02  # of answerable questions that may end as "not found": worse than showing a paragraph in vain
SHARES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)  # of wrong answers, for which a threshold is kept
ACCEPTED = 0.32  # the share that is the default: with it 86 % of the answerable questions fitted on get an answer


@dataclass(frozen=True, slots=True)
class Judged:
    """What a question's first candidate had for it, and whether it was right."""

    question: Question
    evidence: Features
    right: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration, and how good such a fit is on questions it did not see."""

    calibration: Calibration
    figures: Mapping[str, float]


def fit(cases: Sequence[Asked], accepted: float = ACCEPTED, seed: int = 0) -> Fitted:
    """Fit ranking, confidence and thresholds; answers given by default are wrong in the share ``accepted``."""
    folds = _folds(cases, seed)
    judged = [one for number in range(FOLDS) for one in _judged(cases, folds, number)]
    calibration = _chance(judged, Calibration(rank=fit_ranking(_table(cases))))
    calibration, held = _steadied(calibration, _held_out(judged, seed))
    calibration = _thresholds(calibration, held, accepted)
    return Fitted(calibration, figures(held, calibration.answer_threshold))


def _folds(cases: Sequence[Asked], seed: int) -> dict[str, int]:
    ids = sorted({case.question.id for case in cases})
    random.Random(seed).shuffle(ids)
    return {id_: number % FOLDS for number, id_ in enumerate(ids)}


def _table(cases: Sequence[Asked]) -> Any:
    answerable = [case for case in cases if case.question.answerable]
    return table([[(f, y) for (_, f), y in zip(c.proposed, c.scores, strict=True)] for c in answerable])


def _judged(cases: Sequence[Asked], folds: Mapping[str, int], number: int) -> list[Judged]:
    """Rank the questions of one fold by what the others teach."""
    calibration = Calibration(rank=fit_ranking(_table([c for c in cases if folds[c.question.id] != number])))
    return [judge(case, calibration) for case in cases if folds[case.question.id] == number and case.proposed]


def judge(case: Asked, calibration: Calibration) -> Judged:
    """Take the first candidate of a question, with what speaks for it."""
    order = ranked(case.proposed, calibration, case.article)
    best = order[0].places[0]
    told = evidence(understand(case.question.text), order, case.article)
    return Judged(case.question, told, score(case.question, best, case.article) >= RIGHT)


def _chance(judged: Sequence[Judged], calibration: Calibration) -> Calibration:
    weights, bias = fit_chance([one.evidence for one in judged], [one.right for one in judged])
    return replace(calibration, weights=weights, bias=bias)


def _held_out(judged: Sequence[Judged], seed: int) -> list[tuple[Judged, float]]:
    """Return every question with a confidence from a model that was fitted without it."""
    order = list(judged)
    random.Random(seed + 1).shuffle(order)
    found = []
    for number in range(FOLDS):
        fitted = _chance([one for n, one in enumerate(order) if n % FOLDS != number], Calibration())
        found += [(one, fitted.confidence(one.evidence)) for n, one in enumerate(order) if n % FOLDS == number]
    return found


def _steadied(
    calibration: Calibration, held: Sequence[tuple[Judged, float]]
) -> tuple[Calibration, list[tuple[Judged, float]]]:
    """Return both less sure, by as much as held-out confidences are too sure: slope and bias of their log odds.

    Source: Platt, Advances in Large Margin Classifiers, 1999.
    """
    odds = [{"odds": math.log(max(chance, 1e-9) / max(1 - chance, 1e-9))} for _, chance in held]
    slope, bias = fit_chance(odds, [one.right for one, _ in held], 0.01)
    steady = Calibration(weights=slope, bias=bias)
    weights = {name: weight * slope["odds"] for name, weight in calibration.weights.items()}
    settled = replace(calibration, weights=weights, bias=bias + slope["odds"] * calibration.bias)
    return settled, [(one, steady.confidence(its)) for (one, _), its in zip(held, odds, strict=True)]


def _thresholds(calibration: Calibration, held: Sequence[tuple[Judged, float]], accepted: float) -> Calibration:
    risks = tuple((share, threshold_for(held, share)) for share in SHARES)
    answer = threshold_for(held, accepted)
    good = [chance for one, chance in held if one.question.answerable]
    related = min(answer, float(np.quantile(good, LOST_SHARE))) if good else answer
    return replace(calibration, answer_threshold=answer, related_threshold=related, risks=risks)


def threshold_for(held: Sequence[tuple[Judged, float]], share: float) -> float:
    """Return the lowest confidence from which answers given are wrong in at most ``share``; 1.0 where none is."""
    ordered = sorted(held, key=lambda pair: -pair[1])
    best, wrong = 1.0, 0
    for given, (one, chance) in enumerate(ordered, 1):
        wrong += not one.right
        if wrong / given <= share:
            best = chance
    return best


def figures(held: Sequence[tuple[Judged, float]], threshold: float) -> dict[str, float]:
    """Return how well confidences of held-out questions tell right from wrong, and what the threshold does."""
    good = [(one, p) for one, p in held if one.question.answerable]
    none = [p for one, p in held if not one.question.answerable]
    given = [one.right for one, p in held if p >= threshold]
    return {
        "questions": len(held),
        "AUROC answerable": auroc([p for _, p in good], none),
        "AUROC right": auroc([p for one, p in held if one.right], [p for one, p in held if not one.right]),
        "ECE": expected_calibration_error(reliability([p for _, p in held], [one.right for one, _ in held])),
        "right": sum(one.right for one, _ in good) / max(1, len(good)),
        "answerable answered": sum(p >= threshold for _, p in good) / max(1, len(good)),
        "unanswerable answered": sum(p >= threshold for p in none) / max(1, len(none)),
        "right of answered": sum(given) / max(1, len(given)),
    }


def save(path: Path, calibration: Calibration, found: Mapping[str, Any]) -> None:
    """Write what ``rag.answer.calibrate.load_calibration`` reads, with the figures beside."""
    content = {
        "rank": {name: round(weight, 5) for name, weight in calibration.rank.items()},
        "weights": {name: round(weight, 5) for name, weight in calibration.weights.items()},
        "bias": round(calibration.bias, 5),
        "answer_threshold": round(calibration.answer_threshold, 4),
        "related_threshold": round(calibration.related_threshold, 4),
        "risks": [[share, round(threshold, 4)] for share, threshold in calibration.risks],
        "figures": {name: round(value, 4) for name, value in found.items()},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def fit_reader(data: Path, work: Path, show: Callable[[int, int], None], *, reader: str, accepted: float) -> Fitted:
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
    cases = read_all(
        questions, open_retriever(work / "index"), open_reader(reader),
        k_hits=settings.k_hits, k_read=settings.k_read, show=show,
    )  # fmt: skip
    return fit(cases, accepted)
