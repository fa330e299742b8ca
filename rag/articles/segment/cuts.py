"""A stretch of lines taken for one article."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """``lines[first:last]`` is the article; ``title_lines``, by number, may stand anywhere in it.

    ``title``, ``column``, ``page`` and ``author`` are what the contents say of a ``listed`` one; None if nothing.
    Of others, ``column`` is the rubric above the title and ``page`` the number of its page.
    """

    first: int
    last: int
    title_lines: tuple[int, ...] = ()
    title: str | None = None
    column: str | None = None
    page: str | None = None
    author: str | None = None
    listed: bool = False
