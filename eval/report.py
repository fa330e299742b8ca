"""A summary as Markdown: tables with n, intervals, and under them what each figure means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eval import budget
from eval.followups import to_table
from eval.judge import METRICS, Judgement
from eval.summary import HEADLINE
from eval.table import table

COLUMNS = (*METRICS, "AUROC")
WORST = 10  # badly answered questions shown

MEANING = """\
R@k: a passage that covers an evidence quote (half of it in one run) is among the first k. MRR@10: 1 / its rank, 0 after
rank 10. nDCG@10: binary gain, a hit counts when it covers a quote that no earlier hit covers. quotes@10: share of all
evidence quotes covered by ten hits together. EM, F1: best over the gold answers, F1 by the longest common run of
tokens (CMRC 2018); for lists, recall in items and precision in characters. cited: answered, and the first citation
covers an evidence quote. answered: share of answerable questions that got an answer; false answers: the same of
unanswerable ones. verbatim: of the answers given, those that stand in their citation as they are. AUROC: chance that
an answerable question has the higher confidence of the two. A question without a result counts 0. In brackets: 95 %
bootstrap intervals.
"""


def to_markdown(summary: Mapping[str, Any], judgements: Sequence[Judgement]) -> str:
    """Render summary.md."""
    origin = ", ".join(f"{name} {value}" for name, value in summary["origin"].items() if not name.endswith("sha256"))
    parts = [
        f"# {summary['questions']} questions",
        origin,
        headline_table(summary["figures"]),
        group_table(summary["figures"]),
        MEANING.strip(),
        "## Confidence",
        _confidence(summary["confidence"]),
    ]
    if "budget" in summary:
        parts += ["## What was lost, and where", budget.to_table(summary["budget"], judgements), budget.MEANING.strip()]
    if summary["latency"]:
        parts += ["## Milliseconds", stage_table(summary["latency"])]
    if "follow_ups" in summary:
        parts += ["## Follow-ups beside the same questions in full", to_table(summary["follow_ups"])]
    if summary["missing"]:
        parts += [_missing(summary["missing"])]
    worst = worst_answered(judgements)
    if worst:
        parts += ["## Worst answered", "\n".join(map(describe, worst))]
    return "\n\n".join(part for part in parts if part) + "\n"


def headline_table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """All and each language, with intervals."""
    groups = [name for name in figures if not name.startswith("type ")]
    names = [name for name in COLUMNS if name in HEADLINE or name == "AUROC"]
    rows = [
        [name, *(_with_interval(figures[group].get(name)) for group in groups)]
        for name in names
        if any(name in figures[group] for group in groups)
    ]
    return table(["", *groups], rows)


def group_table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """Every group by every figure; n of a cell is the group's answerable, unanswerable or answered questions."""
    rows = []
    for name, group in figures.items():
        n = [group[metric]["n"] if metric in group else 0 for metric in ("F1", "false answers", "verbatim")]
        rows.append([name, "/".join(map(str, n)), *(_value(group.get(metric)) for metric in COLUMNS)])
    return table(["group", "n answerable/not/answered", *COLUMNS], rows)


def stage_table(stages: Mapping[str, Mapping[str, float]]) -> str:
    """Render what ``summary.latency`` returns."""
    rows = [
        [name, f"{one['p50']:.1f}", f"{one['p95']:.1f}", f"{100 * one['share']:.0f} %", str(one["n"])]
        for name, one in stages.items()
    ]
    return table(["stage", "p50", "p95", "share", "n"], rows)


def worst_answered(judgements: Iterable[Judgement], n: int = WORST) -> list[Judgement]:
    """Return the n answerable questions with the least F1, those whose evidence was found first coming first."""
    bad = [judgement for judgement in judgements if judgement.answerable and judgement.scores["F1"] < 1]
    return sorted(bad, key=lambda one: (one.scores["F1"], one.rank or 99, one.id))[:n]


def describe(judgement: Judgement) -> str:
    """One list item: the question, what was wanted and what came."""
    return (
        f"- {judgement.id} ({judgement.type}, F1 {judgement.scores['F1']:.2f}, rank {judgement.rank or '–'}): "
        f"{judgement.question} — wanted {' / '.join(judgement.gold[:2])}; got {judgement.answer or 'nothing'}"
    )


def _missing(ids: Sequence[str]) -> str:
    count = "1 question has" if len(ids) == 1 else f"{len(ids)} questions have"
    return f"{count} no result: {', '.join(ids[:10])}{' …' if len(ids) > 10 else ''}"


def _confidence(block: Mapping[str, Any]) -> str:
    if not block["n"]:
        return "No question was answered."
    bins = table(
        ["confidence", "n", "mean", "right"],
        [
            [f"{one['low']:.1f} to {one['high']:.1f}", str(one["n"]), f"{one['confidence']:.3f}", f"{one['right']:.3f}"]
            for one in block["bins"]
        ],
    )
    points = table(
        ["answers of at least", "share of questions", "wrong among them"],
        [[f"{p['confidence']:.3f}", f"{p['coverage']:.3f}", f"{p['risk']:.3f}"] for p in block["risk_coverage"]],
    )
    said = f"ECE {block['ECE']:.3f} over {block['n']} answers in ten bins; an answer is right from F1 0.5 on."
    return f"{said}\n\n{bins}\n\n{points}"


def _value(figure: Mapping[str, float] | None) -> str:
    return f"{figure['value']:.3f}" if figure else ""


def _with_interval(figure: Mapping[str, float] | None) -> str:
    if not figure:
        return ""
    interval = f" [{figure['low']:.3f}, {figure['high']:.3f}]" if "low" in figure else ""
    return f"{figure['value']:.3f}{interval} n={figure['n']}"
