"""The facade: a question in, an Answer out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from time import perf_counter

from rag.answer import answer_key, compose, together
from rag.answer.calibrate import Calibration
from rag.answer.ordering import by_reading
from rag.config import Settings
from rag.converse import Resolved, Turn, resolve
from rag.errors import ConfigError
from rag.filters.conditions import Filter
from rag.parallel import in_parallel
from rag.query import check_question
from rag.retrieve.explain import Explanation, FilteringRetriever, with_reading
from rag.types import Answer, Article, Hit, Reader, Retriever, Span
from rag.understand import Understood, Worded, several, understood

_USUAL = Settings()
_CLOSE = 0.1  # of a follow-up read in two ways, the one that goes on with the topic, unless the other is surer by this
MAX_SPANS = 20  # distinct places the reader may return; several can say the same


class Assistant:
    """Asks one retriever and one reader. Holds nothing of any question, so threads may share it."""

    def __init__(
        self,
        retriever: Retriever,
        reader: Reader,
        *,
        k_hits: int = _USUAL.k_hits,
        k_read: int = _USUAL.k_read,
        calibration: Calibration | None = None,
    ) -> None:
        """Return ``k_hits`` passages, read the first ``k_read``."""
        self._retriever, self._reader = retriever, reader
        self._k_hits, self._k_read = k_hits, k_read
        self._calibration = calibration or Calibration()

    def ask(self, query: str, where: str | Filter | None = None, *, as_typed: bool = False) -> Answer:
        """Answer a question that stands on its own, from the articles that meet the filter ``where`` (rag.filters).

        Slips of typing are put right by the archive's own words, and ``corrected`` of the answer tells which, unless
        ``as_typed``. A line of several questions gets one answer with the places that answer each; ``ask_each`` tells
        them apart. Raises ConfigError for a question that is empty or too long, and for a filter that cannot be read
        or that the retriever does not take.
        """
        question = check_question(query)
        if len(several(question)) > 1:
            joined = together(question, self.ask_each(question, (), where, as_typed=as_typed))
            if joined:
                return joined
        return self._alone(question, where, as_typed)

    def ask_batch(self, queries: Sequence[str], where: str | Filter | None = None) -> list[Answer]:
        """Return what ``ask`` returns for each question, in their order, as many at once as there are cores."""
        return in_parallel(lambda query: self.ask(query, where), [check_question(query) for query in queries])

    def ask_each(
        self,
        query: str,
        earlier: Sequence[Turn | str] = (),
        where: str | Filter | None = None,
        *,
        without: Iterable[str] = (),
        as_typed: bool = False,
    ) -> list[Answer]:
        """Answer each question of a line that holds several, in their order; one answer where it holds one.

        The later ones may lean on those before them and on the ``earlier`` turns; the rest is as for ``chat``.
        """
        turns, answers = list(earlier), []
        for part in several(check_question(query)):
            answer = self.chat(part, turns, where, without=without, as_typed=as_typed)
            turns.append(Turn.of(answer))
            answers.append(answer)
        return answers

    def explain(self, query: str, where: str | Filter | None = None) -> tuple[Answer, Explanation]:
        """Return the answer of ``ask``, and why its passages were found and what the reader made of them."""
        question = check_question(query)
        meant = self._understood(question)
        explanation = self._filtering().explain(meant.search, self._k_hits, where)
        answer, spans = self._read(meant.query, explanation.hits, sum(explanation.milliseconds.values()))
        return _told(answer, question, meant), with_reading(
            explanation, spans, {name: answer.milliseconds[name] for name in ("read", "answer")}
        )

    def chat(
        self,
        query: str,
        earlier: Sequence[Turn | str],
        where: str | Filter | None = None,
        *,
        without: Iterable[str] = (),
        as_typed: bool = False,
    ) -> Answer:
        """Answer a question that may lean on ``earlier`` turns, oldest first.

        Plain strings are earlier questions; a Turn brings the answer too, which later questions
        may point to. ``carried`` of the result names what was taken over, less what ``without`` names. The rest is as
        for ``ask``.
        """
        question = check_question(query)
        meant = Understood(question, question) if as_typed else self._understood(question)
        resolved = resolve(meant.search, earlier, without=without)
        if resolved.move == "alone":
            return self._meant(question, meant, where)
        completed = self._completed(question, meant, resolved, where)
        if resolved.certain:
            return completed
        alone = self._meant(question, meant, where)
        both = {name: alone.milliseconds[name] + spent for name, spent in completed.milliseconds.items()}
        best = completed if completed.confidence >= alone.confidence - _CLOSE else alone
        return replace(best, milliseconds=both)

    def _completed(self, question: str, meant: Understood, resolved: Resolved, where: str | Filter | None) -> Answer:
        answer = self._answer(resolved.query, where, search=resolved.search, besides=resolved.besides)
        carried = tuple(term.text for term in resolved.carried)
        return replace(answer, query=question, carried=carried, asked=resolved.query, corrected=meant.changes)

    def _alone(self, question: str, where: str | Filter | None, as_typed: bool = False) -> Answer:
        return self._meant(question, Understood(question, question) if as_typed else self._understood(question), where)

    def _meant(self, question: str, meant: Understood, where: str | Filter | None) -> Answer:
        return _told(self._answer(meant.query, where, search=meant.search), question, meant)

    def _understood(self, question: str) -> Understood:
        return understood(question, self._retriever.words() if isinstance(self._retriever, Worded) else None)

    def search(self, query: str, k: int, where: str | Filter | None = None) -> list[Hit]:
        """Return the k best passages of articles that meet ``where``; raises ConfigError as ``ask`` does."""
        return self._hits(check_question(query), k, where)

    def search_batch(self, queries: Sequence[str], k: int, where: str | Filter | None = None) -> list[list[Hit]]:
        """Return what ``search`` returns for each query, in their order, as many at once as there are cores."""
        return in_parallel(lambda query: self._hits(query, k, where), [check_question(query) for query in queries])

    def article(self, article_id: str) -> Article:
        """Return a whole article, to open a citation in its place; KeyError for an id the index does not hold."""
        return self._retriever.article(article_id)

    def _answer(
        self, query: str, where: str | Filter | None = None, *, search: str | None = None, besides: Sequence[str] = ()
    ) -> Answer:
        begin = perf_counter()
        hits = self._hits(search or query, self._k_hits, where)
        return self._read(query, hits, 1000 * (perf_counter() - begin), besides)[0]

    def _read(
        self, query: str, hits: Sequence[Hit], retrieving: float, besides: Sequence[str] = ()
    ) -> tuple[Answer, list[Span]]:
        """Return the answer and the spans it was chosen from, less those that say what ``besides`` said."""
        begin = perf_counter()
        spans = self._reader.read(query, [hit.passage for hit in hits[: self._k_read]], MAX_SPANS)
        spans = [span for span in spans if not _said(span, besides)]
        read = perf_counter()
        article = cache(self._retriever.article)  # asked for hundreds of times, of a few articles
        answer = compose(query, hits, spans, article, self._calibration)
        reading, composing = 1000 * (read - begin), 1000 * (perf_counter() - read)
        spent = {"retrieve": retrieving, "read": reading, "answer": composing}
        milliseconds = {**spent, "total": sum(spent.values())}
        return replace(answer, hits=by_reading(hits, spans), milliseconds=milliseconds), spans

    def _hits(self, query: str, k: int, where: str | Filter | None) -> list[Hit]:
        return self._retriever.retrieve(query, k) if where is None else self._filtering().retrieve(query, k, where)

    def _filtering(self) -> FilteringRetriever:
        if not isinstance(self._retriever, FilteringRetriever):
            raise ConfigError("this retriever takes no filters and tells no reasons", mend="Ask without them.")
        return self._retriever


def _told(answer: Answer, question: str, meant: Understood) -> Answer:
    """Return ``answer`` with what was typed, and what was looked up instead."""
    if meant.query == question:
        return answer
    return replace(answer, query=question, asked=meant.query, corrected=meant.changes)


def _said(span: Span, besides: Sequence[str]) -> bool:
    """Tell whether one of the answers ``besides`` says what ``span`` says, or the other way round."""
    key = answer_key(span.text)
    return any(key in other or other in key for other in map(answer_key, besides))
