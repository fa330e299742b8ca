"""Short codes of many vectors: all of them are looked through, and the likeliest then measured in full.

Every two numbers of a vector become four bits (product quantization: Jégou, Douze and Schmid, 2011; the scan: André,
Kermarrec and Le Scouarnec, "Quicker ADC", 2019), an eighth of the bytes of the vectors as they are stored. Static
embeddings hardly form clusters: lists of neighbours, of which a search looks at some, miss more for the same time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import faiss
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

FILE = "codes.faiss"
SAMPLE = 65_536  # vectors that the codes are fitted to, from all over the index
# The likeliest by their codes that are measured in full, for each one asked for, and at least so many.
PICKED, LEAST = 12, 600
_BATCH = 65_536


def build(home: Path, vectors: npt.NDArray[np.float16]) -> None:
    """Write the codes of ``vectors`` into ``home``, made for these."""
    dim = vectors.shape[1]
    index = faiss.IndexPQFastScan(dim, dim // 2 if dim % 2 == 0 else dim, 4, faiss.METRIC_INNER_PRODUCT)
    chosen = np.linspace(0, len(vectors) - 1, num=min(len(vectors), SAMPLE), dtype=np.int64)
    index.train(vectors[chosen].astype(np.float32))
    for start in range(0, len(vectors), _BATCH):
        index.add(vectors[start : start + _BATCH].astype(np.float32))
    faiss.write_index(index, str(home / FILE))


class Codes:
    """The codes in a folder; the places they give are those of the vectors they were made of."""

    def __init__(self, home: Path) -> None:
        path = home / FILE
        faiss.set_deserialization_vector_byte_limit(path.stat().st_size)
        self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def likeliest(self, query: npt.NDArray[np.float32], depth: int) -> npt.NDArray[np.int64]:
        """Return the places, ascending, among which the ``depth`` nearest to the one row of ``query`` are."""
        count = min(max(LEAST, PICKED * depth), len(self))
        _, places = self._index.search(query, count)
        found: npt.NDArray[np.int64] = np.sort(places[0][places[0] >= 0])
        return found
