"""What asks whichever generation is the newest, and looks to its user like one that never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.errors import IndexStoreError, WenjuError
from ui.archive.known import Known, know

if TYPE_CHECKING:
    from rag.converse import Turn
    from rag.filters.conditions import Filter
    from rag.index import Manifest
    from rag.quote import QuoteCheck
    from rag.retrieve.explain import Explanation
    from rag.retrieve.matches import Matches
    from rag.types import Answer, Article
    from ui.archive.live import Live


@dataclass(frozen=True, slots=True)
class LiveAssistant:
    """Asks the generation that is the newest when a question comes in."""

    live: Live = field(repr=False)

    def ask(self, query: str, where: str | Filter | None = None) -> Answer:
        """Answer as rag.assistant does."""
        with self.live.held() as now:
            return now.assistant.ask(query, where)

    def chat(
        self,
        query: str,
        earlier: Sequence[Turn | str],
        where: str | Filter | None = None,
        *,
        without: Sequence[str] = (),
    ) -> Answer:
        """Answer a question that may lean on earlier turns, as rag.assistant does."""
        with self.live.held() as now:
            return now.assistant.chat(query, earlier, where, without=without)

    def explain(self, query: str, where: str | Filter | None = None) -> tuple[Answer, Explanation]:
        """Answer and tell why, as rag.assistant does."""
        with self.live.held() as now:
            return now.assistant.explain(query, where)

    def article(self, article_id: str) -> Article:
        """Return a whole article; raises KeyError for one that is not there."""
        with self.live.held() as now:
            return now.assistant.article(article_id)


@dataclass(frozen=True, slots=True)
class LiveArchive:
    """What the page lists and looks up, of the newest generation."""

    live: Live = field(repr=False)

    def known(self) -> Known:
        """Return what there is to list and to filter by; nothing where there is no index yet."""
        try:
            with self.live.held() as now:
                return now.archive.known()
        except IndexStoreError:
            if self.live.exists():
                raise
            return know([])

    def manifest(self) -> Manifest:
        """Return what the index was made with."""
        with self.live.held() as now:
            return now.archive.manifest()

    def matches(self, query: str, where: Filter | None, page: int) -> Matches:
        """Return one page of all passages that say ``query``."""
        with self.live.held() as now:
            return now.archive.matches(query, where, page)

    def check_quote(self, quote: str) -> list[QuoteCheck]:
        """Look a quotation up, piece by piece."""
        with self.live.held() as now:
            return now.archive.check_quote(quote)


@dataclass(frozen=True, slots=True)
class LiveAbout(Mapping[str, object]):
    """What the page says of the archive, counted anew each time; only the name while there is none to be read."""

    live: Live = field(repr=False)

    def __getitem__(self, name: str) -> object:
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> dict[str, object]:
        said: dict[str, object] = {"name": self.live.folder.name, "issues": 0}
        with suppress(WenjuError), self.live.held() as now:
            counts, known = now.index.counts(), now.archive.known()
            said |= {"files": counts.files, "articles": counts.articles, "paragraphs": counts.paragraphs}
            said |= {"issues": known.issues, "dates": known.dates or ()}
        return said
