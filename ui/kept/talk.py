"""A conversation that is kept, turn by turn, and how a turn is written down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import ConfigError
from rag.text import fold
from rag.types import Answer
from ui.kept.revive import kept as to_json
from ui.kept.revive import revive

TITLE = 80  # characters


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as a list names it; ``begun`` and ``changed`` are seconds since 1970."""

    id: str
    title: str
    turns: int
    begun: float
    changed: float


@dataclass(frozen=True, slots=True)
class Kept:
    """One turn: what was asked with which filters, and the answer or what kept it from coming."""

    question: str
    answer: Answer | None = None
    error: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    when: float = 0.0


class NoTalk(ConfigError):
    """The owner has no such conversation."""


def row(kept: Kept, now: float, most: int) -> tuple[float, str, str]:
    """Return when, the words to search in, and the turn as JSON; a huge answer loses its hits, then its rest."""
    shorter: Sequence[dict[str, object]] = ({}, {"hits": []}, {"hits": [], "alternatives": [], "citations": []})
    told = {**to_json(kept), "when": now}
    text = ""
    for less in shorter:
        if kept.answer is not None:
            told["answer"] = {**told["answer"], **less}
        text = json.dumps(told, ensure_ascii=False)
        if len(text.encode("utf-8", "replace")) <= most:
            break
    said = [kept.question] + ([kept.answer.text or ""] if kept.answer else [])
    clean = text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be stored
    return now, fold("\n".join(said)).encode("utf-8", "replace").decode(), clean


def titled(text: str) -> str:
    """Return ``text`` as a title, on one line and not too long."""
    line = " ".join(text.encode("utf-8", "replace").decode().split())
    return line if len(line) <= TITLE else line[: TITLE - 1] + "…"


def read(told: str) -> Kept:
    """Return the turn that `row` wrote as JSON."""
    return revive(Kept, json.loads(told))
