"""One phase of the comparison of answers, in a process of its own, so that its memory and its time are its own."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, Protocol

from eval.bench import distractors
from eval.bench.latency import WARM_UP, Stages
from eval.bench.process import peak_bytes
from eval.bench.retrieval import indexed
from eval.data import DataError, Entry, read_questions
from rag.config import BUNDLED, Settings
from rag.errors import WenjuError
from rag.types import Encoder

PHASES = ("index", "Wenju", "Haystack")
ANSWERS, INDEX = "answers.jsonl", "index"
SEED = 0


class System(Protocol):
    """What is asked; it can answer in several ways at once."""

    names: Sequence[str]

    def ask(self, text: str) -> Mapping[str, dict[str, Any]]:
        """Return the result of each name, with "milliseconds" of the clock and of "work"."""
        ...


class Wenju:
    """Wenju as a page that stays up has it."""

    names = ("Wenju",)

    def __init__(self, settings: Settings, encoder: Encoder) -> None:
        from rag.index import open_index
        from rag.read import open_reader
        from rag.wiring import assistant_for, retriever_for

        retriever = retriever_for(settings, open_index(settings.index), encoder)
        reader = open_reader(settings.reader)
        self._assistant, self._stages = assistant_for(settings, retriever, reader), Stages()
        self._stages.watch(retriever, "retrieve", "retrieve")
        self._stages.watch(reader, "read", "read")

    def ask(self, text: str) -> dict[str, dict[str, Any]]:
        """Return the answer as `wenju ask --batch` writes it; what is neither search nor reading is "answer"."""
        from rag.serialize import answer_to_dict

        answer, wall, work = self._stages.during(lambda: self._assistant.ask(text), "answer")
        return {self.names[0]: answer_to_dict(answer) | {"milliseconds": wall, "work": work}}


def lone_questions(file: Path) -> list[Entry]:
    """Return the questions that are of no conversation; raises DataError where there are none."""
    entries = [entry for entry in read_questions(file) if not entry.is_chat]
    if not entries:
        raise DataError("only conversations in the file", where=file, mend="Name a file of questions.")
    return entries


def ask_all(system: System, entries: Sequence[Entry], out: Path, seconds: float) -> int:
    """Ask all, in an order that is the same for every system, or as many as ``seconds`` allow; return how many.

    Answers go to a folder of ``out`` for each name of the system.
    """
    order = Random(SEED).sample(entries, len(entries))
    for entry in order[:WARM_UP]:
        system.ask(entry.turns[0].text)
    until, asked = time.perf_counter() + seconds, 0
    files = {name: (out / name / ANSWERS) for name in system.names}
    for file in files.values():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
    for entry in order:
        if asked and time.perf_counter() > until:
            break
        for name, row in system.ask(entry.turns[0].text).items():
            with files[name].open("a", encoding="utf-8") as lines:
                lines.write(json.dumps({"id": entry.id, **row}, ensure_ascii=False) + "\n")
        asked += 1
    return asked


def index_all(world: Path, args: argparse.Namespace, encoder: Encoder) -> dict[str, Any]:
    """Bring the index up to date: the questions' files, filled up with others to about ``args.passages``."""
    others = world / "others"
    if args.distractors and not others.exists():
        own = indexed(args.index_of, world / INDEX, encoder, _quiet)
        wanted = distractors.until(distractors.records(args.distractors), max(0, args.passages - own))
        distractors.write(wanted, others)
    paths = [*args.index_of, others] if others.exists() else args.index_of
    return {"passages": indexed(paths, world / INDEX, encoder, _quiet)}


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def _opened(args: argparse.Namespace, encoder: Encoder) -> System:
    settings = Settings(index=args.world / INDEX, encoder=args.encoder, reader=args.reader)
    if args.phase == "Wenju":
        return Wenju(settings, encoder)
    from eval.bench.answer_haystack import Haystack
    from rag.index import open_index
    from rag.read import BUNDLED_READER

    with open_index(settings.index) as index:
        return Haystack(index, encoder, BUNDLED_READER if args.reader == BUNDLED else Path(args.reader), settings)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the comparison and its phases both take."""
    paths: dict[str, Any] = {"nargs": "+", "type": Path}
    parser.add_argument("--index-of", **paths, required=True, metavar="PATH", help="files of the questions")
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE.jsonl")
    parser.add_argument("--distractors", **paths, default=[], metavar="FILE.jsonl", help="may be packed")
    parser.add_argument("--passages", type=int, default=100_000, metavar="N", help="about as many in all (100,000)")
    parser.add_argument("--encoder", default=BUNDLED, metavar="NAME_OR_PATH")
    parser.add_argument("--reader", default=BUNDLED, metavar="FOLDER")
    parser.add_argument("--limit-seconds", type=float, default=3600, metavar="N", help="of asking one system (3600)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one phase and print its figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.answer_child", description=__doc__)
    parser.add_argument("phase", choices=PHASES)
    parser.add_argument("--world", type=Path, required=True, metavar="DIR")
    add_arguments(parser)
    args = parser.parse_args(argv)
    try:
        from rag.encode import open_encoder

        encoder = open_encoder(args.encoder)
        if args.phase == "index":
            told = index_all(args.world, args, encoder)
        else:
            begun = time.perf_counter()
            system = _opened(args, encoder)
            told = {"names": list(system.names), "open_seconds": time.perf_counter() - begun}
            told["asked"] = ask_all(system, lone_questions(args.questions), args.world, args.limit_seconds)
    except WenjuError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(told | {"peak_bytes": peak_bytes()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
