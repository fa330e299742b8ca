"""Words to places: where the first words of an article stand among the lines of a file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rag.articles.lines import Line, finished
from rag.text import fold, squeeze
from rag.types import Article

_MAX_PLACES = 200
_MIN_WORDS = 12  # characters that are seldom those of two articles
_MAX_WORDS = 40


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Character ``char`` of line ``line``; ``at`` is its place in the decoded source."""

    line: int
    char: int
    at: int


class Stream:
    """The lines of a file as one run of characters without white space, width and case folded."""

    def __init__(self, lines: Sequence[Line]) -> None:
        texts = [fold(squeeze(line.text)) for line in lines]
        self._lines, self._text = lines, "".join(texts)
        self._starts = list(accumulate(map(len, texts), initial=0))

    def places(self, words: str) -> list[Place]:
        """Return where ``words`` stand, in order; they may run over several lines."""
        wanted, position = fold(squeeze(words)), -1
        found: list[Place] = []
        while wanted and len(found) < _MAX_PLACES:
            position = self._text.find(wanted, position + 1)
            if position < 0:
                break
            number = bisect_right(self._starts, position) - 1
            line = self._lines[number]
            solid = [k for k, char in enumerate(line.text) if not char.isspace()]
            char = solid[position - self._starts[number]]
            found.append(Place(number, 0 if char == solid[0] else char, _sources(line)[char]))
        return found


def nearest(places: Sequence[Place], at: int | None, heads: frozenset[int], lines: Sequence[Line]) -> Place | None:
    """Return the place meant: ``at`` itself, else one in ``heads``, else the beginning of a line; ties by distance.

    Words within a sentence are never meant, unless they stand at ``at``.
    """
    usable = [p for p in places if p.char == 0 or p.at == at or _opens(lines[p.line].text[: p.char])]
    aim = 0 if at is None else at

    def rank(place: Place) -> tuple[bool, bool, bool, int]:
        inside = place.char > 0
        return place.at != at, inside or place.line not in heads, inside, 0 if at is None else abs(place.at - aim)

    return min(usable, key=rank, default=None)


def _opens(before: str) -> bool:
    """Tell whether something may begin after ``before``: a full stop, or a gap as between columns."""
    return finished(before) or before.endswith(("  ", "\u3000", "\t"))


def first_words(lines: Sequence[Line], first: int) -> tuple[str, int]:
    """Return enough of the words from line ``first`` on to know the place again, and where they stand."""
    words = ""
    for line in lines[first : first + 4]:
        words = f"{words} {line.text}".strip()
        if len(words) >= _MIN_WORDS:
            break
    return " ".join(words.split())[:_MAX_WORDS].rstrip(), lines[first].ranges[0][0]


def place_in(article: Article, words: str) -> int | None:
    """Return about where ``words`` first stand in the source of ``article``, None where its text does not hold them."""
    wanted = fold(squeeze(words))
    for p in article.paragraphs:
        text = fold(article.text[p.start : p.end])
        at = squeeze(text).find(wanted)
        for start, end in p.origin if at >= 0 else ():
            if at < end - start:
                return start + at
            at -= end - start
    return None


def split_line(line: Line, char: int) -> tuple[Line, Line]:
    """Part a line before its character ``char``; what follows begins a new one."""
    sources, end = _sources(line), len(line.text[:char].rstrip())
    left = replace(line, text=line.text[:end], ranges=_ranges(sources[:end]))
    return left, replace(line, text=line.text[char:], ranges=_ranges(sources[char:]), gap=0)


def _sources(line: Line) -> list[int]:
    return [place for start, end in line.ranges for place in range(start, end)]


def _ranges(sources: Sequence[int]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for place in sources:
        if ranges and ranges[-1][1] == place:
            ranges[-1] = (ranges[-1][0], place + 1)
        else:
            ranges.append((place, place + 1))
    return tuple(ranges)
