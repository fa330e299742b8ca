"""Questions and passages to training windows for the reader."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from rag.read import token_types
from rag.text import fold, language, sentences
from rag.train.data import Record, asked, context_of

if TYPE_CHECKING:
    import numpy.typing as npt
    from tokenizers import Encoding, Tokenizer

WRITTEN = "written"  # the source of the questions written for this project
WIDTHS = (120, 340)  # characters of a Chinese training window; passages are cut to about as much
SHORT_WIDTHS = (60, 190)  # read twice as fast; to begin with
LATIN_FACTOR = 3  # an English window is this many times longer: its tokens are words
MAX_TOKENS = 352
LONGEST_LIST = 160  # characters
MISLEADING, BESIDE = 0.09, 0.15  # shares of windows from another context, and from beside the answer
SWAPPED = 0.12  # share of the windows in which another name is asked for, if one can be
NEIGHBOURS = 24  # contexts looked at for a misleading one
RIVALLED, RIVALS = 0.6, 2  # share of the windows with an answer beside which others of the same question are read


@dataclass(frozen=True, slots=True)
class Question:
    """One question over one context; ``answers`` are (start, end) in it, empty when it has none."""

    source: str
    lang: str
    text: str
    context: str
    answers: tuple[tuple[int, int], ...]

    @property
    def place(self) -> Place:
        """Return what stays the same when the question is asked in other words."""
        return self.context, self.answers


Place = tuple[str, tuple[tuple[int, int], ...]]  # a context, and the answers' (start, end) in it
Rivals = Mapping[Place, tuple[str, ...]]  # what looks like a question's passage, see ``rag.train.rivals``


@dataclass(frozen=True, slots=True)
class Window:
    """Model input: ids, types and the gold tokens; (0, 0) means no answer here."""

    ids: npt.NDArray[np.int64]
    types: npt.NDArray[np.int64]
    first: int
    last: int
    group: int = 0  # windows of one number in a batch are read for the same question


def questions_of(record: Record) -> Iterator[Question]:
    """Yield the span and unanswerable questions of one record, of the supervised or the written shape.

    Several answers of a list become the one span from the first to the last, if that is not too long.
    """
    context = context_of(record)
    for qa, found in asked(record):
        spans = [(start, start + len(text)) for text, start in found]
        if qa.get("type") in ("yes", "no") or (qa["a"] and not spans):
            continue
        if qa.get("type") == "list" and spans:
            spans = [(min(s for s, _ in spans), max(e for _, e in spans))]
            if spans[0][1] - spans[0][0] > LONGEST_LIST:
                continue
        lang = qa.get("lang") or record.get("lang") or language(qa["q"])
        yield Question(record.get("src", WRITTEN), lang, qa["q"], context, tuple(spans))


class WindowMaker:
    """Cuts random windows: with the answer, beside it, of a context that only looks right, or for another name."""

    def __init__(
        self, tokenizer: Tokenizer, questions: Sequence[Question], seed: int, widths: tuple[int, int] = WIDTHS,
        swap: Callable[[Question], Question | None] = lambda _: None, rivals: Rivals = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """Cut windows of ``questions``; ``swap`` makes one ask for something else."""
        self._tokenizer, self._widths, self._swap, self._rivals = tokenizer, widths, swap, rivals
        self._groups = 0
        self._random = random.Random(seed)
        self._contexts: dict[str, list[str]] = {}
        for question in questions:
            self._contexts.setdefault(question.source, []).append(question.context)

    def windows(self, question: Question) -> list[Window]:
        """Return one random window, and beside one with an answer, often, as wide ones of the question's rivals."""
        width = self._random.randint(*self._widths)
        found = [self._window(question, width)]
        rivals = self._rivals.get(question.place, ()) if found[0].last else ()
        if rivals and self._random.random() < RIVALLED:
            chosen = self._random.sample(rivals, min(RIVALS, len(rivals)))
            found += [
                encode(self._tokenizer, question.text, nearest(question.text, one, width), None) for one in chosen
            ]
        self._groups += 1
        return [replace(window, group=self._groups) for window in found]

    def _window(self, question: Question, width: int) -> Window:
        """Return one random window; about one in four of the answerable ones holds no answer."""
        dice = self._random.random()
        text, context = question.text, question.context
        answer = self._random.choice(question.answers) if question.answers else None
        if dice < MISLEADING and answer:
            return encode(self._tokenizer, text, self._misleading(question, width), None)
        width = wide(context, width)
        if answer is None:
            start = self._random.randint(0, max(0, len(context) - width))
            return encode(self._tokenizer, text, context[start : start + width], None)
        start, end = self._place(context, answer, width)
        if dice < MISLEADING + BESIDE and len(context) > 1.25 * width:
            piece = self._beside(question, width)
            if piece:
                return encode(self._tokenizer, text, piece, None)
        other = self._swap(question) if dice > 1 - SWAPPED else None
        if other:
            return encode(self._tokenizer, other.text, context[start:end], None)
        return encode(self._tokenizer, text, context[start:end], (answer[0] - start, answer[1] - start))

    def _place(self, context: str, answer: tuple[int, int], width: int) -> tuple[int, int]:
        low = max(0, min(answer[1] - width, answer[0]))
        start = self._random.randint(low, answer[0])
        if self._random.random() < 0.5:  # as passages do, begin with a sentence
            stop = max(context.rfind(mark, 0, start + 1) for mark in "。！？\n")
            start = stop + 1 if start - stop < width // 2 and stop + 1 <= answer[0] else start
        return start, max(start + width, answer[1])

    def _beside(self, question: Question, width: int) -> str | None:
        """Return a window of the same context that holds none of the answers' words."""
        start = self._random.randint(0, len(question.context) - width)
        piece = question.context[start : start + width]
        found = any(question.context[s:e] in piece for s, e in question.answers)
        return None if found else piece

    def _misleading(self, question: Question, width: int) -> str:
        if rivals := self._rivals.get(question.place):
            return nearest(question.text, self._random.choice(rivals), width)
        pool = self._contexts[question.source]
        asked = set(pairwise(question.text))
        choices = [self._random.choice(pool) for _ in range(NEIGHBOURS)]
        answers = {question.context[s:e] for s, e in question.answers}
        choices = [c for c in choices if not any(a in c for a in answers)] or [" "]
        return max(choices, key=lambda c: len(asked & set(pairwise(c))))[: wide(question.context, width)]


def wide(text: str, width: int) -> int:
    """Return how many characters of a text are as much as ``width`` Chinese ones."""
    return width * (LATIN_FACTOR if language(text) == "en" else 1)


def nearest(question: str, text: str, width: int) -> str:
    """Return the ``width`` characters of a text that share most with the question, from a sentence's start if near."""
    width = wide(text, width)
    if len(text) <= width:
        return text
    asked = set(pairwise(fold(question)))
    shared = np.cumsum([0, *((one, other) in asked for one, other in pairwise(fold(text)))])
    start = int(np.argmax(shared[width - 1 :] - shared[: len(shared) - width + 1]))
    begins = [begin for begin, _ in sentences(text) if start - width // 2 < begin <= start]
    return text[max(begins, default=start) :][:width]


def encode(tokenizer: Tokenizer, question: str, passage: str, answer: tuple[int, int] | None) -> Window:
    """Encode one pair, cut to MAX_TOKENS; an answer that is cut off becomes "no answer"."""
    encoding = tokenizer.encode(question, passage)
    ids = np.array(encoding.ids[:MAX_TOKENS], dtype=np.int64)
    types = token_types(encoding, question, passage)[:MAX_TOKENS]
    first, last = _gold(encoding, answer) if answer else (0, 0)
    return Window(ids, types, first, last) if last < len(ids) else Window(ids, types, 0, 0)


def _gold(encoding: Encoding, answer: tuple[int, int]) -> tuple[int, int]:
    inside = [
        i
        for i, (sequence, (start, end)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True))
        if sequence == 1 and start < answer[1] and end > answer[0]
    ]
    return (inside[0], inside[-1]) if inside else (0, 0)
