"""The words of the index by meaning: a question in one script finds the words of the other that mean the same.

The encoder is the dictionary. A sentence's vector blurs its words together; looked up one by one they come out as
search terms, so that the keyword leg, with all it knows of rare and common words, can weigh them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.index.dense import STORED
from rag.text import HAN

if TYPE_CHECKING:
    import numpy.typing as npt

WORDS, VECTORS = "lexicon.words", "lexicon.npy"
MAX_WORDS = 30_000  # the commonest; at 192 dimensions 12 MB on the disk
_NEAREST = 5  # words for one asked: enough for synonyms, few enough to keep chance neighbours out
_NEAR = 0.3  # cosine; random pairs of the bundled encoder have a deviation of 0.07
_HAN_WORD = re.compile(f"[{HAN}]{{2,8}}")
_LATIN_WORD = re.compile(r"[a-z]{3,24}")


def choose(vocabulary: Iterable[tuple[str, int]]) -> list[str]:
    """Return the words worth a vector out of (term, passages that hold it), sorted."""
    fit = [(count, term) for term, count in vocabulary if _HAN_WORD.fullmatch(term) or _LATIN_WORD.fullmatch(term)]
    return sorted(term for _, term in sorted(fit, key=lambda pair: (-pair[0], pair[1]))[:MAX_WORDS])


def build(home: Path, dim: int, words: Sequence[str], packed: Sequence[bytes]) -> None:
    """Write the words and their vectors into ``home``."""
    (home / WORDS).write_text("\n".join(words), encoding="utf-8")
    np.save(home / VECTORS, np.frombuffer(b"".join(packed), dtype=STORED).reshape(len(words), dim), allow_pickle=False)


class Lexicon:
    """Words of the index by nearness to a word or phrase asked for."""

    def __init__(self, home: Path) -> None:
        words = np.array((home / WORDS).read_text(encoding="utf-8").split("\n"))
        vectors = np.load(home / VECTORS, allow_pickle=False).astype(np.float32)
        # Many encoders put all texts near one direction, so that any two seem alike: measure from the middle.
        self._middle = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], dtype=np.float32)
        vectors = _unit(vectors - self._middle)
        han = np.array([bool(_HAN_WORD.fullmatch(word)) for word in words[: len(vectors)]], dtype=bool)
        self._sides = [(words[: len(vectors)][side], vectors[side]) for side in (han, ~han)]

    def nearest(self, asked: Sequence[str], vectors: npt.NDArray[np.float32]) -> list[list[tuple[str, float]]]:
        """Return for each text asked for the words of the other script that are near it, each with its similarity.

        A text without any comes back as an empty list.
        """
        centred = _unit(vectors - self._middle) * vectors.any(axis=1, keepdims=True)
        from_han = [bool(_HAN_WORD.fullmatch(text)) for text in asked]
        similar = [side @ centred.T for _, side in self._sides]  # (words of the script, texts)
        return [self._near(self._sides[side][0], similar[side][:, n]) for n, side in enumerate(from_han)]

    def _near(self, words: npt.NDArray[np.str_], similar: npt.NDArray[np.float32]) -> list[tuple[str, float]]:
        near = [(-float(similar[place]), str(words[place])) for place in np.flatnonzero(similar >= _NEAR)]
        return [(word, -less) for less, word in sorted(near)[:_NEAREST]]


def _unit(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
