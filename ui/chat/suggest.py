"""Questions worth asking of an archive, made from its own sentences by plain rules; each is tried before offered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from logging import getLogger
from threading import Event, Thread
from typing import Protocol

from rag.query import kind_of
from rag.text import HAN
from rag.types import Answer, Article
from ui.archive.known import Archive

logger = getLogger(__name__)

OFFERED = 4
TRIED = 24  # questions asked at most; each takes a moment of the machine
LOOKED_AT = 60  # articles, spread over the archive
CERTAIN = 0.6  # confidence from which a question is offered

# the words before the verb, if they name something by themselves
_SUBJECT = rf"(?:^|(?<=[。；\n]))((?:(?![他她它我你们这那其该据说约概])[{HAN}《》“”]){{3,14}}?)"
# what a sentence says, and the question that it answers
RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"所谓“([^“”]{2,12})”"), "什么叫“{}”？"),
    (re.compile(r"“([^“”]{2,12})”(?:，)?(?:是指|指的是|就是指)"), "什么叫“{}”？"),
    (re.compile(r"《([^《》]{4,24}(?:条例|办法|规定|法))》自[^，。]{4,16}起施行"), "《{}》从什么时候起施行？"),
    (re.compile(rf"{_SUBJECT}(?:始建于|建于|建成于|创办于|成立于)(?:1[89]|20)\d\d年"), "{}是哪一年建立的？"),
    (re.compile(rf"{_SUBJECT}(?:全长|长)(?:约)?[\d.]+\s*(?:米|公里)"), "{}有多长？"),
    (re.compile(r"\b(?:[Tt]he) ([A-Z]?[a-z]+(?: [A-Z]?[a-z]+){0,2}) was (?:built|opened|founded) in \d{4}"),
     "When was the {} built?"),
    (re.compile(r"\bThe ([a-z]+(?: [a-z]+){0,2}) costs? "), "How much does the {} cost?"),
)  # fmt: skip
_ASKS = re.compile(r"什么|怎么|怎样|如何|为什么|为何|哪|谁|多少|几")


class Asks(Protocol):
    """What trying a question needs."""

    def ask(self, query: str) -> Answer: ...
    def article(self, article_id: str) -> Article: ...


def candidates(articles: Iterable[Article]) -> Iterator[str]:
    """Yield questions that sentences or titles of ``articles`` suggest, one an article at most, none twice."""
    seen: set[str] = set()
    for article in articles:
        question = next((one for one in _suggested(article) if one not in seen), None)
        if question:
            seen.add(question)
            yield question


def _suggested(article: Article) -> Iterator[str]:
    for pattern, form in RULES:
        found = pattern.search(article.text)
        if found:
            yield form.format(found[1].strip())
    title = article.title.strip()
    if article.kind != "front" and 6 <= len(title) <= 30 and _ASKS.search(title) and kind_of(title) != "other":
        yield title.rstrip("？?。") + "？"


class Suggestions:
    """Questions to offer: the given ones, or those that the archive answers, found in the background."""

    def __init__(self, assistant: Asks, archive: Archive | None, given: Sequence[str]) -> None:
        self._assistant, self._archive = assistant, archive
        self._found: tuple[str, ...] = tuple(given)
        self.done = Event()
        if given or archive is None:
            self.done.set()
        else:
            Thread(target=self._look, name="wenju-suggest", daemon=True).start()

    def now(self) -> tuple[str, ...]:
        """Return the questions known so far."""
        return self._found

    def _look(self) -> None:
        try:
            for number, question in enumerate(candidates(self._articles())):
                answer = self._assistant.ask(question)
                if answer.status == "answered" and answer.confidence >= CERTAIN:
                    self._found = (*self._found, question)
                if len(self._found) >= OFFERED or number + 1 >= TRIED:
                    break
        except Exception:  # a page without examples is a page all the same
            logger.exception("no questions could be made from the archive")
        self.done.set()

    def _articles(self) -> Iterator[Article]:
        assert self._archive is not None
        entries = [entry for source in self._archive.known().by_source.values() for entry in source]
        step = max(1, len(entries) // LOOKED_AT)
        for entry in entries[::step]:
            yield self._assistant.article(entry.id)
