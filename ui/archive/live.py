"""The index as it is now, kept open behind the page: a newer generation takes its place without a pause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from logging import getLogger
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from rag.errors import IndexStoreError, WenjuError
from ui.archive.known import IndexArchive, Known, know

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.config import Settings
    from rag.converse import Turn
    from rag.filters.conditions import Filter
    from rag.index import Index, Manifest
    from rag.quote import QuoteCheck
    from rag.retrieve import HybridRetriever
    from rag.retrieve.explain import Explanation
    from rag.retrieve.matches import Matches
    from rag.types import Answer, Article, Encoder

logger = getLogger(__name__)

EVERY = 2.0  # seconds between two looks at which generation is the newest


@dataclass(frozen=True, slots=True)
class Opened:
    """One generation of an index and what asks it."""

    index: Index
    retriever: HybridRetriever
    assistant: Assistant
    archive: IndexArchive


@dataclass(slots=True)
class _Lent:
    """An open generation: ``marked`` is what CURRENT said of it, ``users`` how many calls are under way in it."""

    opened: Opened
    marked: str
    users: int = 0
    retired: bool = False


class Live:
    """Keeps the newest generation in ``folder`` open; ``open_`` opens it. Every thread may use it.

    A generation that was replaced is closed when the last call that began in it is over. A newer one that cannot be
    opened leaves the one before in place.
    """

    def __init__(self, folder: Path, open_: Callable[[], Opened]) -> None:
        self.folder, self._open = folder, open_
        self._lock, self._opening = Lock(), Lock()
        self._now: _Lent | None = None
        self._stop = Event()
        self.assistant, self.archive, self.about = LiveAssistant(self), LiveArchive(self), LiveAbout(self)

    @contextmanager
    def held(self) -> Iterator[Opened]:
        """Lend the newest generation; it stays open inside. Raises IndexStoreError where there is no index."""
        if self._now is None:
            self.refresh()
        with self._lock:
            lent = self._now
            assert lent is not None
            lent.users += 1
        try:
            yield lent.opened
        finally:
            self._give_back(lent)

    def exists(self) -> bool:
        """Tell whether an index was ever finished in the folder."""
        return bool(self._marked())

    def refresh(self) -> bool:
        """Look whether there is a newer generation and take it; raises what opening it raises."""
        with self._opening:
            marked = self._marked()
            if self._now is not None and self._now.marked == marked:
                return False
            opened = self._open()
            with suppress(WenjuError):
                opened.archive.known()  # so that the first who asks does not wait for it
            with self._lock:
                before, self._now = self._now, _Lent(opened, marked)
                idle = before is not None and before.users == 0
                if before is not None:
                    before.retired = True
        if before is not None and idle:
            before.opened.index.close()
        return True

    def follow(self, every: float = EVERY) -> None:
        """Look every so many seconds, in a thread of its own, until ``close``."""
        Thread(target=self._follow, args=(every,), name="wenju-follow", daemon=True).start()

    def close(self) -> None:
        """Stop following. What is lent stays open until it is given back."""
        self._stop.set()

    def _follow(self, every: float) -> None:
        told = ""
        while not self._stop.wait(every):
            try:
                if self._marked():
                    self.refresh()
                told = ""
            except Exception as error:  # the generation that is open goes on answering, whatever is wrong with this one
                if str(error) != told:
                    logger.warning("the newest generation of %s cannot be opened: %s", self.folder.name, error)
                told = str(error)

    def _marked(self) -> str:
        from rag.index.generation import CURRENT

        with suppress(OSError):
            return (self.folder / CURRENT).read_text(encoding="utf-8", errors="replace")
        return ""

    def _give_back(self, lent: _Lent) -> None:
        with self._lock:
            lent.users -= 1
            over = lent.retired and lent.users == 0
        if over:
            lent.opened.index.close()


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


def opener(settings: Settings, encoder: Encoder) -> Callable[[], Opened]:
    """Return what opens the index of ``settings`` anew each time, with models that are loaded once."""
    from rag.index import open_index
    from rag.read import open_reader
    from rag.wiring import assistant_for, retriever_for

    reader = open_reader(settings.reader)

    def open_() -> Opened:
        index = open_index(settings.index)
        try:
            retriever = retriever_for(settings, index, encoder)
            assistant = assistant_for(settings, retriever, reader)
        except BaseException:
            index.close()
            raise
        return Opened(index, retriever, assistant, IndexArchive(lambda: index, lambda: retriever))

    return open_
