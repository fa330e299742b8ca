"""Stores made by the format before this one, brought up to it: nothing is read or encoded again.

A step takes a store one format further. It runs inside one transaction, so a store is of one format or the next.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from rag.errors import IndexStoreError
from rag.index.generation import FORMAT, OLDEST, REBUILD
from rag.index.listing import LISTED
from rag.index.store import ARTICLE, PASSAGE, SOURCE, mark


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the store up to FORMAT.

    Raises IndexStoreError for one that is older than OLDEST, newer than FORMAT, or damaged; it is then as it was.
    """
    made = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if not OLDEST <= made <= FORMAT:
        raise IndexStoreError(
            f"the store has format {made}, this version of Wenju reads {OLDEST} to {FORMAT}",
            where=path,
            mend=REBUILD.format(path.parent),
        )
    if made == FORMAT:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(made, FORMAT):
            _STEPS[number](connection, path)
        connection.execute(f"PRAGMA user_version={FORMAT}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _marks_for_everything(connection: sqlite3.Connection, path: Path) -> None:
    """2 -> 3: marks that cover whole rows, on every table that answers are made of."""
    run = connection.execute
    for table, column in (
        ("sources", "articles"), ("sources", "mark"), ("articles", "told"), ("vectors", "mark"), ("words", "mark")
    ):  # fmt: skip
        run(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")
    run("UPDATE sources SET articles = (SELECT count(*) FROM articles a WHERE a.source = sources.id)")
    run(f"UPDATE sources SET mark = mark({', '.join(SOURCE[:-1])})")
    for table in ("vectors", "words"):
        run(f"UPDATE {table} SET mark = blob_mark(key, vector)")
    for (row,) in run("SELECT id FROM articles ORDER BY id").fetchall():
        _mark_article(connection, path, row)
    everything = run(LISTED.format(seen="1")).fetchall()
    told = [(mark(*values[:-1]), values[0]) for values in everything]
    connection.executemany("UPDATE articles SET told = ? WHERE name = ?", told)


def _mark_article(connection: sqlite3.Connection, path: Path, row: int) -> None:
    """Compare an article and its passages with the narrow marks of format 2, and give them those of format 3."""
    run = connection.execute
    *values, expected = run(f"SELECT {', '.join(ARTICLE)} FROM articles WHERE id = ?", (row,)).fetchone()
    paragraphs = run(
        "SELECT number, start, stop, kind, origin, page, head, garble, misplaced FROM paragraphs WHERE article = ? "
        "ORDER BY number", (row,)
    ).fetchall()  # fmt: skip
    flat = [value for paragraph in paragraphs for value in paragraph]
    if mark(*values[2:8], *flat) != expected:
        raise _damaged(path, values[2])
    run("UPDATE articles SET mark = ? WHERE id = ?", (mark(*values, *flat), row))
    cuts = run(f"SELECT {', '.join(PASSAGE)} FROM passages WHERE article = ?", (row,)).fetchall()
    for *cut, narrow in cuts:
        if mark(*cut[2:6]) != narrow:
            raise _damaged(path, values[2])
        run("UPDATE passages SET mark = ? WHERE id = ?", (mark(*cut), cut[0]))


def _damaged(path: Path, name: str) -> IndexStoreError:
    return IndexStoreError(
        f"the store of the index is damaged at {name}, and older than what can be mended",
        where=path,
        mend=REBUILD.format(path.parent),
    )


def _other_files(connection: sqlite3.Connection, path: Path) -> None:
    """3 -> 4: the store is as it was; the files made from it are others."""


_STEPS: Mapping[int, Callable[[sqlite3.Connection, Path], None]] = {2: _marks_for_everything, 3: _other_files}
