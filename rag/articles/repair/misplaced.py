"""Which paragraphs do not stand where they were printed, or lack a part: flagged, so that a reader can look.

Pieces are put together only on strict signs (``columns``); a piece that finds no partner stays where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from rag.articles.lines import Line, finished, width
from rag.types import ParagraphKind

_MIN_PROSE = 25.0  # shorter open lines are signatures, captions and entries of lists
_INSIDE = re.compile(r"[，。；：,;](?=.)|\.\s")
_CANNOT_BEGIN = "，。、；：！？）》”’」』,;)"
_MAY_END = "）)】]〕：:—…”’\"'"


def out_of_place(paragraphs: Sequence[tuple[ParagraphKind, Sequence[Line]]]) -> list[bool]:
    """Tell for each paragraph of an article whether it was moved, joined over others, or torn without a partner."""
    moved = _moved([line for _, lines in paragraphs for line in lines])
    flags: list[bool] = []
    position = 0
    for k, (kind, lines) in enumerate(paragraphs):
        end = position + len(lines)
        flags.append(any(moved[position:end]) or (kind == "body" and _torn(paragraphs, k)))
        position = end
    return flags


def _moved(lines: Sequence[Line]) -> list[bool]:
    """Tell which lines are outside the longest run in the order of print, or go on from a line that is."""
    starts = [line.ranges[0][0] for line in lines]
    inside = _rising(starts)
    return [i not in inside for i in range(len(lines))]


def _rising(values: Sequence[int]) -> set[int]:
    """Return the places of a longest rising subsequence."""
    tails: list[int] = []
    places: list[int] = []
    before = [-1] * len(values)
    for i, value in enumerate(values):
        k = bisect_left(tails, value)
        tails[k : k + 1] = [value]
        places[k : k + 1] = [i]
        before[i] = places[k - 1] if k else -1
    found: set[int] = set()
    i = places[-1] if places else -1
    while i >= 0:
        found.add(i)
        i = before[i]
    return found


def _torn(paragraphs: Sequence[tuple[ParagraphKind, Sequence[Line]]], k: int) -> bool:
    """Tell whether a paragraph begins, or ends, in the middle of a sentence that goes on nowhere."""
    lines = paragraphs[k][1]
    first, last = lines[0].text, lines[-1].text
    if any(line.kind != "text" for line in lines):
        return False
    latin = first[0].isascii() and first[0].islower() and re.match(r"[a-z]+[ ,]", first) is not None
    if k and (first[0] in _CANNOT_BEGIN or (latin and _prose(lines))):
        return True
    open_end = not finished(last, pauses=True) and last[-1] not in _MAY_END
    return open_end and _prose(lines)


def _prose(lines: Sequence[Line]) -> bool:
    text = "".join(line.text for line in lines[-3:])
    return width(text) >= _MIN_PROSE and _INSIDE.search(text) is not None
