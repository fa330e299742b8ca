"""The nouns of the made-up issues: what is composed, what is printed, and what a reader should find in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Layout: TypeAlias = Mapping[str, str]  # option -> value, see issue_layouts
Kind = Literal["front", "rubric", "title", "subtitle", "byline", "heading", "body", "note", "loose"]


@dataclass(frozen=True, slots=True)
class Story:
    """Clean text to compose with; ``title`` is empty where the source has none."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One thing on paper; a line feed in ``text`` is a line break the printer must keep.

    "loose" is text of which print alone cannot say to which article it belongs, or how it is cut: tables,
    editor's notes, lists of those present. It is never scored.
    """

    kind: Kind
    text: str


@dataclass(slots=True)
class Draft:
    """An article before print: its blocks in printed order and what they say about it."""

    title: str
    blocks: list[Block]
    authors: tuple[str, ...] = ()
    affiliation: str | None = None
    subtitle: str | None = None
    column: str | None = None
    umbrella: str | None = None
    listed_as: str | None = None
    listed: bool = True


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """What a careful reader can tell from the print. None and an empty tuple mean: not decidable, not scored."""

    title: str
    variants: tuple[str, ...]
    subtitle: str | None
    authors: tuple[str, ...]
    affiliation: str | None
    column: str | None
    page: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """A made-up file and its gold. ``loose`` texts and titles count neither for nor against a system."""

    name: str
    layout: Layout
    text: str
    articles: tuple[GoldArticle, ...]
    loose: tuple[str, ...] = ()
    loose_titles: tuple[str, ...] = ()


@dataclass(slots=True)
class Manuscript:
    """All that goes to the printer."""

    journal: str
    issue: str
    drafts: list[Draft]
    contents: bool = False
    first_page: int = 1
    lang: str = "zh"
    loose_titles: list[str] = field(default_factory=list)
