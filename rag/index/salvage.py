"""What can still be read of a store that may be damaged: every row is compared with its mark, the rest passed over."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rag.errors import IndexStoreError
from rag.index import store
from rag.index.snapshot import Snapshot, SourceRow
from rag.index.store import PASSAGE, SOURCE, blob_mark, mark
from rag.types import Article

_STEP = 256  # rows asked for at a time
# what the head of a file of SQLite says in every store of ours: (place, bytes)
_HEAD = ((0, b"SQLite format 3\0\x10\x00\x02\x02\x00\x40\x20\x20"), (44, b"\0\0\0\4"), (56, b"\0\0\0\1"))


@dataclass(slots=True)
class Ruins:
    """What a generation can still see. ``articles`` are row numbers by the row number of their source."""

    faults: list[str] = field(default_factory=list)
    sources: dict[int, SourceRow] = field(default_factory=dict)
    counted: dict[int, int] = field(default_factory=dict)  # articles that a source had
    articles: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    vectors: list[bytes] = field(default_factory=list)  # keys of those that are damaged


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield the store for reading, or a copy of it with its head set right."""
    with ExitStack() as stack:
        connection = stack.enter_context(closing(store.connect(path)))
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError:
            beside = stack.enter_context(TemporaryDirectory(prefix=".salvage-", dir=path.parent))
            connection = stack.enter_context(closing(store.connect(_with_head(path, Path(beside)))))
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        yield connection


def _with_head(path: Path, beside: Path) -> Path:
    copy = beside / path.name
    shutil.copy(path, copy)
    with suppress(FileNotFoundError):
        shutil.copy(f"{path}-wal", f"{copy}-wal")
    with copy.open("r+b") as file:
        for place, right in _HEAD:
            file.seek(place)
            file.write(right)
    return copy


def examine(connection: sqlite3.Connection, path: Path, number: int) -> Ruins:
    """Look at every row; the faults found are sentences for a reader."""
    ruins = Ruins()
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
        found += [f"a row of {row[0]} belongs to nothing" for row in connection.execute("PRAGMA foreign_key_check")][:3]
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    ruins.faults += [f"{path.name}: {' '.join(what.split())}" for what in found if what != "ok"]
    for *values, expected in rows(connection, "sources", ", ".join(SOURCE)):
        if mark(*values) != expected:
            ruins.faults.append(f"what is known of the file {str(values[1])!r} is damaged")
            continue
        *facts, notes, reason, born, died, count = values
        if born <= number and (died is None or died > number):
            ruins.sources[values[0]] = SourceRow(*(*facts, tuple(json.loads(notes)), reason))
            ruins.counted[values[0]] = count
    for row, source in rows(connection, "articles", "id, source"):
        ruins.articles[source].append(row)
    _examine_articles(Snapshot(connection, path, number), ruins)
    _examine_passages(connection, ruins)
    for _, key, vector, expected in rows(connection, "vectors", "rowid, key, vector, mark"):
        if not _is_blob(key, vector) or blob_mark(key, vector) != expected:
            ruins.vectors.append(key)
    return ruins


def _examine_articles(snapshot: Snapshot, ruins: Ruins) -> None:
    for row, source in ruins.sources.items():
        whole = sum(article is not None for article in articles(snapshot, ruins, row))
        if whole != ruins.counted[row]:
            ruins.faults.append(f"{ruins.counted[row] - whole:,} articles of {source.source} are damaged")


def _examine_passages(connection: sqlite3.Connection, ruins: Ruins) -> None:
    spoilt = sum(mark(*values) != expected for *values, expected in rows(connection, "passages", ", ".join(PASSAGE)))
    if spoilt:
        ruins.faults.append(f"{spoilt:,} passages are damaged")


def articles(snapshot: Snapshot, ruins: Ruins, source: int) -> Iterator[Article | None]:
    """Yield the articles of a source, None for one that is damaged."""
    for row in ruins.articles.get(source, ()):
        try:
            yield snapshot.article_at(row)
        except IndexStoreError:
            yield None


def vectors(connection: sqlite3.Connection, wanted: set[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield (key, vector) of the vectors that are as they were made."""
    for _, key, vector, expected in rows(connection, "vectors", "rowid, key, vector, mark"):
        if _is_blob(key, vector) and key in wanted and blob_mark(key, vector) == expected:
            yield key, vector


def _is_blob(*values: object) -> bool:
    return all(isinstance(value, bytes) for value in values)


def rows(connection: sqlite3.Connection, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
    """Yield what can be read of a table, by row number; where something cannot, its neighbours are still tried."""
    for start in range(0, _last(connection, table), _STEP):
        spans = [(start, start + _STEP)]
        while spans:
            low, high = spans.pop()
            query = f"SELECT {columns} FROM {table} NOT INDEXED WHERE rowid > ? AND rowid <= ? ORDER BY rowid"
            try:
                yield from connection.execute(query, (low, high)).fetchall()
            except sqlite3.DatabaseError:
                if high - low > 1:
                    middle = (low + high) // 2
                    spans += [(middle, high), (low, middle)]


def _last(connection: sqlite3.Connection, table: str) -> int:
    """Return a row number that none of the table's exceeds by far, even if the table cannot tell."""
    try:
        size = int(connection.execute("PRAGMA page_count").fetchone()[0]) * 4096 // 16
    except sqlite3.DatabaseError:
        return 0
    for query in (f"SELECT max(rowid) FROM {table}", f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'"):
        with suppress(sqlite3.DatabaseError):
            found = connection.execute(query).fetchone()
            if found and isinstance(found[0], int) and found[0] >= 0:
                return min(found[0], max(size, 1_000_000))
            if found and found[0] is None:
                return 0
    return size
