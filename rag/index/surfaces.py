"""Search terms as the words that a text prints: 32 as 三十二, zaozhuang as 枣庄市, station as Stations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.index.numerals import spelled_numbers
from rag.index.terms import spelled_words, stem_of
from rag.index.wordlist import WordList, as_term
from rag.text import HAN, fold

_LATIN = re.compile(r"[a-z]+")
_HAN_TERM = re.compile(f"[{HAN}]+")
_EDGE = r"(?<![a-z0-9]){}(?![a-z0-9])"
ABOUT = "about_"


def surfaces(field: str, terms: Sequence[str], text: str, context: str, own: WordList) -> tuple[str, ...]:
    """Return the words of ``text``, or of ``context`` where ``field`` is about that, by which the terms are found.

    Each word once, as printed, in the order of ``terms``.
    """
    parts = [context] if field.startswith(ABOUT) else [text] if field in ("words", "grams") else [text, context]
    found = (
        part[start:end]
        for term in terms
        for part in parts
        for start, end in places(field.removeprefix(ABOUT), term, part, own)
    )
    return tuple(dict.fromkeys(found))


def places(field: str, term: str, text: str, own: WordList) -> Iterator[tuple[int, int]]:
    """Yield where a term is found in ``text``, not in the order of the text."""
    folded = fold(text)
    if field == "spelled":
        yield from ((start, end) for start, end, spelled in spelled_words(text) if term in spelled)
    elif field == "own":
        yield from ((start, end) for start, end, first in own.places(folded) if as_term(first) == term)
    else:
        yield from (found.span() for found in re.finditer(_literal(term), folded))
        yield from ((start, end) for start, end, value in spelled_numbers(folded) if value == term)
        if _LATIN.fullmatch(term):
            yield from (word.span() for word in _LATIN.finditer(folded) if stem_of(word[0]) == term != word[0])


def _literal(term: str) -> str:
    """Return the pattern of a term; Chinese may be set with spaces between the characters."""
    if _HAN_TERM.fullmatch(term):
        return "[ \u3000]*".join(map(re.escape, term))
    return _EDGE.format(re.escape(term))
