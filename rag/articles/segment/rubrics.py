"""The name of a column, printed above the titles of its articles."""

from __future__ import annotations

import re

from rag.articles.lines import width
from rag.articles.signs.marks import RUBRIC, numbering
from rag.articles.signs.names import is_common_word, read_byline
from rag.text import HAN, squeeze

_MARKS = "■□●○◆◇▲△★☆◎▍※·•・▶►◢◣"
_DECORATED = re.compile(
    rf"[{_MARKS}]\s*(?P<a>[^{_MARKS}\s（）()：:，,、0-9][^{_MARKS}（）()：:，,0-9]*?)\s*[{_MARKS}]?|[“\"](?P<b>[^”\"]+)[”\"]|[—–-]{{1,2}}\s*(?P<c>[^—–-]+?)\s*[—–-]{{1,2}}"
)
_SPACED = re.compile(rf"[{HAN}](?:[ \u3000]+[{HAN}]){{3,9}}")
_SHORT = re.compile(rf"[{HAN}]{{2,6}}")
_MAX_WIDTH = 16.0  # full-width characters


def is_decorated(text: str) -> bool:
    """Tell whether a line is set off as a rubric by brackets or printer's marks."""
    return rubric_name(text) is not None


def rubric_name(text: str) -> str | None:
    """Return the name within brackets or printer's marks; None for a line without them."""
    if width(text) > _MAX_WIDTH + 2 or numbering(text) or ((byline := read_byline(text)) and byline.personal):
        return None
    if found := RUBRIC.fullmatch(text):
        return found["name"].strip()
    if _SPACED.fullmatch(text):
        return squeeze(text)
    found = _DECORATED.fullmatch(text.strip())
    name = next((name for name in found.groups() if name), None) if found else None
    return name.strip() if name and any(c.isalpha() for c in name) else None


def is_short(text: str) -> bool:
    """Tell whether a line is as short as a rubric without marks, and no name."""
    byline = read_byline(text)
    return _SHORT.fullmatch(text) is not None and not (byline and byline.personal and not is_common_word(text))
