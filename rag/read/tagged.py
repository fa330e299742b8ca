"""A text as the reader's features see it: words with their kinds, places and meanings, sentences, sorts of answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rag.config import BUNDLED
from rag.encode import open_encoder
from rag.read import asked
from rag.read.asked import LATIN, NAME, NUMBER, PERSON, PLACE, Word
from rag.text import fold, sentences
from rag.types import Encoder, Range

if TYPE_CHECKING:
    import numpy.typing as npt

_KINDS = {"m": NUMBER, "t": NUMBER, "nr": PERSON, "ns": PLACE, "nt": NAME, "nz": NAME, "n": LATIN, "v": 6, "a": 6,
          "d": 6, "x": 7, "w": 7}  # fmt: skip
STOP = frozenset("的了在是和与及有为对等中上下个这那哪什么谁多少几吗呢何时地得之其被把从到向由以于也都就")
_GRAMMAR = frozenset(
    """
    什么 谁 多少 几 哪 哪里 哪个 哪些 何时 为什么 怎么 如何 怎样 有 没有 进行 可以 以及 或者 要 被 会 能 不 啥 时候
    a an the of to in on at for and or by with from as is are was were be been has have had it its this that these those
    which who whom whose what when where why how did does do many much not no will their they his he she her
    """.split()  # noqa: SIM905
)
_HAN_PAIR = re.compile("(?=([\u3400-\u9fff\U00020000-\U0010ffff]{2}))")
_MAX_KNOWN = 60_000  # words whose vectors are kept; some 50 MB


class Tagged:
    """A folded text with each character's word kind and place, its words and its sentences."""

    __slots__ = ("_vectors", "content", "folded", "kinds", "places", "sentences", "sizes", "sorts", "words")

    def __init__(self, text: str) -> None:
        import rjieba

        self.folded = fold(text)
        self.words: list[Word] = []
        kinds, places = [], []
        start = 0
        for word, tag in rjieba.tag(self.folded):
            kind = _kind(word, tag, capital=text[start].isupper())
            size = len(word)
            kinds += [kind] * size
            places += [0] if size == 1 else [1, *[2] * (size - 2), 3]
            self.words.append((word, start, kind))
            start += size
        self.kinds = np.array(kinds, dtype=np.int64)
        self.places = np.array(places, dtype=np.int64)
        self.sizes = np.array([len(word) for word, _, _ in self.words], dtype=np.int64)
        self.sentences: list[Range] = sentences(text)
        self.sorts = asked.sorts_of(self.words, text)
        self.content = [word for word in self.words if _says_something(word[0])]
        self._vectors: npt.NDArray[np.float32] | None = None

    def vectors(self) -> npt.NDArray[np.float32]:
        """Return one row a word, of length 1; words of grammar and marks have zeros."""
        if self._vectors is None:
            vectors = meanings([word for word, _, _ in self.words])
            vectors[[i for i, (word, _, _) in enumerate(self.words) if not _says_something(word)]] = 0
            self._vectors = vectors
        return self._vectors


tagged = lru_cache(maxsize=256)(Tagged)


def meanings(words: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the bundled encoder's vectors of ``words``, whatever encoder the index was made with."""
    if not words:
        return np.zeros((0, 1), dtype=np.float32)
    known = _known()
    found = {word: vector for word in set(words) if (vector := known.get(word)) is not None}
    new = [word for word in set(words) if word not in found]
    if new:
        made = dict(zip(new, _encoder().encode_passages(new), strict=True))
        if len(known) > _MAX_KNOWN:
            known.clear()
        known.update(made)
        found |= made
    return np.stack([found[word] for word in words])


@cache
def _encoder() -> Encoder:
    return open_encoder(BUNDLED)


@cache
def _known() -> dict[str, npt.NDArray[np.float32]]:
    return {}


@lru_cache(maxsize=_MAX_KNOWN)
def _kind(word: str, tag: str, *, capital: bool) -> int:
    if word[0].isdigit():
        return NUMBER
    if word.isascii() and word.isalpha():
        return NAME if capital else LATIN
    return _KINDS.get(tag[:2], _KINDS.get(tag[:1], 0))


@lru_cache(maxsize=_MAX_KNOWN)
def _says_something(word: str) -> bool:
    return word[0].isalnum() and word not in _GRAMMAR and not set(word) <= STOP


def pairs(folded: str) -> frozenset[str]:
    """Return the pairs of neighbouring Han characters."""
    return frozenset(_HAN_PAIR.findall(folded))
