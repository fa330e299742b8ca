"""EM, F1 and no-answer AUROC of a reader that is given the right paragraph."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from rag.train.data import records
from rag.train.intervals import auroc_interval, mean_interval, wins
from rag.train.overlap import exact_match, span_f1, word_f1
from rag.train.reader_examples import Question, questions_of
from rag.types import Passage, Reader, Span

MEASURES = ("EM", "F1", "word F1")
Figure = dict[str, float]  # value, low, high, n


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader made of one question; ``score`` is its best span's over "not here", -inf where it found none."""

    lang: str
    answerable: bool
    scores: dict[str, float]  # by measure; of an unanswerable question empty
    score: float


def load(data: Path, name: str, limit: int | None = None, seed: int = 0) -> list[Question]:
    """Read the questions of a set; a random ``limit`` of them where given."""
    questions = [q for record in records(data, name) for q in questions_of(record)]
    if limit is not None and len(questions) > limit:
        questions = random.Random(seed).sample(questions, limit)
    return questions


def best_span(reader: Reader, question: Question) -> Span | None:
    """Read the whole context of a question, in windows."""
    passage = Passage("p", "a", "s", "", 0, len(question.context), question.context)
    return next(iter(reader.read(question.text, [passage], 1)), None)


def outcomes(reader: Reader, questions: Sequence[Question]) -> Iterator[Outcome]:
    """Ask every question over its own context; a reader that finds nothing scores 0."""
    for question in questions:
        span = best_span(reader, question)
        gold = [question.context[start:end] for start, end in question.answers]
        text = span.text if span else ""
        scores = {"EM": exact_match(text, gold), "F1": span_f1(text, gold), "word F1": word_f1(text, gold)}
        yield Outcome(question.lang, bool(gold), scores if gold else {}, span.score if span else float("-inf"))


def figures(found: Sequence[Outcome]) -> dict[str, Figure]:
    """Return each measure over the answerable, and AUROC of the score against the unanswerable, where there are any.

    Each with its 95 % bootstrap interval; ``n`` of the AUROC counts both kinds.
    """
    right = [one for one in found if one.answerable]
    wrong = [one for one in found if not one.answerable]
    table: dict[str, Figure] = {}
    for measure in MEASURES if right else ():
        values = {str(place): [one.scores[measure]] for place, one in enumerate(right)}
        table[measure] = _figure(mean(value for (value,) in values.values()), mean_interval(values), len(right))
    if right and wrong:
        scores = [one.score for one in right], [one.score for one in wrong]
        table["AUROC"] = _figure(float(wins(*scores).mean()), auroc_interval(*scores), len(found))
    return table


def evaluate(reader: Reader, questions: Sequence[Question]) -> dict[str, Figure]:
    """Return the figures of a reader over ``questions``."""
    return figures(list(outcomes(reader, questions)))


def _figure(value: float, interval: tuple[float, float], n: int) -> Figure:
    return {"value": value, "low": interval[0], "high": interval[1], "n": n}
