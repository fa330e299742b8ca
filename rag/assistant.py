"""The facade: a question in, an Answer out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from rag.answer import WIDENED, compose
from rag.calibrate import Calibration
from rag.conditions import Filter
from rag.converse import Turn, resolve
from rag.errors import ConfigError
from rag.explain import Explanation, FilteringRetriever, with_reading
from rag.parallel import in_parallel
from rag.query import Kind, check_question
from rag.types import Answer, Article, Hit, Reader, Retriever, Span

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

    def ask(self, query: str, where: str | Filter | None = None) -> Answer:
        """Answer a question that stands on its own, from the articles that meet the filter ``where`` (rag.filters).

        Raises ConfigError for a question that is empty or too long, and for a filter that cannot be read or that the
        retriever does not take.
        """
        return self._answer(check_question(query), where)

    def ask_batch(self, queries: Sequence[str], where: str | Filter | None = None) -> list[Answer]:
        """Return what ``ask`` returns for each question, in their order, as many at once as there are cores."""
        return in_parallel(lambda query: self._answer(query, where), [check_question(query) for query in queries])

    def explain(self, query: str, where: str | Filter | None = None) -> tuple[Answer, Explanation]:
        """Return the answer of ``ask``, and why its passages were found and what the reader made of them."""
        question = check_question(query)
        explanation = self._filtering().explain(question, self._k_hits, where)
        answer, spans = self._read(question, explanation.hits, sum(explanation.milliseconds.values()))
        return answer, with_reading(
            explanation, spans, {name: answer.milliseconds[name] for name in ("read", "answer")}
        )

    def chat(self, query: str, earlier: Sequence[Turn | str], where: str | Filter | None = None) -> Answer:
        """Answer a question that may lean on ``earlier`` turns, oldest first.

        Plain strings are earlier questions; a Turn brings the answer too, which later questions
        may point to. ``carried`` of the result names what was taken over.
        """
        question = check_question(query)
        resolved = resolve(question, earlier)
        if not resolved.carried:
            return self._answer(question, where)
        completed = replace(self._answer(resolved.query, where), query=question, carried=resolved.carried)
        if resolved.certain:
            return completed
        alone = self._answer(question, where)
        both = {name: alone.milliseconds[name] + spent for name, spent in completed.milliseconds.items()}
        best = max(completed, alone, key=lambda answer: answer.confidence)
        return replace(best, milliseconds=both)

    def search(self, query: str, k: int, where: str | Filter | None = None) -> list[Hit]:
        """Return the k best passages of articles that meet ``where``; raises ConfigError as ``ask`` does."""
        return self._hits(check_question(query), k, where)

    def search_batch(self, queries: Sequence[str], k: int, where: str | Filter | None = None) -> list[list[Hit]]:
        """Return what ``search`` returns for each query, in their order, as many at once as there are cores."""
        return in_parallel(lambda query: self._hits(query, k, where), [check_question(query) for query in queries])

    def article(self, article_id: str) -> Article:
        """Return a whole article, to open a citation in its place; KeyError for an id the index does not hold."""
        return self._retriever.article(article_id)

    def _answer(self, query: str, where: str | Filter | None = None) -> Answer:
        begin = perf_counter()
        hits = self._hits(query, self._k_hits, where)
        return self._read(query, hits, 1000 * (perf_counter() - begin))[0]

    def _read(self, query: str, hits: Sequence[Hit], retrieving: float) -> tuple[Answer, list[Span]]:
        begin = perf_counter()
        spans = self._reader.read(query, [hit.passage for hit in hits[: self._k_read]], MAX_SPANS)
        read = perf_counter()
        answer = compose(query, hits, spans, self._retriever.article, self._calibration, widened=self._widened)
        reading, composing = 1000 * (read - begin), 1000 * (perf_counter() - read)
        spent = {"retrieve": retrieving, "read": reading, "answer": composing}
        return replace(answer, milliseconds={**spent, "total": sum(spent.values())}), spans

    def _hits(self, query: str, k: int, where: str | Filter | None) -> list[Hit]:
        return self._retriever.retrieve(query, k) if where is None else self._filtering().retrieve(query, k, where)

    def _filtering(self) -> FilteringRetriever:
        if not isinstance(self._retriever, FilteringRetriever):
            raise ConfigError("this retriever takes no filters and tells no reasons", mend="Ask without them.")
        return self._retriever
