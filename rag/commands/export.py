"""Write every article with its paragraphs and what is known of it, one JSON line each: ``wenju export``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rag.commands.options import add_index, settings_of

HELP = "write every article, one JSON line each"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="default: the terminal")
    parser.add_argument(
        "--front", action="store_true", help="also mastheads, imprints and contents pages, which are no articles"
    )
    add_index(parser)


def run(args: argparse.Namespace) -> int:
    """Write the articles; 1 where the index holds none."""
    from rag.index import open_index
    from rag.serialize import article_to_dict

    index = open_index(settings_of(args).index)
    count = 0
    with _output(args.out) as out:
        for article in index.articles():
            if article.kind == "front" and not args.front:
                continue
            out.write(json.dumps(article_to_dict(article), ensure_ascii=False) + "\n")
            count += 1
    if args.out:
        print(f"wenju: wrote {count:,} articles to {args.out}", file=sys.stderr)
    return 0 if count else 1


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    """Yield stdout, or a file that takes its name only when it is whole."""
    if path is None:
        yield sys.stdout
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as out:
            yield out
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
