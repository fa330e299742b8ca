"""SQLite FTS5: its own word cutter over words that are cut already, or its trigrams over the text as it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from eval.bench.scale_material import Given, Material
from rag.index.terms import text_terms
from rag.types import Encoder

_SEARCH = (
    "SELECT plain.text FROM found JOIN plain ON plain.rowid = found.rowid WHERE found MATCH ? ORDER BY rank LIMIT ?"
)


class Fts5:
    """One table to search and one of the texts; a question is put as its terms joined by OR, ranked by bm25()."""

    def __init__(self, home: Path, material: Material, encoder: Encoder, *, tokenizer: str) -> None:
        self._path, self._material, self._tokenizer = home / "fts.sqlite", material, tokenizer

    def build(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        with closing(sqlite3.connect(self._path)) as store, store:
            store.execute("PRAGMA journal_mode = WAL")
            store.execute("CREATE TABLE plain (text TEXT)")
            store.execute(f"CREATE VIRTUAL TABLE found USING fts5(body, content='', tokenize='{self._tokenizer}')")
            self._insert(store, "passages", 0)

    def _insert(self, store: sqlite3.Connection, name: str, last: int) -> None:
        for row, one in enumerate(self._material.passages(name), last + 1):
            store.execute("INSERT INTO plain (rowid, text) VALUES (?, ?)", (row, one.text))
            store.execute("INSERT INTO found (rowid, body) VALUES (?, ?)", (row, self._body(one)))

    def _body(self, one: Given) -> str:
        return one.text if self._tokenizer == "trigram" else one.words

    def open(self) -> None:
        self._store = sqlite3.connect(self._path)

    def add(self) -> None:
        with self._store:
            (last,) = self._store.execute("SELECT max(rowid) FROM plain").fetchone()
            self._insert(self._store, "added", last)

    def search(self, query: str, k: int) -> list[str]:
        terms = _trigrams(query) if self._tokenizer == "trigram" else text_terms(query)
        if not terms:
            return []
        asked = " OR ".join('"' + term.replace('"', '""') + '"' for term in dict.fromkeys(terms))
        return [text for (text,) in self._store.execute(_SEARCH, (asked, k))]


def _trigrams(query: str) -> list[str]:
    return [query[start : start + 3] for start in range(len(query) - 2)]
