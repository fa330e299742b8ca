"""Conversations kept on the server, each for the browser or the person it belongs to: SQLite in one file."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock

from rag.errors import ConfigError, IndexStoreError
from rag.text import fold
from ui.kept.talk import Kept, NoTalk, Talk, read, row, titled

SCHEMA = """
CREATE TABLE IF NOT EXISTS talks (
  id TEXT PRIMARY KEY, owner BLOB NOT NULL, title TEXT NOT NULL, named INTEGER NOT NULL, begun REAL, changed REAL
);
CREATE INDEX IF NOT EXISTS talks_of ON talks (owner, changed);
CREATE TABLE IF NOT EXISTS turns (
  talk TEXT NOT NULL REFERENCES talks ON DELETE CASCADE, number INTEGER NOT NULL, asked REAL NOT NULL,
  words TEXT NOT NULL, told TEXT NOT NULL, PRIMARY KEY (talk, number)
) WITHOUT ROWID;
"""
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept: conversations of one owner, turns of one of them, days since it was last touched."""

    talks: int = 500
    turns: int = 200
    days: int = 365
    turn_bytes: int = 400_000


class History:
    """The conversations in the file ``path``, made if need be. Threads may share it.

    An owner is what ``ui.kept.visitor.owner_of`` tells; its hash alone is kept. Raises IndexStoreError where the file
    cannot be used, ConfigError for a conversation that the owner does not have.
    """

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        self._path, self._limits, self._lock = path, limits or Limits(), Lock()
        with self._errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            if self._db.execute("PRAGMA user_version").fetchone()[0] not in (0, _FORMAT):
                raise sqlite3.DatabaseError("it was written by another version of Wenju")
            self._db.executescript(SCHEMA)
            self._db.execute(f"PRAGMA user_version = {_FORMAT}")

    def put(self, owner: str, talk: str | None, at: int, kept: Kept) -> str:
        """Write turn ``at``, from 0, of a conversation, over the one that was there; None begins a conversation.

        Returns its id. The oldest conversations beyond the limit go. A conversation that is full stays as it is.
        """
        if not owner or at < 0:
            raise ConfigError("nobody to keep this for")
        now = kept.when or time.time()
        turn = row(kept, now, self._limits.turn_bytes)
        with self._change() as db:
            if talk is None:
                talk = secrets.token_urlsafe(12)
                values = (talk, _hash(owner), titled(kept.question), now, now)
                db.execute("INSERT INTO talks VALUES (?, ?, ?, 0, ?, ?)", values)
                self._prune(db, owner, now)
            else:
                self._owned(db, owner, talk)
                db.execute("UPDATE talks SET changed = ? WHERE id = ?", (now, talk))
            if at < self._limits.turns:
                db.execute("INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?, ?)", (talk, at, *turn))
        return talk

    def talks(self, owner: str, query: str = "", limit: int = 50, offset: int = 0) -> list[Talk]:
        """Return the conversations that hold every word of ``query`` in title, questions or answers, newest first."""
        words = fold(query).split()
        holds = (
            " AND (instr(fold(t.title), ?) OR EXISTS (SELECT 1 FROM turns w WHERE w.talk = t.id AND instr(w.words, ?)))"
        )
        told = [word for one in words for word in (one, one)]
        with self._lock, self._errors():
            self._db.create_function("fold", 1, fold, deterministic=True)
            rows = self._db.execute(
                "SELECT t.id, t.title, (SELECT count(*) FROM turns n WHERE n.talk = t.id), t.begun, t.changed "
                f"FROM talks t WHERE t.owner = ?{holds * len(words)} ORDER BY t.changed DESC, t.id LIMIT ? OFFSET ?",
                (_hash(owner), *told, limit, offset),
            ).fetchall()
        return [Talk(*row) for row in rows]

    def talk(self, owner: str, talk: str) -> Talk:
        """Return one conversation as a list names it."""
        with self._lock, self._errors():
            title, begun, changed = self._owned(self._db, owner, talk)
            turns = self._db.execute("SELECT count(*) FROM turns WHERE talk = ?", (talk,)).fetchone()[0]
        return Talk(talk, title, turns, begun, changed)

    def turns(self, owner: str, talk: str) -> list[Kept]:
        """Return the turns of a conversation, oldest first."""
        with self._lock, self._errors():
            self._owned(self._db, owner, talk)
            rows = self._db.execute("SELECT told FROM turns WHERE talk = ? ORDER BY number", (talk,)).fetchall()
        return [read(told) for (told,) in rows]

    def rename(self, owner: str, talk: str, title: str) -> None:
        """Give a conversation another title; raises ConfigError for an empty one."""
        if not title.strip():
            raise ConfigError("a conversation wants a title")
        with self._change() as db:
            self._owned(db, owner, talk)
            db.execute("UPDATE talks SET title = ?, named = 1 WHERE id = ?", (titled(title), talk))

    def delete(self, owner: str, talk: str) -> None:
        """Remove a conversation."""
        with self._change() as db:
            self._owned(db, owner, talk)
            db.execute("DELETE FROM talks WHERE id = ?", (talk,))

    def clear(self, owner: str) -> int:
        """Remove all conversations of an owner and return how many there were."""
        with self._change() as db:
            return db.execute("DELETE FROM talks WHERE owner = ?", (_hash(owner),)).rowcount

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def _owned(self, db: sqlite3.Connection, owner: str, talk: str) -> tuple[str, float, float]:
        asked = (talk, _hash(owner))
        row = db.execute("SELECT title, begun, changed FROM talks WHERE id = ? AND owner = ?", asked).fetchone()
        if row is None:
            raise NoTalk("there is no such conversation", where=talk)
        return row[0], row[1], row[2]

    def _prune(self, db: sqlite3.Connection, owner: str, now: float) -> None:
        db.execute("DELETE FROM talks WHERE changed < ?", (now - self._limits.days * 86400,))
        over = "SELECT id FROM talks WHERE owner = ? ORDER BY changed DESC, id LIMIT -1 OFFSET ?"
        db.execute(f"DELETE FROM talks WHERE id IN ({over})", (_hash(owner), self._limits.talks))

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise IndexStoreError(
                f"the conversations cannot be kept: {error}", where=self._path, mend="Check the folder of --state."
            ) from error


def _hash(owner: str) -> bytes:
    return sha256(owner.encode()).digest()
