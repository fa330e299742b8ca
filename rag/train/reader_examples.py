"""Questions and passages to training windows for the reader."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.read import token_types

if TYPE_CHECKING:
    import numpy.typing as npt
    from tokenizers import Encoding, Tokenizer

WIDTHS = (150, 400)  # characters of a Chinese training window; passages are cut to about as much
LATIN_FACTOR = 3  # an English window is this many times longer: its tokens are words
MAX_TOKENS = 352
NEIGHBOURS = 24  # contexts looked at for a misleading one


@dataclass(frozen=True, slots=True)
class Question:
    """One question over one context; ``answers`` are (start, end) in it, empty when it has none."""

    source: str
    lang: str
    text: str
    context: str
    answers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Model input: ids, types and the gold tokens; (0, 0) means no answer here."""

    ids: npt.NDArray[np.int64]
    types: npt.NDArray[np.int64]
    first: int
    last: int


def questions_of(record: Mapping[str, Any]) -> Iterator[Question]:
    """Yield the span and unanswerable questions of one record, of the supervised or the written shape."""
    context = record.get("context") or record["text"]
    for qa in record["qas"]:
        if qa.get("type") in ("yes", "no"):
            continue
        spans = []
        for answer in qa["a"]:
            text, start = answer if isinstance(answer, list) else (answer, context.find(answer))
            if start >= 0 and text and context[start : start + len(text)] == text:
                spans.append((start, start + len(text)))
        if qa["a"] and not spans:
            continue
        if qa.get("type") == "list" and spans:
            spans = [(min(s for s, _ in spans), max(e for _, e in spans))]
            if spans[0][1] - spans[0][0] > 160:
                continue
        yield Question(record.get("src", "written"), qa.get("lang") or record["lang"], qa["q"], context, tuple(spans))


class WindowMaker:
    """Cuts random windows: with the answer, beside it, or out of a context that only looks right."""

    def __init__(self, tokenizer: Tokenizer, questions: Sequence[Question], seed: int) -> None:
        self._tokenizer = tokenizer
        self._random = random.Random(seed)
        self._contexts: dict[str, list[str]] = {}
        for question in questions:
            self._contexts.setdefault(question.source, []).append(question.context)

    def window(self, question: Question) -> Window:
        """Return one random window; about one in eight of the answerable ones holds no answer."""
        dice = self._random.random()
        width = self._random.randint(*WIDTHS) * (LATIN_FACTOR if question.lang == "en" else 1)
        answer = self._random.choice(question.answers) if question.answers else None
        if answer is None:
            start = self._random.randint(0, max(0, len(question.context) - width))
            return encode(self._tokenizer, question.text, question.context[start : start + width], None)
        if dice < 0.07:
            return encode(self._tokenizer, question.text, self._misleading(question)[:width], None)
        start, end = self._place(question.context, answer, width)
        if dice < 0.16 and len(question.context) > 1.4 * width:
            piece = self._beside(question, width)
            if piece:
                return encode(self._tokenizer, question.text, piece, None)
        answer = (answer[0] - start, answer[1] - start)
        return encode(self._tokenizer, question.text, question.context[start:end], answer)

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

    def _misleading(self, question: Question) -> str:
        pool = self._contexts[question.source]
        asked = set(pairwise(question.text))
        choices = [self._random.choice(pool) for _ in range(NEIGHBOURS)]
        answers = {question.context[s:e] for s, e in question.answers}
        choices = [c for c in choices if not any(a in c for a in answers)] or [" "]
        return max(choices, key=lambda c: len(asked & set(pairwise(c))))


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
