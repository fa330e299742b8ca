"""Questions and answers to judgements and a summary, and the files that hold them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.budget import budget
from eval.data import Entry, result_of
from eval.diagrams import diagrams
from eval.followups import gap
from eval.judge import Judgement, judge_all, save_judgements
from eval.report import to_markdown
from eval.summary import summarise
from eval.trec import RunLine, write_run

SCORES, RUN, SUMMARY, REPORT = "scores.jsonl", "run.trec", "summary.json", "summary.md"
FILES = (SCORES, RUN, SUMMARY, REPORT, "reliability.svg", "risk-coverage.svg")


def score(
    entries: Sequence[Entry],
    answers: Mapping[str, Mapping[str, Any]],
    origin: Mapping[str, Any],
    out: Path | None = None,
) -> tuple[dict[str, Any], list[Judgement]]:
    """Return summary and judgements; write them, the TREC run and the report into ``out`` if it is given."""
    judgements = judge_all(entries, answers)
    summary = {"origin": dict(origin), **summarise(judgements), "budget": budget(judgements)}
    summary |= gap(entries, answers)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        save_judgements(out / SCORES, judgements)
        write_run(out / RUN, run_lines(entries, answers), tag="wenju")
        (out / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        for name, drawn in diagrams(summary["confidence"]).items():
            (out / name).write_text(drawn, encoding="utf-8")
        (out / REPORT).write_text(to_markdown(summary, judgements), encoding="utf-8")
    return summary, judgements


def run_lines(entries: Sequence[Entry], answers: Mapping[str, Mapping[str, Any]]) -> Iterator[RunLine]:
    """Yield every hit of every question, by rank; a passage is called "<article>:<start>-<end>"."""
    for entry in entries:
        for turn, question in enumerate(entry.turns):
            for rank, hit in enumerate(result_of(answers, entry, turn).get("hits") or [], 1):
                article = hit.get("article") or hit.get("source") or "?"
                passage = f"{article}:{hit['start']}-{hit['end']}" if "start" in hit and "end" in hit else article
                yield RunLine(question.id, passage, rank, float(hit.get("score") or 0.0))
