"""Differences as a reader sees them: of words with spaces between them the whole word, of Chinese the character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from rag.quote.align import Alignment, Change, Difference
from rag.text import HAN, fold
from rag.types import Range

# Chinese, Japanese, Thai, Lao, Burmese and Khmer put no spaces between their words
_LETTER = rf"(?![{HAN}\u3040-\u30ff\u31f0-\u31ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])[^\W_][\u0300-\u036f]*"
_WORD = re.compile(rf"(?:{_LETTER})+(?:(?<=\d)[.,]\d+)*")
_TOKEN = re.compile(rf"{_WORD.pattern}|\S")


class _Piece(NamedTuple):
    """A difference, or with ``change`` None one character that is the same on both sides."""

    change: Change | None
    quote: Range
    source: Range


def whole_words(found: Alignment, quote: str, text: str) -> Alignment:
    """Return ``found`` with its differences widened to whole words and numbers, those within one word joined.

    A stretch that begins or ends within a word takes all of it in, so "2 km" is not what "1.2 km" says; ``edits``
    counts what it grew by.
    """
    start, end = _begin(text, found.start), _end(text, found.end)
    grown = start < found.start, end > found.end
    groups = list(_groups(found, quote, text))
    differences: list[Difference] = []
    for group in groups:
        cut = (grown[0] and group is groups[0]) or (grown[1] and group is groups[-1])
        if len(group) == 1 and group[0].change and not cut:
            differences.append(Difference(group[0].change, group[0].quote, group[0].source))
        elif cut or any(piece.change for piece in group):
            told = max(start, _begin(text, group[0].source[0])), min(end, _end(text, group[-1].source[1]))
            differences.append(_trimmed(quote, (group[0].quote[0], group[-1].quote[1]), text, told))
    edits = found.edits + found.start - start + end - found.end
    return replace(found, start=start, end=end, edits=edits, differences=tuple(differences))


def _groups(found: Alignment, quote: str, text: str) -> Iterator[list[_Piece]]:
    """Yield runs of pieces; one ends where neither side is in the middle of a word."""
    asked, told = _inner(quote), _inner(text)
    group: list[_Piece] = []
    for piece in _pieces(found, quote, text):
        if group and piece.quote[0] not in asked and piece.source[0] not in told:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _pieces(found: Alignment, quote: str, text: str) -> Iterator[_Piece]:
    asked, told = 0, found.start
    for one in found.differences:
        yield from _same(quote, (asked, one.quote[0]), text, (told, one.source[0]))
        yield _Piece(one.change, one.quote, one.source)
        asked, told = one.quote[1], one.source[1]
    yield from _same(quote, (asked, len(quote)), text, (told, found.end))


def _same(quote: str, asked: Range, text: str, told: Range) -> Iterator[_Piece]:
    """Yield the characters between two differences, which are the same but for white space."""
    ours = (i for i in range(*asked) if not quote[i].isspace())
    theirs = (i for i in range(*told) if not text[i].isspace())
    return (_Piece(None, (i, i + 1), (j, j + 1)) for i, j in zip(ours, theirs, strict=True))


def _inner(text: str) -> set[int]:
    """Return the positions in the middle of a word."""
    return {i for word in _WORD.finditer(text) for i in range(word.start() + 1, word.end())}


def _begin(text: str, at: int) -> int:
    return next((word.start() for word in _WORD.finditer(text) if word.start() < at < word.end()), at)


def _end(text: str, at: int) -> int:
    return next((word.end() for word in _WORD.finditer(text) if word.start() < at < word.end()), at)


def _trimmed(quote: str, asked: Range, text: str, told: Range) -> Difference:
    """Return the difference of two stretches without the words at either end that are the same in both."""
    ours, theirs = _tokens(quote, asked), _tokens(text, told)
    ends = asked[1], told[1]
    while ours and theirs and ours[0][0] == theirs[0][0]:
        del ours[0], theirs[0]
    while ours and theirs and ours[-1][0] == theirs[-1][0]:
        ends = ours.pop()[1][0], theirs.pop()[1][0]
    change: Change = "added" if not theirs else "left out" if not ours else "replaced"
    return Difference(change, _over(ours, ends[0]), _over(theirs, ends[1]))


def _tokens(text: str, within: Range) -> list[tuple[str, Range]]:
    return [(fold(found.group()), found.span()) for found in _TOKEN.finditer(text, *within)]


def _over(tokens: list[tuple[str, Range]], otherwise: int) -> Range:
    return (tokens[0][1][0], tokens[-1][1][1]) if tokens else (otherwise, otherwise)
