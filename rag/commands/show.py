"""Print one article with its paragraphs and what is known of it: ``wenju show``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence

from rag.commands.options import add_index, settings_of
from rag.commands.pick import the_one
from rag.commands.table import columns
from rag.commands.terminal import COLOUR, PLAIN, Style, safe
from rag.errors import ConfigError
from rag.types import Article, Paragraph

HELP = "print one article with paragraph numbers"

_FIELDS = ("title", "subtitle", "authors", "affiliation", "place", "column", "journal", "issue", "page", "date")
_LANGUAGES = {"zh": "Chinese", "en": "English", "ja": "Japanese"}
_HOW = {"correction": "corrected by hand"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("article", metavar="ARTICLE", help="its id, or a part of its title or id that no other has")
    parser.add_argument("--paragraph", type=int, metavar="N", help="this paragraph only")
    parser.add_argument("--origin", action="store_true", help="where each paragraph stands in the decoded file")
    parser.add_argument("--json", action="store_true", help="print it as JSON, as `wenju export` writes it")
    add_index(parser)


def run(args: argparse.Namespace) -> int:
    """Print the article, or one paragraph of it."""
    from rag.articles.garble import GARBLED
    from rag.index import open_index
    from rag.serialize import article_to_dict, paragraph_to_dict

    with open_index(settings_of(args).index) as index:
        article = index.article(the_one(index.listed(), args.article).id)
    paragraphs = [p for p in article.paragraphs if args.paragraph in (None, p.number)]
    if not paragraphs:
        raise ConfigError(f"{article.id} has no paragraph {args.paragraph}", mend=f"It has {len(article.paragraphs)}.")
    if args.json:
        told = article_to_dict(article) if args.paragraph is None else paragraph_to_dict(article, paragraphs[0])
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    style = COLOUR if sys.stdout.isatty() else PLAIN
    if args.paragraph is None:
        print("\n".join([*about(article, style), ""]))
    print("\n".join(paragraph_lines(article, paragraphs, GARBLED, style, origin=args.origin)))
    return 0


def about(article: Article, style: Style = PLAIN) -> list[str]:
    """Return what is known of an article, and where each of it was read."""
    rows = []
    for name in _FIELDS:
        value = getattr(article, name)
        if value:
            how = article.found.get(name, "")
            text = "、".join(value) if isinstance(value, tuple) else value
            rows.append([f"  {name}", safe(text), f"({_HOW.get(how, how)})" if how else ""])
    total = f"{_LANGUAGES.get(article.lang, article.lang)}, {len(article.paragraphs):,} paragraphs, "
    total += f"{len(article.text):,} characters"
    rows.append(["  text", total, ""])
    kind = "  front matter, no article" if article.kind == "front" else ""
    return [f"{style.aside[0]}{safe(article.id)}{kind}{style.aside[1]}", *columns([["", "", ""], *rows])[1:]]


def paragraph_lines(
    article: Article, paragraphs: Sequence[Paragraph], garbled: float, style: Style = PLAIN, *, origin: bool = False
) -> Iterator[str]:
    """Yield the lines of each paragraph, its number first; what is unusual about it stands before the text."""
    width = len(str(paragraphs[-1].number))
    page = None
    for p in paragraphs:
        if p.page != page and p.page is not None:
            yield f"{style.aside[0]}{'':>{width}}  page {p.page} of the file{style.aside[1]}"
            page = p.page
        flags = [
            p.kind if p.kind != "body" else "",
            f"under {p.head}" if p.head is not None else "",
            f"garbled {p.garble:.2f}" if p.garble >= garbled else "",
            "out of place" if p.misplaced else "",
        ]
        said = ", ".join(filter(None, flags))
        text = safe(" ".join(article.text[p.start : p.end].split("\n"))).replace("\t", "  ")
        note = f"{style.aside[0]}[{said}]{style.aside[1]} " if said else ""
        yield f"{p.number:>{width}}  {note}{text}"
        if origin:
            ranges = ", ".join(f"{start}–{end}" for start, end in p.origin) or "nothing"
            yield f"{style.aside[0]}{'':>{width}}  from {ranges}{style.aside[1]}"
