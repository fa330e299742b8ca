"""A comparison as Markdown for reading and as a dictionary for programs."""

from __future__ import annotations

from typing import Any

from eval.compare import Comparison, Line, Move, changes
from eval.table import table


def to_text(comparison: Comparison, shown: int) -> str:
    """Render as Markdown with at most ``shown`` of the questions that lost and of those that gained."""
    parts = ["\n".join(f"- {note}" for note in comparison.notes)]
    for name, group in comparison.groups.items():
        head = ["", "n", "first", "second", "difference", "95 % interval", "p"]
        parts += [f"## {name}", table(head, map(_row, group))]
    losses = [move for move in comparison.moves if move.gain < 0]
    gains = [move for move in reversed(comparison.moves) if move.gain > 0]
    others = [move for move in comparison.moves if move.gain == 0]
    for name, some in (("worse", losses), ("better", gains), ("otherwise", others)):
        if some:
            parts += [
                f"## {len(some)} question{'s' if len(some) > 1 else ''} {name}",
                "\n".join(map(_describe, some[:shown])),
            ]
    return "\n\n".join(parts)


def to_dict(comparison: Comparison) -> dict[str, Any]:
    """Return the whole comparison, ready for JSON."""
    return {
        "notes": list(comparison.notes),
        "groups": {
            name: {
                line.metric: {
                    "n": line.n, "first": line.first, "second": line.second, "difference": line.difference,
                    "low": line.low, "high": line.high, "p": line.p,
                }
                for line in group
            }
            for name, group in comparison.groups.items()
        },
        "moved": [
            {"id": move.first.id, "question": move.first.question, "gain": move.gain,
             "changes": changes(move.first, move.second),
             "rank": [move.first.rank, move.second.rank], "answer": [move.first.answer, move.second.answer]}
            for move in comparison.moves
        ],
    }  # fmt: skip


def _row(line: Line) -> list[str]:
    interval = "" if line.low is None else f"[{line.low:+.3f}, {line.high:+.3f}]"
    p = "" if line.p is None else f"{line.p:.4f}"
    values = [f"{line.first:.3f}", f"{line.second:.3f}", f"{line.difference:+.3f}"]
    return [line.metric, str(line.n), *values, interval, p]


def _describe(move: Move) -> str:
    what = ", ".join(f"{name} {a:.2f} → {b:.2f}" for name, (a, b) in changes(move.first, move.second).items())
    answers = dict.fromkeys(
        one.answer or "nothing" for one in (move.first, move.second)
    )  # once where both say the same
    return (
        f"- {move.first.id} ({move.first.type}; {what}; rank {move.first.rank or '–'} → {move.second.rank or '–'}): "
        f"{move.first.question} — {' → '.join(answers)}"
    )
