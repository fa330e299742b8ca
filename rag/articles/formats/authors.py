"""Several names in one line of metadata."""

from __future__ import annotations

import re

AUTHORS = "；"  # between the names in "author"
_SEPARATORS = re.compile(r"\s*[;；、/|\n\t]\s*|\s*[，,]\s*(?=[^\s\x00-\x7e])|\s*，\s*")
_HAN_NAMES = re.compile(r"[\u3400-\u9fff·]{2,5}(?:[ \u3000]+[\u3400-\u9fff·]{2,5})+")


def split_authors(text: str) -> list[str]:
    """Part names at separators, and at spaces between Chinese names; "Smith, John" stays one, "A B, C D" are two."""
    commas = text.split(",")
    several = len(commas) > 1 and all(len(part.split()) > 1 for part in commas)
    parts = [" ".join(part.split()) for part in _SEPARATORS.split(text.replace(",", ";") if several else text)]
    return [name for part in parts for name in (part.split() if _HAN_NAMES.fullmatch(part) else [part]) if name]
