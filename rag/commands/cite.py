"""Print an article as a bibliography names it: ``wenju cite``."""

from __future__ import annotations

import argparse
import json
import sys

from rag.commands.options import add_index, settings_of
from rag.commands.pick import the_one
from rag.references import STYLES, reference

HELP = "print the reference of an article: GB/T 7714, footnote, BibTeX"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("article", metavar="ARTICLE", help="its id, or a part of its title or id that no other has")
    parser.add_argument("--style", choices=STYLES, help="one style only, without notes on stderr")
    parser.add_argument("--json", action="store_true", help="print the references as JSON")
    add_index(parser)


def run(args: argparse.Namespace) -> int:
    """Print the references, and on stderr what is missing in them."""
    from rag.index import open_index

    with open_index(settings_of(args).index) as index:
        article = index.article(the_one(index.listed(), args.article).id)
    made = [reference(article, style) for style in ([args.style] if args.style else STYLES)]
    if args.json:
        told = [{"style": one.style, "text": one.text, "missing": list(one.missing)} for one in made]
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    print("\n".join(one.text for one in made))
    if made[0].missing and not args.style:
        print(f"not known: {', '.join(made[0].missing)}", file=sys.stderr)
    return 0
