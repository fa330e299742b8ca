"""What the process that reads a file and the one that asked it tell each other: frames of JSON, no objects."""

from __future__ import annotations

import json
import struct
from dataclasses import fields
from typing import IO, Any

from rag.articles import FileReport
from rag.errors import ArticleError
from rag.types import Article, Paragraph

_LENGTH = struct.Struct(">Q")
_KEPT = tuple(field.name for field in fields(FileReport) if field.name not in ("articles", "decoded"))
_ARTICLE = tuple(field.name for field in fields(Article) if field.name != "paragraphs")
_PARAGRAPH = tuple(field.name for field in fields(Paragraph))


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write one message; raises OSError when nobody reads."""
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Return the next message, or None when the other side is gone, even in mid-message."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


def to_bytes(value: Any) -> bytes:
    """Encode plain values; half a surrogate pair passes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def dump(outcome: FileReport | ArticleError) -> bytes:
    """Encode what became of a file, but for ``decoded``; an error's notes (a traceback) go with it."""
    if isinstance(outcome, ArticleError):
        where = None if outcome.where is None else str(outcome.where)
        return to_bytes({"error": [outcome.what, where, outcome.mend], "notes": getattr(outcome, "__notes__", [])})
    articles = [
        [
            [getattr(article, name) for name in _ARTICLE],
            [[getattr(paragraph, name) for name in _PARAGRAPH] for paragraph in article.paragraphs],
        ]
        for article in outcome.articles
    ]
    return to_bytes({"report": [getattr(outcome, name) for name in _KEPT], "articles": articles})


def load(data: bytes) -> FileReport | ArticleError:
    """Decode what `dump` made; ``decoded`` is empty."""
    told = json.loads(data)
    if "error" in told:
        what, where, mend = told["error"]
        error = ArticleError(what, where=where, mend=mend)
        for note in told["notes"]:
            error.add_note(note)
        return error
    articles = tuple(_article(values, paragraphs) for values, paragraphs in told["articles"])
    return FileReport(articles=articles, decoded="", **_named(_KEPT, told["report"]))


def _article(values: list[Any], paragraphs: list[list[Any]]) -> Article:
    return Article(
        paragraphs=tuple(Paragraph(*map(_frozen, paragraph)) for paragraph in paragraphs), **_named(_ARTICLE, values)
    )


def _named(names: tuple[str, ...], values: list[Any]) -> dict[str, Any]:
    return {name: _frozen(value) for name, value in zip(names, values, strict=True)}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
