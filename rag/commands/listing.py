"""Articles as a table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rag.commands.table import columns
from rag.commands.terminal import PLAIN, Style, safe

if TYPE_CHECKING:
    from rag.index import Listed

_HEADS = ("", "title", "authors", "column", "printed in", "page", "date", "¶", "characters", "")
_RIGHT = frozenset({0, 5, 7, 8})
_LEAST = {1: 30, 9: 24}  # cells that titles and flags keep when room is short


def listing(articles: Sequence[Listed], width: int | None, style: Style = PLAIN, *, by_file: bool = True) -> list[str]:
    """Return the lines of a list: below the name of each file, or one by one with their ids at the end."""
    groups = [list(group) for _, group in groupby(articles, key=lambda a: a.source)] if by_file else [[*articles]]
    common = [_common(group) if by_file else "" for group in groups]
    rows = [list(_HEADS)]
    for group, printed in zip(groups, common, strict=True):
        rows += [_row(article, printed, by_file) for article in group]
    head, *lines = columns([[safe(cell) for cell in row] for row in rows], right=_RIGHT, width=width, least=_LEAST)
    told = [_aside(head, style)]
    for group, printed in zip(groups, common, strict=True):
        if by_file:
            told.append(safe(group[0].source) + (_aside(f" · {safe(printed)}", style) if printed else ""))
        told += lines[: len(group)]
        lines = lines[len(group) :]
    return told


def _aside(text: str, style: Style) -> str:
    return f"{style.aside[0]}{text}{style.aside[1]}"


def _printed(article: Listed) -> str:
    return " ".join(filter(None, (article.journal, article.issue)))


def _common(group: Sequence[Listed]) -> str:
    """Return journal and issue where all articles of a file share them."""
    printed = {_printed(article) for article in group}
    return printed.pop() if len(printed) == 1 else ""


def _row(article: Listed, common: str, by_file: bool) -> list[str]:
    number = "#" + article.id.rpartition("#")[2]
    title = article.title if article.has("title") else f"({article.title})"
    printed = _printed(article)
    flags = [
        f"{article.garbled} garbled" if article.garbled else "",
        f"{article.misplaced} out of place" if article.misplaced else "",
        f"{article.undecodable} undecodable" if article.undecodable else "",
        "" if by_file else article.id,
    ]
    return [
        f"  {number}" if by_file else "",
        title,
        "、".join(article.authors) if article.lang == "zh" else ", ".join(article.authors),
        article.column or "",
        "" if printed == common else printed,
        article.page or "",
        article.date or "",
        f"{article.paragraphs:,}",
        f"{article.characters:,}",
        "  ".join(filter(None, flags)),
    ]
