"""Ask an assistant every question of a file; write the answers as they come, the figures at the end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.data import DataError, Entry, read_answers, read_questions
from eval.followups import in_full
from eval.provenance import CHECKOUT, provenance, sha256
from eval.score import FILES, score
from rag.commands import batch

if TYPE_CHECKING:
    from rag.assistant import Assistant

ANSWERS, ORIGIN = "answers.jsonl", "origin.json"


def run(
    questions: Path,
    index: Path,
    out: Path,
    open_assistant: Callable[[], Assistant],
    *,
    settings: Mapping[str, Any],
    fresh: bool = False,
    show: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Answer what ``out`` does not hold yet, then score all of it; returns the summary.

    ``show(done, total)`` counts lines of the question file. Raises DataError where ``out`` holds answers
    to other questions, or made with another index, other settings or other code, unless ``fresh``,
    which throws them away.
    """
    entries = read_questions(questions)
    everything = [*entries, *in_full(entries)]
    made_with = {
        "questions": sha256(questions),
        "index": _index_state(index),
        "settings": dict(settings),
        "code": _code_state(),
    }
    if fresh:
        _clear(out)
    _refuse_mixing(out, made_with)
    done = batch.read_answered(out / ANSWERS)
    waiting = [entry for entry in everything if entry.id not in done]
    show(len(done), len(everything))
    if waiting:
        assistant = open_assistant()
        out.mkdir(parents=True, exist_ok=True)
        (out / ORIGIN).write_text(json.dumps(made_with, indent=1) + "\n", encoding="utf-8")
        _ask(waiting, assistant, out / ANSWERS, lambda asked: show(len(done) + asked, len(everything)))
    origin = {**provenance(questions), "index": str(index), **settings}
    return score(entries, read_answers(out / ANSWERS), origin, out)[0]


def _ask(entries: Sequence[Entry], assistant: Assistant, path: Path, show: Callable[[int], None]) -> None:
    """Add one line an entry to ``path``, with the code of `wenju ask --batch`; the assistant sees questions only."""
    asked = [batch.Entry(entry.id, tuple(turn.text for turn in entry.turns), entry.is_chat) for entry in entries]
    with path.open("a", encoding="utf-8") as file:
        for number, row in enumerate(batch.answer_entries(asked, assistant), 1):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()  # what is answered stays answered, whatever happens next
            show(number)


def _index_state(index: Path) -> str:
    """Return which generation is current, with the hash of its manifest; "" where there is no index to open."""
    current = index / "CURRENT"
    return current.read_text(encoding="utf-8").strip() if current.is_file() else ""


def _code_state() -> str:
    """Hash all that an answer depends on besides the index: the library's code and bundled models."""
    digest = hashlib.sha256()
    for path in sorted((CHECKOUT / "rag").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(CHECKOUT).as_posix()} {sha256(path)}\n".encode())
    return digest.hexdigest()


def _refuse_mixing(out: Path, made_with: Mapping[str, Any]) -> None:
    """Raise where going on would put answers of two makings into one file."""
    if not (out / ANSWERS).exists():
        return
    held = json.loads((out / ORIGIN).read_text(encoding="utf-8")) if (out / ORIGIN).exists() else {}
    changed = [name for name, value in made_with.items() if held.get(name) != value]
    if changed:
        raise DataError(
            f"the folder holds answers made with other {', '.join(changed)}"
            if held
            else f"{ANSWERS} is from elsewhere",
            where=out,
            mend="Choose another --out, or add --fresh to throw them away.",
        )


def _clear(out: Path) -> None:
    for name in (ANSWERS, ORIGIN, *FILES):
        (out / name).unlink(missing_ok=True)
