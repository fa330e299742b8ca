"""Write an index to one file, to keep or to move it: ``wenju snapshot``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rag.commands.options import add_index, settings_of

HELP = "write an index to one file, to keep or to move it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.zip", help="the file to write")
    parser.add_argument("--force", action="store_true", help="replace a file of that name")
    add_index(parser)


def run(args: argparse.Namespace) -> int:
    """Write it; a writer of the index may be at work meanwhile."""
    from rag.index.moving import take_snapshot

    made = take_snapshot(settings_of(args).index, args.out, force=args.force)
    size = args.out.stat().st_size / 1e6
    print(f"wenju: {args.out}, {made.counts.articles:,} articles, {size:,.1f} MB", file=sys.stderr)
    return 0
