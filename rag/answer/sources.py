"""Which answers say the same, in whatever spelling, and which give another figure for the same thing."""

from __future__ import annotations

import re

from rag.index.numerals import spelled_numbers
from rag.text import fold

_NOT_WORD = re.compile(r"[\W_]+")
_ABOUT = re.compile(r"^(?:近|约|大约|共|共计|总计|超过?|达到?|逾|了)+(?=\d)|(?<=\d)[余多]")
_DAY = re.compile(r"^(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})[日号])?$")
_SHORTEST = 3  # characters that a name must share with its longer form


def answer_key(text: str) -> str:
    """Fold what two spellings of the same answer may differ in: case, width, script, spaces, punctuation, numerals."""
    folded = fold(text)
    for start, end, value in sorted(set(spelled_numbers(folded)), reverse=True):
        if value.isdigit():
            folded = folded[:start] + value + folded[end:]
    return _NOT_WORD.sub("", folded) or fold(text)


def same(one: str, other: str, *, figures: bool = False) -> bool:
    """Do two keys say the same? A date without its year is one with it; with ``figures`` numbers must be equal.

    Names are the same when the longer ends with, or begins with, the shorter: 省人大 and 山东省人大.
    """
    if one == other:
        return True
    first, second = _DAY.match(one), _DAY.match(other)
    if first and second and any(first.groups()) and any(second.groups()):
        return all(a == b or not a or not b for a, b in zip(first.groups(), second.groups(), strict=True)) and bool(
            first[2] and first[2] == second[2]
        )
    if figures:
        return _ABOUT.sub("", one) == _ABOUT.sub("", other)
    short, long = sorted((one, other), key=len)
    return (
        len(short) >= _SHORTEST
        and not any(map(str.isdigit, short))
        and (long.endswith(short) or long.startswith(short))
    )


def is_figure(text: str) -> bool:
    """Does an answer consist of a number and its unit, and little else?"""
    key = answer_key(text)
    return bool(re.search(r"\d", key)) and len(re.sub(r"[\d.%]", "", key)) <= 4
