"""What a query demands of a passage that "says it": quoted phrases to the letter, and every word that carries meaning.

A word is met by itself, by a word of one's own list that means the same, by another form of an English word, by the
sound of a Chinese name asked for in Latin letters, and by another spelling of the same number or date. Width, case
and script do not matter, nor do spaces between Chinese characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.errors import ConfigError
from rag.index.numerals import MEASURES, spelled_numbers
from rag.index.terms import STOP_WORDS, close_up, gram_terms, stem_of
from rag.index.wordlist import WordList
from rag.query import content_words
from rag.text import HAN, fold, language

_PHRASE = re.compile(r'"([^"]+)"|“([^”]+)”|「([^」]+)」')
_LATIN = re.compile(r"[a-z]+")
_LATIN_WORD = re.compile(r"(?<!\w)[a-z]{3,}(?!\w)")
_DIGITS = re.compile(r"\d+")
_MEASURE = re.compile(f"[{MEASURES}]")
_HAN_RUN = re.compile(f"[{HAN}]+")
_EDGE = re.compile(r"[a-z0-9]")
MAX_WANTS = 32  # of a longer query, the first


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to meet a want: the (field, term) pairs to look up, and the folded text that must then be there.

    An empty ``literal`` says that the terms alone decide; without terms, every passage must be looked at.
    """

    terms: tuple[tuple[str, str], ...]
    literal: str = ""

    def stands_in(self, folded: str) -> bool:
        """Tell whether ``literal`` stands in a text that went through ``plain``; Latin words only whole."""
        at = folded.find(self.literal)
        while at >= 0:
            end = at + len(self.literal)
            if _whole(folded, at, end):
                return True
            at = folded.find(self.literal, at + 1)
        return False


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that a passage must say, in one of several ways."""

    word: str  # as asked, folded
    exact: bool  # a quoted phrase
    ways: tuple[Alternative, ...]


def wants(query: str, own: WordList) -> list[Want]:
    """Return what ``query`` demands; raises ConfigError where that is nothing."""
    phrases = [plain(next(filter(None, found.groups()))) for found in _PHRASE.finditer(query)]
    rest = plain(_PHRASE.sub(" \n ", query))
    found = [Want(phrase, True, (_literally(phrase),)) for phrase in phrases if phrase]
    listed = _outermost((start, end, rest[start:end]) for start, end, _ in own.places(rest))
    found += [Want(word, False, tuple(_ways(word, own))) for _, _, word in listed]
    rest = _without(rest, listed)
    numbers = _outermost((*spelled_numbers(rest), *((*digit.span(), digit[0]) for digit in _DIGITS.finditer(rest))))
    found += [Want(rest[start:end], False, (Alternative((("words", term),)),)) for start, end, term in numbers]
    counted = [(start, end + bool(_MEASURE.match(rest, end)), term) for start, end, term in numbers]
    found += [Want(word, False, tuple(_ways(word, own))) for word in _words(_without(rest, counted), bool(found))]
    if not found:
        raise ConfigError("there is no word to look for", mend='Give words, or a phrase in "quotes".')
    return list(dict.fromkeys(found))[:MAX_WANTS]


def _words(rest: str, enough: bool) -> list[str]:
    """Return the words that carry meaning; where there are none and not ``enough`` else, any word."""
    words = content_words(rest)
    if language(rest) == "en":
        words += content_words(" ".join(_HAN_RUN.findall(rest)))
    return words if words or enough else [word for word in rest.split() if any(map(str.isalnum, word))]


def plain(text: str) -> str:
    """Return ``text`` as literals are compared with: folded, letter-spaced Chinese closed up, spaces single."""
    return " ".join(fold(close_up(text)).split())


def _outermost(places: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the longest of the places, and those that do not touch a longer one, in order."""
    taken: list[tuple[int, int, str]] = []
    for start, end, term in sorted(places, key=lambda found: (found[0] - found[1], found[0], -len(found[2]))):
        if all(end <= first or start >= last for first, last, _ in taken):
            taken.append((start, end, term))
    return sorted(taken)


def _without(text: str, places: Iterable[tuple[int, int, str]]) -> str:
    """Return ``text`` with a break where ``places`` are."""
    for start, end, _ in sorted(places, reverse=True):
        text = f"{text[:start]}\n{text[end:]}"
    return text


def _ways(word: str, own: WordList) -> Iterator[Alternative]:
    for same in own.same(word):
        if _LATIN.fullmatch(same):
            yield Alternative((("words", stem_of(same)),))
            yield Alternative((("spelled", same),))
        else:
            yield _literally(same)


def _literally(text: str) -> Alternative:
    """Return the way to meet ``text`` to the letter; a lone character between others is in no index."""
    if len(text) == 2 and _HAN_RUN.fullmatch(text):
        return Alternative((("grams", text),))
    terms = [("grams", gram) for run in _HAN_RUN.findall(text) if len(run) > 1 for gram in gram_terms(run)]
    terms += [("words", word) for word in _LATIN_WORD.findall(text) if word not in STOP_WORDS]
    return Alternative(tuple(dict.fromkeys(terms)), text)


def _whole(folded: str, start: int, end: int) -> bool:
    before, after = folded[start - 1 : start], folded[end : end + 1]
    cut_before = bool(_EDGE.fullmatch(before)) and bool(_EDGE.match(folded[start]))
    cut_after = bool(_EDGE.fullmatch(after)) and bool(_EDGE.match(folded[end - 1]))
    return not cut_before and not cut_after
