"""What it costs to ask in the middle of a conversation: each follow-up beside the same question asked in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import mean
from typing import Any

from eval.data import Entry, result_of
from eval.judge import judge
from eval.table import table

MEASURES = ("R@1", "R@5", "MRR@10", "EM", "F1", "cited", "answered")
MARK = "=full"  # after the id of a turn: its full form


def in_full(entries: Sequence[Entry]) -> list[Entry]:
    """Return a question by itself for every turn that has a full form; its id ends in MARK."""
    return [
        Entry(f"{turn.id}{MARK}", (replace(turn, id=f"{turn.id}{MARK}", text=turn.full),), is_chat=False)
        for entry in entries
        for turn in entry.turns
        if turn.full
    ]


def gap(entries: Sequence[Entry], answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return under "follow_ups" each measure as a follow-up, in full, and the gap; {} where nothing was asked twice.

    Only turns that have both are counted; ``worse`` lists those whose F1 is lower as a follow-up.
    """
    pairs = list(_pairs(entries, answers))
    if not pairs:
        return {}
    figures = {}
    for name in MEASURES:
        both = [(short[name], whole[name]) for _, short, whole in pairs if name in short and name in whole]
        if both:
            asked, full = mean(one for one, _ in both), mean(other for _, other in both)
            figures[name] = {"follow-up": asked, "in full": full, "gap": full - asked, "n": len(both)}
    worse = [id_ for id_, short, whole in pairs if short.get("F1", 0.0) < whole.get("F1", 0.0)]
    return {"follow_ups": {"figures": figures, "worse": worse}}


def _pairs(
    entries: Sequence[Entry], answers: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, float], Mapping[str, float]]]:
    for entry in entries:
        for number, turn in enumerate(entry.turns):
            whole = answers.get(f"{turn.id}{MARK}")
            if turn.full and whole:
                short = judge(turn, result_of(answers, entry, number), entry.id)
                yield turn.id, short.scores, judge(turn, whole, entry.id).scores


def to_table(block: Mapping[str, Any]) -> str:
    """Render what ``gap`` returns under "follow_ups"."""
    rows = [
        [name, f"{one['follow-up']:.3f}", f"{one['in full']:.3f}", f"{one['gap']:+.3f}", str(one["n"])]
        for name, one in block["figures"].items()
    ]
    worse = f"\n\nWorse as a follow-up: {', '.join(block['worse'])}" if block["worse"] else ""
    return table(["follow-ups", "as asked", "in full", "gap", "n"], rows) + worse
