"""python -m eval: run, score, compare, fit, bench. Heavy imports are inside the commands."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from rag.errors import WenjuError

SETTINGS = ("encoder", "reader", "k_hits", "k_read", "depth")  # those that tell at question time


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
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add_score(commands)
    _add_compare(commands)
    _add_fit(commands)
    _add_bench(commands)
    _add_models(commands)
    return parser


def _add_run(commands: Any) -> None:
    run = commands.add_parser("run", help="ask every question of a file and score the answers")
    run.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    run.add_argument("--index", type=Path, required=True, metavar="DIR")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="goes on where an earlier run stopped")
    run.add_argument("--fresh", action="store_true", help="throw away what --out holds")
    run.add_argument("--keep", metavar="NAME", help="also save the summary as eval/results/NAME-<commit>.json")
    for name in SETTINGS:
        kind = str if name in ("encoder", "reader") else int
        run.add_argument(f"--{name.replace('_', '-')}", type=kind, help="as for wenju ask")
    run.set_defaults(command=_run)


def _add_score(commands: Any) -> None:
    score = commands.add_parser("score", help="score answers that are there already")
    score.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    score.add_argument("answers", type=Path, metavar="ANSWERS.jsonl", help="as `wenju ask --batch` writes them")
    score.add_argument("--out", type=Path, metavar="DIR", help="write scores, TREC run and summary here")
    score.add_argument("--json", action="store_true", help="print the summary as JSON")
    score.set_defaults(command=_score)


def _add_compare(commands: Any) -> None:
    compare = commands.add_parser("compare", help="compare two output folders, question by question")
    compare.add_argument("first", type=Path, metavar="A")
    compare.add_argument("second", type=Path, metavar="B")
    compare.add_argument("--moved", type=int, default=20, metavar="N", help="questions listed of each kind (20)")
    compare.add_argument("--json", action="store_true", help="print everything as JSON")
    compare.set_defaults(command=_compare)


def _add_fit(commands: Any) -> None:
    fit = commands.add_parser("fit", help="fit the confidence of answers to a reader")
    fit.add_argument("--data", type=Path, required=True, metavar="DIR", help="the training data, packed or unpacked")
    fit.add_argument("--out", type=Path, required=True, metavar="FILE.json", help="calibration.json beside the reader")
    fit.add_argument("--reader", default="bundled", metavar="NAME_OR_PATH")
    fit.add_argument("--accept-wrong", type=float, metavar="SHARE", help="of answers, wrong by default (one in three)")
    fit.set_defaults(command=_fit)


def _add_bench(commands: Any) -> None:
    bench = commands.add_parser("bench", help="time the whole path")
    benches = bench.add_subparsers(required=True, metavar="BENCH")
    latency = benches.add_parser("latency", help="a question in a new process, and in one that is warm")
    latency.add_argument("--index", type=Path, required=True, metavar="DIR")
    latency.add_argument("--questions", type=Path, required=True, metavar="FILE.jsonl")
    latency.add_argument("--cold", type=int, default=5, metavar="N", help="questions asked in a new process each (5)")
    latency.add_argument("--limit", type=int, default=100, metavar="N", help="questions asked in a warm process (100)")
    latency.set_defaults(command=_bench_latency)
    indexing = benches.add_parser("indexing", help="characters a second from files to a searchable index")
    indexing.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="holds text*.jsonl or .jsonl.xz")
    indexing.add_argument("--limit", type=int, default=2000, metavar="N", help="documents, from each file in turn")
    indexing.set_defaults(command=_bench_indexing)
    for one in (latency, indexing):
        one.add_argument("--json", action="store_true", help="print JSON")
        one.add_argument("--keep", metavar="NAME", help="also save the figures as eval/results/NAME-<commit>.json")


def _add_models(commands: Any) -> None:
    models = commands.add_parser("models", help="measure the reader and the encoder by themselves")
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
    models.set_defaults(command=_models)


def _run(args: argparse.Namespace) -> None:
    from tqdm import tqdm

    from eval.budget import to_lines
    from eval.followups import to_table
    from eval.provenance import keep
    from eval.report import headline_table
    from eval.run import run
    from rag.config import load_settings

    chosen = load_settings({"index": args.index, **{name: getattr(args, name) for name in SETTINGS}})
    settings = {name: getattr(chosen, name) for name in SETTINGS}

    def open_assistant() -> Any:
        from rag.wiring import open_assistant

        return open_assistant(args.index, **settings)

    with tqdm(unit=" questions", disable=None) as bar:  # None: only on a terminal

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        summary = run(
            args.questions, args.index, args.out, open_assistant, settings=settings, fresh=args.fresh, show=show
        )
    print(headline_table(summary["figures"]))
    print("\n" + to_lines(summary["budget"]))
    if "follow_ups" in summary:
        print("\n" + to_table(summary["follow_ups"]))
    print(f"\nMore in {args.out / 'summary.md'}")
    if args.keep:
        print(f"Kept as {keep(args.keep, summary)}")


def _score(args: argparse.Namespace) -> None:
    from eval.data import read_answers, read_questions
    from eval.provenance import provenance
    from eval.report import to_markdown
    from eval.score import score

    origin = {**provenance(args.questions), "answers": str(args.answers)}
    summary, judgements = score(read_questions(args.questions), read_answers(args.answers), origin, args.out)
    print(json.dumps(summary, ensure_ascii=False, indent=1) if args.json else to_markdown(summary, judgements))


def _compare(args: argparse.Namespace) -> None:
    from eval.compare import compare
    from eval.compare_report import to_dict, to_text

    comparison = compare(args.first, args.second)
    if args.json:
        print(json.dumps(to_dict(comparison), ensure_ascii=False, indent=1))
    else:
        print(to_text(comparison, args.moved))


def _fit(args: argparse.Namespace) -> None:
    from tempfile import TemporaryDirectory

    from tqdm import tqdm

    from eval.fit import ACCEPTED, fit_reader, save

    with TemporaryDirectory(prefix="wenju-fit-") as work, tqdm(unit=" questions", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        found = fit_reader(args.data, Path(work), show, reader=args.reader, accepted=args.accept_wrong or ACCEPTED)
    save(args.out, found.calibration, found.figures)
    print(json.dumps(found.figures, indent=1))


def _models(args: argparse.Namespace) -> None:
    from dataclasses import fields

    from eval.models.report import to_markdown
    from eval.models.run import Wanted, run
    from eval.provenance import keep
    from rag.errors import ConfigError

    if (args.gold is None) != (args.corpus is None):
        raise ConfigError("--gold and --corpus go together", mend="Name both, or neither.")
    names = (field.name for field in fields(Wanted))

    def show(stage: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{stage} {done:,} of {total:,}    ", end="", file=sys.stderr, flush=True)

    figures = run(Wanted(**{name: getattr(args, name) for name in names}), args.out, show)
    print(to_markdown(figures))
    if args.keep:
        print(f"Kept as {keep(args.keep, figures)}", file=sys.stderr)


def _bench_latency(args: argparse.Namespace) -> None:
    from eval.bench.latency import bench, to_markdown

    _show_bench(bench(args.index, args.questions, cold=args.cold, limit=args.limit), to_markdown, args)


def _bench_indexing(args: argparse.Namespace) -> None:
    from eval.bench.indexing import bench, to_markdown

    _show_bench(bench(args.data, limit=args.limit), to_markdown, args)


def _show_bench(figures: dict[str, Any], to_markdown: Any, args: argparse.Namespace) -> None:
    from eval.provenance import keep

    print(json.dumps(figures, ensure_ascii=False, indent=1) if args.json else to_markdown(figures))
    if args.keep:
        print(f"Kept as {keep(args.keep, figures)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
