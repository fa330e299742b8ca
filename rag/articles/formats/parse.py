"""Which parser reads which file, and what is refused before any of them sees a byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rag.articles.formats.fields import Fields
from rag.articles.formats.kinds import SUFFIXES, Kind, kind_of, suffix_of
from rag.articles.formats.parse_text import parse_text
from rag.articles.limits import LIMITS, Limits
from rag.articles.lines import Parsed
from rag.errors import ArticleError

__all__ = ["SUFFIXES", "parse_data", "read_bytes"]


def read_bytes(path: Path, limits: Limits = LIMITS) -> bytes:
    """Return what a file holds; raises ArticleError for one too large, not of a kind that is read, or not there."""
    try:
        if (size := path.stat().st_size) > limits.file_bytes:
            raise ArticleError(f"This file is too large ({size:,} bytes)", where=path, mend="Split it.")
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)  # it may have grown
    except OSError as error:
        raise ArticleError(
            f"This file cannot be opened: {error.strerror}", where=path, mend="Check its permissions."
        ) from error
    if len(data) > limits.file_bytes:
        raise ArticleError("This file grows while it is read", where=path, mend="Wait until it is complete.")
    return data


def parse_data(data: bytes, where: object, name: str, limits: Limits = LIMITS, fields: Fields | None = None) -> Parsed:
    """Read the bytes of one file called ``name`` as lines; ``where`` is what errors call it."""
    kind, note = kind_of(data, name, where, limits)
    parsed = _parse(kind, data, where, name, limits, fields)
    return replace(parsed, notes=(note, *parsed.notes)) if note else parsed


def _parse(kind: Kind, data: bytes, where: object, name: str, limits: Limits, fields: Fields | None) -> Parsed:
    if kind == "docx":
        from rag.articles.formats.parse_docx import parse_docx

        return parse_docx(data, where, limits)
    if kind == "odt":
        from rag.articles.formats.parse_odt import parse_odt

        return parse_odt(data, where, limits)
    if kind == "pdf":
        from rag.articles.formats.parse_pdf import parse_pdf

        return parse_pdf(data, where)
    if kind == "epub":
        from rag.articles.formats.parse_epub import parse_epub

        return parse_epub(data, where, limits)
    if kind == "html":
        from rag.articles.formats.parse_html import parse_html

        return parse_html(data, where)
    if kind == "csv":
        from rag.articles.formats.parse_csv import parse_csv

        return parse_csv(data, where, fields, tabs=suffix_of(name) == ".tsv")
    if kind == "json":
        from rag.articles.formats.parse_json import parse_json

        return parse_json(data, where, fields)
    if kind == "zip":
        raise ArticleError("An archive within an archive is not opened", where=where, mend="Unpack it.")
    return parse_text(data, where, kind == "markdown")
