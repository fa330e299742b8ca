"""What it brings to look up what was meant: the rank of the evidence as typed, and as understood, by kind of slip.

    python -m eval.bench.slips eval/questions/slips-dev.jsonl --index indexes/sample

No reader is asked. Of a line with two questions, the rank is that of the evidence found last.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from eval.data import Question, read_questions
from eval.judge import DEPTH, rank_evidence
from eval.table import table
from rag.errors import WenjuError
from rag.serialize import hit_to_dict

if TYPE_CHECKING:
    from rag.retrieve import HybridRetriever

TWO = "two"  # kind of slip: several questions in one line


@dataclass(frozen=True, slots=True)
class Ranked:
    """One query: the rank of its evidence as typed and as understood, from 1, None beyond DEPTH."""

    id: str
    kind: str
    typed: str
    meant: tuple[str, ...]
    before: int | None
    after: int | None


def ranked(questions: Path, retriever: HybridRetriever) -> Iterator[Ranked]:
    """Yield each query of a file whose lines name their ``slip``."""
    from rag.understand import several, understood

    lines = [json.loads(line) for line in questions.read_text("utf-8").splitlines() if line.strip()]
    kinds = {row["id"]: row.get("slip", "none") for row in lines}
    for entry in read_questions(questions):
        question, kind = entry.turns[0], kinds[entry.id]
        parts = [understood(part, retriever.words()).search for part in several(question.text)]
        before = _rank(question, [question.text], retriever, worst=kind == TWO)
        yield Ranked(
            entry.id,
            kind,
            question.text,
            tuple(parts),
            before,
            _rank(question, _completed(parts), retriever, worst=kind == TWO),
        )


def _completed(parts: Sequence[str]) -> list[str]:
    """Return what to search for each part, completed from those before it."""
    from rag.converse import resolve

    return [resolve(part, parts[:number]).search for number, part in enumerate(parts)]


def _rank(question: Question, searches: Sequence[str], retriever: HybridRetriever, *, worst: bool) -> int | None:
    found: dict[int, int] = {}
    for search in searches:
        hits = [hit_to_dict(hit) for hit in retriever.retrieve(search, DEPTH)]
        for rank, covered in enumerate(rank_evidence(question, hits), 1):
            for quote in covered:
                found[quote] = min(found.get(quote, rank), rank)
    if not found or (worst and len(found) < len(question.evidence)):
        return None
    return max(found.values()) if worst else min(found.values())


def figures(rows: Sequence[Ranked]) -> dict[str, dict[str, float]]:
    """Return by kind, and for "all", n, how many were changed, and R@1, R@5 and MRR as typed and as understood."""
    groups: dict[str, list[Ranked]] = {"all": list(rows)}
    for row in rows:
        groups.setdefault(row.kind, []).append(row)
    return {kind: _figures(group) for kind, group in groups.items()}


def _figures(rows: Sequence[Ranked]) -> dict[str, float]:
    told: dict[str, float] = {"n": len(rows), "changed": sum(row.meant != (row.typed,) for row in rows)}
    for name, ranks in (("typed", [row.before for row in rows]), ("meant", [row.after for row in rows])):
        for k in (1, 5):
            told[f"R@{k} {name}"] = mean(rank is not None and rank <= k for rank in ranks)
        told[f"MRR {name}"] = mean(1 / rank if rank else 0.0 for rank in ranks)
    return told


def to_markdown(found: dict[str, dict[str, float]]) -> str:
    """Render the figures."""
    names = ["R@1", "R@5", "MRR"]
    head = ["slip", "n", "changed", *(f"{name} {side}" for name in names for side in ("typed", "meant"))]
    rows = [
        [kind, f"{one['n']:.0f}", f"{one['changed']:.0f}", *(f"{one[name]:.3f}" for name in head[3:])]
        for kind, one in found.items()
    ]
    return table(head, rows)


def main(argv: list[str] | None = None) -> int:
    """Print the table; exit code 2 for input that is off."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.slips", description=__doc__.splitlines()[0])
    parser.add_argument("questions", type=Path, metavar="SLIPS.jsonl")
    parser.add_argument("--index", type=Path, required=True, metavar="DIR")
    parser.add_argument("--each", action="store_true", help="print every query with both ranks")
    args = parser.parse_args(argv)
    try:
        rows = list(ranked(args.questions, _retriever(args.index)))
    except WenjuError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 2
    for row in rows if args.each else ():
        print(f"{row.before or '–'} -> {row.after or '–'}  {row.kind}  {row.typed}  =>  {' | '.join(row.meant)}")
    print(to_markdown(figures(rows)))
    return 0


def _retriever(index: Path) -> Any:
    from rag.wiring import open_retriever

    return open_retriever(index)


if __name__ == "__main__":
    sys.exit(main())
