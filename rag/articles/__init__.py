"""Files to articles: decode, parse, repair, segment. The doors of this room are the names below."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.articles.assemble import assemble, front_matter, vocabulary
from rag.articles.furniture import drop_furniture
from rag.articles.layout import learn
from rag.articles.lines import Parsed
from rag.articles.metadata import read_masthead
from rag.articles.parse_text import parse_text
from rag.articles.repair import mistrust
from rag.articles.segment import segment
from rag.errors import ArticleError
from rag.types import Article

__all__ = ["SUFFIXES", "FileReport", "find_files", "read_articles", "walk"]

_MARKDOWN = frozenset({".md", ".markdown"})
_HTML = frozenset({".html", ".htm"})
SUFFIXES: frozenset[str] = frozenset({".txt", ".docx", ".pdf"}) | _MARKDOWN | _HTML
_MAX_BYTES = (
    50_000_000  # a journal issue is under one; files beyond this are archives or scans, and would fill the memory
)


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file read: ``decoded`` is the text that origins refer to, ``undecodable`` the characters lost in decoding."""

    source: str
    articles: tuple[Article, ...]
    encoding: str
    undecodable: int
    notes: tuple[str, ...]
    decoded: str


def walk(root: Path) -> Iterator[tuple[Path, bool]]:
    """Yield every file under ``root`` that is not hidden, in a fixed order, and whether its format can be read."""
    if not root.exists():
        raise ArticleError("No such file or folder", where=root, mend="Check the path.")
    if root.is_file():
        yield root, root.suffix.lower() in SUFFIXES
        return
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")):
                path = Path(folder, name)
                yield path, path.suffix.lower() in SUFFIXES


def find_files(root: Path) -> list[Path]:
    """Return the files under ``root`` whose format can be read, sorted by path; ``root`` may be such a file itself."""
    return sorted(path for path, supported in walk(root) if supported)


def read_articles(path: Path, source: str) -> FileReport:
    """Read one file as its articles, front matter first; ``source`` becomes part of their ids.

    Raises ArticleError for what cannot be read: unknown or binary encoding, damaged Word or PDF file,
    PDF without text, no text at all, more than 50 MB.
    """
    parsed = _parse(path)
    if not parsed.lines:
        raise ArticleError("This file holds no text", where=path, mend="Remove it, or fill it.")
    kept, furniture = drop_furniture(parsed.lines)
    parsed.lines = mistrust(kept) if kept and kept[0].whole else kept
    parsed.hanging = learn(parsed.lines).hanging
    cuts, front, notes = segment(parsed.lines, parsed.native)
    masthead = read_masthead(front, furniture, parsed.native)
    said = (
        {**parsed.native, **masthead} if len(cuts) == 1 else masthead
    )  # a page's author is its article's only if alone
    known = vocabulary(parsed.decoded)
    articles = [assemble(cut, n, source, parsed, known, said, path.stem) for n, cut in enumerate(cuts, 1)]
    if front:
        articles.insert(0, front_matter(front, source, parsed, masthead, path.stem))
    return FileReport(
        source, tuple(articles), parsed.encoding, parsed.undecodable, (*parsed.notes, *notes), parsed.decoded
    )


def _parse(path: Path) -> Parsed:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ArticleError(
            f"Files named *{suffix} cannot be read", where=path, mend=f"Use one of: {' '.join(sorted(SUFFIXES))}."
        )
    try:
        if (size := path.stat().st_size) > _MAX_BYTES:
            raise ArticleError(f"This file is too large ({size:,} bytes)", where=path, mend="Split it.")
        data = path.read_bytes()
    except OSError as error:
        raise ArticleError(
            f"This file cannot be opened: {error.strerror}", where=path, mend="Check its permissions."
        ) from error
    if suffix == ".docx":
        from rag.articles.parse_docx import parse_docx

        return parse_docx(data, path)
    if suffix == ".pdf":
        from rag.articles.parse_pdf import parse_pdf

        return parse_pdf(data, path)
    if suffix in _HTML:
        from rag.articles.parse_html import parse_html

        return parse_html(data, path)
    return parse_text(data, path, suffix in _MARKDOWN)
