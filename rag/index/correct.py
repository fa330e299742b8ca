"""One article of an index corrected by hand: its file read as it is now, the change written beside it and tried."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rag.articles.corrections.anchors import place_in
from rag.articles.corrections.sidecar import FIELDS, Correction, Value, names, read_sidecar, sidecar_of
from rag.articles.corrections.write_sidecar import remove_corrections, write_correction
from rag.errors import ArticleError, ConfigError
from rag.index.reading import Index
from rag.text import squeeze
from rag.types import Article


@dataclass(frozen=True, slots=True)
class Target:
    """The article to correct: its file as it reads now, its first words and where they stand."""

    article: Article
    path: Path
    source: str
    begins: tuple[tuple[str, str, int], ...]
    articles: tuple[Article, ...]
    unapplied: tuple[str, ...]
    max_chars: int

    def anchor(self) -> tuple[str, int]:
        """Return the first words of the article and where they stand."""
        return next((words, at) for id_, words, at in self.begins if id_ == self.article.id)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different: ``fields`` as in a Correction; ``split`` are the words at which a new article begins,
    whose fields these then are. At most one of the last four."""

    fields: Mapping[str, Value] = field(default_factory=dict)
    split: str = ""
    join: bool = False
    front: bool = False
    undo: bool = False


def target_of(index: Index, article_id: str) -> Target:
    """Read the file of an article; raises ConfigError where it cannot be corrected, KeyError for an id that is none."""
    from rag.index.intake import read_files

    article = index.article(article_id)
    row = {row.source: row for row in index.sources()}.get(article.source)
    if row is None:
        raise ConfigError(
            "what stands in an archive cannot be corrected", where=article.id, mend="Unpack it and index the folder."
        )
    path = Path(row.path)
    (_, outcome), *_ = read_files([(path, row.source)])
    if isinstance(outcome, ArticleError):
        raise outcome
    now = next((other for other in outcome.articles if other.id == article.id), None)
    if now is None or (now.title, now.text) != (article.title, article.text):
        raise ConfigError(
            "this file reads otherwise than when it was indexed", where=path, mend="Run `wenju index` on it first."
        )
    return Target(
        article, path, row.source, outcome.begins, outcome.articles, outcome.unapplied, index.manifest.max_chars
    )


def correct(target: Target, change: Change, seen: str) -> None:
    """Write the change beside the file; the index learns of it when it is brought up to date.

    ``seen`` is the ``version`` of the corrections before the target was read. A change that cannot be made is taken
    back; raises ConfigError that says why.
    """
    if change.undo + change.join + change.front + bool(change.split) > 1 or (change.undo and change.fields):
        raise ConfigError("--split, --join, --front and --undo exclude each other", mend="Correct one after the other.")
    if change.undo:
        _kept(target, lambda: _undo(target, seen))
        return
    words, at = target.anchor()
    if change.split:
        words, at = " ".join(change.split.split()), place_in(target.article, change.split) or at
        if not words:
            raise ConfigError("--split wants the first words of the new article")
    correction = Correction(words, at, change.fields, joins=change.join, front=change.front)
    _kept(target, lambda: write_correction(target.path, correction, seen=seen))


def field_value(name: str, value: str) -> tuple[str, Value]:
    """Return the name and the value of a corrected field, as typed; raises ConfigError for what is none."""
    name = {"author": "authors"}.get(name.strip(), name.strip())
    if name not in FIELDS:
        raise ConfigError(f"{name!r} cannot be corrected", mend=f"There are {', '.join(FIELDS)}.")
    if name == "title" and not value.strip():
        raise ConfigError("a title can be changed, not taken away")
    return name, names(value) if name == "authors" else " ".join(value.split())


def _undo(target: Target, seen: str) -> Path:
    """Take back what was written for the places inside the article."""
    sidecar = read_sidecar(target.path)
    words, at = target.anchor()
    end = min((other for _, _, other in target.begins if other > at), default=sys.maxsize)
    unwanted = [
        one
        for one in (sidecar.articles if sidecar else ())
        if squeeze(one.begins) == squeeze(words)
        or (one.at is not None and at <= one.at < end)
        or (one.front and target.article.kind == "front")
    ]
    if not unwanted:
        raise ConfigError(f"there is no correction of {target.article.id}")
    return remove_corrections(target.path, unwanted, seen=seen)


def _kept(target: Target, write: Callable[[], Path]) -> None:
    """Write, and read the file again: a correction that cannot be applied is taken back and told."""
    from rag.index.intake import read_files

    sidecar = sidecar_of(target.path)
    before = sidecar.read_bytes() if sidecar.exists() else None
    write()
    (_, outcome), *_ = read_files([(target.path, target.source)])
    why = [outcome.what] if isinstance(outcome, ArticleError) else _new(outcome.unapplied, target.unapplied)
    if why:
        if before is None:
            sidecar.unlink()
        else:
            sidecar.write_bytes(before)
        raise ConfigError(f"this correction cannot be made: {why[0].partition(': ')[2] or why[0]}", where=target.path)


def _new(now: tuple[str, ...], before: tuple[str, ...]) -> list[str]:
    """Return what is told now and was not before, whatever its line."""
    told = {reason.partition(": ")[2] for reason in before}
    return [reason for reason in now if reason.partition(": ")[2] not in told]
