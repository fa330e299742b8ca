"""A stretch of lines taken for one article."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """``lines[first:last]`` is the article; ``title_lines``, by number, may stand anywhere in it.

    ``title``, ``column``, ``page`` and ``author`` are what the contents or the format say; None if nothing.
    """

    first: int
    last: int
    title_lines: tuple[int, ...] = ()
    title: str | None = None
    column: str | None = None
    page: str | None = None
    author: str | None = None
