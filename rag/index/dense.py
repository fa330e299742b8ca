"""The vector leg: inner products, of all passages up to EXACT, beyond it of those that their codes make likely.

vectors.faiss, ids.npy   most passages, mapped into memory, never changed
codes.faiss              the same in short, when there are more than EXACT (see rag.index.codes)
added.faiss, added.npy   those that came later; not there when none did
gone.npy                 rows of passages that are in these files and in the index no more, ascending

A generation shares the first three with the one before it, until the others hold more than DRIFT of what these do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from rag.index import codes

if TYPE_CHECKING:
    import numpy.typing as npt

VECTORS, ROWS = "vectors.faiss", "ids.npy"
ADDED, ADDED_ROWS, GONE = "added.faiss", "added.npy", "gone.npy"
# Half the size of float32; on unit rows the products differ in the fourth decimal. A flat scan runs at the speed of
# the memory either way, so that bytes would be no faster, and they lose neighbours.
STORED = np.float16
EXACT = 200_000  # vectors; beyond, a scan takes longer than the words of a question
DRIFT = 0.1  # share of the first files that may be new or gone before they are written anew


@dataclass(frozen=True, slots=True)
class Limit:
    """The passages that a search may find, as bits over the first file and over the added ones."""

    first: npt.NDArray[np.uint8] | None
    added: npt.NDArray[np.uint8] | None


class VectorIndex:
    """Nearest passages by inner product."""

    def __init__(self, home: Path) -> None:
        self._first = _open(home / VECTORS)
        self.first_rows = np.load(home / ROWS, allow_pickle=False)
        there = (home / ADDED).exists()
        self._added = _open(home / ADDED) if there else None
        self.added_rows = np.load(home / ADDED_ROWS, allow_pickle=False) if there else np.zeros(0, np.int64)
        self.gone = np.load(home / GONE, allow_pickle=False) if (home / GONE).exists() else np.zeros(0, np.int64)
        self._codes = codes.Codes(home) if (home / codes.FILE).exists() else None
        self._stored = _as_stored(self._first) if self._codes else None
        alive = ~np.isin(self.first_rows, self.gone, assume_unique=True)
        self._alive = Limit(np.packbits(alive, bitorder="little") if len(self.gone) else None, None)

    def __len__(self) -> int:
        first, added = len(self.first_rows), len(self.added_rows)
        whole = (self._first.ntotal == first) & ((self._added.ntotal if self._added else 0) == added)
        whole &= not self._codes or len(self._codes) == first
        return first + added - len(self.gone) if whole else -1

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._first.d)

    def added_vectors(self) -> npt.NDArray[np.float32]:
        """Return the vectors of ``added_rows``."""
        if not self._added:
            return np.zeros((0, self.dim), np.float32)
        found: npt.NDArray[np.float32] = self._added.reconstruct_n(0, len(self.added_rows))
        return found

    def bits(self, rows: npt.NDArray[np.int64]) -> Limit:
        """Return the limit of a search to the passages ``rows``, all of which the index holds."""
        first, added = (
            np.packbits(np.isin(held, rows), bitorder="little") for held in (self.first_rows, self.added_rows)
        )
        return Limit(first, added)

    def search(self, vector: npt.NDArray[np.float32], depth: int, only: Limit | None = None) -> list[tuple[int, float]]:
        """Return (passage row, similarity) of the nearest passages, best first, ties by row.

        ``only`` is what ``bits`` returned: other passages are not looked at, and none of these is missed, however
        many there are. Without it, one of a hundred may be missed where there are codes. Only similarities above 0: a
        vector of zeros, which stands for a text without a known word, finds nothing.
        """
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        if not query.any():
            return []
        limit = only or self._alive
        pairs = self._likely(query, depth) if self._codes and only is None else []
        if len(pairs) < depth:  # a flat scan: few vectors, a limit, or too many of the likely ones are gone
            pairs = _nearest(self._first, self.first_rows, query, depth, limit.first)
        if self._added:
            pairs += _nearest(self._added, self.added_rows, query, depth, limit.added)
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:depth]

    def _likely(self, query: npt.NDArray[np.float32], depth: int) -> list[tuple[int, float]]:
        assert self._codes
        assert self._stored is not None
        places = self._codes.likeliest(query, depth)
        rows = self.first_rows[places]
        scores = self._stored[places].astype(np.float32) @ query[0]
        scores[np.isin(rows, self.gone)] = 0
        best = np.argsort(-scores, kind="stable")[:depth]
        return [(int(rows[place]), float(scores[place])) for place in best if scores[place] > 0]


def _open(path: Path) -> Any:
    # a forged header cannot make faiss reserve more than the file could fill
    faiss.set_deserialization_vector_byte_limit(path.stat().st_size)
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)


def _as_stored(index: Any) -> npt.NDArray[np.float16]:
    """Return the vectors of a flat index without copying them; they last as long as it."""
    codes_of = faiss.rev_swig_ptr(index.codes.data(), index.codes.size())
    stored: npt.NDArray[np.float16] = codes_of.view(STORED).reshape(index.ntotal, index.d)
    return stored


def _nearest(
    index: Any,
    rows: npt.NDArray[np.int64],
    query: npt.NDArray[np.float32],
    depth: int,
    bits: npt.NDArray[np.uint8] | None,
) -> list[tuple[int, float]]:
    limit = None
    if bits is not None:
        chosen = faiss.IDSelectorBitmap(bits.size, faiss.swig_ptr(bits))
        limit = faiss.SearchParameters()
        limit.sel = chosen
    scores, places = index.search(query, min(depth, len(rows)) or 1, params=limit)
    # faiss fills short results up with place -1, which would index the last passage
    return [
        (int(rows[place]), float(score))
        for place, score in zip(places[0], scores[0], strict=True)
        if place >= 0 and score > 0
    ]
