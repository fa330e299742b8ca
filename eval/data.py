"""Question files and answer files; eval/README.md shows each as a literal.

A malformed line is a DataError that names its file, its line number and what was expected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from rag.errors import WenjuError
from rag.types import Status

UNANSWERABLE = "unanswerable"
STATUSES: tuple[str, ...] = get_args(Status)


class DataError(WenjuError):
    """A question, answer or run file is missing or not of the documented shape."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that proves the answer: ``file`` is a source's file name or the beginning of one."""

    file: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or one turn of a conversation (``id`` is then "<conversation>#<turn>", from 1).

    ``full`` is what a follow-up would be if it were asked by itself.
    """

    id: str
    lang: str
    type: str
    text: str
    answers: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    full: str | None = None

    @property
    def answerable(self) -> bool:
        return self.type != UNANSWERABLE


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a question file: a lone question, or a conversation with its turns in order.

    Turns lean on one another, so resampling draws entries, not questions.
    """

    id: str
    turns: tuple[Question, ...]
    is_chat: bool


def read_questions(path: Path) -> list[Entry]:
    """Read a question file; ids must be unique."""
    entries: dict[str, Entry] = {}
    for number, row in _json_lines(path):
        where = f"{path}, line {number}"
        entry = _entry(row, where)
        if entry.id in entries:
            raise DataError(f"the id {entry.id!r} stands twice", where=where, mend="Give each question its own id.")
        entries[entry.id] = entry
    if not entries:
        raise DataError("no questions in the file", where=path, mend="Write one JSON object a line.")
    return list(entries.values())


def read_answers(path: Path) -> dict[str, dict[str, Any]]:
    """Read an answer file into id -> result; of two results with one id the later holds."""
    answers: dict[str, dict[str, Any]] = {}
    for number, row in _json_lines(path):
        where = f"{path}, line {number}"
        id_ = _string(row, "id", where)
        for result in _objects(row, "turns", where) if "turns" in row else [row]:
            _check_result(result, where)
        answers[id_] = row
    return answers


def result_of(answers: Mapping[str, Mapping[str, Any]], entry: Entry, turn: int) -> Mapping[str, Any]:
    """Return the result of one turn (from 0), or {} where there is none."""
    row = answers.get(entry.id, {})
    if not entry.is_chat:
        return row
    turns: Sequence[Mapping[str, Any]] = row.get("turns") or []
    return turns[turn] if turn < len(turns) else {}


def _entry(row: Mapping[str, Any], where: str) -> Entry:
    id_ = _string(row, "id", where)
    lang = _string(row, "lang", where, default="zh")
    if "turns" not in row:
        question = _question(row, id_, lang, _string(row, "type", where), where)
        return Entry(id_, (question,), is_chat=False)
    turns = []
    for number, turn in enumerate(_objects(row, "turns", where), 1):
        place = f"{where}, turn {number}"
        kind = _string(turn, "type", place, default="fact" if turn.get("answers") else UNANSWERABLE)
        kind = "follow-up" if number > 1 and turn.get("answers") else kind
        turns.append(_question(turn, f"{id_}#{number}", lang, kind, place))
    if not turns:
        raise DataError("a conversation without turns", where=where, mend="Give it turns, or remove the line.")
    return Entry(id_, tuple(turns), is_chat=True)


def _question(row: Mapping[str, Any], id_: str, lang: str, kind: str, where: str) -> Question:
    answers = row.get("answers")
    if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
        raise DataError("`answers` must be a list of strings, [] where there is none", where=where, mend="Correct it.")
    evidence = tuple(
        Evidence(_string(item, "file", where), _string(item, "quote", where))
        for item in _objects(row, "evidence", where)
    )
    full = _string(row, "full", where) if "full" in row else None
    return Question(id_, lang, kind, _string(row, "question", where), tuple(answers), evidence, full)


def _check_result(row: Mapping[str, Any], where: str) -> None:
    for name in ("citations", "hits"):
        _objects(row, name, where)
    status, confidence = row.get("status"), row.get("confidence") or 0.0
    if status is not None and status not in STATUSES:
        raise DataError(f"`status` must be {' or '.join(STATUSES)}, got {status!r}", where=where, mend="Correct it.")
    if not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise DataError(f"`confidence` must be from 0 to 1, got {confidence!r}", where=where, mend="Correct it.")


def _string(row: Mapping[str, Any], name: str, where: str, default: str | None = None) -> str:
    value = row.get(name, default)
    if isinstance(value, str) and value.strip():
        return value
    found = f"got {value!r}" if name in row else f"it holds only {', '.join(row) or 'nothing'}"
    raise DataError(f"`{name}` must be a string that is not empty; {found}", where=where, mend="Correct the line.")


def _objects(row: Mapping[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    items = row.get(name) or []
    if isinstance(items, list) and all(isinstance(item, dict) for item in items):
        return items
    raise DataError(f"`{name}` must be a list of objects", where=where, mend="Correct the line.")


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, text in numbered_lines(path):
        try:
            row = json.loads(text)
        except json.JSONDecodeError as error:
            raise DataError(
                f"not JSON: {error.msg} at column {error.colno}", where=f"{path}, line {number}", mend="Correct it."
            ) from None
        if not isinstance(row, dict):
            raise DataError(
                f"a line must be one JSON object, this is a {type(row).__name__}",
                where=f"{path}, line {number}",
                mend="Write one object a line.",
            )
        yield number, row


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, text) of every line that is not blank."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, text in enumerate(file, 1):
                if text.strip():
                    yield number, text
    except UnicodeDecodeError:
        raise DataError("the file is not UTF-8", where=path, mend="Save it as UTF-8.") from None
    except OSError as error:
        raise DataError(f"cannot read the file: {error.strerror}", where=path, mend="Check the path.") from None
