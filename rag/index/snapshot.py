"""The store as one generation sees it: files, articles, passages, and which articles are near copies."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import IndexStoreError
from rag.index.alike import near_copies, sketched
from rag.index.generation import Counts
from rag.index.listing import FLAGGED, LISTED, LISTED_OF_FEW, Brief, Flagged, Listed, brief, flagged, listed
from rag.index.store import ARTICLE, SOURCE, as_store_error, damaged, mark
from rag.types import Article, Paragraph, Passage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_SEEN = "s.born <= :g AND (s.died IS NULL OR s.died > :g)"
# of a generation: what it sees, what came with it, what it was the first not to see
PARTS = {"seen": _SEEN, "born": f"s.born = :g AND {_SEEN}", "died": "s.died = :g"}
_SOURCE = ", ".join(f"s.{column}" for column in SOURCE)
_ARTICLE = ", ".join(f"a.{column}" for column in ARTICLE)
_PASSAGE = "p.id, p.article, p.start, p.stop, p.text, p.context, p.key, p.mark, a.name, a.title, a.lang, a.kind"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One file as it was last read; ``error`` tells why it gave no article."""

    id: int
    source: str
    root: str
    path: str
    size: int
    mtime: int
    sha256: str
    encoding: str
    undecodable: int
    notes: tuple[str, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its row number and what ranking wants to know of its article."""

    row: int
    passage: Passage
    lang: str
    front: bool


class Snapshot:
    """What the store holds as of one generation. Safe to use from several threads."""

    def __init__(self, connection: sqlite3.Connection, path: Path, generation: int) -> None:
        self._connection, self._path, self.generation = connection, path, generation
        self._lock = threading.Lock()

    def _rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        with self._lock, as_store_error(self._path):
            return self._connection.execute(query, {"g": self.generation, **values}).fetchall()

    def remember(self, size: int) -> None:
        """Keep up to ``size`` bytes of the file in memory."""
        self._rows(f"PRAGMA cache_size = -{size // 1024}")

    def format(self) -> int:
        """Return the schema number the file carries."""
        return int(self._rows("PRAGMA user_version")[0][0])

    def settings(self) -> dict[str, str]:
        """Return what the store was made with."""
        return dict(self._rows("SELECT name, value FROM settings"))

    def counts(self, part: str = "seen") -> Counts:
        """Count what this generation sees, or a part of PARTS."""
        seen = f"FROM sources s CROSS JOIN articles a ON a.source = s.id WHERE {PARTS[part]}"
        files = self._rows(f"SELECT count(*) FROM sources s WHERE s.error IS NULL AND {PARTS[part]}")[0][0]
        sums = "count(*) FILTER (WHERE a.kind <> 'front'), ifnull(sum(a.characters), 0)"
        articles, characters = self._rows(f"SELECT {sums} {seen}")[0]
        paragraphs, passages = (self._belonging(table, part) for table in ("paragraphs", "passages"))
        return Counts(files, articles, paragraphs, passages, characters)

    def _belonging(self, table: str, part: str) -> int:
        """Count the rows of the articles of a part; few are not seen, so that those are counted and taken off.

        In one statement, for a writer may add rows at any moment.
        """
        whose = PARTS[part] if part != "seen" else f"NOT ({_SEEN})"
        few = f"SELECT a.id FROM sources s CROSS JOIN articles a ON a.source = s.id WHERE {whose}"
        counted = f"(SELECT count(*) FROM {table} WHERE article IN ({few}))"
        query = f"SELECT {counted}" if part != "seen" else f"SELECT (SELECT count(*) FROM {table}) - {counted}"
        return int(self._rows(query)[0][0])

    def sources(self, part: str = "seen", *, noted: bool = False) -> list[SourceRow]:
        """Return every file the index knows, by name, those that could not be read too; or only the ``noted``."""
        few = " AND s.notes <> '[]'" if noted else ""
        rows = self._rows(f"SELECT {_SOURCE} FROM sources s WHERE {PARTS[part]}{few} ORDER BY +s.source")
        for *values, expected in rows:
            if mark(*values) != expected:
                raise damaged(self._path, str(values[1]))
        return [SourceRow(*(*row[:9], tuple(json.loads(row[9])), row[10])) for row in rows]

    def article(self, name: str) -> Article:
        """Return the article with this id; raises KeyError when there is none."""
        query = f"SELECT {_ARTICLE} FROM articles a JOIN sources s ON s.id = a.source WHERE a.name = :name AND {_SEEN}"
        rows = self._rows(query, name=name)
        if not rows:
            if self._rows(query.replace("articles a", "articles a NOT INDEXED"), name=name):
                raise damaged(self._path, name)  # it is there, and what should lead to it does not
            raise KeyError(name)
        article = self._article(rows[0])
        if article.id != name:
            raise damaged(self._path, name)
        return article

    def articles(self) -> Iterator[Article]:
        """Yield every article, by source and then in the order of the file."""
        tables = "articles a JOIN sources s ON s.id = a.source"
        for (row,) in self._rows(f"SELECT a.id FROM {tables} WHERE {_SEEN} ORDER BY +s.source, a.id"):
            yield self.article_at(row)

    def article_at(self, row: int) -> Article:
        """Return the article of a row, whichever generations see it; raises IndexStoreError when it is damaged."""
        rows = self._rows(f"SELECT {_ARTICLE} FROM articles a WHERE a.id = :row", row=row)
        if not rows:
            raise self.damaged(f"article {row}")
        with as_store_error(self._path):
            return self._article(rows[0])

    def listed(self, part: str = "seen") -> list[Listed]:
        """Return what is known of every article less its text, in the order of ``articles``."""
        return [listed(row[:-1]) for row in self._listed(part)]

    def briefs(self, part: str = "seen") -> list[tuple[int, Brief]]:
        """Return (row, what filters ask) of every article, in the order of ``articles``."""
        rows, told = self.article_rows(part), self._listed(part)
        if len(rows) != len(told):
            raise self.damaged("the list of articles")
        return list(zip(rows, map(brief, told), strict=True))

    def _listed(self, part: str) -> list[tuple[Any, ...]]:
        rows = self._rows((LISTED if part == "seen" else LISTED_OF_FEW).format(seen=PARTS[part]))
        for name, *values, expected in rows:
            if mark(name, *values) != expected:
                raise damaged(self._path, name)
        return rows

    def flagged(self, part: str = "seen") -> list[tuple[str, int, Flagged]]:
        """Return (file, row of the article, paragraph) of those that look garbled or out of place, in this order."""
        return [(*row[:2], flagged(row[2:])) for row in self._rows(FLAGGED.format(seen=PARTS[part]))]

    def _article(self, values: tuple[Any, ...]) -> Article:
        *parts, expected = values
        row, _, name, title, text, kind, lang, about = parts[:8]
        rows = self._rows(
            "SELECT number, start, stop, kind, origin, page, head, garble, misplaced FROM paragraphs "
            "WHERE article = :row ORDER BY number",
            row=row,
        )
        if mark(*parts, *(value for values in rows for value in values)) != expected:
            raise damaged(self._path, name)
        paragraphs = tuple(
            Paragraph(
                n, start, stop, kind, tuple((a, b) for a, b in json.loads(origin)), page, head, garble, bool(moved)
            )
            for n, start, stop, kind, origin, page, head, garble, moved in rows
        )
        facts = json.loads(about)
        facts["authors"] = tuple(facts["authors"])
        return Article(name, _source_of(name), title, text, paragraphs, kind, lang, **facts)

    def passages(self, rows: Sequence[int]) -> list[Found]:
        """Return these passages in the order asked for; one that this generation does not see is left out."""
        wanted = ",".join(str(int(row)) for row in rows)
        found = self._rows(
            f"SELECT {_PASSAGE} FROM passages p JOIN articles a ON a.id = p.article JOIN sources s ON s.id = a.source "
            f"WHERE p.id IN ({wanted}) AND {_SEEN}"
        )
        by_row = {values[0]: self._found(values) for values in found}
        return [by_row[row] for row in rows if row in by_row]

    def _found(self, values: tuple[Any, ...]) -> Found:
        *parts, expected, article, title, lang, kind = values
        row, _, start, stop, text, context, _ = parts
        if mark(*parts) != expected:
            raise damaged(self._path, article)
        passage = Passage(f"{article}:{start}-{stop}", article, _source_of(article), title, start, stop, text, context)
        return Found(row, passage, lang, kind == "front")

    def article_rows(self, part: str = "seen") -> list[int]:
        """Return the row of every article, in the order of ``articles``."""
        tables = "sources s CROSS JOIN articles a ON a.source = s.id"
        return [row for (row,) in self._rows(f"SELECT a.id FROM {tables} WHERE {PARTS[part]} ORDER BY s.source, a.id")]

    def sketches(self, part: str = "seen") -> list[tuple[int, bytes]]:
        """Return (row of the article, sketch) of those that have one (see rag.index.alike)."""
        tables = "sources s CROSS JOIN articles a ON a.source = s.id"
        return self._rows(f"SELECT a.id, a.sketch FROM {tables} WHERE {PARTS[part]} AND length(a.sketch) > 0")

    def copies(
        self, table: npt.NDArray[np.uint64] | None = None, new: Sequence[int] | None = None
    ) -> list[tuple[str, str, float]]:
        """Return (article id, article id, resemblance) of near copies, in the order of the store.

        ``table`` holds the sketches if they are known; with ``new``, only pairs that hold one of these rows.
        """
        if new is not None and not new:
            return []
        pairs = near_copies(sketched(self.sketches()) if table is None else table, self._text, new)
        return [(self._name(one), self._name(other), share) for one, other, share in pairs]

    def _text(self, row: int) -> str:
        return str(self._rows("SELECT text FROM articles WHERE id = :row", row=row)[0][0])

    def _name(self, row: int) -> str:
        return str(self._rows("SELECT name FROM articles WHERE id = :row", row=row)[0][0])

    def damaged(self, what: str) -> IndexStoreError:
        """Return the error that says where the store is damaged."""
        return damaged(self._path, what)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _source_of(article: str) -> str:
    """Return the file, or the member of an archive, that an article's id names."""
    return article.rpartition("#")[0]
