"""Make an index of a snapshot, once all of it has been checked: ``wenju restore``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rag.commands.options import add_index, settings_of

HELP = "make an index of a snapshot, once all of it has been checked"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", type=Path, metavar="FILE.zip", help="what `wenju snapshot` wrote")
    parser.add_argument("--force", action="store_true", help="replace the index that is there")
    add_index(parser)


def run(args: argparse.Namespace) -> int:
    """Check and put in place."""
    from rag.index.restoring import restore_snapshot

    folder = settings_of(args).index
    made = restore_snapshot(args.file, folder, force=args.force)
    print(f"wenju: {folder}, {made.counts.articles:,} articles, as of {made.created}", file=sys.stderr)
    print(f"If its folders lie elsewhere now: wenju index --root OLD=NEW --index {folder}", file=sys.stderr)
    return 0
