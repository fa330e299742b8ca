"""Which articles a filter lets through, worked out once for each filter of an open generation."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from rag.filters.conditions import Filter
from rag.index.about import About
from rag.index.clauses import Only
from rag.index.dense import Limit, VectorIndex
from rag.index.sparse import WordIndex

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_KEPT = 32  # filters remembered


@dataclass(frozen=True, slots=True)
class Selection:
    """The passages of the articles that a filter lets through, in the form that each leg takes."""

    rows: npt.NDArray[np.int64]  # of passages, ascending
    words: Only
    vectors: Limit


class Selector:
    """Filters over one generation."""

    def __init__(self, about: About, words: WordIndex, vectors: VectorIndex) -> None:
        self._about, self._words, self._vectors = about, words, vectors
        self._lock = Lock()
        self._made: OrderedDict[Filter, Selection] = OrderedDict()

    def select(self, wanted: Filter) -> Selection:
        """Return what ``wanted`` lets through; it may be nothing."""
        with self._lock:
            made = self._made.pop(wanted, None) or self._select(wanted)
            self._made[wanted] = made
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return made

    def _select(self, wanted: Filter) -> Selection:
        found = self._about.meeting(wanted)
        words = self._words.only(found.articles.tolist(), found.others.tolist())
        return Selection(found.passages, words, self._vectors.bits(found.passages))
