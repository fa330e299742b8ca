"""How much of a question stands in a passage, in one of its sentences, or near a place: by meaning, not by letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag.answer.question import Question
from rag.answer.shapes import shaped
from rag.read.asked import NAME, NUMBER, PERSON, PLACE
from rag.read.match import likeness_of
from rag.read.tagged import Tagged, tagged
from rag.text import language
from rag.types import Hit, Range

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_COUNTED = (0.45, 0.35)  # cosines from which words speak of the same: within a language, across two
_SAME = (0.8, 0.55)  # and from which they are the same
_REACH = 25  # characters: a match so far from a place counts 1/e there
_PLAIN = 0.3  # weight of a word that every passage has; one that none has weighs 1 more


class Likeness:
    """One question against one passage: which words of the one stand in the other."""

    __slots__ = (
        "_ends", "_starts", "crossed", "elsewhere", "hit", "named", "nouns", "numbers", "own", "places", "table",
        "told", "weights",
    )  # fmt: skip

    def __init__(self, question: Question, hit: Hit) -> None:
        self.hit = hit
        self.told: Tagged = tagged(hit.passage.text)
        self.crossed = question.lang == "en" and language(hit.passage.text) == "zh"
        self.table: Floats = self._counted(likeness_of(question.words, self.told, crossed=self.crossed))
        context = tagged(hit.passage.context) if hit.passage.context else None
        above = self._counted(likeness_of(question.words, context, crossed=self.crossed)) if context else self.table[:0]
        self.elsewhere: Floats = above.max(axis=0, initial=0.0)
        self.own: Floats = self.table.max(axis=0, initial=0.0)
        self.weights: Floats = np.ones(self.table.shape[1], dtype=np.float32)
        kinds = np.array([kind for _, _, kind in question.words.content], dtype=np.int64)
        self.named, self.numbers = np.isin(kinds, (PERSON, PLACE, NAME)), kinds == NUMBER
        self.nouns = list(question.nouns)
        self.places = shaped(question.sort, hit.passage.text, self.told)
        self._starts = np.array([start for _, start, _ in self.told.words], dtype=np.int64)
        self._ends = self._starts + np.array([len(word) for word, _, _ in self.told.words], dtype=np.int64)

    def _counted(self, table: Floats) -> Floats:
        return np.where(table >= _COUNTED[self.crossed], table, 0.0).astype(np.float32)

    def passage(self) -> float:
        """Return the share of the question that the passage and what stands over it hold."""
        return self._share(np.maximum(self.own, self.elsewhere))

    def within(self, start: int, end: int) -> float:
        """Return the share of the question that ``text[start:end]`` of the passage holds, with what stands over it."""
        rows = self.table[self._between(start, end)]
        return self._share(np.maximum(rows.max(axis=0, initial=0.0), 0.5 * self.elsewhere))

    def same(self) -> float:
        """Return the share of the question that they hold in the same words, other ones alike counting nothing."""
        held = np.maximum(self.own, self.elsewhere)
        return self._share(np.where(held >= _SAME[self.crossed], held, 0.0))

    def held(self, start: int, end: int) -> Floats:
        """Return of each word of the question how alike is what ``text[start:end]`` or the context holds."""
        rows = self.table[self._between(start, end)]
        return np.asarray(np.maximum(rows.max(axis=0, initial=0.0), self.elsewhere), dtype=np.float32)

    def noun(self, start: int, end: int) -> float:
        """Return how alike a word of ``text[start:end]`` is to the noun that is asked for; 0 where none is."""
        return float(self.table[self._between(start, end)][:, self.nouns].max(initial=0.0)) if self.nouns else 0.0

    def cuts(self, start: int, end: int) -> tuple[bool, bool]:
        """Tell whether ``start``, and whether ``end``, is inside a word."""
        inside = [bool(((self._starts < at) & (at < self._ends)).any()) for at in (start, end)]
        return inside[0], inside[1]

    def near(self, start: int, end: int) -> float:
        """Return the share of the question that is told around ``text[start:end]``; far matches count less.

        What the place itself says counts nothing: an answer does not repeat its question.
        """
        distance = np.maximum(start - self._ends, self._starts - end)
        fading = np.where(distance >= 0, np.exp(-np.maximum(distance, 0) / _REACH), 0.0)
        return self._share((self.table * fading[:, None]).max(axis=0, initial=0.0))

    def echo(self, start: int, end: int) -> float:
        """Return the share of ``text[start:end]``, in characters, that only says what the question says."""
        rows = self._between(start, end)
        if not rows.any():
            return 0.0
        lengths = (self._ends - self._starts)[rows]
        telling = np.array([self.told.folded[s].isalnum() for s in self._starts[rows]])
        said = self.table[rows].max(axis=1, initial=0.0) >= _SAME[self.crossed]
        total = float((lengths * telling).sum())
        return float((lengths * (telling & said)).sum()) / total if total else 0.0

    def kinds(self, start: int, end: int) -> tuple[int, int]:
        """Return the kinds of the first and the last word of ``text[start:end]``, 0 where there is none."""
        rows = np.flatnonzero(self._between(start, end))
        return (self.told.words[rows[0]][2], self.told.words[rows[-1]][2]) if len(rows) else (0, 0)

    def _between(self, start: int, end: int) -> npt.NDArray[np.bool_]:
        return np.asarray((self._starts < end) & (self._ends > start))

    def _share(self, held: Floats) -> float:
        total = float(self.weights.sum())
        return float((held * self.weights).sum()) / total if total else 0.0


def weigh(likenesses: Sequence[Likeness]) -> None:
    """Let words of the question count less the more of the passages hold them."""
    if likenesses:
        often = np.stack([np.maximum(one.own, one.elsewhere) >= _SAME[one.crossed] for one in likenesses]).mean(axis=0)
        for one in likenesses:
            one.weights = (1.0 + _PLAIN - often).astype(np.float32)


def best_sentence(likenesses: Sequence[Likeness]) -> float:
    """Return the largest share of the question that one sentence of any passage holds."""
    return max((one.within(*sentence) for one in likenesses for sentence in one.told.sentences), default=0.0)


def overlap(one: Range, other: Range) -> float:
    """Return the F1 of two ranges: shared length against both lengths."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * shared / (one[1] - one[0] + other[1] - other[0]) if shared > 0 else 0.0
