"""What each character of a passage has in common with the question: the reader's token types.

A small reader cannot learn from a few ten thousand examples that the same words stand in the
question and in the passage, where words begin and end, or that "how many" wants a number. So it is
told: every character carries a type id made of six facts, and the checkpoint stays a standard class
(``token_type_ids``).

Passage characters:  PASSAGE + ((((level * 8 + kind) * 4 + place) * 5 + sentence) * 3 + wanted) * 3 + near
Question characters: QUESTION + level * 8 + kind
Special tokens and padding: 0.

level     0 not shared, 1 the character is shared, 2 a pair, 3 three or more or a whole word
kind      what jieba takes the word for, see ``_KINDS``
place     0 single-character word, 1 first, 2 inside, 3 last character of its word
sentence  0-3 by the share of the question's pairs found in its sentence; 4 the best sentence of all
wanted    0 the question names no sort of answer, 1 it does but this is none, 2 this is one
near      0 a character of level 2 or 3 is at most 6 away, 1 at most 20, 2 none is
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rag.text import fold, language, sentences
from rag.types import Range

if TYPE_CHECKING:
    import numpy.typing as npt

FORMAT = "match-2"  # stored in the model's config; another format needs another model
LEVELS, KIND_COUNT, PLACES, SENTENCES, WANTED, NEAR = 4, 8, 4, 5, 3, 3
QUESTION = 1
PASSAGE = QUESTION + LEVELS * KIND_COUNT
TYPE_COUNT = PASSAGE + LEVELS * KIND_COUNT * PLACES * SENTENCES * WANTED * NEAR

_KINDS = {"m": 1, "t": 1, "nr": 2, "ns": 3, "nt": 4, "nz": 4, "n": 5, "v": 6, "a": 6, "d": 6, "x": 7, "w": 7}
_NAMES = {2, 3, 4, 5}
_STOP = frozenset("的了在是和与及有为对等中上下个这那哪什么谁多少几吗呢何时地得之其被把从到向由以于也都就")
_SHARES = (0.1, 0.25, 0.45)  # bounds of the sentence levels
_DISTANCES = (6, 20)  # bounds of nearness, in characters
# what a question asks for, first match wins; the sorts are those of ``_Tagged.sorts``
_ASKED = tuple(
    (sort, re.compile(pattern))
    for sort, pattern in (
        (
            "date",
            r"什么时候|什么时间|何时|哪一?[年天日]|哪个月|几[年月日号点]"
            r"|\bwhen\b|\b(?:what|which) (?:year|date|day|month)",
        ),
        ("number", r"多少|几|比例|百分之|\bhow (?:many|much|long|far|old|large|big|often)\b"),
        ("person", r"谁|哪位|何人|什么人|哪些人|\bwho(?:m|se)?\b"),
        ("place", r"哪里|哪儿|何处|什么地方|哪个(?:地方|城市|省|市|县|区|乡|镇|村)|在哪|\bwhere\b"),
        (
            "title",
            r"哪[部项个本条]|叫什么|名称|名字|什么名|什么(?:条例|办法|制度|活动|品牌|工程)"
            r"|\bcalled\b|\bname of\b|\btitle\b",
        ),
    )
)
_QUOTED = re.compile('《[^《》]{2,40}》|“[^“”]{2,30}”|"[^"]{2,60}"')
_DATED = re.compile("[年月日号时点]")


@lru_cache(maxsize=64)  # a long passage is read in several windows, which all ask for the same
def types(question: str, passage: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return one type id for each character of ``question`` and of ``passage``."""
    asked, told = _tagged(question), _tagged(passage)
    pairs = _pairs(asked.folded)
    level = _levels(told, asked, pairs, by_sound=_needs_sound(question, passage))
    sentence = _sentence_levels(told, asked, pairs, level)
    facts = ((level * KIND_COUNT + told.kinds) * PLACES + told.places) * SENTENCES + sentence
    passage_ids = PASSAGE + (facts * WANTED + _wanted(asked.folded, told)) * NEAR + _nearness(level)
    back = _levels(asked, told, _pairs(told.folded), by_sound=False)
    return QUESTION + back * KIND_COUNT + asked.kinds, passage_ids


class _Tagged:
    """A folded text with each character's word kind and place, its words and its sentences."""

    __slots__ = ("folded", "kinds", "places", "sentences", "sorts", "words")

    def __init__(self, text: str) -> None:
        import rjieba

        self.folded = fold(text)
        self.words: list[tuple[str, int, int]] = []  # word, start, kind
        kinds, places = [], []
        start = 0
        for word, tag in rjieba.tag(self.folded):
            kind = _kind(word, tag, text[start])
            size = len(word)
            kinds += [kind] * size
            places += [0] if size == 1 else [1, *[2] * (size - 2), 3]
            self.words.append((word, start, kind))
            start += size
        self.kinds = np.array(kinds, dtype=np.int64)
        self.places = np.array(places, dtype=np.int64)
        self.sentences: list[Range] = sentences(text)
        self.sorts = _sorts(self.words, text)  # sort of answer -> the ranges that could be one


def _sorts(words: list[tuple[str, int, int]], text: str) -> dict[str, list[Range]]:
    found: dict[str, list[Range]] = {sort: [] for sort, _ in _ASKED}
    found["title"] = [match.span() for match in _QUOTED.finditer(text)]
    run: Range | None = None
    for word, start, kind in [*words, ("", len(text), 0)]:
        end = start + len(word)
        if kind == 1:
            run = (run[0], end) if run else (start, end)
            continue
        if run:
            found["date" if _DATED.search(text[run[0] : run[1]]) else "number"].append(run)
            run = None
        latin_name = kind == 4 and word.isascii()  # a capitalised word could be either
        if kind == 2 or latin_name:
            found["person"].append((start, end))
        if kind in (3, 4):
            found["place"].append((start, end))
    return found


_tagged = lru_cache(maxsize=4096)(_Tagged)


def _wanted(question: str, told: _Tagged) -> npt.NDArray[np.int64]:
    sort = next((sort for sort, pattern in _ASKED if pattern.search(question)), None)
    out = np.full(len(told.folded), int(sort is not None), dtype=np.int64)
    for start, end in told.sorts[sort] if sort else ():
        out[start:end] = 2
    return out


def _nearness(level: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    places = np.flatnonzero(level >= 2)
    if not len(places):
        return np.full(len(level), len(_DISTANCES), dtype=np.int64)
    at = np.arange(len(level))
    after = np.searchsorted(places, at).clip(max=len(places) - 1)
    before = (after - 1).clip(min=0)
    distance = np.minimum(np.abs(places[after] - at), np.abs(places[before] - at))
    return np.asarray(np.searchsorted(_DISTANCES, distance), dtype=np.int64)


def _kind(word: str, tag: str, first: str) -> int:
    if word[0].isdigit():
        return 1
    if word.isascii() and word.isalpha():
        return 4 if first.isupper() else 5
    return _KINDS.get(tag[:2], _KINDS.get(tag[:1], 0))


def _pairs(folded: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(folded) if _is_han(a) and _is_han(b))


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char >= "\U00020000"


def _levels(text: _Tagged, other: _Tagged, pairs: frozenset[str], *, by_sound: bool) -> npt.NDArray[np.int64]:
    folded = text.folded
    level = np.zeros(len(folded), dtype=np.int64)
    chars = set(other.folded) - _STOP
    run = 0  # shared pairs in a row: n of them make a shared run of n + 1 characters
    for i, char in enumerate(folded):
        if char in chars and _is_han(char):
            level[i] = 1
        if i and folded[i - 1 : i + 1] in pairs:
            run += 1
            level[i - run : i + 1] = 3 if run > 1 else 2
        else:
            run = 0
    shared = {word for word, _, _ in other.words}
    sounds = {word for word in shared if word.isascii() and word.isalpha() and len(word) > 3} if by_sound else set()
    for word, start, kind in text.words:
        latin = word.isascii() and word.isalnum()
        if (latin and word in shared) or (sounds and kind in _NAMES and not latin and _sound(word) in sounds):
            level[start : start + len(word)] = 3
    return level


def _needs_sound(question: str, passage: str) -> bool:
    return language(question) == "en" and language(passage) == "zh"


@lru_cache(maxsize=65536)
def _sound(word: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(word)) if 1 < len(word) < 5 else ""


def _sentence_levels(
    told: _Tagged, asked: _Tagged, pairs: frozenset[str], level: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return each character's sentence level; Latin words and numbers of the question count as one pair each."""
    units = {w for w, _, _ in asked.words if w.isascii() and w.isalnum() and len(w) > 1}
    total = max(1, len(pairs) + len(units))
    shares = []
    for start, end in told.sentences:
        found = len(_pairs(told.folded[start:end]) & pairs)
        shares.append([start, end, found])
    for word, start, _ in told.words:
        if level[start] == 3 and (word in units or (units and not word.isascii())):
            for entry in shares:
                if entry[0] <= start < entry[1]:
                    entry[2] += 1
    out = np.zeros(len(told.folded), dtype=np.int64)
    best = max((found for *_, found in shares), default=0)
    for start, end, found in shares:
        share = found / total
        out[start:end] = 4 if found == best and share >= _SHARES[0] else sum(share >= bound for bound in _SHARES)
    return out
