"""What each command of ``python -m eval`` does with its options. Heavy imports are inside."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rag.errors import ConfigError

SETTINGS = ("encoder", "reader", "k_hits", "k_read", "depth")  # those that tell at question time


def run_questions(args: argparse.Namespace) -> None:
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


def run_score(args: argparse.Namespace) -> None:
    from eval.data import read_answers, read_questions
    from eval.provenance import provenance
    from eval.report import to_markdown
    from eval.score import score

    origin = {**provenance(args.questions), "answers": str(args.answers)}
    summary, judgements = score(read_questions(args.questions), read_answers(args.answers), origin, args.out)
    print(json.dumps(summary, ensure_ascii=False, indent=1) if args.json else to_markdown(summary, judgements))


def run_compare(args: argparse.Namespace) -> None:
    from eval.compare import compare
    from eval.compare_report import to_dict, to_text

    comparison = compare(args.first, args.second)
    if args.json:
        print(json.dumps(to_dict(comparison), ensure_ascii=False, indent=1))
    else:
        print(to_text(comparison, args.moved))


def run_fit(args: argparse.Namespace) -> None:
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


def run_models(args: argparse.Namespace) -> None:
    from dataclasses import fields

    from eval.models.report import to_markdown
    from eval.models.run import Wanted, run
    from eval.provenance import keep

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


def run_bench_latency(args: argparse.Namespace) -> None:
    from eval.bench.latency import bench, to_markdown

    _show_bench(bench(args.index, args.questions, cold=args.cold, limit=args.limit), to_markdown, args)


def run_bench_indexing(args: argparse.Namespace) -> None:
    from eval.bench.indexing import bench, to_markdown

    _show_bench(bench(args.data, limit=args.limit), to_markdown, args)


def _show_bench(figures: dict[str, Any], to_markdown: Any, args: argparse.Namespace) -> None:
    from eval.provenance import keep

    print(json.dumps(figures, ensure_ascii=False, indent=1) if args.json else to_markdown(figures))
    if args.keep:
        print(f"Kept as {keep(args.keep, figures)}", file=sys.stderr)
