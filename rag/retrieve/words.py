"""The words of an open index, as a question is corrected by them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.encode import StaticEncoder
from rag.index.terms import STOP_WORDS
from rag.text import bigrams, fold

if TYPE_CHECKING:
    from rag.index import Index
    from rag.types import Encoder

_LOOKED_AT = 50  # passages that hold all pairs of a phrase; if the phrase is said at all, one of the first says it


class IndexWords:
    """What ``rag.understand`` asks of an archive. Safe to use from several threads."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self._index, self._encoder = index, encoder
        self.says = lru_cache(maxsize=4096)(self._says)

    def pairs(self, two: str) -> int:
        """Return in how many passages two Chinese characters stand side by side, or in whose context they do."""
        return self._index.held("grams", two)

    def following(self, char: str) -> Sequence[str]:
        """Return the characters that stand behind ``char``."""
        return [term[1] for term in self._index.beginning("grams", char) if len(term) == 2]

    def _says(self, text: str) -> bool:
        """Tell whether ``text``, folded, stands in a passage or its context as it is."""
        needs = [[[("grams", pair)]] for pair in dict.fromkeys(bigrams(text))]
        rows = self._index.holding(needs)[:_LOOKED_AT]
        found = self._index.passages(rows) if rows else []
        return any(text in fold("".join(f"{one.passage.context}\n{one.passage.text}".split())) for one in found)

    def latin(self, word: str) -> int:
        """Return in how many passages a Latin word stands as it is, or of which it is the stem."""
        return self._index.held("words", word)

    def spelt(self, word: str) -> int:
        """Return in how many passages a Chinese name stands that is written ``word`` in Pinyin."""
        return self._index.held("spelled", word)

    def common(self, word: str) -> bool:
        """Tell whether the encoder knows ``word`` whole; one that does not show its vocabulary knows every word."""
        if word in STOP_WORDS or not isinstance(self._encoder, StaticEncoder):
            return True
        return self._encoder.tokenizer.token_to_id(word) is not None
