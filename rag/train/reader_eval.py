"""EM, F1 and no-answer AUROC of a reader that is given the right paragraph."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from rag.train.data import records
from rag.train.overlap import exact_match, span_f1
from rag.train.reader_examples import Question, questions_of
from rag.types import Passage, Reader


def load(data: Path, name: str, limit: int | None = None, seed: int = 0) -> list[Question]:
    """Read the questions of a set; a random ``limit`` of them where given."""
    questions = [q for record in records(data, name) for q in questions_of(record)]
    if limit is not None and len(questions) > limit:
        questions = random.Random(seed).sample(questions, limit)
    return questions


def evaluate(reader: Reader, questions: Sequence[Question]) -> dict[str, float]:
    """Return n, EM, F1 over the answerable, and AUROC of the best score against the unanswerable (if any).

    Each context is read whole, in windows; a reader that finds nothing scores 0.
    """
    em, scores, right, wrong = 0.0, 0.0, [], []
    answerable = 0
    for question in questions:
        passage = Passage("p", "a", "s", "", 0, len(question.context), question.context)
        spans = reader.read(question.text, [passage], 1)
        score = spans[0].score if spans else float("-inf")
        if not question.answers:
            wrong.append(score)
            continue
        answerable += 1
        right.append(score)
        golds = [question.context[s:e] for s, e in question.answers]
        text = spans[0].text if spans else ""
        em += exact_match(text, golds)
        scores += span_f1(text, golds)
    result = {"n": float(answerable), "EM": em / max(1, answerable), "F1": scores / max(1, answerable)}
    if right and wrong:
        wins = sum((r > w) + 0.5 * (r == w) for r in right for w in wrong)
        result["AUROC"] = wins / (len(right) * len(wrong))
    return result
