"""Where the points are lost: an error budget over judged questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from eval.judge import RIGHT_F1, Judgement

Cause = Literal["retrieval", "reading", "shape", "refusal", "false answer"]
CAUSES: tuple[Cause, ...] = ("retrieval", "reading", "shape", "refusal", "false answer")
READ = 8  # passages that are read for an answer by default
EXAMPLES = 4

MEANING = f"""\
retrieval: no passage that covers an evidence quote is among the first {READ}, those that are read. refusal: one is, and
no answer was given. reading: another answer was given (F1 below {RIGHT_F1}). shape: the right one, with too much or
too little of it (F1 from {RIGHT_F1} to 1). false answer: given to a question without one. F1 lost: the sum of 1 - F1,
and as a share of the answerable questions.
"""


def cause_of(judgement: Judgement) -> Cause | None:
    """Return why a question lost points; None where it lost none."""
    if not judgement.answerable:
        return "false answer" if judgement.answered else None
    if judgement.scores["F1"] >= 1.0:
        return None
    if judgement.rank is None or judgement.rank > READ:
        return "retrieval"
    if not judgement.answered:
        return "refusal"
    return "reading" if judgement.scores["F1"] < RIGHT_F1 else "shape"


def budget(judgements: Sequence[Judgement]) -> dict[str, Any]:
    """Return for each cause how many questions it cost, the F1 lost, and the ids of the costliest."""
    found: dict[str, Any] = {}
    for cause in CAUSES:
        hit = [one for one in judgements if cause_of(one) == cause]
        lost = sum(1 - one.scores.get("F1", 0.0) for one in hit) if cause != "false answer" else 0.0
        worst = sorted(hit, key=lambda one: (one.scores.get("F1", 0.0), one.id))[:EXAMPLES]
        found[cause] = {"n": len(hit), "lost": lost, "examples": [one.id for one in worst]}
    return found


def to_table(found: Mapping[str, Mapping[str, Any]], judgements: Sequence[Judgement]) -> str:
    """Render a budget as Markdown, each cause with its examples."""
    answerable = max(1, sum(one.answerable for one in judgements))
    lines = ["| cause | questions | F1 lost | share |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {c} | {b['n']} | {b['lost']:.1f} | {b['lost'] / answerable:.3f} |" for c, b in found.items()]
    by_id = {one.id: one for one in judgements}
    for cause, one in found.items():
        shown = [_described(by_id[id_]) for id_ in one["examples"] if id_ in by_id]
        lines += [f"\n{cause}:\n", *shown] if shown else []
    return "\n".join(lines)


def to_lines(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one line a cause, for the terminal."""
    return "\n".join(f"{cause:<13} {one['n']:>4} questions, F1 lost {one['lost']:.1f}" for cause, one in found.items())


def _described(one: Judgement) -> str:
    wanted = " / ".join(one.gold[:2]) or "nothing"
    return f"- {one.id} ({one.type}): {one.question} — wanted {wanted}; got {one.answer or 'no answer'}"
