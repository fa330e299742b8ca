"""List the articles of an index, or correct how one was read: ``wenju articles``."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rag.commands.edit import run_edit
from rag.commands.listing import listing
from rag.commands.options import add_encoder, add_index, settings_of
from rag.commands.pick import add_filters, chosen
from rag.commands.terminal import COLOUR, PLAIN, safe
from rag.errors import ConfigError

if TYPE_CHECKING:
    from rag.index import Listed

HELP = "list the articles, or correct how one was read"

_CHANGES = ("set", "split", "join", "front", "undo")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add_filters(parser.add_argument_group("which articles"))
    parser.add_argument("--alike", action="store_true", help="list the pairs of near copies instead")
    parser.add_argument("--json", action="store_true", help="print everything known of each, as JSON")
    edit = parser.add_argument_group("corrections, kept in FILE.wenju.toml beside the file")
    edit.add_argument("--edit", metavar="ARTICLE", help="correct this article; alone it opens $EDITOR")
    edit.add_argument("--set", action="append", metavar="FIELD=VALUE", help="authors part at ; an empty value removes")
    edit.add_argument("--split", metavar="WORDS", help="let a new article begin at these words; --set is then of it")
    edit.add_argument("--join", action="store_true", help="make it part of the article before")
    edit.add_argument("--front", action="store_true", help="it is no article but front matter")
    edit.add_argument("--undo", action="store_true", help="take its corrections back")
    add_index(parser)
    add_encoder(parser)


def run(args: argparse.Namespace) -> int:
    """List, 1 where nothing passes the filters; or correct."""
    if args.edit is not None:
        return run_edit(args)
    if any(getattr(args, name) for name in _CHANGES):
        raise ConfigError(f"--{', --'.join(_CHANGES)} go with --edit only", mend="Add --edit ARTICLE.")
    if args.limit is not None and args.limit < 1:
        raise ConfigError(f"--limit must be at least 1, got {args.limit}")

    from rag.index import open_index

    with open_index(settings_of(args).index) as index:
        found = chosen(index.listed(), args)
        pairs = index.copies() if args.alike else []
    if args.alike:
        return _print_pairs(found, pairs, args)
    shown = found[: args.limit]
    if args.json:
        print(json.dumps([asdict(article) for article in shown], ensure_ascii=False, indent=1))
    elif shown:
        on_screen = sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if on_screen else None
        print("\n".join(listing(shown, width, COLOUR if on_screen else PLAIN, by_file=not args.sort)))
    files = len({article.source for article in found})
    left = f", {len(shown):,} shown" if len(shown) < len(found) else ""
    print(f"wenju: {counted(len(found), 'article')} in {counted(files, 'file')}{left}", file=sys.stderr)
    return 0 if found else 1


def _print_pairs(found: Sequence[Listed], pairs: Sequence[tuple[str, str, float]], args: argparse.Namespace) -> int:
    """Print the near copies of which one at least passes the filters; 1 where there are none."""
    titles = {article.id: article.title for article in found}
    shown = [pair for pair in pairs if not titles.keys().isdisjoint(pair[:2])]
    if args.json:
        print(json.dumps(shown[: args.limit], ensure_ascii=False, indent=1))
    else:
        for one, other, share in shown[: args.limit]:
            print(safe(f"{share:.0%}  {one}  =  {other}  {titles.get(one) or titles[other]}"))
    print(f"wenju: {counted(len(shown), 'pair')} of near copies", file=sys.stderr)
    return 0 if shown else 1


def counted(n: int, noun: str) -> str:
    """Return "1 article", "2 articles"."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
