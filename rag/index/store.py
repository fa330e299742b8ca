"""The store: one SQLite file that is the truth; FAISS and tantivy are made from it.

A source is one version of one file. It is ``born`` in a generation and ``died`` in a later one, or not yet;
a reader of generation g sees the sources with ``born <= g`` and ``died`` either absent or ``> g``, and their
articles, paragraphs and passages. Row numbers are never used again, so that a derived file that still
names a dead passage cannot point at another.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from rag.errors import IndexStoreError
from rag.index.alike import sketch
from rag.index.files import writable
from rag.index.generation import FORMAT, REPAIR
from rag.index.listing import sums
from rag.types import Article, Paragraph

SCHEMA = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL, root TEXT NOT NULL, path TEXT NOT NULL,
    size INTEGER NOT NULL, mtime INTEGER NOT NULL, sha256 TEXT NOT NULL,
    encoding TEXT NOT NULL, undecodable INTEGER NOT NULL, notes TEXT NOT NULL, error TEXT,
    born INTEGER NOT NULL, died INTEGER, articles INTEGER NOT NULL, mark INTEGER NOT NULL
);
CREATE INDEX sources_by_name ON sources (source);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    name TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, kind TEXT NOT NULL, lang TEXT NOT NULL,
    about TEXT NOT NULL, characters INTEGER NOT NULL, sketch BLOB NOT NULL, mark INTEGER NOT NULL, told INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS articles_counted ON articles (source, kind, characters);
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
CREATE TABLE vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL, mark INTEGER NOT NULL);
CREATE TABLE words (key BLOB PRIMARY KEY, vector BLOB NOT NULL, mark INTEGER NOT NULL);
"""
# what the marks cover, in this order, and the mark itself; that of an article goes on with its paragraphs
SOURCE = (
    "id", "source", "root", "path", "size", "mtime", "sha256", "encoding", "undecodable", "notes", "error",
    "born", "died", "articles", "mark",
)  # fmt: skip
ARTICLE = ("id", "source", "name", "title", "text", "kind", "lang", "about", "characters", "sketch", "mark")
PASSAGE = ("id", "article", "start", "stop", "text", "context", "key", "mark")
ABOUT = ("subtitle", "authors", "affiliation", "column", "journal", "issue", "date", "page", "place", "found")


def mark(*values: object) -> int:
    """Return the check sum kept beside a row, so that damage is seen before the row is shown."""
    return crc32("\x1f".join(map(str, values)).encode())


def blob_mark(key: bytes, vector: bytes) -> int:
    """Return the check sum kept beside a vector."""
    return crc32(vector, crc32(key))


def damaged(path: Path, what: str = "") -> IndexStoreError:
    """Return the error that says that the store at ``path`` is damaged."""
    at = f" at {what}" if what else ""
    return IndexStoreError(f"the store of the index is damaged{at}", where=path, mend=REPAIR.format(path.parent))


@contextmanager
def as_store_error(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a damaged or locked file into a sentence."""
    try:
        yield
    except (sqlite3.DatabaseError, ValueError) as error:  # ValueError: bytes that are no text any more
        raise IndexStoreError(
            f"the store of the index cannot be read: {error}", where=path, mend=REPAIR.format(path.parent)
        ) from error


def connect(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Open the store; writing creates it. A folder that cannot be written is read as it stands."""
    if write:
        connection = sqlite3.connect(path, isolation_level=None, timeout=5)
        connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
        connection.create_function("mark", -1, mark, deterministic=True)
        connection.create_function("blob_mark", 2, blob_mark, deterministic=True)
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version={FORMAT}; COMMIT;")
        # stores made before there was this one: counting reads it instead of the texts
        connection.execute("CREATE INDEX IF NOT EXISTS articles_counted ON articles (source, kind, characters)")
        return connection
    # SQLite needs a shared-memory file beside a WAL store, unless told that nobody writes
    mode = "mode=ro" if writable(path.parent) else "mode=ro&immutable=1"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=5, check_same_thread=False
    )


def paragraph_values(paragraph: Paragraph) -> tuple[object, ...]:
    """Return a paragraph as its row holds it, less the article."""
    origin = json.dumps(paragraph.origin, separators=(",", ":"))
    p = paragraph
    return p.number, p.start, p.end, p.kind, origin, p.page, p.head, float(p.garble), int(p.misplaced)


def article_values(
    row: int, source: int, article: Article, paragraphs: Sequence[tuple[object, ...]]
) -> tuple[object, ...]:
    """Return an article as its row holds it; ``paragraphs`` as ``paragraph_values`` gives them."""
    about = json.dumps({field: getattr(article, field) for field in ABOUT}, ensure_ascii=False)
    copied = sketch(article.text) if article.kind != "front" else b""
    named = (article.id, article.title)
    kind = (article.kind, article.lang, about, len(article.text))
    parts = (row, source, *named, article.text, *kind, copied)
    told = (*named, *kind, *sums(article))
    return *parts, mark(*parts, *(value for values in paragraphs for value in values)), mark(*told)
