"""Does a line go on in the next? A small trained judge, asked where the rules of ``repair`` have no sure sign.

It sees what a typesetter would look at: how both lines end and begin, their widths against the column, gaps and
indents, and how often such looks went with a sure break or a sure continuation in the same text. From training
it knows which characters follow each other, and how paragraphs tend to begin. Chinese text only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.articles.repair.layout import Layout
from rag.articles.repair.looks import features

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

MODEL = Path(__file__).parents[2] / "models" / "joins" / "model.safetensors"
JOIN_SIZE, START_SIZE = 1 << 18, 1 << 17  # entries of the two tables
SCALE = 16.0  # table entries are log odds times this, plus 128


def joined(layout: Layout, rules: Sequence[bool], places: Sequence[int]) -> dict[int, float]:
    """Return for the lines numbered in ``places`` the log odds that they go on from the line above.

    ``rules`` holds what the rules say of each line: True for a break before it.
    """
    if not places:
        return {}
    import numpy as np

    model = _model()
    x = np.array(features(layout, rules, *readers(model), places), dtype=np.float32)
    return dict(zip(places, judge(model, x).tolist(), strict=True))


def judge(model: Mapping[str, Floats], x: Floats) -> Floats:
    """Return the log odds of continuation for rows of ``features``."""
    hidden = ((x - model["mean"]) / model["spread"] @ model["w1"] + model["b1"]).clip(0)
    hidden = (hidden @ model["w2"] + model["b2"]).clip(0)
    return (hidden @ model["w3"] + model["b3"])[:, 0]


@cache
def _model() -> dict[str, Floats]:
    from safetensors.numpy import load_file

    return load_file(MODEL)


def available() -> bool:
    return MODEL.is_file()


def join_key(a: str, b: str) -> int:
    return (ord(a) * 40503 + ord(b) * 9973) % JOIN_SIZE


def start_key(text: str) -> int:
    key = len(text)
    for char in text:
        key = (key * 31337 + ord(char)) % 2147483647
    return key % START_SIZE


def readers(tables: Mapping[str, Any]) -> tuple[Callable[[str, str], float], Callable[[str], float]]:
    """Return how the two tables are read, as ``looks.features`` asks for them."""
    joins, starts = tables["joins"], tables["starts"]

    def meets(a: str, b: str) -> float:
        return (float(joins[join_key(a, b)]) - 128) / SCALE

    def begins(text: str) -> float:
        return (float(starts[start_key(text)]) - 128) / SCALE

    return meets, begins
