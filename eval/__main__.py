"""python -m eval: run, score, compare, fit, bench, models; what each does stands in ``eval.commands``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from eval import commands
from rag.errors import WenjuError


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 when it is done, 2 for bad input, 130 when interrupted."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does
    args = _parser().parse_args(argv)
    try:
        args.command(args)
    except WenjuError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("eval: interrupted. Answers so far are kept: the same command goes on from there.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description="Measure Wenju on question sets.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(verbs)
    _add_score(verbs)
    _add_compare(verbs)
    _add_fit(verbs)
    _add_bench(verbs)
    _add_models(verbs)
    return parser


def _add_run(verbs: Any) -> None:
    run = verbs.add_parser("run", help="ask every question of a file and score the answers")
    run.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    run.add_argument("--index", type=Path, required=True, metavar="DIR")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="goes on where an earlier run stopped")
    run.add_argument("--fresh", action="store_true", help="throw away what --out holds")
    run.add_argument("--keep", metavar="NAME", help="also save the summary as eval/results/NAME-<commit>.json")
    for name in commands.SETTINGS:
        kind = str if name in ("encoder", "reader") else int
        run.add_argument(f"--{name.replace('_', '-')}", type=kind, help="as for wenju ask")
    run.set_defaults(command=commands.run_questions)


def _add_score(verbs: Any) -> None:
    score = verbs.add_parser("score", help="score answers that are there already")
    score.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    score.add_argument("answers", type=Path, metavar="ANSWERS.jsonl", help="as `wenju ask --batch` writes them")
    score.add_argument("--out", type=Path, metavar="DIR", help="write scores, TREC run and summary here")
    score.add_argument("--json", action="store_true", help="print the summary as JSON")
    score.set_defaults(command=commands.run_score)


def _add_compare(verbs: Any) -> None:
    compare = verbs.add_parser("compare", help="compare two output folders, question by question")
    compare.add_argument("first", type=Path, metavar="A")
    compare.add_argument("second", type=Path, metavar="B")
    compare.add_argument("--moved", type=int, default=20, metavar="N", help="questions listed of each kind (20)")
    compare.add_argument("--json", action="store_true", help="print everything as JSON")
    compare.set_defaults(command=commands.run_compare)


def _add_fit(verbs: Any) -> None:
    fit = verbs.add_parser("fit", help="fit the confidence of answers to a reader")
    fit.add_argument("--data", type=Path, required=True, metavar="DIR", help="the training data, packed or unpacked")
    fit.add_argument("--out", type=Path, required=True, metavar="FILE.json", help="calibration.json beside the reader")
    fit.add_argument("--reader", default="bundled", metavar="NAME_OR_PATH")
    fit.add_argument("--accept-wrong", type=float, metavar="SHARE", help="of answers, wrong by default (one in three)")
    fit.set_defaults(command=commands.run_fit)


def _add_bench(verbs: Any) -> None:
    bench = verbs.add_parser("bench", help="time the whole path")
    benches = bench.add_subparsers(required=True, metavar="BENCH")
    latency = benches.add_parser("latency", help="a question in a new process, and in one that is warm")
    latency.add_argument("--index", type=Path, required=True, metavar="DIR")
    latency.add_argument("--questions", type=Path, required=True, metavar="FILE.jsonl")
    latency.add_argument("--cold", type=int, default=5, metavar="N", help="questions asked in a new process each (5)")
    latency.add_argument("--limit", type=int, default=100, metavar="N", help="questions asked in a warm process (100)")
    latency.set_defaults(command=commands.run_bench_latency)
    indexing = benches.add_parser("indexing", help="characters a second from files to a searchable index")
    indexing.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="holds text*.jsonl or .jsonl.xz")
    indexing.add_argument("--limit", type=int, default=2000, metavar="N", help="documents, from each file in turn")
    indexing.set_defaults(command=commands.run_bench_indexing)
    for one in (latency, indexing):
        one.add_argument("--json", action="store_true", help="print JSON")
        one.add_argument("--keep", metavar="NAME", help="also save the figures as eval/results/NAME-<commit>.json")


def _add_models(verbs: Any) -> None:
    models = verbs.add_parser("models", help="measure the reader and the encoder by themselves")
    models.add_argument("--out", type=Path, required=True, metavar="DIR", help="for models.json and models.md")
    models.add_argument("--data", type=Path, metavar="DIR", help="the public data: its sets that were never trained on")
    many = {"nargs": "+", "type": Path, "default": [], "metavar": "FILE"}
    models.add_argument("--qa", **many, help="questions with their contexts")
    models.add_argument("--pairs", **many, help="pairs of texts, graded or not")
    models.add_argument("--gold", type=Path, metavar="QUESTIONS.jsonl", help="questions on the articles of --corpus")
    models.add_argument("--corpus", type=Path, metavar="DIR")
    models.add_argument("--others", **many, help="texts to find things among (with --data: its news)")
    models.add_argument("--passages", type=int, default=20_000, metavar="N", help="of those others (20,000)")
    models.add_argument("--reader", default="bundled", metavar="NAME_OR_PATH")
    models.add_argument("--encoder", default="bundled", metavar="NAME_OR_PATH")
    models.add_argument("--limit", type=int, default=500, metavar="N", help="questions of a set (500)")
    models.add_argument("--seed", type=int, default=0)
    models.add_argument("--no-speed", dest="speed", action="store_false", help="leave the timing out")
    models.add_argument("--keep", metavar="NAME", help="also save the figures as eval/results/NAME-<commit>.json")
    models.set_defaults(command=commands.run_models)


if __name__ == "__main__":
    sys.exit(main())
