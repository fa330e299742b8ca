"""Zip archives: each member of a kind that is read, as a file of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rag.articles.corrections.sidecar import is_sidecar
from rag.articles.formats.fields import Fields, is_fields_file
from rag.articles.formats.guard import Archive, open_archive, visible
from rag.articles.formats.kinds import PEEK, readable, unread
from rag.articles.formats.parse import parse_data
from rag.articles.limits import LIMITS, Limits
from rag.articles.lines import Parsed
from rag.errors import ArticleError

_CLUTTER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: read, or left out for a ``reason``. ``name`` is its path in the archive."""

    name: str
    parsed: Parsed | None
    reason: str = ""


def read_packed(data: bytes, where: object, limits: Limits = LIMITS, fields: Fields | None = None) -> Iterator[Member]:
    """Yield the members in the order of the archive's directory; hidden ones and a system's clutter are passed over.

    ``fields`` is the field mapping for tables and JSON in it. Raises ArticleError when the archive itself is damaged,
    locked, or unfolds beyond the limits.
    """
    with open_archive(data, where, limits) as archive:
        for name, reason in archive.refused:
            yield Member(name, None, reason)
        for name in archive.names:
            if not _passed_over(name):
                yield _read(archive, name, where, limits, fields)


def _passed_over(name: str) -> bool:
    parts = PurePosixPath(name).parts
    beside = is_fields_file(Path(name)) or is_sidecar(Path(name))
    return beside or any(part.startswith((".", "~$")) or part in _CLUTTER for part in parts)


def _read(archive: Archive, name: str, where: object, limits: Limits, fields: Fields | None) -> Member:
    place = f"{where}: {visible(name)}"
    try:
        if archive.size(name) > limits.file_bytes:
            raise ArticleError(f"This file is too large ({archive.size(name):,} bytes)", where=place, mend="Split it.")
        if not (readable(name, b"") or readable(name, b"%PDF-")):
            return Member(name, None, unread(name))
        data = archive.read(name)
        if not readable(name, data[:PEEK]):
            return Member(name, None, unread(name))
        parsed = parse_data(data, place, name, limits, fields)
        if not parsed.lines:
            raise ArticleError("This file holds no text", where=place)
    except ArticleError as error:
        return Member(name, None, f"{error.what}. {error.mend}".strip())
    return Member(name, parsed)
