"""Which articles are meant: one by its id or a part of its title, many by filters."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from rag.errors import ConfigError
from rag.text import fold

if TYPE_CHECKING:
    from rag.index import Listed

MISSING = ("title", "subtitle", "authors", "affiliation", "column", "journal", "issue", "date", "page", "place")
_NAMED = 12
_AUTHOR = {"author": "authors"}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HAN_YEAR = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_ORDERS: dict[str, Callable[[Listed], Any]] = {
    "title": lambda a: (a.title,),
    "author": lambda a: (not a.authors, a.authors),
    "date": lambda a: (not a.date, year(a) or "", a.date or ""),
    "issue": lambda a: (not a.issue, a.journal or "", a.issue or ""),
    "page": lambda a: (a.source, not a.page, _number(a.page)),
    "length": lambda a: (-a.characters,),
    "garble": lambda a: (-a.garble,),
}


def add_filters(parser: argparse._ActionsContainer) -> None:
    """Declare the options that choose articles."""
    add = parser.add_argument
    add("--source", metavar="GLOB", help="files whose name holds this, or matches it with * and ?")
    for name in ("title", "author", "column", "issue"):
        add(f"--{name}", metavar="WORDS", help=f"articles whose {name} holds these words")
    add("--year", metavar="YYYY", help="articles whose date or issue names this year")
    add("--lang", choices=("zh", "en", "ja"))
    add(
        "--kind",
        choices=("article", "front"),
        help="front: mastheads, imprints, contents pages (default: article; both with --garbled, --misplaced)",
    )
    add("--garbled", action="store_true", help="with paragraphs that look garbled")
    add("--misplaced", action="store_true", help="with paragraphs that look out of place")
    add("--missing", choices=(*MISSING, *_AUTHOR), help="without this")
    add("--sort", choices=tuple(_ORDERS), help="default: as in the files")
    add("--limit", type=int, metavar="N", help="the first N only")


def chosen(articles: Sequence[Listed], args: argparse.Namespace) -> list[Listed]:
    """Return the articles that pass every filter of ``args``, sorted, without ``--limit``."""
    found = [article for article in articles if _passes(article, args)]
    return sorted(found, key=_ORDERS[args.sort]) if args.sort else found


def _passes(article: Listed, args: argparse.Namespace) -> bool:
    held = {"title": article.title, "column": article.column, "issue": f"{article.journal or ''} {article.issue or ''}"}
    held["author"] = "\n".join(article.authors)
    return (
        (article.kind == (args.kind or "article") or (not args.kind and (args.garbled or args.misplaced)))
        and (not args.source or _named(article.source, args.source))
        and all(_holds(value, getattr(args, name)) for name, value in held.items())
        and (not args.year or year(article) == args.year)
        and (not args.lang or article.lang == args.lang)
        and (not args.garbled or article.garbled > 0)
        and (not args.misplaced or article.misplaced > 0)
        and (not args.missing or not article.has(_AUTHOR.get(args.missing, args.missing)))
    )


def _named(source: str, pattern: str) -> bool:
    if any(sign in pattern for sign in "*?["):
        return fnmatchcase(source, pattern) or fnmatchcase(source.rpartition("/")[2], pattern)
    return pattern in source


def _holds(value: str | None, wanted: str | None) -> bool:
    return not wanted or _plain(wanted) in _plain(value or "")


def _plain(text: str) -> str:
    return "".join(fold(text).split())


def year(article: Listed) -> str | None:
    """Return the year that the date of an article names, or else its issue."""
    for told in (article.date, article.issue):
        if told and (found := _YEAR.search(fold(told).translate(_HAN_YEAR))):
            return found.group()
    return None


def _number(page: str | None) -> int:
    found = re.search(r"\d+", page or "")
    return int(found.group()) if found else 0


def candidates(articles: Sequence[Listed], wanted: str) -> list[Listed]:
    """Return the articles that ``wanted`` may mean: by id, else by title, else by a part of either.

    Of several, articles stand before front matter; an id alone is one article.
    """
    same = [a for a in articles if a.id == wanted] or [a for a in articles if _plain(a.title) == _plain(wanted)]
    tail = [a for a in articles if a.id.endswith(f"/{wanted}")]
    part = [a for a in articles if _plain(wanted) in _plain(a.title) or _plain(wanted) in _plain(a.id)]
    found = same or tail or part
    proper = [a for a in found if a.kind == "article"]
    return proper if len(proper) == 1 else found


def the_one(articles: Sequence[Listed], wanted: str) -> Listed:
    """Return the article that ``wanted`` names; raises ConfigError that names the nearest, or those it may mean."""
    found = candidates(articles, wanted) if wanted.strip() else []
    if len(found) == 1:
        return found[0]
    if found:
        named = "; ".join(f"{a.id} {a.title}" for a in found[:_NAMED])
        more = f"; and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
        raise ConfigError(f"{len(found):,} articles answer to {wanted!r}", mend=f"Give one id: {named}{more}.")
    names = {**{a.title: a.id for a in reversed(articles)}, **{a.id: a.id for a in articles}}
    near = list(dict.fromkeys(names[name] for name in get_close_matches(wanted, names, n=3, cutoff=0.5)))
    mend = f"Nearest: {', '.join(near)}." if near else "`wenju articles` lists them."
    raise ConfigError(f"there is no article {wanted!r} in this index", mend=mend)
