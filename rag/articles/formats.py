"""Which parser reads which file, and what is refused before any of them sees a byte."""

from __future__ import annotations

from pathlib import Path

from rag.articles.lines import Parsed
from rag.articles.parse_text import parse_text
from rag.errors import ArticleError

_MARKDOWN = frozenset({".md", ".markdown"})
_HTML = frozenset({".html", ".htm"})
SUFFIXES: frozenset[str] = frozenset({".txt", ".docx", ".pdf"}) | _MARKDOWN | _HTML
_MAX_BYTES = (
    50_000_000  # a journal issue is under one; files beyond this are archives or scans, and would fill the memory
)


def parse(path: Path) -> Parsed:
    """Read one file as lines; raises ArticleError for what cannot be read, or is larger than 50 MB."""
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
