"""The facade: a question in, an Answer out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from rag.answer import WIDENED, compose
from rag.calibrate import Calibration
from rag.converse import Turn, resolve
from rag.query import Kind, check_question
from rag.types import Answer, Article, Hit, Reader, Retriever

MAX_SPANS = 20  # distinct places the reader may return; several can say the same


class Assistant:
    """Asks one retriever and one reader. Holds nothing of any question, so threads may share it."""

    def __init__(
        self,
        retriever: Retriever,
        reader: Reader,
        *,
        k_hits: int = 20,
        k_read: int = 8,
        calibration: Calibration | None = None,
        widened: frozenset[Kind] = WIDENED,
    ) -> None:
        """Return ``k_hits`` passages, read the first ``k_read``; answers of ``widened`` kinds grow (see widen)."""
        self._retriever, self._reader = retriever, reader
        self._k_hits, self._k_read = k_hits, k_read
        self._calibration = calibration or Calibration()
        self._widened = widened

    def ask(self, query: str) -> Answer:
        """Answer a question that stands on its own; raises ConfigError for one that is empty or too long."""
        return self._answer(check_question(query))

    def chat(self, query: str, earlier: Sequence[Turn | str]) -> Answer:
        """Answer a question that may lean on ``earlier`` turns, oldest first.

        Plain strings are earlier questions; a Turn brings the answer too, which later questions
        may point to. ``carried`` of the result names what was taken over.
        """
        question = check_question(query)
        resolved = resolve(question, earlier)
        if not resolved.carried:
            return self._answer(question)
        completed = replace(self._answer(resolved.query), query=question, carried=resolved.carried)
        if resolved.certain:
            return completed
        alone = self._answer(question)
        both = {name: alone.milliseconds[name] + spent for name, spent in completed.milliseconds.items()}
        best = max(completed, alone, key=lambda answer: answer.confidence)
        return replace(best, milliseconds=both)

    def search(self, query: str, k: int) -> list[Hit]:
        """Return the k best passages; raises ConfigError as ``ask`` does."""
        return self._retriever.retrieve(check_question(query), k)

    def article(self, article_id: str) -> Article:
        """Return a whole article, to open a citation in its place; KeyError for an id the index does not hold."""
        return self._retriever.article(article_id)

    def _answer(self, query: str) -> Answer:
        begin = perf_counter()
        hits = self._retriever.retrieve(query, self._k_hits)
        retrieved = perf_counter()
        spans = self._reader.read(query, [hit.passage for hit in hits[: self._k_read]], MAX_SPANS)
        read = perf_counter()
        answer = compose(query, hits, spans, self._retriever.article, self._calibration, widened=self._widened)
        end = perf_counter()
        seconds = {"retrieve": retrieved - begin, "read": read - retrieved, "answer": end - read, "total": end - begin}
        return replace(answer, milliseconds={name: 1000 * spent for name, spent in seconds.items()})
