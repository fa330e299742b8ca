"""Files to articles: decode, parse, repair, segment. The doors of this room are the names below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.articles.assemble import assemble, front_matter, vocabulary
from rag.articles.cuts import Cut
from rag.articles.files import find_files, walk
from rag.articles.formats import SUFFIXES, parse
from rag.articles.furniture import drop_furniture
from rag.articles.layout import learn
from rag.articles.lines import Parsed
from rag.articles.metadata import read_masthead
from rag.articles.repair import mistrust
from rag.articles.segment import segment
from rag.errors import ArticleError
from rag.types import Article

__all__ = ["SUFFIXES", "FileReport", "find_files", "read_articles", "walk"]


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file read: ``decoded`` is the text that origins refer to, ``undecodable`` the characters lost in decoding.

    ``skipped`` pairs members of an archive with the reason why they were not read; the articles of those that
    were have the member as their source, and their origins count in the member's own text, not in ``decoded``.
    """

    source: str
    articles: tuple[Article, ...]
    encoding: str
    undecodable: int
    notes: tuple[str, ...]
    decoded: str
    skipped: tuple[tuple[str, str], ...] = ()


def read_articles(path: Path, source: str) -> FileReport:
    """Read one file as its articles, front matter first; ``source`` becomes part of their ids.

    Raises ArticleError for what cannot be read: unknown or binary encoding, damaged Word or PDF file,
    PDF without text, no text at all, more than 50 MB.
    """
    parsed = parse(path)
    if not parsed.lines:
        raise ArticleError("This file holds no text", where=path, mend="Remove it, or fill it.")
    articles, notes = _entries(parsed, source, path.stem) if parsed.entries else _searched(parsed, source, path.stem)
    return FileReport(source, articles, parsed.encoding, parsed.undecodable, (*parsed.notes, *notes), parsed.decoded)


def _entries(parsed: Parsed, source: str, stem: str) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    """Make the articles that the format itself tells apart."""
    known = vocabulary(parsed.decoded)
    return tuple(
        assemble(Cut(e.first, e.last), n, source, parsed, known, {**parsed.native, **e.native}, stem)
        for n, e in enumerate(parsed.entries, 1)
    ), ()


def _searched(parsed: Parsed, source: str, stem: str) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    """Find the articles, and put what belongs to none into front matter."""
    kept, furniture = drop_furniture(parsed.lines)
    parsed.lines = mistrust(kept) if kept and kept[0].whole else kept
    parsed.hanging = learn(parsed.lines).hanging
    cuts, front, notes = segment(parsed.lines, parsed.native)
    masthead = read_masthead(front, furniture, parsed.native)
    # a page's author is its article's only if alone
    said: Mapping[str, str] = {**parsed.native, **masthead} if len(cuts) == 1 else masthead
    known = vocabulary(parsed.decoded)
    articles = [assemble(cut, n, source, parsed, known, said, stem) for n, cut in enumerate(cuts, 1)]
    if front:
        articles.insert(0, front_matter(front, source, parsed, masthead, stem))
    return tuple(articles), notes
