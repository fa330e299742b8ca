"""One question and its result to a Judgement: every measure the question owes, and what it was made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval import metrics
from eval.data import DataError, Entry, Question, result_of

DEPTH = 20  # hits looked at
RIGHT_F1 = 0.5  # an answer counts as right from here on, where right or wrong is all that is asked
LIST_TYPES = frozenset({"list", "crossdoc"})  # `answers` are items, all of them wanted; elsewhere alternatives

RETRIEVAL = ("R@1", "R@5", "R@10", "R@20", "MRR@10", "nDCG@10", "quotes@10")
READING = ("EM", "F1", "cited", "answered")
METRICS = (*RETRIEVAL, *READING, "false answers", "verbatim")
LOWER_IS_BETTER = frozenset({"false answers", "ECE"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one question went.

    ``scores`` holds what this question owes and nothing else: retrieval and reading where an answer
    exists, "false answers" where none does, "verbatim" where one was given. A question without a
    result owes the same and gets 0. ``entry`` is what it is resampled with.
    """

    id: str
    entry: str
    lang: str
    type: str
    question: str
    gold: tuple[str, ...]
    answer: str | None  # None unless the status is "answered"
    confidence: float
    missing: bool
    rank: int | None  # of the first hit that covers a quote, from 1
    scores: Mapping[str, float]
    milliseconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def answerable(self) -> bool:
        return "F1" in self.scores

    @property
    def answered(self) -> bool:
        return bool(self.scores.get("answered") or self.scores.get("false answers"))

    @property
    def right(self) -> bool:
        return self.answered and self.scores.get("F1", 0.0) >= RIGHT_F1


def judge_all(entries: Sequence[Entry], answers: Mapping[str, Mapping[str, Any]]) -> list[Judgement]:
    """Judge every question of ``entries``, turns one by one, whether it has a result or not."""
    return [
        judge(question, result_of(answers, entry, turn), entry.id)
        for entry in entries
        for turn, question in enumerate(entry.turns)
    ]


def judge(question: Question, result: Mapping[str, Any], entry: str) -> Judgement:
    """Judge one result, which is {} where there is none."""
    answered = result.get("status") == "answered"
    answer = (result.get("answer") or None) if answered else None
    ranking = rank_evidence(question, result.get("hits") or [])
    scores: dict[str, float] = {}
    if question.answerable:
        scores |= _retrieval(ranking, len(question.evidence))
        scores |= _reading(question, result, answer)
        scores["answered"] = float(answered)
    else:
        scores["false answers"] = float(answered)
    if answer:
        texts = [citation.get("text") or "" for citation in result.get("citations") or []]
        scores["verbatim"] = metrics.verbatim(answer, result.get("answers") or [], texts)
    return Judgement(
        id=question.id,
        entry=entry,
        lang=question.lang,
        type=question.type,
        question=question.text,
        gold=question.answers,
        answer=answer,
        confidence=float(result.get("confidence") or 0.0),
        missing=not result,
        rank=next((rank for rank, covered in enumerate(ranking, 1) if covered), None),
        scores=scores,
        milliseconds=result.get("milliseconds") or {},
    )


def rank_evidence(question: Question, places: Sequence[Mapping[str, Any]]) -> list[set[int]]:
    """Return, for each of the first DEPTH hits or citations, the evidence quotes it covers."""
    return [
        {
            number
            for number, evidence in enumerate(question.evidence)
            if metrics.same_file(place.get("source") or "", evidence.file)
            and metrics.covers(place.get("text") or "", evidence.quote)
        }
        for place in places[:DEPTH]
    ]


def save_judgements(path: Path, judgements: Iterable[Judgement]) -> None:
    """Write one JSON object a question."""
    with path.open("w", encoding="utf-8") as file:
        for judgement in judgements:
            file.write(json.dumps(asdict(judgement), ensure_ascii=False) + "\n")


def load_judgements(path: Path) -> list[Judgement]:
    """Read what ``save_judgements`` wrote."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [Judgement(**{**row, "gold": tuple(row["gold"])}) for row in rows]
    except OSError as error:
        raise DataError(
            f"cannot read the scores: {error.strerror}", where=path, mend="Write them with `python -m eval run`."
        ) from None
    except (ValueError, TypeError, KeyError):
        raise DataError(
            "the scores are damaged or of another version",
            where=path,
            mend="Write them again with `python -m eval score QUESTIONS ANSWERS --out DIR`.",
        ) from None


def _retrieval(ranking: metrics.Ranking, quotes: int) -> dict[str, float]:
    scores = {f"R@{k}": metrics.success(ranking, k) for k in (1, 5, 10, 20)}
    scores["MRR@10"] = metrics.reciprocal_rank(ranking, 10)
    scores["nDCG@10"] = metrics.ndcg(ranking, quotes, 10)
    scores["quotes@10"] = metrics.quote_recall(ranking, quotes, 10)
    return scores


def _reading(question: Question, result: Mapping[str, Any], answer: str | None) -> dict[str, float]:
    if not answer:
        return {"EM": 0.0, "F1": 0.0, "cited": 0.0}
    cited = float(any(rank_evidence(question, (result.get("citations") or [])[:1])))
    if question.type in LIST_TYPES:
        f1 = metrics.list_f1(result.get("answers") or [answer], question.answers)
        return {"EM": float(f1 > 0.999), "F1": f1, "cited": cited}
    return {
        "EM": metrics.exact_match(answer, question.answers),
        "F1": metrics.span_f1(answer, question.answers),
        "cited": cited,
    }
