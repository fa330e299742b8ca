"""The store: one SQLite file that is the truth; FAISS and tantivy are made from it.

A source is one version of one file. It is ``born`` in a generation and ``died`` in a later one, or not yet;
a reader of generation g sees the sources with ``born <= g`` and ``died`` either absent or ``> g``, and their
articles, paragraphs and passages. Row numbers are never used again, so that a derived file that still
names a dead passage cannot point at another.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from rag.errors import IndexStoreError
from rag.index.files import writable
from rag.index.generation import FORMAT, REBUILD, Counts
from rag.types import Article, Paragraph, Passage

SCHEMA = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL, root TEXT NOT NULL, path TEXT NOT NULL,
    size INTEGER NOT NULL, mtime INTEGER NOT NULL, sha256 TEXT NOT NULL,
    encoding TEXT NOT NULL, undecodable INTEGER NOT NULL, notes TEXT NOT NULL, error TEXT,
    born INTEGER NOT NULL, died INTEGER
);
CREATE INDEX sources_by_name ON sources (source);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    name TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL, lang TEXT NOT NULL,
    about TEXT NOT NULL, characters INTEGER NOT NULL, mark INTEGER NOT NULL
);
CREATE INDEX articles_by_source ON articles (source);
CREATE INDEX articles_by_name ON articles (name);
CREATE TABLE paragraphs (
    article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    kind TEXT NOT NULL, origin TEXT NOT NULL, page INTEGER,
    head INTEGER, garble REAL NOT NULL, misplaced INTEGER NOT NULL,
    PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, stop INTEGER NOT NULL,
    text TEXT NOT NULL, context TEXT NOT NULL, key BLOB NOT NULL, mark INTEGER NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_key ON passages (key);
CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE words (key BLOB PRIMARY KEY, vector BLOB NOT NULL);
"""
ABOUT = ("subtitle", "authors", "affiliation", "column", "journal", "issue", "date", "page", "place", "found")
_SEEN = "s.born <= :g AND (s.died IS NULL OR s.died > :g)"
_SOURCE = "s.id, s.source, s.root, s.path, s.size, s.mtime, s.sha256, s.encoding, s.undecodable, s.notes, s.error"
_ARTICLE = "a.id, a.name, a.title, a.text, a.kind, a.lang, a.about, a.mark"
_PASSAGE = "p.id, p.start, p.stop, p.text, p.context, p.mark, a.name, a.title, a.lang, a.kind"


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


def mark(*values: object) -> int:
    """Return the check sum kept beside a row, so that damage is seen before the row is shown."""
    return crc32("\x1f".join(map(str, values)).encode())


@contextmanager
def as_store_error(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a damaged or locked file into a sentence."""
    try:
        yield
    except (sqlite3.DatabaseError, ValueError) as error:  # ValueError: bytes that are no text any more
        raise IndexStoreError(
            f"the store of the index cannot be read: {error}", where=path, mend=REBUILD.format(path.parent)
        ) from error


def connect(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Open the store; writing creates it. A folder that cannot be written is read as it stands."""
    if write:
        connection = sqlite3.connect(path, isolation_level=None, timeout=5)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version={FORMAT}; COMMIT;")
        return connection
    # SQLite needs a shared-memory file beside a WAL store, unless told that nobody writes
    mode = "mode=ro" if writable(path.parent) else "mode=ro&immutable=1"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=5, check_same_thread=False
    )


class Snapshot:
    """What the store holds as of one generation. Safe to use from several threads."""

    def __init__(self, connection: sqlite3.Connection, path: Path, generation: int) -> None:
        self._connection, self._path, self._generation = connection, path, generation
        self._lock = threading.Lock()

    def _rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        with self._lock, as_store_error(self._path):
            return self._connection.execute(query, {"g": self._generation, **values}).fetchall()

    def format(self) -> int:
        """Return the schema number the file carries."""
        return int(self._rows("PRAGMA user_version")[0][0])

    def settings(self) -> dict[str, str]:
        """Return what the store was made with."""
        return dict(self._rows("SELECT name, value FROM settings"))

    def counts(self) -> Counts:
        """Count what this generation sees."""
        seen = f"FROM articles a JOIN sources s ON s.id = a.source WHERE {_SEEN}"
        files = self._rows(f"SELECT count(*) FROM sources s WHERE s.error IS NULL AND {_SEEN}")[0][0]
        sums = "count(*) FILTER (WHERE a.kind <> 'front'), ifnull(sum(a.characters), 0)"
        articles, characters = self._rows(f"SELECT {sums} {seen}")[0]
        paragraphs, passages = (
            self._rows(f"SELECT count(*) FROM {table} WHERE article IN (SELECT a.id {seen})")[0][0]
            for table in ("paragraphs", "passages")
        )
        return Counts(files, articles, paragraphs, passages, characters)

    def sources(self) -> list[SourceRow]:
        """Return every file the index knows, by name, those that could not be read too."""
        rows = self._rows(f"SELECT {_SOURCE} FROM sources s WHERE {_SEEN} ORDER BY s.source")
        with as_store_error(self._path):
            return [SourceRow(*(*row[:9], tuple(json.loads(row[9])), row[10])) for row in rows]

    def article(self, name: str) -> Article:
        """Return the article with this id; raises KeyError when there is none."""
        query = f"SELECT {_ARTICLE} FROM articles a JOIN sources s ON s.id = a.source WHERE a.name = :name AND {_SEEN}"
        rows = self._rows(query, name=name)
        if not rows:
            raise KeyError(name)
        return self._article(rows[0])

    def articles(self) -> Iterator[Article]:
        """Yield every article, by source and then in the order of the file."""
        tables = "articles a JOIN sources s ON s.id = a.source"
        for (row,) in self._rows(f"SELECT a.id FROM {tables} WHERE {_SEEN} ORDER BY s.source, a.id"):
            yield self._article(self._rows(f"SELECT {_ARTICLE} FROM {tables} WHERE a.id = :row", row=row)[0])

    def _article(self, values: tuple[Any, ...]) -> Article:
        row, name, title, text, kind, lang, about, expected = values
        rows = self._rows(
            "SELECT number, start, stop, kind, origin, page, head, garble, misplaced FROM paragraphs "
            "WHERE article = :row ORDER BY number",
            row=row,
        )
        if mark(name, title, text, kind, lang, about, *(value for values in rows for value in values)) != expected:
            raise self._damaged(name)
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
        row, start, stop, text, context, expected, article, title, lang, kind = values
        if mark(start, stop, text, context) != expected:
            raise self._damaged(article)
        passage = Passage(f"{article}:{start}-{stop}", article, _source_of(article), title, start, stop, text, context)
        return Found(row, passage, lang, kind == "front")

    def _damaged(self, name: object) -> IndexStoreError:
        return IndexStoreError(
            f"the store of the index is damaged at {name}", where=self._path, mend=REBUILD.format(self._path.parent)
        )

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _source_of(article: str) -> str:
    """Return the file, or the member of an archive, that an article's id names."""
    return article.rpartition("#")[0]


def paragraph_values(paragraph: Paragraph) -> tuple[object, ...]:
    """Return a paragraph as its row holds it, less the article."""
    origin = json.dumps(paragraph.origin, separators=(",", ":"))
    p = paragraph
    return p.number, p.start, p.end, p.kind, origin, p.page, p.head, p.garble, int(p.misplaced)


def article_values(article: Article, paragraphs: Iterable[tuple[object, ...]]) -> tuple[object, ...]:
    """Return an article as its row holds it, less the source; ``paragraphs`` as ``paragraph_values`` gives them."""
    about = json.dumps({field: getattr(article, field) for field in ABOUT}, ensure_ascii=False)
    parts = (article.id, article.title, article.text, article.kind, article.lang, about)
    return *parts, len(article.text), mark(*parts, *(value for values in paragraphs for value in values))
