"""How often the encoder alone finds the passage: the questions kept for tuning, among news texts as distractors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from rag.text import sentences
from rag.train import data
from rag.types import Encoder

WINDOW = 300  # characters
DISTRACTORS = 2000
DEPTHS = (1, 5, 10)


def recall(encoder: Encoder, folder: Path) -> dict[str, dict[str, float]]:
    """Return the share of questions with a right window in the first 1, 5, 10, by language.

    A window is right when it holds one of the question's answers and is cut from the question's passage.
    """
    passages, asked, right = _held_out(folder)
    scores = encoder.encode_queries([question for question, _ in asked]) @ encoder.encode_passages(passages).T
    best = np.argsort(-scores, axis=1, kind="stable")[:, : max(DEPTHS)]
    table: dict[str, dict[str, float]] = {}
    for language in sorted({language for _, language in asked}):
        rows = [row for row, (_, spoken) in enumerate(asked) if spoken == language]
        table[language] = {"questions": len(rows)} | {
            f"R@{depth}": sum(not right[row].isdisjoint(best[row, :depth].tolist()) for row in rows) / len(rows)
            for depth in DEPTHS
        }
    return table


def windows(text: str, size: int = WINDOW) -> list[str]:
    """Cut ``text`` at sentence ends into windows of about ``size`` characters."""
    cut: list[str] = []
    begin = end = 0
    for start, stop in sentences(text):
        if stop - begin > size and end > begin:
            cut.append(text[begin:end])
            begin = start
        end = stop
    return [*cut, text[begin:end]] if end > begin else cut


def _held_out(folder: Path) -> tuple[list[str], list[tuple[str, str]], list[set[int]]]:
    passages: list[str] = []
    asked: list[tuple[str, str]] = []
    right: list[set[int]] = []
    for record in data.records(folder, "written/dev.jsonl"):
        first = len(passages)
        passages += windows(record["text"])
        for qa in record["qas"]:
            found = _holding(passages[first:], qa["a"], first)
            if qa["type"] != "unanswerable" and found:
                asked.append((qa["q"], qa["lang"]))
                right.append(found)
    news = data.records(folder, "text-crud_news.jsonl")
    passages += [record["text"][:WINDOW] for record in islice(news, 0, 33 * DISTRACTORS, 33)]
    return passages, asked, right


def _holding(passages: Sequence[str], answers: Sequence[str], first: int) -> set[int]:
    return {first + n for n, passage in enumerate(passages) if any(answer in passage for answer in answers)}
