"""Our conversations over the public texts: a corpus and a question file, to develop follow-ups on and to test them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from eval.tuning import DISTRACTORS, NEWS, opening, save
from rag.train.data import available, records

PLACES = Path(__file__).parent / "questions"
PARTS = ("dev", "test")  # test is for a last look
_KEYS = ("text", "b")  # where a record keeps its text
_AROUND = 10  # characters of an evidence quote before and behind the answer


def write(data: Path, folder: Path, part: str) -> Path:
    """Write the texts of one part, among news that answer nothing, to ``folder/corpus``; return the question file.

    Only places of answers are kept with the conversations, as in fit.jsonl: what is of another edition of the data is
    left out.
    """
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    talks = [json.loads(line) for line in (PLACES / f"talks-{part}.jsonl").read_text("utf-8").splitlines()]
    texts = _texts(data, talks)
    for (file, line), (title, text) in texts.items():
        save(corpus / f"{_name(file, line)}.txt", title, text)
    for number, record in enumerate(islice(records(data, NEWS), DISTRACTORS)):
        save(corpus / f"n{number:04d}.txt", opening(record["text"]), record["text"])
    rows = [_entry(talk, texts) for talk in talks if all((t["file"], t["line"]) in texts for t in talk["texts"])]
    questions = folder / "questions.jsonl"
    questions.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return questions


def _texts(data: Path, talks: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Return (title, text) of every place that the conversations are about, by file and line."""
    wanted = {(text["file"], text["line"]): text["sha256"] for talk in talks for text in talk["texts"]}
    found = {}
    for file in sorted({file for file, _ in wanted if available(data, file)}):
        for number, record in enumerate(records(data, file)):
            text = next((str(record[key]) for key in _KEYS if key in record), "")
            if wanted.get((file, number)) == sha256(text.encode()).hexdigest()[:12]:
                found[file, number] = (str(record.get("law") or record.get("a") or opening(text)), text)
    return found


def _entry(talk: Mapping[str, Any], texts: Mapping[tuple[str, int], tuple[str, str]]) -> dict[str, Any]:
    """Return a conversation in the form of a question file."""
    places = [(text["file"], text["line"]) for text in talk["texts"]]
    turns = []
    for turn in talk["turns"]:
        answers, evidence = [], []
        for number, start, end in turn["a"]:
            text = texts[places[number]][1]
            answers.append(text[start:end])
            quote = text[max(0, start - _AROUND) : end + _AROUND]
            evidence.append({"file": _name(*places[number]), "quote": quote})
        full = {"full": turn["full"]} if "full" in turn else {}
        turns.append({"question": turn["q"], **full, "answers": answers, "evidence": evidence[:1]})
    return {"id": talk["id"], "lang": talk["lang"], "turns": turns}


def _name(file: str, line: int) -> str:
    return f"{Path(file).stem}-{line}"


def main(argv: list[str] | None = None) -> None:
    """Write one part, and print where its question file is."""
    parser = argparse.ArgumentParser(prog="python -m eval.talks", description=__doc__)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the public data, packed or unpacked")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for corpus/ and questions.jsonl")
    args = parser.parse_args(argv)
    print(write(args.data, args.out, args.part))


if __name__ == "__main__":
    main()
