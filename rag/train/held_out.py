"""How often the encoder alone finds the passage: the questions kept for tuning, among news texts as distractors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.encode import StaticEncoder
from rag.retrieve.closer import WHOLE
from rag.text import sentences
from rag.train import data

if TYPE_CHECKING:
    from rag.encode.static import Tokens
    from rag.types import Vectors

WINDOW = 300  # characters
DISTRACTORS = 20_000
DEPTHS = (1, 5, 10)
SHORTER = (64, 128)  # places of the vectors, where there are more
CANDIDATES = 200


def recall(encoder: StaticEncoder, folder: Path) -> dict[str, dict[str, float]]:
    """Return the share of questions with a right window in the first 1, 5, 10, by language and way of looking.

    A window is right when it holds one of the question's answers and is cut from the question's passage. The ways are
    one vector a text, whole and cut short, and the nearest of these compared word by word as the search does it.
    """
    passages, asked, right = _held_out(folder)
    questions = encoder.encode_queries([question for question, _ in asked])
    vectors = encoder.encode_passages(passages)
    ranked = {f"first {size} places": _best(questions[:, :size], vectors[:, :size]) for size in SHORTER}
    ranked["one vector"] = _best(questions, vectors)
    cut = encoder.cut(passages)
    ranked["word by word"] = [
        _closest(encoder, question, cut, questions[row] @ vectors.T) for row, (question, _) in enumerate(asked)
    ]
    table: dict[str, dict[str, float]] = {}
    for language in sorted({language for _, language in asked}):
        rows = [row for row, (_, spoken) in enumerate(asked) if spoken == language]
        for way, best in ranked.items():
            table[f"{language}, {way}"] = {"questions": len(rows)} | {
                f"R@{depth}": sum(not right[row].isdisjoint(best[row][:depth]) for row in rows) / len(rows)
                for depth in DEPTHS
            }
    return table


def _best(questions: Vectors, passages: Vectors) -> list[list[int]]:
    units = passages / np.maximum(np.linalg.norm(passages, axis=1, keepdims=True), 1e-9)
    best: list[list[int]] = np.argsort(-(questions @ units.T), axis=1, kind="stable")[:, : max(DEPTHS)].tolist()
    return best


def _closest(encoder: StaticEncoder, question: str, passages: Sequence[Tokens], near: Vectors) -> list[int]:
    nearest = np.argsort(-near, kind="stable")[:CANDIDATES]
    scores = encoder.closeness(question, [passages[place] for place in nearest]) + WHOLE * near[nearest]
    closest: list[int] = nearest[np.argsort(-scores, kind="stable")][: max(DEPTHS)].tolist()
    return closest


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
    passages += [record["text"][:WINDOW] for record in islice(news, 0, 3 * DISTRACTORS, 3)]
    return passages, asked, right


def _holding(passages: Sequence[str], answers: Sequence[str], first: int) -> set[int]:
    return {first + n for n, passage in enumerate(passages) if any(answer in passage for answer in answers)}
