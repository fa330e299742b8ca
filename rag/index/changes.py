"""Changes to the store: everything a writer does to bring the next generation about, and to undo it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from rag.index.store import article_values, mark, paragraph_values
from rag.types import Article, Passage

_SEEN = "born <= :g AND (died IS NULL OR died > :g)"
_PASSAGES = "passages p JOIN articles a ON a.id = p.article JOIN sources s ON s.id = a.source"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file as found on the disk and as it could be read."""

    source: str
    root: str
    path: str
    size: int
    mtime: int
    sha256: str
    encoding: str = ""
    undecodable: int = 0
    notes: tuple[str, ...] = ()
    error: str | None = None


def vector_key(encoder: str, passage: Passage) -> bytes:
    """Name what is encoded: equal texts share a vector, within a run and from one run to the next."""
    return key_of(encoder, searched_text(passage.text, passage.context))


def key_of(encoder: str, text: str) -> bytes:
    """Name the vector that ``encoder`` gives to ``text``."""
    return sha256(f"{encoder}\0{text}".encode()).digest()[:16]


def searched_text(text: str, context: str) -> str:
    """Return what stands for a passage in the vector leg."""
    return f"{context}\n{text}" if context else text


class Changes:
    """The rows of one generation in the making."""

    def __init__(self, connection: sqlite3.Connection, generation: int) -> None:
        self._connection, self._generation = connection, generation

    def _run(self, query: str, **values: object) -> sqlite3.Cursor:
        return self._connection.execute(query, {"g": self._generation, **values})

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep all that is done inside, or nothing of it."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    def undo(self) -> None:
        """Take back what a writer of this generation left behind; vectors stay, they depend on the text alone."""
        with self.together():
            self._run("DELETE FROM sources WHERE born >= :g")
            self._run("UPDATE sources SET died = NULL WHERE died >= :g")

    def settle(self, settings: Mapping[str, str]) -> None:
        """Write down what the store is made with."""
        for name, value in settings.items():
            self._run("INSERT OR REPLACE INTO settings VALUES (:name, :value)", name=name, value=value)

    def retire(self, row: int) -> None:
        """End a version of a file with this generation."""
        self._run("UPDATE sources SET died = :g WHERE id = :row", row=row)

    def touch(self, row: int, root: str, path: str, size: int, mtime: int) -> None:
        """Remember the new time stamp or place of a file whose bytes are the same."""
        self._run(
            "UPDATE sources SET root = :root, path = :path, size = :size, mtime = :mtime WHERE id = :row",
            row=row, root=root, path=path, size=size, mtime=mtime,
        )  # fmt: skip

    def add(self, facts: FileFacts, articles: Sequence[tuple[Article, Sequence[tuple[Passage, bytes]]]]) -> None:
        """Add a version of a file with its articles, each with its passages and the keys of their vectors."""
        cursor = self._run(
            "INSERT INTO sources (source, root, path, size, mtime, sha256, encoding, undecodable, notes, error, born) "
            "VALUES (:source, :root, :path, :size, :mtime, :sha256, :encoding, :undecodable, :notes, :error, :g)",
            source=facts.source,
            root=facts.root,
            path=facts.path,
            size=facts.size,
            mtime=facts.mtime,
            sha256=facts.sha256,
            encoding=facts.encoding,
            undecodable=facts.undecodable,
            notes=json.dumps(facts.notes, ensure_ascii=False),
            error=facts.error,
        )
        for article, passages in articles:
            self._add_article(cursor.lastrowid, article, passages)

    def _add_article(self, source: int | None, article: Article, passages: Sequence[tuple[Passage, bytes]]) -> None:
        paragraphs = [paragraph_values(paragraph) for paragraph in article.paragraphs]
        insert = self._connection.executemany
        row = self._connection.execute(
            "INSERT INTO articles (source, name, title, text, kind, lang, about, characters, mark) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (source, *article_values(article, paragraphs)),
        ).lastrowid
        insert(
            "INSERT INTO paragraphs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ((row, *values) for values in paragraphs)
        )
        insert(
            "INSERT INTO passages (article, start, stop, text, context, key, mark) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (row, p.start, p.end, p.text, p.context, key, mark(p.start, p.end, p.text, p.context))
                for p, key in passages
            ),
        )

    def without_vector(self) -> list[int]:
        """Return one passage for each text of this generation that has no vector yet."""
        rows = self._run(
            f"SELECT min(p.id) FROM {_PASSAGES} LEFT JOIN vectors v ON v.key = p.key "
            f"WHERE v.key IS NULL AND {_SEEN} GROUP BY p.key ORDER BY 1"
        )
        return [row for (row,) in rows]

    def texts(self, rows: Sequence[int]) -> list[tuple[int, bytes, str, str]]:
        """Return (row, key, text, context) of these passages, by row."""
        wanted = ",".join(str(int(row)) for row in rows)
        return self._run(f"SELECT id, key, text, context FROM passages WHERE id IN ({wanted}) ORDER BY id").fetchall()

    def add_vectors(self, vectors: Sequence[tuple[bytes, bytes]]) -> None:
        """Keep vectors; they survive even if this generation is never finished."""
        with self.together():
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", vectors)

    def word_vectors(self) -> dict[bytes, bytes]:
        """Return the vectors of words by key."""
        return dict(self._run("SELECT key, vector FROM words"))

    def keep_words(self, vectors: Mapping[bytes, bytes]) -> None:
        """Keep these vectors of words and no others."""
        with self.together():
            self._run("DELETE FROM words")
            self._connection.executemany("INSERT INTO words VALUES (?, ?)", vectors.items())

    def has_vectors(self) -> bool:
        """Tell whether there is work in the store that another run would have to do again."""
        return bool(self._run("SELECT EXISTS (SELECT 1 FROM vectors)").fetchone()[0])

    def vectors(self) -> Iterator[tuple[int, bytes]]:
        """Yield (row, vector) of each passage of this generation, by row."""
        yield from self._run(
            f"SELECT p.id, v.vector FROM {_PASSAGES} JOIN vectors v ON v.key = p.key WHERE {_SEEN} ORDER BY p.id"
        )

    def passage_rows(self, *, before: int | None = None) -> list[int]:
        """Return the passages that this generation sees, or those that generation ``before`` saw, by row."""
        generation: dict[str, Any] = {} if before is None else {"g": before}
        return [row for (row,) in self._run(f"SELECT p.id FROM {_PASSAGES} WHERE {_SEEN} ORDER BY p.id", **generation)]

    def purge(self, oldest: int) -> None:
        """Forget what no generation from ``oldest`` on sees."""
        with self.together():
            if self._run("DELETE FROM sources WHERE died <= :oldest", oldest=oldest).rowcount:
                self._run("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM passages)")
