"""The words of the index by meaning: a question in one script finds the words of the other that mean the same.

The encoder is the dictionary. A sentence's vector blurs its words together; looked up one by one they come out as
search terms, so that the keyword leg, with all it knows of rare and common words, can weigh them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from rag.index import files
from rag.index.dense import STORED
from rag.text import HAN

if TYPE_CHECKING:
    import numpy.typing as npt

    Vectors: TypeAlias = npt.NDArray[np.float32]

Near: TypeAlias = list[tuple[str, float]]  # words with their similarity, nearest first

WORDS, VECTORS = "lexicon.words", "lexicon.npy"
MAX_WORDS = 30_000  # the commonest; at 192 dimensions 12 MB on the disk
_NEAREST = 5  # words for one asked: enough for synonyms, few enough to keep chance neighbours out
_NEAR = 0.3  # cosine; random pairs of the bundled encoder have a deviation of 0.07
_KEPT = 20_000  # texts whose nearest words are kept; some 10 MB
_ROUNDING = 1e-5  # by which a product of many rows may differ from that of two
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


def share(home: Path, older: Path) -> None:
    """Take over the files of ``older``."""
    for name in (WORDS, VECTORS):
        files.share(older / name, home / name)


class Lexicon:
    """Words of the index by nearness to a word or phrase asked for. Safe to use from several threads."""

    def __init__(self, home: Path) -> None:
        words = np.array((home / WORDS).read_text(encoding="utf-8").split("\n"))
        vectors = np.load(home / VECTORS, allow_pickle=False).astype(np.float32)
        # Many encoders put all texts near one direction, so that any two seem alike: measure from the middle.
        self._middle = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], dtype=np.float32)
        vectors = _unit(vectors - self._middle)
        han = np.array([bool(_HAN_WORD.fullmatch(word)) for word in words[: len(vectors)]], dtype=bool)
        # a column each: a few rows times many columns takes two thirds of the time of the same by rows
        self._sides = [(words[: len(vectors)][side], np.ascontiguousarray(vectors[side].T)) for side in (han, ~han)]
        self._kept: dict[str, Near] = {}

    def nearest(self, asked: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> list[Near]:
        """Return for each text asked for the words of the other script that are near it, each with its similarity.

        A text without any comes back as an empty list. ``encode`` is that of the words' own encoder; it is asked for
        texts that were not looked up lately. What is found for one does not depend on the others.
        """
        found = {text: near for text in asked if (near := self._kept.get(text)) is not None}
        new = [text for text in dict.fromkeys(asked) if text not in found]
        if new:
            looked_up = dict(zip(new, self._look_up(new, encode(new)), strict=True))
            if len(self._kept) + len(new) > _KEPT:
                self._kept.clear()
            self._kept.update(looked_up)
            found |= looked_up
        return [found[text] for text in asked]

    def _look_up(self, asked: Sequence[str], vectors: Vectors) -> list[Near]:
        centred = _unit(vectors - self._middle) * vectors.any(axis=1, keepdims=True)
        from_han = np.array([bool(_HAN_WORD.fullmatch(text)) for text in asked], dtype=bool)
        found: list[Near] = [[] for _ in asked]
        for side, (words, known) in enumerate(self._sides):
            places = np.flatnonzero(from_han == bool(side))  # each looks among the words of the other script only
            likely = centred[places] @ known >= _NEAR - _ROUNDING
            for place, row in zip(places, likely, strict=True):
                found[place] = _near(words, known, np.flatnonzero(row), centred[place])
        return found


def _near(words: npt.NDArray[np.str_], known: Vectors, places: npt.NDArray[np.int64], asked: Vectors) -> Near:
    """Return the nearest of the words at ``places``; each similarity is summed up by itself, to the last bit."""
    similar = (np.ascontiguousarray(known[:, places].T) * asked).sum(axis=1).tolist()
    near = [(-value, str(words[at])) for at, value in zip(places.tolist(), similar, strict=True) if value >= _NEAR]
    return [(word, -less) for less, word in sorted(near)[:_NEAREST]]


def _unit(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
