"""``wenju ask --batch``: question files and conversations to result files, going on where an earlier run stopped."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.commands.options import settings_of
from rag.commands.progress import Progress
from rag.converse import Turn
from rag.errors import ConfigError
from rag.query import check_question

if TYPE_CHECKING:
    from rag.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a question file: a question, or a conversation of several."""

    id: str
    questions: tuple[str, ...]
    is_chat: bool


def run_batch(args: argparse.Namespace) -> int:
    """Answer what ``--out`` does not hold yet; everything that can be wrong is found before the first question."""
    if args.question or not args.out:
        raise ConfigError("--batch wants --out FILE.jsonl and no question beside it")
    if args.out.exists() and args.batch.exists() and args.out.samefile(args.batch):
        raise ConfigError("--out would overwrite the questions", where=args.out, mend="Name another file.")
    entries = read_entries(args.batch)
    known = read_answered(args.out)
    _refuse_other_questions(entries, known, args.out)
    waiting = [entry for entry in entries if entry.id not in known]
    if waiting:
        _write(waiting, args, done=len(entries) - len(waiting), total=len(entries))
    kept = len(entries) - len(waiting)
    print(f"wenju: {len(waiting):,} answered now, {kept:,} were there already, in {args.out}", file=sys.stderr)
    return 0


def _write(waiting: Sequence[Entry], args: argparse.Namespace, *, done: int, total: int) -> None:
    from rag.wiring import assistant_for

    assistant = assistant_for(settings_of(args))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("a", encoding="utf-8") as out, Progress() as progress:
        for row in answer_entries(waiting, assistant, args.where):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()  # what is answered stays answered, whatever happens next
            done += 1
            progress("questions", done, total)


def answer_entries(
    entries: Sequence[Entry], assistant: Assistant, where: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yield one result an entry; each turn of a conversation knows the questions and answers before it.

    Only articles that meet the filter ``where`` are asked; a result made with one names it.
    """
    from rag.serialize import answer_to_dict

    limit: dict[str, Any] = {} if where is None else {"where": where}
    for entry in entries:
        turns: list[Turn] = []
        results = []
        for question in entry.questions:
            answer = assistant.chat(question, turns, **limit) if turns else assistant.ask(question, **limit)
            turns.append(Turn.of(answer))
            results.append(answer_to_dict(answer))
        yield {"id": entry.id, **limit, **({"turns": results} if entry.is_chat else results[0])}


def read_entries(path: Path) -> list[Entry]:
    """Read a question file; raises ConfigError naming the line that is wrong."""
    if not path.is_file():
        raise ConfigError("there is no such question file", where=path)
    entries: dict[str, Entry] = {}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        entry = _entry(line, number, where)
        if entry.id in entries:
            raise ConfigError(f"the id {entry.id!r} stands twice", where=where, mend="Give each question its own id.")
        entries[entry.id] = entry
    if not entries:
        raise ConfigError("the question file is empty", where=path)
    return list(entries.values())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise ConfigError("the question file is not UTF-8", where=path, mend="Save it as UTF-8.") from None


def _entry(line: str, number: int, where: str) -> Entry:
    try:
        row = json.loads(line)
        is_chat = "turns" in row
        raw = [turn["question"] for turn in row["turns"]] if is_chat else [row["question"]]
        questions = tuple(check_question(question) for question in raw)
    except (ValueError, KeyError, TypeError, AttributeError):
        questions = ()
    except ConfigError as error:
        raise ConfigError(error.what, where=where, mend=error.mend) from None
    if not questions:
        raise ConfigError(
            "this line is no question",
            where=where,
            mend='It wants {"id": …, "question": "…"} or {"id": …, "turns": [{"question": "…"}, …]}.',
        )
    return Entry(str(row.get("id", number)), questions, is_chat)


def read_answered(path: Path) -> dict[str, list[str]]:
    """Return the questions that each id of a result file answers; cut off a last line that was not written whole."""
    if not path.exists():
        return {}
    raw = path.read_bytes()
    whole = raw.rfind(b"\n") + 1
    if whole < len(raw):
        with path.open("r+b") as file:
            file.truncate(whole)
    known = {}
    for number, line in enumerate(raw[:whole].splitlines(), 1):
        try:
            row = json.loads(line)
            known[str(row["id"])] = [result["query"] for result in row.get("turns", [row])]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ConfigError(
                "--out holds something that is no result", where=f"{path}, line {number}", mend="Name another file."
            ) from None
    return known


def _refuse_other_questions(entries: Sequence[Entry], known: dict[str, list[str]], out: Path) -> None:
    """Keep a changed question file from being scored with the answers of an older one."""
    for entry in entries:
        if entry.id in known and known[entry.id] != list(entry.questions):
            raise ConfigError(
                f"--out answers another question under the id {entry.id!r}",
                where=out,
                mend="Name another file, or delete this one.",
            )
