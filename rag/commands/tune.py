"""Fit the bundled encoder further to the articles of an index: `wenju tune`."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands.options import add_encoder, add_index, settings_of
from rag.commands.progress import Progress
from rag.commands.terminal import safe
from rag.config import BUNDLED

if TYPE_CHECKING:
    from rag.train.tune import Tuned

HELP = "fit the bundled encoder further to the articles of an index"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the fitted encoder goes")
    parser.add_argument("--minutes", type=float, default=10.0, metavar="N", help="stop fitting after so long (10)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(when_interrupted="; nothing was written")
    add_index(parser)
    add_encoder(parser)


def run(args: argparse.Namespace) -> int:
    """Write the fitted encoder: 0, or 1 when it is no better and nothing was written."""
    from rag.encode import BUNDLED_FOLDER
    from rag.index import open_index
    from rag.train.tune import Recipe, tune

    settings = settings_of(args)
    base = BUNDLED_FOLDER if settings.encoder == BUNDLED else Path(settings.encoder).expanduser()
    with open_index(settings.index) as index, Progress() as progress:
        recipe = Recipe(seconds=args.minutes * 60)
        done = tune(index, base, args.out, max_chars=settings.max_chars, recipe=recipe, progress=progress)
    if args.json:
        print(json.dumps(asdict(done), ensure_ascii=False, indent=1))
    else:
        print(safe(tuned_text(done, args.out, settings.index)))
    return 0 if done.kept else 1


def tuned_text(done: Tuned, out: Path, index: Path) -> str:
    """Say what the fitting brought, and how to use it."""
    was, now = done.before, done.after
    rows = [("mean of 1 / rank", was.mrr, now.mrr), ("found in the first 10", was.recall, now.recall)]
    rows += [(f"mean of 1 / rank, {kind} questions", was.kinds[kind], now.kinds[kind]) for kind in now.kinds]
    rows.append(("Chinese terms that find their English", was.terms, now.terms))
    lines = [
        f"{done.trained_on:,} questions made from {done.articles:,} articles, {done.seconds:,.0f} s;"
        f" {done.compared_on:,} of articles kept out, before and after:",
        *(f"  {what:<38} {before:.3f}  {after:.3f}" for what, before, after in rows),
    ]
    if done.kept:
        lines.append(f"written to {out}; use it with `wenju index PATH... --index {index} --encoder {out} --rebuild`,")
        lines.append(f"then `wenju ask ... --index {index} --encoder {out}` (or set WENJU_ENCODER)")
    else:
        lines.append("that is no better; nothing was written, and the encoder in use is the one to keep")
    return "\n".join(lines)
