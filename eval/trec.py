"""TREC run files: which passages an engine gave for each question, for trec_eval and its relatives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from eval.data import DataError, numbered_lines


class RunLine(NamedTuple):
    """One line of a TREC run: the passage an engine put at ``rank`` for a question."""

    question_id: str
    passage_id: str
    rank: int
    score: float


def write_run(path: Path, lines: Iterable[RunLine], tag: str) -> None:
    """Write ``question Q0 passage rank score tag`` lines, ids with their white space as %20 and the like."""
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            ids = _escape(line.question_id), _escape(line.passage_id)
            file.write(f"{ids[0]} Q0 {ids[1]} {line.rank} {line.score:.6f} {tag}\n")


def read_run(path: Path) -> dict[str, list[RunLine]]:
    """Read a TREC run: question id -> its lines, by rank."""
    run: dict[str, list[RunLine]] = {}
    for number, text in numbered_lines(path):
        parts = text.split()
        try:
            question, _, passage, rank, score, _ = parts
            line = RunLine(unquote(question), unquote(passage), int(rank), float(score))
        except ValueError:
            raise DataError(
                f"a run line has six fields, `question Q0 passage rank score tag`; this one is {text[:60]!r}",
                where=f"{path}, line {number}",
                mend="Correct the line.",
            ) from None
        run.setdefault(line.question_id, []).append(line)
    return {id_: sorted(lines, key=lambda line: line.rank) for id_, lines in run.items()}


def _escape(id_: str) -> str:
    # fields of a run are parted by white space, but a source may be called "2024 no 3.txt";
    # % is escaped too, so that unquote() is the exact inverse
    return re.sub(r"[\s%]", lambda match: quote(match[0], safe=""), id_)
