"""What is proposed for each question of a set, and how right each proposal is: what a fit learns from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval import metrics
from eval.data import Question
from eval.judge import LIST_TYPES
from rag.answer.candidates import GetArticle, weighed
from rag.answer.features import Features
from rag.answer.proposals import Proposal
from rag.answer.question import understand
from rag.assistant import MAX_SPANS
from rag.types import Hit, Reader, Retriever, Span


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with all that was proposed for it, and the F1 of each proposal."""

    question: Question
    proposed: tuple[tuple[Proposal, Features], ...]
    scores: tuple[float, ...]
    article: GetArticle


def asked(question: Question, hits: Sequence[Hit], spans: Sequence[Span], article: GetArticle) -> Asked:
    """Weigh what was read for ``question`` and score each proposal against its gold answers."""
    proposed = tuple(weighed(understand(question.text), hits, spans, article))
    return Asked(question, proposed, tuple(score(question, one, article) for one, _ in proposed), article)


def score(question: Question, proposal: Proposal, article: GetArticle) -> float:
    """Return the F1 of one proposal; 0 where the archive has no answer."""
    text = article(proposal.article_id).text
    if not question.answerable:
        return 0.0
    if question.type in LIST_TYPES:
        return metrics.list_f1([text[slice(*item)] for item in proposal.ranges], question.answers)
    return metrics.span_f1(text[slice(*proposal.span)], question.answers)


def read_all(
    questions: Sequence[Question], retriever: Retriever, reader: Reader, *, k_hits: int, k_read: int,
    show: Callable[[int, int], None],
) -> list[Asked]:  # fmt: skip
    """Ask every question."""
    found = []
    for done, question in enumerate(questions, 1):
        hits = retriever.retrieve(question.text, k_hits)
        spans = reader.read(question.text, [hit.passage for hit in hits[:k_read]], MAX_SPANS)
        found.append(asked(question, hits, spans, retriever.article))
        show(done, len(questions))
    return found
