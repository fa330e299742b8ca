"""EPUB books to articles: what the contents list, in the order of the spine.

An entry of the contents is an article when it has a text of its own; one that only stands above others (a part, a
rubric) names their column. Documents of the spine that the contents do not list go on from the one before. Cover,
title page, imprint and the contents themselves are front matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from bs4 import BeautifulSoup
from bs4.element import Tag

from rag.articles.formats.book import Book, Chapter, open_book
from rag.articles.formats.decode import declared_charset, decode, lost_in
from rag.articles.formats.guard import open_archive
from rag.articles.formats.parse_html import parse_page, write_page
from rag.articles.limits import LIMITS, Limits
from rag.articles.lines import Entry, Line, LineWriter, Parsed
from rag.articles.signs.marks import find_issue, without_issue
from rag.errors import ArticleError

_FRONT = frozenset({
    "cover", "titlepage", "title-page", "halftitlepage", "copyright-page", "colophon", "imprint", "toc", "landmarks",
    "loi", "lot", "dedication",
})  # fmt: skip
_FRONT_TITLE = re.compile(
    r"(?:封面|封底|扉页|书名页|版权页?|版权信息|目\s*录|目\s*次|"
    r"cover|title page|copyright(?: page)?|(?:table of )?contents)",
    re.I,
)


def parse_epub(data: bytes, where: object, limits: Limits = LIMITS) -> Parsed:
    """Parse a book; raises ArticleError when it is damaged, locked by its seller, or holds pictures alone."""
    writer = LineWriter()
    with open_archive(data, where, limits) as archive:
        book = open_book(archive, where, limits)
        begins: dict[tuple[str, str], int] = {}
        front: list[range] = []
        undecodable = 0
        for path in book.spine:
            markup = archive.read(path)
            source = decode(markup, f"{where}: {path}", declared_charset(markup) or "utf-8")
            undecodable += source.undecodable
            first = len(writer.lines)
            anchors = _write(parse_page(source.text), writer, book, path)
            begins |= {(path, anchor): line for anchor, line in {"": first, **anchors}.items()}
            if path in book.front or anchors.get(_IS_FRONT) is not None:
                front.append(range(first, len(writer.lines)))
    if not writer.lines:
        raise ArticleError("This book holds no text", where=where, mend="Run text recognition (OCR) on it first.")
    decoded = writer.decoded()
    said = _said(book)
    entries = _entries(book, begins, writer.lines, front, said)
    native = said if not entries else {name: said[name] for name in said if name in ("journal", "issue", "date")}
    return Parsed(decoded, writer.lines, "epub", undecodable, native, entries=entries, lost=lost_in(decoded))


_IS_FRONT = "\0front"  # no id can be called so


def _write(page: BeautifulSoup, writer: LineWriter, book: Book, path: str) -> dict[str, int]:
    wanted = frozenset(chapter.anchor for chapter in book.chapters if chapter.path == path and chapter.anchor)
    body = page.body or page
    kinds = {kind for tag in _tops(body) for kind in str(tag.get("epub:type") or "").lower().split()}
    found = write_page(body, writer, wanted)
    return {**found, _IS_FRONT: 0} if kinds & _FRONT else found


def _tops(body: Tag) -> list[Tag]:
    """Return the body and the element that wraps all of it."""
    inner = [one for one in body.children if isinstance(one, Tag)]
    return [body, *inner] if len(inner) == 1 else [body]


def _entries(
    book: Book,
    begins: Mapping[tuple[str, str], int],
    lines: Sequence[Line],
    front: Sequence[range],
    said: Mapping[str, str],
) -> tuple[Entry, ...]:
    starts = _starts(book, begins, lines) or {
        begins[path, ""]: Chapter(path, "", "", 0) for path in book.spine if (path, "") in begins
    }
    not_text = {line for stretch in front for line in stretch}
    bounds = sorted({*starts, len(lines), *(stretch.start for stretch in front), *(stretch.stop for stretch in front)})
    own = {name: said[name] for name in ("author", "date", "journal", "issue") if name in said}
    entries: list[Entry] = []
    for first, last in pairwise(bounds):
        chapter = starts.get(first)
        if first in not_text or first == last or (chapter and _FRONT_TITLE.fullmatch(chapter.title)):
            continue
        if chapter and not _text(lines[first:last]) and _stands_above(chapter, starts.get(last)):
            continue
        if chapter is None:  # after front matter: what was before it goes on
            if entries and entries[-1].last == first:
                entries[-1] = Entry(entries[-1].first, last, entries[-1].native)
            continue
        native = {"title": chapter.title} if chapter.title else {}
        native |= {"column": chapter.part} if chapter.part and not _FRONT_TITLE.fullmatch(chapter.part) else {}
        entries.append(Entry(first, last, {**own, **native}))
    return tuple(entries)


def _starts(book: Book, begins: Mapping[tuple[str, str], int], lines: Sequence[Line]) -> dict[int, Chapter]:
    """Return the lines at which the contents say that something begins, the innermost entry where several begin."""
    placed = [(begins[key], chapter) for chapter in book.chapters if (key := (chapter.path, chapter.anchor)) in begins]
    sections = _sections(placed, lines)
    starts: dict[int, Chapter] = {}
    for k, (line, chapter) in enumerate(placed):
        if k not in sections and line < len(lines):
            starts[line] = chapter
    return starts


def _stands_above(chapter: Chapter, following: Chapter | None) -> bool:
    return following is not None and following.depth > chapter.depth


def _sections(placed: Sequence[tuple[int, Chapter]], lines: Sequence[Line]) -> set[int]:
    """Find the entries that are sections of the article they stand under: it is in the same document, with a text
    before the first of them."""
    found: set[int] = set()
    for k, (line, chapter) in enumerate(placed):
        below = []
        for j in range(k + 1, len(placed)):
            if placed[j][1].depth <= chapter.depth:
                break
            below.append(j)
        if k in found:
            found.update(below)
        elif below and placed[below[0]][1].path == chapter.path and _text(lines[line : placed[below[0]][0]]):
            found.update(j for j in below if placed[j][1].path == chapter.path)
    return found


def _text(lines: Sequence[Line]) -> bool:
    return any(not line.level for line in lines)


def _said(book: Book) -> dict[str, str]:
    """Return what the book says of itself; a journal's name loses its issue, and its editor is no article's author."""
    issue = find_issue(book.title)
    journal = " ".join((without_issue(book.title) if issue else book.title).split()).strip(" ·|/—-（）()")
    said = {"title": book.title, "journal": journal, "issue": issue, "date": book.date}
    if not issue:
        said["author"] = book.author
    return {name: value for name, value in said.items() if value}
