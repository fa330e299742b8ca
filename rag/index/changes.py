"""Changes to the store: everything a writer does to bring the next generation about, and to undo it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from rag.index.facts import FileFacts
from rag.index.store import ARTICLE, PASSAGE, SOURCE, article_values, blob_mark, damaged, mark, paragraph_values
from rag.types import Article, Passage

_SEEN = "born <= :g AND (died IS NULL OR died > :g)"
_MARKED = ", ".join(SOURCE[:-1])
# the few sources of one generation first, then what belongs to them
_FROM_SOURCES = "sources s CROSS JOIN articles a ON a.source = s.id CROSS JOIN passages p ON p.article = a.id"
_PASSAGES = "passages p JOIN articles a ON a.id = p.article JOIN sources s ON s.id = a.source"


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
            back = [row for (row,) in self._run("SELECT id FROM sources WHERE died >= :g")]
            for row in back:
                self._set(row, died=None)

    def _set(self, row: int, **values: object) -> None:
        """Change a source and the mark that goes with it."""
        fields = ", ".join(f"{name} = :{name}" for name in values)
        self._run(f"UPDATE sources SET {fields} WHERE id = :row", row=row, **values)
        self._run(f"UPDATE sources SET mark = mark({_MARKED}) WHERE id = :row", row=row)

    def _next(self, table: str) -> int:
        """Return a row number that was never used, though the row that had it may be gone."""
        seen = self._run("SELECT seq FROM sqlite_sequence WHERE name = :table", table=table).fetchone()
        return int(seen[0]) + 1 if seen else 1

    def settle(self, settings: Mapping[str, str]) -> None:
        """Write down what the store is made with."""
        for name, value in settings.items():
            self._run("INSERT OR REPLACE INTO settings VALUES (:name, :value)", name=name, value=value)

    def retire(self, row: int) -> None:
        """End a version of a file with this generation."""
        self._set(row, died=self._generation)

    def touch(self, row: int, root: str, path: str, size: int, mtime: int) -> None:
        """Remember the new time stamp or place of a file whose bytes are the same."""
        self._set(row, root=root, path=path, size=size, mtime=mtime)

    def add(self, facts: FileFacts, articles: Sequence[tuple[Article, Sequence[tuple[Passage, bytes]]]]) -> None:
        """Add a version of a file with its articles, each with its passages and the keys of their vectors."""
        row = self._next("sources")
        values = (
            row, facts.source, facts.root, facts.path, facts.size, facts.mtime, facts.sha256, facts.encoding,
            facts.undecodable, json.dumps(facts.notes, ensure_ascii=False), facts.error,
            self._generation, None, len(articles),
        )  # fmt: skip
        self._insert("sources", SOURCE, [(*values, mark(*values))])
        for article, passages in articles:
            self._add_article(row, article, passages)

    def _insert(self, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> None:
        places = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)

    def _add_article(self, source: int, article: Article, passages: Sequence[tuple[Passage, bytes]]) -> None:
        row, first = self._next("articles"), self._next("passages")
        paragraphs = [paragraph_values(paragraph) for paragraph in article.paragraphs]
        self._insert("articles", (*ARTICLE, "told"), [article_values(row, source, article, paragraphs)])
        self._connection.executemany(
            "INSERT INTO paragraphs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ((row, *values) for values in paragraphs)
        )
        cuts = (
            (number, row, p.start, p.end, p.text, p.context, key) for number, (p, key) in enumerate(passages, first)
        )
        self._insert("passages", PASSAGE, ((*values, mark(*values)) for values in cuts))

    def without_vector(self, since: int | None = None) -> list[int]:
        """Return one passage for each text of this generation that has no vector yet.

        With ``since``, of the passages that came after that generation.
        """
        rows = self._run(
            f"SELECT min(p.id) FROM {_FROM_SOURCES if since is not None else _PASSAGES} "
            f"LEFT JOIN vectors v ON v.key = p.key WHERE v.key IS NULL AND {_SEEN} AND s.born > :since "
            "GROUP BY p.key ORDER BY 1",
            since=-1 if since is None else since,
        )
        return [row for (row,) in rows]

    def passages_born(self, since: int) -> list[int]:
        """Return the passages of this generation that came after generation ``since``, by row."""
        return self._between(f"s.born > :since AND {_SEEN}", since)

    def passages_died(self, since: int) -> list[int]:
        """Return the passages that generation ``since`` saw and this one does not, by row."""
        return self._between("s.born <= :since AND s.died > :since AND s.died <= :g", since)

    def _between(self, condition: str, since: int) -> list[int]:
        found = self._run(f"SELECT p.id FROM {_FROM_SOURCES} WHERE {condition} ORDER BY +p.id", since=since)
        return [row for (row,) in found]

    def texts(self, rows: Sequence[int]) -> list[tuple[int, bytes, int, str, str]]:
        """Return (row, key, row of the article, text, context) of these passages, by row.

        Raises IndexStoreError at a damaged one.
        """
        wanted = ",".join(str(int(row)) for row in rows)
        found = self._run(f"SELECT {', '.join(PASSAGE)} FROM passages WHERE id IN ({wanted}) ORDER BY id").fetchall()
        for *values, expected in found:
            if mark(*values) != expected:
                raise damaged(self._path(), f"passage {values[0]}")
        return [(row, key, article, text, context) for row, article, _, _, text, context, key, _ in found]

    def add_vectors(self, vectors: Sequence[tuple[bytes, bytes]]) -> None:
        """Keep vectors; they survive even if this generation is never finished."""
        with self.together():
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?1, ?2, blob_mark(?1, ?2))", vectors)

    def word_vectors(self) -> dict[bytes, bytes]:
        """Return the vectors of words by key; one that is damaged is as good as none."""
        rows = self._run("SELECT key, vector, mark FROM words")
        return {key: vector for key, vector, expected in rows if blob_mark(key, vector) == expected}

    def keep_words(self, vectors: Mapping[bytes, bytes]) -> None:
        """Keep these vectors of words and no others."""
        with self.together():
            self._run("DELETE FROM words")
            self._connection.executemany("INSERT INTO words VALUES (?1, ?2, blob_mark(?1, ?2))", vectors.items())

    def has_vectors(self) -> bool:
        """Tell whether there is work in the store that another run would have to do again."""
        return bool(self._run("SELECT EXISTS (SELECT 1 FROM vectors)").fetchone()[0])

    def vectors(self, rows: Sequence[int] | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (row, vector) of each passage of this generation, or of ``rows``, ascending.

        Raises IndexStoreError at a damaged one.
        """
        found: Iterable[tuple[int, bytes, bytes, int]]
        if rows is None:
            found = self._run(
                f"SELECT p.id, v.key, v.vector, v.mark FROM {_PASSAGES} JOIN vectors v ON v.key = p.key "
                f"WHERE {_SEEN} ORDER BY p.id"
            )
        else:
            query = "SELECT p.id, v.key, v.vector, v.mark FROM passages p JOIN vectors v USING (key) WHERE p.id = :p"
            found = chain.from_iterable(self._run(query, p=row) for row in rows)
        for row, key, vector, expected in found:
            if blob_mark(key, vector) != expected:
                raise damaged(self._path(), f"the vector of passage {row}")
            yield row, vector

    def _path(self) -> Path:
        return Path(self._run("PRAGMA database_list").fetchone()[2])

    def drop_vectors(self, keys: Iterable[bytes]) -> None:
        """Forget these vectors, so that they are made again."""
        with self.together():
            self._connection.executemany("DELETE FROM vectors WHERE key = ?", ((key,) for key in keys))

    def keys(self) -> set[bytes]:
        """Return the keys of all passages."""
        return {key for (key,) in self._run("SELECT key FROM passages")}

    def roots(self) -> tuple[str, ...]:
        """Return the folders and files that this generation was made of."""
        return tuple(root for (root,) in self._run(f"SELECT DISTINCT root FROM sources WHERE {_SEEN} ORDER BY root"))

    def passage_rows(self) -> list[int]:
        """Return the passages that this generation sees, by row."""
        return [row for (row,) in self._run(f"SELECT p.id FROM {_PASSAGES} WHERE {_SEEN} ORDER BY p.id")]

    def owners(self, rows: Sequence[int]) -> list[int]:
        """Return the row of the article of each of these passages, 0 for one that is gone."""
        query = "SELECT ifnull((SELECT article FROM passages WHERE id = ?), 0)"
        return [self._connection.execute(query, (row,)).fetchone()[0] for row in rows]

    def purge(self, oldest: int) -> None:
        """Forget what no generation from ``oldest`` on sees."""
        gone = f"SELECT p.key FROM {_FROM_SOURCES} WHERE s.died <= :oldest"
        with self.together():
            keys = self._run(f"SELECT DISTINCT key FROM ({gone})", oldest=oldest).fetchall()
            if self._run("DELETE FROM sources WHERE died <= :oldest", oldest=oldest).rowcount:
                self._connection.executemany(
                    "DELETE FROM vectors WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM passages WHERE key = ?1)", keys
                )
