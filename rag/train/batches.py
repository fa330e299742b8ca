"""Pairs as token ids, drawn in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from rag.train.pairs import Pair

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Ids = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]


def join_ranges(flat: Any, starts: Any, ends: Any) -> tuple[Any, npt.NDArray[np.int64]]:
    """Join ``flat[start:end]`` of all ranges; also return where each begins."""
    lengths = ends - starts
    offsets = np.cumsum(lengths) - lengths
    within = np.arange(lengths.sum()) - np.repeat(offsets, lengths)
    return flat[np.repeat(starts, lengths) + within], offsets


class Texts:
    """Token ids of many texts in one flat array."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
        chunks: list[Ids] = []
        lengths: list[int] = []
        for start in range(0, len(texts), 2000):
            for encoding in tokenizer.encode_batch_fast(texts[start : start + 2000], add_special_tokens=False):
                chunks.append(np.asarray(encoding.ids, dtype=np.int32))
                lengths.append(len(encoding.ids))
        self.ids = np.concatenate(chunks) if chunks else np.zeros(0, np.int32)
        self.ends = np.cumsum(lengths)

    def take(self, rows: Rows) -> tuple[Ids, Rows]:
        """Return the ids of the given texts, one after the other, and where each begins."""
        starts = np.where(rows > 0, self.ends[rows - 1], 0)
        return join_ranges(self.ids, starts, self.ends[rows])


class Family:
    """The pairs of one family, shuffled anew each time they have all been used."""

    def __init__(self, tokenizer: Tokenizer, pairs: Sequence[Pair], random: np.random.Generator) -> None:
        self.a = Texts(tokenizer, [pair[0] for pair in pairs])
        self.b = Texts(tokenizer, [pair[1] for pair in pairs])
        numbers: dict[str, int] = {}
        self.groups = np.array([numbers.setdefault(pair[2], len(numbers)) for pair in pairs])
        self._random = random
        self._order = np.zeros(0, np.int64)

    def draw(self, n: int) -> Rows:
        """Return the next n pairs' rows; fewer when the family is smaller."""
        n = min(n, len(self.groups))
        if len(self._order) < n:
            self._order = self._random.permutation(len(self.groups))
        rows, self._order = self._order[:n], self._order[n:]
        return rows
