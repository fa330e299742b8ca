"""Where quoted words stand: what of an answer can be opened in its article, and where in it the marks go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from rag.types import Answer, Article, Citation, Passage, Range

Group = Literal["cited", "other", "figure", "hit"]
GROUPS: tuple[Group, ...] = get_args(Group)
SHOWN_HITS = 10  # passages listed under "retrieved"


@dataclass(frozen=True, slots=True)
class Place:
    """Quoted words: ``marks`` are relative to ``text``, which stood in ``paragraph`` or at ``start`` of the article."""

    article_id: str
    text: str
    marks: tuple[Range, ...] = ()
    paragraph: int | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An article that lies open. ``at`` is the place it was opened at, one of ``places``; None: browsed to."""

    article_id: str
    places: tuple[Place, ...] = ()
    at: int | None = None
    judging: int | None = None  # the turn for which a better answer is looked for

    def step(self, by: int) -> Opened:
        """Return the article of the next place, or the one before; at either end, itself."""
        target = (-1 if by > 0 else len(self.places)) + by if self.at is None else self.at + by
        found = opened(self.places, target)
        return replace(found, judging=self.judging) if found else self


def opened(places: Sequence[Place], at: int) -> Opened | None:
    """Return the article of one of ``places``, open there; None where there is no such place."""
    return Opened(places[at].article_id, tuple(places), at) if 0 <= at < len(places) else None


def cited_place(citation: Citation) -> Place:
    """Return where a citation stands."""
    return Place(citation.article_id, citation.text, citation.marks, paragraph=citation.paragraph)


def passage_place(passage: Passage, marks: Sequence[Range] = ()) -> Place:
    """Return where a passage stands."""
    return Place(passage.article_id, passage.text, tuple(marks), start=passage.start)


def places_of(answer: Answer, group: str) -> tuple[Place, ...]:
    """Return what the cards of one group point to, in their order; another group's name gives none."""
    if group == "hit":
        return tuple(passage_place(hit.passage) for hit in answer.hits[:SHOWN_HITS])
    if group == "figure":
        return tuple(cited_place(figure.citation) for figure in answer.figures)
    citations = {"cited": answer.citations, "other": answer.alternatives}.get(group, ())
    return tuple(map(cited_place, citations))


def stands_at(article: Article, place: Place) -> int | None:
    """Return where the text of ``place`` begins in the article, None unless it stands there to the letter.

    A text that moved is found again if it stands there exactly once.
    """
    start = place.start
    if place.paragraph is not None:
        start = next((p.start for p in article.paragraphs if p.number == place.paragraph), None)
    if start is not None and article.text.startswith(place.text, start) and place.text:
        return start
    first = article.text.find(place.text) if place.text else -1
    return first if first >= 0 and article.text.find(place.text, first + 1) < 0 else None


def marks_in(article: Article, place: Place) -> tuple[Range, ...]:
    """Return the marks of ``place`` as ranges of the article's text; none where its text is not found."""
    start = stands_at(article, place)
    return () if start is None else tuple((start + first, start + last) for first, last in place.marks)


def paragraph_at(article: Article, position: int) -> int | None:
    """Return the number of the paragraph that holds a position of the text."""
    return next((p.number for p in article.paragraphs if p.start <= position < p.end), None)


def around(article: Article, place: Place, reach: int = 1) -> tuple[list[str], list[str]]:
    """Return the texts of up to ``reach`` paragraphs before and behind ``place``."""
    start = stands_at(article, place)
    if start is None:
        return [], []
    end = start + len(place.text)
    before = [article.text[p.start : p.end] for p in article.paragraphs if p.end <= start]
    behind = [article.text[p.start : p.end] for p in article.paragraphs if p.start >= end]
    return before[-reach:], behind[:reach]
