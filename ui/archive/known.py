"""What the page knows of the archive besides its answers: lists of articles, and what there is to filter by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rag.filters.conditions import About, Filter, date_told
from rag.text import fold

if TYPE_CHECKING:
    from rag.index import Index, Manifest
    from rag.quote import QuoteCheck
    from rag.retrieve.matches import Matches
    from rag.types import Retriever

FACETS = ("year", "issue", "column", "author")


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a list names it."""

    id: str
    title: str
    authors: tuple[str, ...]
    page: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """All that lists and filters need of one generation of an index.

    ``facets`` gives, for each of FACETS, the values there are with the number of articles that have them, in the order
    to show: years and issues newest first, columns and authors by frequency.
    """

    articles: int
    issues: int
    dates: tuple[str, str] | None
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    by_source: Mapping[str, tuple[Entry, ...]]


class Archive(Protocol):
    """What the page needs of an index; every call comes from some thread and sees the index as it is then."""

    def known(self) -> Known:
        """Return what there is to list and to filter by."""
        ...

    def manifest(self) -> Manifest:
        """Return what the index was made with."""
        ...

    def matches(self, query: str, where: Filter | None, page: int) -> Matches:
        """Return one page of all passages that say ``query``; raises WenjuError for one that cannot be read."""
        ...

    def check_quote(self, quote: str) -> list[QuoteCheck]:
        """Look a quotation up, piece by piece; raises WenjuError for one that cannot be checked."""
        ...


class IndexArchive:
    """An archive over ``index`` and ``retriever``, called anew each time: both may be replaced while a page is open."""

    def __init__(self, index: Callable[[], Index], retriever: Callable[[], Retriever]) -> None:
        self._index, self._retriever = index, retriever
        self._kept: tuple[Index, Known] | None = None

    def known(self) -> Known:
        index, kept = self._index(), self._kept
        if kept is None or kept[0] is not index:  # two threads may both gather it; they gather the same
            kept = self._kept = (index, know([article for _, article in index.known()]))
        return kept[1]

    def manifest(self) -> Manifest:
        return self._index().manifest

    def matches(self, query: str, where: Filter | None, page: int) -> Matches:
        from rag.retrieve.matches import all_matches

        return all_matches(self._index(), query, where, page=page)

    def check_quote(self, quote: str) -> list[QuoteCheck]:
        from rag.quote import check_quote

        return check_quote(quote, self._retriever())


def know(listed: Sequence[About]) -> Known:
    """Gather what there is to list and to filter by; front matter is listed and not counted."""
    articles = [one for one in listed if one.kind != "front"]
    by_source: dict[str, list[Entry]] = {}
    for one in listed:
        by_source.setdefault(one.source, []).append(Entry(one.id, one.title, one.authors, one.page))
    dates = sorted(filter(None, map(date_told, listed)))
    issues = Counter(issue_key(one.journal, one.issue) for one in articles if one.issue)
    newest = {issue_key(one.journal, one.issue): date_told(one) for one in articles if one.issue}
    years = Counter(date[:4] for date in map(date_told, articles) if date)
    return Known(
        len(articles),
        len(issues),
        (dates[0], dates[-1]) if dates else None,
        {
            "year": tuple(sorted(years.items(), reverse=True)),
            "issue": tuple(sorted(issues.items(), key=lambda entry: (newest[entry[0]], entry[0]), reverse=True)),
            "column": _frequent(one.column for one in articles),
            "author": _frequent(name for one in articles for name in one.authors),
        },
        {source: tuple(entries) for source, entries in by_source.items()},
    )


def issue_key(journal: str | None, issue: str | None) -> str:
    """Return what tells one issue from all others: its journal, where known, on a line before it."""
    return f"{journal}\n{issue}" if journal else issue or ""


def _frequent(values: Iterable[str | None]) -> tuple[tuple[str, int], ...]:
    counted = Counter(value for value in values if value)
    return tuple(sorted(counted.items(), key=lambda entry: (-entry[1], fold(entry[0]))))
