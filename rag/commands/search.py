"""List the passages nearest to a query, or all that say it: ``wenju search``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from rag.commands.options import add_encoder, add_finding, add_index, settings_of
from rag.errors import ConfigError
from rag.query import check_question

HELP = "list the passages nearest to a query, or all that say it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("query", nargs="+", metavar="QUERY")
    parser.add_argument("-k", type=int, metavar="N", help="how many (10)")
    parser.add_argument("--per-article", type=int, metavar="N", help="at most so many from one article")
    add_finding(parser)
    every = parser.add_argument_group("all passages that hold every word of the query, by article and date")
    every.add_argument("--all", action="store_true", help='count and list them; "…" in the query is a phrase')
    every.add_argument("--page", type=int, metavar="N", help="which page (1)")
    every.add_argument("--per-page", type=int, metavar="N", help="passages a page (20)")
    parser.add_argument("--json", action="store_true", help="print the passages as JSON")
    add_index(parser)
    add_encoder(parser)


def run(args: argparse.Namespace) -> int:
    """Print the passages; 1 where there are none."""
    query = check_question(" ".join(args.query))
    for name in ("k", "per_article", "page", "per_page"):
        value = getattr(args, name)
        if value is not None and value < 1:
            option = "-k" if name == "k" else f"--{name.replace('_', '-')}"
            raise ConfigError(f"{option} must be at least 1, got {value}")
    if args.where is not None:
        from rag.filters import parse

        parse(args.where)  # before anything is opened
    if args.all:
        return _list_all(args, query)
    if args.page or args.per_page:
        raise ConfigError("--page and --per-page go with --all only", mend="Use -k to see more of the nearest.")
    return _list_nearest(args, query)


def _list_nearest(args: argparse.Namespace, query: str) -> int:
    from rag.commands.terminal import COLOUR, PLAIN, hits_text
    from rag.serialize import hit_to_dict
    from rag.serialize_search import explanation_to_dict
    from rag.wiring import retriever_for

    retriever = retriever_for(settings_of(args))
    asked = (query, args.k or 10, args.where)
    explanation = retriever.explain(*asked, per_article=args.per_article) if args.explain else None
    hits = explanation.hits if explanation else retriever.retrieve(*asked, per_article=args.per_article)
    if args.json:
        told = {"explanation": explanation_to_dict(explanation)} if explanation else {}
        _print_json({"query": query, "where": args.where, "hits": [hit_to_dict(hit) for hit in hits], **told})
    else:
        style = COLOUR if sys.stdout.isatty() else PLAIN
        print(hits_text(query, hits, style))
        if explanation:
            from rag.commands.explained import explanation_text

            print("\n" + explanation_text(explanation, style))
    return 0 if hits else 1


def _list_all(args: argparse.Namespace, query: str) -> int:
    if args.explain or args.k or args.per_article:
        raise ConfigError("--all goes with --where, --page and --per-page", mend="Leave the other options out.")
    from rag.index import open_index
    from rag.retrieve.matches import all_matches

    index = open_index(settings_of(args).index)
    matches = all_matches(index, query, args.where, page=args.page or 1, per_page=args.per_page or 20)
    if args.json:
        from rag.serialize_search import matches_to_dict

        _print_json(matches_to_dict(matches))
    else:
        from rag.commands.matched import matches_text
        from rag.commands.terminal import COLOUR, PLAIN

        print(matches_text(matches, COLOUR if sys.stdout.isatty() else PLAIN))
    return 0 if matches.passages else 1


def _print_json(told: dict[str, Any]) -> None:
    print(json.dumps(told, ensure_ascii=False, indent=1))
