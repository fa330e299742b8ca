"""A corpus and a question set to fit confidence on, made of training data that no reader was trained on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from rag.train.data import own_questions, records

WRITTEN, READING = "written/dev.jsonl", "reader/tune_cmrc_trial.jsonl"
NEWS = "text-crud_news.jsonl"
OWN = Path(__file__).parent / "questions" / "fit.jsonl"
EACH = 1  # questions of each text of the reading set; more would drown the near misses
DISTRACTORS = 1500  # news items that answer none of the questions


def write(data: Path, folder: Path) -> Path:
    """Write the corpus to ``folder/corpus`` and return the question file beside it.

    Every second text of the reading set is kept out of the corpus: its questions are then unanswerable,
    as are the near misses of the written set and of our own questions.
    """
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    questions: list[dict[str, Any]] = []
    for number, record in enumerate(records(data, WRITTEN)):
        questions += _questions(record, f"w{number:04d}", record["text"], present=True)
        save(corpus / f"w{number:04d}.txt", record["title"], record["text"])
    for number, record in enumerate(own_questions(data, OWN)):
        questions += _questions(record, f"o{number:04d}", record["text"], present=True)
        save(corpus / f"o{number:04d}.txt", record["title"] or opening(record["text"]), record["text"])
    for number, record in enumerate(records(data, READING)):
        present = number % 2 == 0
        record = {**record, "qas": record["qas"][:EACH]}
        questions += _questions(record, f"r{number:04d}", record["context"], present=present)
        if present:
            save(corpus / f"r{number:04d}.txt", record["title"], record["context"])
    for number, record in enumerate(islice(records(data, NEWS), DISTRACTORS)):
        save(corpus / f"n{number:04d}.txt", opening(record["text"]), record["text"])
    file = folder / "questions.jsonl"
    file.write_text("".join(json.dumps(q, ensure_ascii=False) + "\n" for q in questions), encoding="utf-8")
    return file


def opening(text: str) -> str:
    """Return what can stand for a title where there is none."""
    return text.split("。")[0][:30]


def save(path: Path, title: str, text: str) -> None:
    """Write a file of the corpus: the title, then a paragraph a line."""
    path.write_text(f"{title}\n\n" + "\n\n".join(line for line in text.splitlines() if line.strip()), encoding="utf-8")


def _questions(record: Mapping[str, Any], name: str, text: str, *, present: bool) -> Iterator[dict[str, Any]]:
    for number, qa in enumerate(record["qas"]):
        answers = [a if isinstance(a, str) else a[0] for a in qa["a"]]
        evidence = [{"file": name, "quote": sentence} for sentence in _sentences_with(text, answers)]
        if not qa["q"].strip() or (answers and not evidence):
            continue
        kind = qa["type"] if qa.get("type") != "span" else "name"
        gone = not present or not answers
        yield {
            "id": f"{name}-{number}",
            "lang": qa.get("lang") or record["lang"],
            "type": "unanswerable" if gone else kind,
            "question": qa["q"],
            "answers": [] if gone else answers,
            "evidence": [] if gone else evidence,
        }


def _sentences_with(text: str, answers: list[str]) -> list[str]:
    """Return one quote around the first place of each answer that stands in ``text``."""
    places = [(text.find(a), len(a)) for a in answers]
    return [text[max(0, at - 10) : at + size + 10] for at, size in places if at >= 0]
