"""The vector leg: exact inner products. The only import of faiss."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import faiss
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

VECTORS, ROWS = "vectors.faiss", "ids.npy"
STORED = np.float16  # half the size of float32; on unit rows the products differ in the fourth decimal
_BATCH = 8192


def pack(vectors: npt.NDArray[np.float32]) -> list[bytes]:
    """Return one row of stored bytes a vector."""
    return [row.tobytes() for row in np.asarray(vectors, dtype=STORED)]


def build(home: Path, dim: int, vectors: Iterable[tuple[int, bytes]]) -> None:
    """Write the index of (passage row, packed vector) pairs into ``home``."""
    index = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    rows: list[int] = []
    pairs = iter(vectors)
    while batch := list(islice(pairs, _BATCH)):
        rows += [row for row, _ in batch]
        packed = np.frombuffer(b"".join(vector for _, vector in batch), dtype=STORED)
        index.add(packed.reshape(len(batch), dim).astype(np.float32))
    faiss.write_index(index, str(home / VECTORS))
    np.save(home / ROWS, np.asarray(rows, dtype=np.int64), allow_pickle=False)


class VectorIndex:
    """Nearest passages by inner product."""

    def __init__(self, home: Path) -> None:
        path = home / VECTORS
        # a forged header cannot make faiss reserve more than the file could fill
        faiss.set_deserialization_vector_byte_limit(path.stat().st_size)
        self._index = faiss.read_index(str(path))
        self._rows = np.load(home / ROWS, allow_pickle=False)

    def __len__(self) -> int:
        return int(self._index.ntotal) if self._index.ntotal == len(self._rows) else -1

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def bits(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
        """Return a bit for each vector, set for those of the passages ``rows``: the limit of a search to these."""
        return np.packbits(np.isin(self._rows, rows), bitorder="little")

    def search(
        self, vector: npt.NDArray[np.float32], depth: int, only: npt.NDArray[np.uint8] | None = None
    ) -> list[tuple[int, float]]:
        """Return (passage row, similarity) of the nearest passages, best first, ties by row.

        ``only`` is what ``bits`` returned: other passages are not looked at, so that none of these is missed.
        Only similarities above 0: a vector of zeros, which stands for a text without a known word, finds nothing.
        """
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        limit = None
        if only is not None:
            chosen = faiss.IDSelectorBitmap(only.size, faiss.swig_ptr(only))
            limit = faiss.SearchParameters()
            limit.sel = chosen
        scores, places = self._index.search(query, min(depth, len(self._rows)) or 1, params=limit)
        # faiss fills short results up with place -1, which would index the last passage
        pairs = [
            (int(self._rows[place]), float(score))
            for place, score in zip(places[0], scores[0], strict=True)
            if place >= 0 and score > 0
        ]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
