"""What the styles of a Word file say of a paragraph: its level as a heading, and whether its first line is indented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.articles.formats.docx_text import child, local, value

_HEADING = re.compile(r"(?:heading|标题|標題)\s*(\d)", re.I)
_TITLES = frozenset({"title", "标题", "標題"})
_MAX_CHAIN = 20  # styles based on one another
_INDENTS = ("firstLineChars", "firstLine")


class Styles:
    """Looks up paragraphs' styles; ``root`` is the part that defines them, None where there is none."""

    def __init__(self, root: Any) -> None:
        styles = [] if root is None else [one for one in root if local(one) == "style"]
        self._styles = {value(one, "styleId"): one for one in styles if value(one, "type") in {"paragraph", ""}}
        self._default = next((s for s in self._styles.values() if value(s, "default") in {"1", "true"}), None)
        self._levels: dict[str, int] = {}

    def level(self, paragraph: Any) -> int:
        """Return 1 for the Title style, 2 for Heading 1 and so on, 0 for text."""
        own = _outline(paragraph)
        if own is not None:
            return own
        name = _style_id(paragraph)
        if name not in self._levels:
            self._levels[name] = next((n for style in self._chain(name) if (n := _level(style)) is not None), 0)
        return self._levels[name]

    def indented(self, paragraph: Any) -> bool:
        for element in (paragraph, *self._chain(_style_id(paragraph))):
            indent = child(child(element, "pPr"), "ind")
            said = [value(indent, name) for name in _INDENTS] if indent is not None else []
            if any(said):
                return any(one.lstrip("-").isdecimal() and int(one) > 0 for one in said)
        return False

    def _chain(self, name: str) -> Iterator[Any]:
        """Yield the style and those it is based on."""
        style = self._styles.get(name, self._default)
        for _ in range(_MAX_CHAIN):
            if style is None:
                return
            yield style
            base = child(style, "basedOn")
            style = self._styles.get(value(base, "val")) if base is not None else None


def _style_id(paragraph: Any) -> str:
    style = child(child(paragraph, "pPr"), "pStyle")
    return value(style, "val") if style is not None else ""


def _level(style: Any) -> int | None:
    """Return what a style's name says of the level, else its outline; None where the style it is based on decides."""
    named = child(style, "name")
    name = value(named, "val") if named is not None else ""
    if name.lower() in _TITLES:
        return 1
    if found := _HEADING.match(name):
        return int(found[1]) + 1
    return _outline(style)


def _outline(element: Any) -> int | None:
    outline = child(child(element, "pPr"), "outlineLvl")
    level = value(outline, "val") if outline is not None else ""
    if not level.isdecimal():
        return None
    return int(level) + 2 if int(level) < 9 else 0
