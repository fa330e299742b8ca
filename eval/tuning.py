"""A corpus and a question set to fit confidence on, made of training data that no reader was trained on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from rag.train.data import records

WRITTEN, READING = "written/dev.jsonl", "reader/tune_cmrc_trial.jsonl"
NEWS = "text-crud_news.jsonl"
DISTRACTORS = 1500  # news items that answer none of the questions


def write(data: Path, folder: Path) -> Path:
    """Write the corpus to ``folder/corpus`` and return the question file beside it.

    Every second text of the reading set is kept out of the corpus: its questions are then unanswerable,
    as are the written set's own near misses.
    """
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    questions: list[dict[str, Any]] = []
    for number, record in enumerate(records(data, WRITTEN)):
        questions += _questions(record, f"w{number:04d}", record["text"], present=True)
        _save(corpus / f"w{number:04d}.txt", record["title"], record["text"])
    for number, record in enumerate(records(data, READING)):
        present = number % 2 == 0
        questions += _questions(record, f"r{number:04d}", record["context"], present=present)
        if present:
            _save(corpus / f"r{number:04d}.txt", record["title"], record["context"])
    for number, record in enumerate(islice(records(data, NEWS), DISTRACTORS)):
        _save(corpus / f"n{number:04d}.txt", record["text"].split("。")[0][:30], record["text"])
    file = folder / "questions.jsonl"
    file.write_text("".join(json.dumps(q, ensure_ascii=False) + "\n" for q in questions), encoding="utf-8")
    return file


def _save(path: Path, title: str, text: str) -> None:
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
