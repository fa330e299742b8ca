"""List the passages nearest to a query: ``wenju search``."""

from __future__ import annotations

import argparse
import json
import sys

from rag.commands.options import add_encoder, add_index, settings_of
from rag.errors import ConfigError
from rag.query import check_question

HELP = "list the passages nearest to a query"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("query", nargs="+", metavar="QUERY")
    parser.add_argument("-k", type=int, default=10, metavar="N", help="how many (10)")
    parser.add_argument("--json", action="store_true", help="print the passages as JSON")
    add_index(parser)
    add_encoder(parser)


def run(args: argparse.Namespace) -> int:
    """Print the passages; 1 where there are none."""
    query = check_question(" ".join(args.query))
    if args.k < 1:
        raise ConfigError(f"-k must be at least 1, got {args.k}")

    from rag.wiring import retriever_for

    hits = retriever_for(settings_of(args)).retrieve(query, args.k)
    if args.json:
        from rag.serialize import hit_to_dict

        print(json.dumps({"query": query, "hits": [hit_to_dict(hit) for hit in hits]}, ensure_ascii=False, indent=1))
    else:
        from rag.commands.terminal import COLOUR, PLAIN, hits_text

        print(hits_text(query, hits, COLOUR if sys.stdout.isatty() else PLAIN))
    return 0 if hits else 1
