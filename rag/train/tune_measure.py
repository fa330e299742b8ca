"""How well a table of word vectors finds the texts that questions were made from, among all passages of an archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from rag.train.batches import Texts
from rag.train.glossary import terms
from rag.train.tune_questions import KINDS, Made, Material

if TYPE_CHECKING:
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float32]

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Scores:
    """The mean of 1 / rank, also by kind of question, and the share found in the first DEPTH.

    ``terms`` is the share of Chinese terms that find their English among that of all: what an archive in one language
    cannot show.
    """

    mrr: float
    recall: float
    kinds: dict[str, float]
    terms: float


class Judge:
    """The passages of one archive as tokens, ready to be ranked by any table of their vectors."""

    def __init__(self, tokenizer: Any, made: Material) -> None:
        self._tokenizer, self._owners = tokenizer, np.array(made.owners)
        self._passages = self.texts(made.passages)
        pairs = [(word, english[0]) for word, english in terms()]
        self._terms = self.texts([word for word, _ in pairs]), self.texts([english for _, english in pairs])

    def texts(self, texts: Sequence[str]) -> Texts:
        """Return texts as tokens."""
        return Texts(self._tokenizer, texts)

    def scores(self, table: Matrix, asked: Sequence[Made]) -> Scores:
        """Judge ``table`` by questions, of which there must be one at least."""
        worth = 1 / self._ranks(table, asked)
        kinds = {kind: [place for place, one in enumerate(asked) if one.kind == kind] for kind in KINDS}
        return Scores(
            float(worth.mean()),
            float((worth >= 1 / DEPTH).mean()),
            {kind: float(worth[places].mean()) for kind, places in kinds.items() if places},
            self._terms_found(table),
        )

    def _ranks(self, table: Matrix, asked: Sequence[Made]) -> Matrix:
        """Return the place of each question's own text among the passages: for a title, those of other articles."""
        passages = units(table, self._passages)
        questions = units(table, self.texts([one.text for one in asked]))
        right = (questions * units(table, self.texts([one.target for one in asked]))).sum(axis=1)
        ranks = np.empty(len(asked), np.float32)
        for place, one in enumerate(asked):
            ahead = passages @ questions[place] > right[place]
            ahead[self._owners == one.article if one.kind == "title" else one.passage] = False
            ranks[place] = 1 + np.count_nonzero(ahead)
        return ranks

    def _terms_found(self, table: Matrix) -> float:
        chinese, english = (units(table, texts) for texts in self._terms)
        return float(((chinese @ english.T).argmax(axis=1) == np.arange(len(chinese))).mean())


def units(table: Matrix, texts: Texts) -> Matrix:
    """Return one row of length 1 a text; zeros for a text without a known word."""
    starts = np.append(0, texts.ends)
    ones = np.ones(len(texts.ids), np.float32)
    sums = sparse.csr_matrix((ones, texts.ids, starts), shape=(len(texts.ends), len(table))) @ table
    unit: Matrix = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return unit
