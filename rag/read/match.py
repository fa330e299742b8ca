"""What each character of a passage has in common with the question: the reader's token types.

A small reader cannot learn from a few ten thousand examples that the same words stand in the
question and in the passage, that other words mean the same, where words begin and end, or that
"how many" wants a number. So it is told: every character carries a type id made of six facts, and
the checkpoint stays a standard class (``token_type_ids``).

Passage characters:  PASSAGE + ((((level * 8 + kind) * 4 + place) * 5 + sentence) * 3 + wanted) * 3 + near
Question characters: QUESTION + level * 8 + kind
Special tokens and padding: 0.

level     0 not shared, 1 the character is shared, 2 a pair, 3 three or more or a whole word; a word that means
          the same as one of the question's, by the bundled encoder, counts as 2 or 3, across languages from 1 on
kind      what jieba takes the word for, see ``rag.read.tagged``
place     0 single-character word, 1 first, 2 inside, 3 last character of its word
sentence  what of the question is found in this sentence and in few others: 0-2 little to much against the best
          sentence, 3 the best, 4 the best and it holds a good part of the question
wanted    0 the question names no sort of answer, 1 it does but this is none, 2 this is one
near      0 a rare match of level 2 or 3 is at most 6 characters away, 1 at most 20, 2 none is
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rag.read.asked import LATIN, NAME, PERSON, PLACE, head_of, sort_of, unit_of
from rag.read.tagged import STOP, Tagged, meanings, pairs, tagged
from rag.text import language
from rag.types import Range

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]

FORMAT = "match-3"  # stored in the model's config; another format needs another model
LEVELS, KIND_COUNT, PLACES, SENTENCES, WANTED, NEAR = 4, 8, 4, 5, 3, 3
QUESTION = 1
PASSAGE = QUESTION + LEVELS * KIND_COUNT
TYPE_COUNT = PASSAGE + LEVELS * KIND_COUNT * PLACES * SENTENCES * WANTED * NEAR

_NAMES = {PERSON, PLACE, NAME, LATIN}
_DISTANCES = (6, 20)  # bounds of nearness, in characters
# cosines: of words that mean alike, within a language and across; what counts for a sentence; an answer's noun
_SAME, _OTHER = (0.5, 0.62), (0.3, 0.42, 0.55)
_COUNTED_SAME, _COUNTED_OTHER = 0.4, 0.3
_FIRM_SAME, _FIRM_OTHER = 0.5, 0.3  # shares of the question that make a best sentence a good one
_RATIOS = (0.3, 0.65)  # bounds of the levels of other sentences
_HEAD = 0.45


@lru_cache(maxsize=64)  # a long passage is read in several windows, which all ask for the same
def types(question: str, passage: str) -> tuple[Ints, Ints]:
    """Return one type id for each character of ``question`` and of ``passage``."""
    asked, told = tagged(question), tagged(passage)
    crossed = language(question) == "en" and language(passage) == "zh"
    likeness = likeness_of(asked, told, crossed=crossed)
    level, back = _shared(told, asked), _shared(asked, told)
    _raise_levels(level, told.words, likeness.max(axis=1, initial=0.0), crossed=crossed)
    if crossed and likeness.size:
        for (word, start, _), value in zip(asked.content, likeness.max(axis=0), strict=True):
            back[start : start + len(word)] = np.searchsorted(_OTHER, value, side="right")
    counted = np.where(likeness >= (_COUNTED_OTHER if crossed else _COUNTED_SAME), likeness, 0.0)
    sentence, rare = _sentences(told, counted, _FIRM_OTHER if crossed else _FIRM_SAME)
    facts = ((level * KIND_COUNT + told.kinds) * PLACES + told.places) * SENTENCES + sentence
    passage_ids = PASSAGE + (facts * WANTED + _wanted(asked, told)) * NEAR + _nearness(level, rare)
    return QUESTION + back * KIND_COUNT + asked.kinds, passage_ids


def likeness_of(asked: Tagged, told: Tagged, *, crossed: bool) -> Floats:
    """Return how alike each word of the passage is to each that says something in the question: cosines from 0 to 1.

    Numbers are alike when equal; across languages a name is what sounds the same.
    """
    columns = [word for word, _, _ in asked.content]
    if not columns or not told.words:
        return np.zeros((len(told.words), 0), dtype=np.float32)
    out = told.vectors() @ meanings(columns).T
    sounds = _sounds(columns) if crossed else {}
    for row, (word, _, kind) in enumerate(told.words):
        if word[0].isdigit():
            out[row] = 0.0
            if word in columns:
                out[row, columns.index(word)] = 1.0
        elif sounds and kind in _NAMES:
            out[row, list(sounds.get(_sound(word), ()))] = 1.0
    return np.asarray(np.maximum(out, 0.0), dtype=np.float32)


def _sounds(words: list[str]) -> dict[str, tuple[int, ...]]:
    """Return how names could be spelled in ``words``: one word, or two that follow one another."""
    found: dict[str, tuple[int, ...]] = {
        word: (place,) for place, word in enumerate(words) if word.isascii() and word.isalpha() and len(word) > 3
    }
    for place, (word, following) in enumerate(pairwise(words)):
        if word.isalpha() and following.isalpha():
            found.setdefault(word + following, (place, place + 1))
    return found


@lru_cache(maxsize=65536)
def _sound(word: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(word)) if 1 < len(word) < 5 else ""


def _shared(text: Tagged, other: Tagged) -> Ints:
    """Return the levels of ``text`` by the characters, pairs and Latin words that it shares with ``other``."""
    folded = text.folded
    level = np.zeros(len(folded), dtype=np.int64)
    chars, both = set(other.folded) - STOP, pairs(other.folded)
    run = 0  # shared pairs in a row: n of them make a shared run of n + 1 characters
    for i, char in enumerate(folded):
        if char in chars and ("\u3400" <= char <= "\u9fff" or char >= "\U00020000"):
            level[i] = 1
        if i and folded[i - 1 : i + 1] in both:
            run += 1
            level[i - run : i + 1] = 3 if run > 1 else 2
        else:
            run = 0
    words = {word for word, _, _ in other.words}
    for word, start, _ in text.words:
        if word.isascii() and word.isalnum() and word in words:
            level[start : start + len(word)] = 3
    return level


def _raise_levels(level: Ints, words: list[tuple[str, int, int]], likest: Floats, *, crossed: bool) -> None:
    bounds = _OTHER if crossed else _SAME
    for place in np.flatnonzero(likest >= bounds[0]).tolist():
        word, start, _ = words[place]
        meant = int(np.searchsorted(bounds, likest[place], side="right")) + (not crossed and len(word) > 1)
        piece = level[start : start + len(word)]
        np.maximum(piece, 3 if likest[place] > 0.99 else meant, out=piece)


def _sentences(told: Tagged, likeness: Floats, firm: float) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return each character's sentence level, and whether a match stands there that few sentences have."""
    out = np.zeros(len(told.folded), dtype=np.int64)
    if not likeness.size or not told.sentences:
        return out, np.zeros(len(told.folded), dtype=np.bool_)
    starts = np.array([start for start, _ in told.sentences])
    of_word = np.searchsorted(starts, told.sizes.cumsum() - told.sizes, side="right") - 1
    held = np.zeros((len(starts), likeness.shape[1]), dtype=np.float32)
    np.maximum.at(held, of_word, likeness)
    often = held.sum(axis=0)
    rank = held @ np.divide(1.0, often, out=np.zeros_like(often), where=often > 0)
    best = int(rank.argmax())
    if rank[best] > 0:
        levels = np.searchsorted(_RATIOS, rank / rank[best], side="right")
        levels[best] = 4 if held[best].mean() >= firm else 3
        for level, (start, end) in zip(levels, told.sentences, strict=True):
            out[start:end] = level
    few = max(1.0, len(starts) / 4) + 0.5
    likest = likeness.argmax(axis=1)
    rare = (likeness.max(axis=1) > 0) & (often[likest] <= few)
    return out, np.repeat(rare, told.sizes)


def _wanted(asked: Tagged, told: Tagged) -> Ints:
    sort = sort_of(asked.folded)
    ranges = _of_head(asked, told) if sort in (None, "name") else []
    if not ranges and sort:
        ranges = told.sorts[sort]
        unit = unit_of(asked.folded) if sort == "number" else ""
        counted = [(s, e) for s, e in ranges if unit and unit in told.folded[max(s, e - 1) : e + 1]]
        ranges = counted or ranges
    out = np.full(len(told.folded), int(sort is not None or bool(ranges)), dtype=np.int64)
    for start, end in ranges:
        out[start:end] = 2
    return out


def _of_head(asked: Tagged, told: Tagged) -> list[Range]:
    """Return the nouns of the passage that mean what the question's noun does, or end as it does."""
    head = head_of(asked.folded, asked.words)
    if not head or not told.words:
        return []
    tail = "" if head.isascii() else head[-1]
    return [
        (start, start + len(word))
        for (word, start, kind), value in zip(told.words, told.vectors() @ meanings([head])[0], strict=True)
        if kind in (PLACE, NAME, LATIN) and (value >= _HEAD or (tail and len(word) > 2 and word[-1] == tail))
    ]


def _nearness(level: Ints, rare: npt.NDArray[np.bool_]) -> Ints:
    places = np.flatnonzero((level >= 2) & rare)
    if not len(places):
        places = np.flatnonzero(level >= 2)
    if not len(places):
        return np.full(len(level), len(_DISTANCES), dtype=np.int64)
    at = np.arange(len(level))
    after = np.searchsorted(places, at).clip(max=len(places) - 1)
    before = (after - 1).clip(min=0)
    distance = np.minimum(np.abs(places[after] - at), np.abs(places[before] - at))
    return np.asarray(np.searchsorted(_DISTANCES, distance), dtype=np.int64)
