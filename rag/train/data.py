"""The training data folder: JSON lines, packed (.jsonl.xz, .tar.xz) or unpacked, whichever is there."""

from __future__ import annotations

import io
import json
import lzma
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag.errors import ModelError

Record = dict[str, Any]

_OWN = Path(__file__).with_name("questions.jsonl")

_TEXTS = ("text", "b", "context")  # where a record keeps its text: plain texts, pairs, question sets

# folders of the unpacked data that lie in an archive of another name
_ARCHIVES = {"pairs": "pairs-small", "nc": "noncommercial"}


def records(data: Path, name: str) -> Iterator[Record]:
    """Yield the records of ``name``, e.g. "reader/train_zh.jsonl" or "text-laws.jsonl", in file order.

    Raises ModelError when neither the file nor an archive that should hold it is there.
    """
    with _open(data, name) as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def own_questions(data: Path, places: Path = _OWN) -> Iterator[Record]:
    """Yield our own questions, by default those to train on, joined to their texts, in the written shape.

    Only places are kept with the questions: ``start`` and ``end`` of the passage in the text of line ``line`` of
    ``file``, and each answer's (start, end) in the passage. Answers come with their offsets. A passage that does not
    have the ``sha256`` (its first 12 digits) is from another edition of the data and left out, as are missing files.
    """
    kept: list[Record] = [json.loads(line) for line in places.read_text("utf-8").splitlines()]
    for file in sorted({passage["file"] for passage in kept}):
        if not available(data, file):
            continue
        wanted: dict[int, list[Record]] = defaultdict(list)
        for passage in kept:
            if passage["file"] == file:
                wanted[passage["line"]].append(passage)
        for number, record in enumerate(records(data, file)):
            for passage in wanted.get(number, ()):
                whole = next(str(record[name]) for name in _TEXTS if name in record)
                text = whole[passage["start"] : passage["end"]]
                if sha256(text.encode()).hexdigest()[:12] == passage["sha256"]:
                    yield {"title": passage["title"], "text": text, "qas": [
                        qa | {"a": [(text[start:end], start) for start, end in qa["a"]]} for qa in passage["qas"]
                    ]}  # fmt: skip


def available(data: Path, name: str) -> bool:
    """Tell whether ``records(data, name)`` would find something to read."""
    return (data / name).is_file() or _packed(data, name).is_file()


def questions(data: Path, name: str) -> Iterator[tuple[Record, Record, list[tuple[str, int]]]]:
    """Yield (passage, question, its answers) of a question set, reader's or written shape; see ``answers``."""
    for record in records(data, name):
        for qa, found in asked(record):
            yield record, qa, found


def asked(record: Record) -> Iterator[tuple[Record, list[tuple[str, int]]]]:
    """Yield (question, its answers) of one record, reader's or written shape; see ``answers``."""
    for qa in record["qas"]:
        yield qa, answers(record, qa)


def context_of(record: Record) -> str:
    """Return the text that the questions of a record are about."""
    context: str = record["context"] if "context" in record else record["text"]
    return context


def answers(record: Record, qa: Record) -> list[tuple[str, int]]:
    """Return the answers of one question of a record with their offsets in its text.

    A written answer is given without its place: its first occurrence is taken. An answer that is not in the text, or
    not where it should be, is left out. Unanswerable and yes-no questions have none.
    """
    context = context_of(record)
    given = [(a, context.find(a)) if isinstance(a, str) else (a[0], a[1]) for a in qa["a"]]
    span = qa.get("type") not in ("unanswerable", "yes", "no")
    return [(text, start) for text, start in given if span and text and start >= 0 and context.startswith(text, start)]


def _packed(data: Path, name: str) -> Path:
    folder, _, file = name.partition("/")
    return data / (f"{_ARCHIVES.get(folder, folder)}.tar.xz" if file else f"{name}.xz")


def _open(data: Path, name: str) -> io.TextIOBase:
    if (data / name).is_file():
        return (data / name).open(encoding="utf-8")
    packed = _packed(data, name)
    if not packed.is_file():
        raise ModelError(f"training data {name} is missing", where=data, mend=f"Put {packed.name} or {name} there.")
    if not name.partition("/")[2]:
        return lzma.open(packed, "rt", encoding="utf-8")
    with tarfile.open(packed, "r:xz") as archive:
        member = archive.extractfile(name)
        assert member is not None, f"{name} is a folder in {packed}"
        return io.StringIO(member.read().decode("utf-8"))
