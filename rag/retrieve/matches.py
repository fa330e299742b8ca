"""All passages that say something, not the best few: counted, grouped by article, in the order of their dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.filters import parse
from rag.filters.conditions import Filter, date_told
from rag.retrieve.wanted import Alternative, Want, plain, wants
from rag.types import Passage

if TYPE_CHECKING:
    from rag.index import Index
    from rag.index.listing import Brief

_BATCH = 2000  # passages looked at together


@dataclass(frozen=True, slots=True)
class Group:
    """The matching passages of one article that stand on a page, in the order of the text; ``total`` is all it has.

    ``date`` is ISO, as much of it as is known, or "".
    """

    article_id: str
    source: str
    title: str
    authors: tuple[str, ...]
    date: str
    total: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """One page of all matches. ``years`` counts passages by year, "" for those without; pages count from 1.

    ``wanted`` is what a passage had to say, each with the words that may stand for it.
    """

    query: str
    where: str | Filter | None
    wanted: tuple[tuple[str, ...], ...]
    passages: int
    articles: int
    years: tuple[tuple[str, int], ...]
    page: int
    pages: int
    per_page: int
    groups: tuple[Group, ...]


def all_matches(
    index: Index, query: str, where: str | Filter | None = None, *, page: int = 1, per_page: int = 20
) -> Matches:
    """Return one page of all passages that hold every word of ``query`` (see rag.retrieve.wanted) in text or context.

    Context is title, byline and heading. Articles come by date, those without one last, then by source and place in
    the file; a page beyond the last is empty. Raises ConfigError for a query or a filter that cannot be read.
    """
    if min(page, per_page) < 1:
        raise ValueError(f"page and per_page must be at least 1, got {page} and {per_page}")
    wanted = wants(query, index.own_words())
    rows = index.holding([[way.terms for way in want.ways] for want in wanted])
    if where is not None:
        let_through = set(index.select(parse(where) if isinstance(where, str) else where).rows.tolist())
        rows = [row for row in rows if row in let_through]
    for want in wanted:
        rows = _sayers(index, rows, want)
    return _page(index, query, where, wanted, rows, page, per_page)


def _sayers(index: Index, rows: list[int], want: Want) -> list[int]:
    """Return those of ``rows`` that meet ``want``; for the ways that the index cannot decide, by reading them."""
    literals = [way for way in want.ways if way.literal]
    if not literals:
        return rows
    decided = [way.terms for way in want.ways if not way.literal]
    sure = set(index.holding([decided])) if decided else set()
    doubtful = [row for row in rows if row not in sure]
    for start in range(0, len(doubtful), _BATCH):
        batch = index.passages(doubtful[start : start + _BATCH])
        sure.update(one.row for one in batch if _says(one.passage, literals))
    return [row for row in rows if row in sure]


def _says(passage: Passage, literals: Sequence[Alternative]) -> bool:
    if any(way.stands_in(passage.text) for way in literals):  # as printed: mostly it is, and folding takes time
        return True
    parts = (plain(passage.text), plain(passage.context))
    return any(way.stands_in(part) for way in literals for part in parts)


def _page(
    index: Index,
    query: str,
    where: str | Filter | None,
    wanted: Sequence[Want],
    rows: Sequence[int],
    page: int,
    per_page: int,
) -> Matches:
    owner = index.owners_of(rows)
    held = Counter(owner.values())
    articles = {row: (date_told(article), article) for row, article in index.briefs(held)}
    places = {row: (date or "9999", article.source, row) for row, (date, article) in articles.items()}
    ordered = sorted(rows, key=lambda row: (places[owner[row]], row))
    years: Counter[str] = Counter()
    for row, count in held.items():
        years[articles[row][0][:4]] += count
    shown = index.passages(ordered[(page - 1) * per_page : page * per_page])
    by_article: dict[int, list[Passage]] = {}
    for one in shown:
        by_article.setdefault(owner[one.row], []).append(one.passage)
    return Matches(
        query,
        where,
        tuple(index.own_words().same(want.word) for want in wanted),
        len(rows),
        len(held),
        tuple(sorted(years.items(), key=lambda entry: (entry[0] == "", entry[0]))),
        page,
        -(-len(rows) // per_page),
        per_page,
        tuple(_group(*articles[row], held[row], passages) for row, passages in by_article.items()),
    )


def _group(date: str, article: Brief, total: int, passages: Sequence[Passage]) -> Group:
    return Group(article.id, article.source, article.title, article.authors, date, total, tuple(passages))
