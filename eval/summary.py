"""Judgements to one summary: every figure with its n, for all, by language and by question type."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean, quantiles
from typing import Any

from eval.calibration import auroc, expected_calibration_error, reliability, risk_coverage, thin
from eval.judge import METRICS, Judgement
from eval.significance import auroc_interval, mean_interval

Figure = dict[str, float]  # value, n, and for headline figures low and high
HEADLINE = frozenset({"R@1", "R@5", "MRR@10", "nDCG@10", "EM", "F1", "cited", "false answers"})


def summarise(judgements: Sequence[Judgement]) -> dict[str, Any]:
    """Return what summary.json holds, apart from where the answers came from."""
    groups = {"all": list(judgements)}
    for lang in sorted({judgement.lang for judgement in judgements}):
        groups[lang] = [judgement for judgement in judgements if judgement.lang == lang]
    figures = {name: _figures(group, intervals=True) for name, group in groups.items()}
    for kind in sorted({judgement.type for judgement in judgements}):
        figures[f"type {kind}"] = _figures([one for one in judgements if one.type == kind], intervals=False)
    return {
        "questions": len(judgements),
        "missing": [judgement.id for judgement in judgements if judgement.missing],
        "figures": figures,
        "confidence": _confidence(judgements),
        "latency": latency([judgement.milliseconds for judgement in judgements if judgement.milliseconds]),
    }


def confidences(judgements: Iterable[Judgement]) -> tuple[list[float], list[float]]:
    """Return the confidences of answerable and of unanswerable questions, in order."""
    both: tuple[list[float], list[float]] = [], []
    for judgement in judgements:
        both[0 if judgement.answerable else 1].append(judgement.confidence)
    return both


def by_entry(judgements: Iterable[Judgement], metric: str) -> dict[str, list[float]]:
    """Group the scores of one metric by what is resampled together; questions that do not owe it are left out."""
    units: dict[str, list[float]] = {}
    for judgement in judgements:
        if metric in judgement.scores:
            units.setdefault(judgement.entry, []).append(judgement.scores[metric])
    return units


def latency(timings: Sequence[Mapping[str, float]]) -> dict[str, Figure]:
    """Return p50, p95 (milliseconds), share of all time and n of each stage, in the order stages first appear.

    "total" is the answer's own total where it gives one, else the sum of its stages.
    """
    stages = list(dict.fromkeys(stage for timing in timings for stage in timing if stage != "total"))
    totals = [timing.get("total", sum(timing.values())) for timing in timings]
    columns = {stage: [timing[stage] for timing in timings if stage in timing] for stage in stages}
    if totals:
        columns["total"] = totals
    return {
        stage: {
            "p50": percentile(values, 50),
            "p95": percentile(values, 95),
            "share": sum(values) / sum(totals) if sum(totals) else 0.0,
            "n": len(values),
        }
        for stage, values in columns.items()
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile with linear interpolation between the two nearest values; raises on an empty list."""
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _figures(group: Sequence[Judgement], *, intervals: bool) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for metric in METRICS:
        units = by_entry(group, metric)
        values = [value for unit in units.values() for value in unit]
        if not values:
            continue
        figures[metric] = {"value": mean(values), "n": len(values)}
        if intervals and metric in HEADLINE:
            figures[metric] |= mean_interval(units)._asdict()
    positives, negatives = confidences(group)
    if positives and negatives:
        figures["AUROC"] = {"value": auroc(positives, negatives), "n": len(group)}
        if intervals:
            figures["AUROC"] |= auroc_interval(positives, negatives)._asdict()
    return figures


def _confidence(judgements: Sequence[Judgement]) -> dict[str, Any]:
    """How the confidences of given answers relate to their being right; an answer to the unanswerable is wrong."""
    given = [judgement for judgement in judgements if judgement.answered]
    confidence, right = [one.confidence for one in given], [one.right for one in given]
    bins = reliability(confidence, right)
    error = expected_calibration_error(bins)
    return {
        "ECE": None if math.isnan(error) else error,  # JSON has no nan
        "n": len(given),
        "bins": [one._asdict() for one in bins],
        "risk_coverage": [point._asdict() for point in thin(risk_coverage(confidence, right, len(judgements)))],
    }
