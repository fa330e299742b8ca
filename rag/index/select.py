"""Which articles a filter lets through, worked out once for each filter of an open generation."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from rag.conditions import Filter
from rag.index.clauses import Only
from rag.index.dense import VectorIndex
from rag.index.listing import Listed
from rag.index.snapshot import Snapshot
from rag.index.sparse import WordIndex

if TYPE_CHECKING:
    import numpy.typing as npt

_KEPT = 32  # filters remembered


@dataclass(frozen=True, slots=True)
class Selection:
    """The passages of the articles that a filter lets through, in the form that each leg takes."""

    rows: npt.NDArray[np.int64]  # of passages, ascending
    words: Only
    vectors: npt.NDArray[np.uint8]  # a bit for each vector


class Selector:
    """Filters over one generation. Reads what is known of the articles when the first filter comes."""

    def __init__(self, snapshot: Snapshot, words: WordIndex, vectors: VectorIndex) -> None:
        self._snapshot, self._words, self._vectors = snapshot, words, vectors
        self._lock = Lock()
        self._known: list[tuple[int, Listed]] | None = None
        self._owners: npt.NDArray[np.int64] | None = None
        self._made: OrderedDict[Filter, Selection] = OrderedDict()

    def known(self) -> list[tuple[int, Listed]]:
        """Return (row, what is known) of every article, by source and in the order of the file."""
        if self._known is None:
            self._known = list(zip(self._snapshot.article_rows(), self._snapshot.listed(), strict=True))
        return self._known

    def owners(self) -> npt.NDArray[np.int64]:
        """Return (row of a passage, row of its article, where it begins), by passage."""
        if self._owners is None:
            self._owners = np.array(self._snapshot.owners(), np.int64).reshape(-1, 3)
        return self._owners

    def select(self, wanted: Filter) -> Selection:
        """Return what ``wanted`` lets through; it may be nothing."""
        with self._lock:
            made = self._made.pop(wanted, None) or self._select(wanted)
            self._made[wanted] = made
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return made

    def _select(self, wanted: Filter) -> Selection:
        met = {row: wanted.meets(article) for row, article in self.known()}
        chosen = [row for row, meets in met.items() if meets]
        others = [row for row, meets in met.items() if not meets]
        owners = self.owners()
        rows = owners[np.isin(owners[:, 1], np.array(chosen, np.int64)), 0]
        return Selection(rows, self._words.only(chosen, others), self._vectors.bits(rows))
