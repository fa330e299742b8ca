"""What can be told of every article without reading its text: for lists, filters and reports."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any, NamedTuple

from rag.articles.garble import GARBLED
from rag.types import Article, ArticleKind

# rows of garbled and misplaced paragraphs are few: they are found by value, not by index; the + sorts without one
# too, for a damaged index would give another order
LISTED = f"""
SELECT a.name, a.title, a.kind, a.lang, a.about, a.characters, count(p.number),
  CAST(total(p.garble >= {GARBLED}) AS INTEGER), CAST(total(p.misplaced) AS INTEGER), ifnull(max(p.garble), 0.0),
  CASE WHEN instr(a.text, char(65533)) THEN length(a.text) - length(replace(a.text, char(65533), '')) ELSE 0 END,
  a.told
FROM articles a CROSS JOIN sources s ON s.id = a.source LEFT JOIN paragraphs p ON p.article = a.id
WHERE {{seen}} GROUP BY a.id ORDER BY +s.source, a.id
"""
# the same for the articles of a few files: those first, and then what belongs to them
LISTED_OF_FEW = LISTED.replace(
    "articles a CROSS JOIN sources s ON s.id = a.source", "sources s CROSS JOIN articles a ON a.source = s.id"
)
FLAGGED = f"""
SELECT s.source, a.id, a.name, p.number, p.garble, p.misplaced
FROM sources s CROSS JOIN articles a ON a.source = s.id CROSS JOIN paragraphs p ON p.article = a.id
WHERE (p.garble >= {GARBLED} OR p.misplaced) AND {{seen}} ORDER BY +s.source, a.id, p.number
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """An article less its text. ``garbled`` and ``misplaced`` count paragraphs, ``garble`` is that of the worst one;
    ``undecodable`` counts characters that stand as U+FFFD. ``found`` as in Article."""

    id: str
    source: str
    title: str
    kind: ArticleKind
    lang: str
    subtitle: str | None
    authors: tuple[str, ...]
    affiliation: str | None
    column: str | None
    journal: str | None
    issue: str | None
    date: str | None
    page: str | None
    place: str | None
    found: Mapping[str, str]
    characters: int
    paragraphs: int
    garbled: int
    misplaced: int
    garble: float
    undecodable: int

    def has(self, field: str) -> bool:
        """Tell whether the field is known; a title made of the file's name is none."""
        if field == "title":
            return bool(self.title) and self.found.get("title") not in ("file name", "first words")
        return bool(getattr(self, field))


class Brief(NamedTuple):
    """What filters ask of an article; there may be a million of these."""

    id: str
    source: str
    title: str
    kind: str
    lang: str
    authors: tuple[str, ...]
    column: str | None
    journal: str | None
    issue: str | None
    date: str | None
    page: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Flagged:
    """A paragraph that looks garbled, out of place, or both."""

    article: str
    paragraph: int
    garble: float
    misplaced: bool


def sums(article: Article) -> tuple[int | float, ...]:
    """Return what LISTED reckons of an article's paragraphs and text, in its order; the store keeps a mark of it.

    Another GARBLED, or another reckoning, is another format of the store.
    """
    garble = [float(p.garble) for p in article.paragraphs]
    flagged = sum(g >= GARBLED for g in garble), sum(p.misplaced for p in article.paragraphs)
    return len(garble), *flagged, max(garble, default=0.0), article.text.count("\ufffd")


def listed(values: Sequence[Any]) -> Listed:
    """Make one of a row of LISTED less its last value, the mark."""
    name, title, kind, lang, about, characters, *numbers = values
    facts = json.loads(about)
    facts["authors"] = tuple(facts["authors"])
    return Listed(name, name.rpartition("#")[0], title, kind, lang, characters=characters, **facts, **_named(numbers))


def brief(values: Sequence[Any]) -> Brief:
    """Make one of a row of LISTED."""
    name, title, kind, lang, about = values[:5]
    facts = json.loads(about)
    rest = (facts[field] for field in Brief._fields[6:])
    return Brief(name, intern(name.rpartition("#")[0]), title, kind, lang, tuple(facts["authors"]), *rest)


def _named(numbers: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(("paragraphs", "garbled", "misplaced", "garble", "undecodable"), numbers, strict=True))


def flagged(values: Sequence[Any]) -> Flagged:
    """Make one of a row of FLAGGED less its first two values."""
    article, paragraph, garble, misplaced = values
    return Flagged(article, paragraph, garble, bool(misplaced))
