"""Corrections applied: other boundaries before the articles are put together, other fields after."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rag.articles.corrections.anchors import first_words
from rag.articles.corrections.boundaries import Boundaries
from rag.articles.corrections.sidecar import FIELDS, Sidecar, SidecarError, Value, read_sidecar, sidecar_of
from rag.articles.lines import Entry, Line, Parsed
from rag.articles.segment.cuts import Cut
from rag.types import Article

_MAX_TITLE = 40  # characters of a first line that stands in for a title
_OF_FRONT = ("journal", "issue", "date")
_OF_ONE = ("title", "subtitle", "author", "page")  # what a record says of one article, not of two halves


class Corrections:
    """The corrections of one file. ``unapplied`` says, after ``articles``, which could not be applied, and why.

    A sidecar that cannot be read leaves the file as it is without one.
    """

    def __init__(self, path: Path) -> None:
        self.unapplied: list[str] = []
        self._sidecar, self._name = Sidecar(), sidecar_of(path).name
        self._fields: Mapping[int, Mapping[str, Value]] = {}  # by the number of the article
        self._begins: dict[int, tuple[str, int]] = {}
        try:
            self._sidecar = read_sidecar(path) or self._sidecar
        except SidecarError as error:
            self.unapplied.append(f"no correction is applied: {error}")

    def cuts(self, cuts: list[Cut], front: list[Line], parsed: Parsed) -> tuple[list[Cut], list[Line]]:
        """Return the articles and the front matter as corrected; ``parsed.lines`` may gain lines."""
        if self._sidecar.articles:
            work = Boundaries(parsed.lines, cuts)
            work.apply(self._sidecar.articles)
            self.unapplied += [f"{self._name}, {reason}" for reason in work.unapplied]
            parsed.lines, cuts, front = work.lines, work.cuts, work.front(front)
            self._fields = work.fields
        self._remember(cuts, front, parsed.lines)
        return cuts, front

    def entries(self, parsed: Parsed) -> list[Line]:
        """Correct ``parsed.entries``; return the lines that belong to none."""
        taken = {i for entry in parsed.entries for i in range(entry.first, entry.last)}
        front = [line for i, line in enumerate(parsed.lines) if i not in taken]
        starts = [_start(parsed.lines, entry.first) for entry in parsed.entries]
        owners = dict(zip(starts, parsed.entries, strict=True))
        cuts, front = self.cuts([Cut(e.first, e.last) for e in parsed.entries], front, parsed)
        told: list[Entry] = []
        for cut in cuts:
            start = _start(parsed.lines, cut.first)
            owner = owners.get(start)
            before = starts[max(0, bisect_left(starts, start) - 1)]
            native = owner.native if owner else _half(owners[before], parsed.lines[cut.first])
            told.append(Entry(cut.first, cut.last, native))
        parsed.entries = tuple(told)
        return front

    def articles(self, articles: Sequence[Article]) -> tuple[Article, ...]:
        """Return the articles with their corrected fields."""
        return tuple(self._renamed(article) for article in articles)

    def begins(self, source: str) -> tuple[tuple[str, str, int], ...]:
        """Return the id of each article with its first words and where they stand: what a correction wants."""
        return tuple((f"{source}#{n}", *place) for n, place in sorted(self._begins.items()))

    def _remember(self, cuts: Sequence[Cut], front: Sequence[Line], lines: Sequence[Line]) -> None:
        self._begins = {n: first_words(lines, cut.first) for n, cut in enumerate(cuts, 1)}
        if front:
            self._begins[0] = first_words(front, 0)

    def _renamed(self, article: Article) -> Article:
        number = int(article.id.rpartition("#")[2])
        allowed = _OF_FRONT if article.kind == "front" else FIELDS
        told = {**self._sidecar.file, **self._fields.get(number, {})}
        told = {name: value for name, value in told.items() if name in allowed}
        if not told:
            return article
        found = {name: how for name, how in article.found.items() if name not in told}
        found |= {name: "correction" for name, value in told.items() if value}
        values: dict[str, Value | None] = {n: v or (() if n == "authors" else None) for n, v in told.items()}
        return replace(article, found=found, **values)  # type: ignore[arg-type]


def unpack_first(archive: Path) -> tuple[str, ...]:
    """Say that the corrections beside an archive cannot be applied, where there are any."""
    name = sidecar_of(archive).name
    there = sidecar_of(archive).is_file()
    return (f"{name}: corrections do not reach into an archive; unpack it and correct the files",) if there else ()


def _start(lines: Sequence[Line], first: int) -> int:
    return lines[first].ranges[0][0]


def _half(owner: Entry, first: Line) -> dict[str, str]:
    """Return what a record says of the part that was split off it."""
    native = {name: value for name, value in owner.native.items() if name not in _OF_ONE}
    return native | ({"title": first.text} if len(first.text) <= _MAX_TITLE else {})
