"""A small corpus in Chinese and English that we wrote, with questions: the first run needs nothing else."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent

# worth trying first: a fact, a definition, and an English question that Chinese text answers
EXAMPLES: tuple[str, str, str] = (
    "芦渡大桥有多长？",
    "什么叫“候鸟食源地”？",
    "By what date must the new electric ferry be delivered?",
)


def corpus_folder() -> Path:
    """Return the folder of sample articles, ready for ``wenju index``."""
    return _HERE / "corpus"


def questions_file() -> Path:
    """Return the JSON Lines file of questions with answers and evidence over the sample articles."""
    return _HERE / "questions.jsonl"


def structure_file() -> Path:
    """Return the JSON file that tells where the articles and paragraphs of each sample file begin."""
    return _HERE / "structure.json"
