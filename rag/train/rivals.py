"""Passages that a search puts beside the right one: they have a question's words and not its answer.

A reader that has only seen the right passage and a random one gives scores that mean something within a passage. Out
of an archive it gets the best of thousands, all of which look right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix

from rag.encode import open_encoder
from rag.text import fold, language, sentences
from rag.train.reader_examples import Place, Question, Rivals

if TYPE_CHECKING:
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

PIECE, LATIN_PIECE = 340, 1000  # characters: the longest windows
DEEP, KEPT = 12, 6  # pieces that each leg finds, and rivals kept of both
_COLUMNS = 1 << 19
_ROWS = 256  # questions looked for at once


def rivals_of(questions: Sequence[Question], others: Iterable[str] = ()) -> Rivals:
    """Look for rivals of ``questions`` in all their contexts and in ``others``.

    A piece that holds one of the answers is none. A question without answers gets none: it has its own context.
    """
    asked = list({q.place: q for q in questions if q.answers}.values())
    pieces = list(dict.fromkeys(piece for text in [*dict.fromkeys(q.context for q in questions), *others]
                                for piece in _pieces(text)))  # fmt: skip
    texts = [question.text for question in asked]
    found: dict[Place, tuple[str, ...]] = {}
    legs = zip(_by_words(texts, pieces), _by_vectors(texts, pieces), strict=True)
    for question, (words, vectors) in zip(asked, legs, strict=True):
        answers = {question.context[start:end] for start, end in question.answers}
        both = dict.fromkeys(int(row) for pair in zip(words, vectors, strict=True) for row in pair)
        fit = [pieces[row] for row in both if not any(answer in pieces[row] for answer in answers)]
        found[question.place] = tuple(fit[:KEPT])
    return found


def _pieces(text: str) -> Iterator[str]:
    size = LATIN_PIECE if language(text) == "en" else PIECE
    begin = stop = 0
    for start, end in sentences(text):
        if end - begin > size and stop > begin:
            yield text[begin:stop]
            begin = start
        stop = end
    if stop > begin:
        yield text[begin:stop][:size]


def _by_words(texts: Sequence[str], pieces: Sequence[str]) -> Iterator[Ints]:
    """Yield, for each text, the DEEP nearest pieces by the cosine of their weighted pairs of characters, or words."""
    table = _counts(pieces)
    held = np.bincount(table.indices, minlength=_COLUMNS)
    weights = np.log((1 + len(pieces)) / (1 + held)) + 1
    table = _unit(table.multiply(weights[None, :]).tocsr()).T.tocsr()
    for at in range(0, len(texts), _ROWS):
        scores = (_counts(texts[at : at + _ROWS]).multiply(weights[None, :]).tocsr() @ table).toarray()
        yield from _best(scores)


def _best(scores: npt.NDArray[np.float32]) -> Ints:
    """Return for each row the columns of its DEEP highest scores, the highest first; all where there are fewer."""
    deep = min(DEEP, scores.shape[1])
    best = np.argpartition(-scores, deep - 1, axis=1)[:, :deep]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
    return np.take_along_axis(best, order, axis=1)


def _counts(texts: Sequence[str]) -> Any:
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, text in enumerate(texts):
        terms = Counter(map(_column, _terms(text)))
        rows += [row] * len(terms)
        columns += terms.keys()
        values += [1 + np.log(count) for count in terms.values()]
    return csr_matrix((np.array(values, dtype=np.float32), (rows, columns)), shape=(len(texts), _COLUMNS))


def _terms(text: str) -> list[str]:
    text = fold(text)
    if language(text) == "en":
        return [word.strip(".,;:!?()\"'") for word in text.split()]
    return ["".join(pair) for pair in pairwise(text)]


@lru_cache(maxsize=1 << 20)
def _column(term: str) -> int:
    return crc32(term.encode()) % _COLUMNS


def _unit(table: Any) -> Any:
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1))).clip(min=1e-6)
    return table.multiply(1 / lengths).tocsr().astype(np.float32)


def _by_vectors(texts: Sequence[str], pieces: Sequence[str]) -> Iterator[Ints]:
    encoder = open_encoder("bundled")
    vectors = encoder.encode_passages(pieces)
    for at in range(0, len(texts), _ROWS):
        yield from _best(encoder.encode_queries(texts[at : at + _ROWS]) @ vectors.T)
