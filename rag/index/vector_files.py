"""The files of the vector leg: made for all passages, or upon those of the generation before (see rag.index.dense)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from rag.index import codes, dense, files

if TYPE_CHECKING:
    import numpy.typing as npt

_BATCH = 8192


def pack(vectors: npt.NDArray[np.float32]) -> list[bytes]:
    """Return one row of stored bytes a vector."""
    return [row.tobytes() for row in np.asarray(vectors, dtype=dense.STORED)]


def build(home: Path, dim: int, vectors: Iterable[tuple[int, bytes]]) -> None:
    """Write the files of (passage row, packed vector) pairs into ``home``."""
    rows, packed = _gathered(dim, vectors)
    index = _flat(dim)
    _fill(index, packed)
    faiss.write_index(index, str(home / dense.VECTORS))
    np.save(home / dense.ROWS, rows, allow_pickle=False)
    if len(rows) > dense.EXACT:
        codes.build(home, packed)


def extend(home: Path, older: Path, dead: Sequence[int], vectors: Iterable[tuple[int, bytes]]) -> bool:
    """Write files into ``home`` that are those in ``older`` less the rows ``dead`` and with ``vectors``.

    Returns False, and writes nothing, when so much has changed that they had better be built anew.
    """
    before = dense.VectorIndex(older)
    rows, packed = _gathered(before.dim, vectors)
    held = before.added_rows
    kept = ~np.isin(held, np.asarray(dead, np.int64))
    gone = np.union1d(before.gone, np.setdiff1d(np.asarray(dead, np.int64), held))
    count = int(kept.sum()) + len(rows)
    if count + len(gone) > dense.DRIFT * len(before.first_rows):
        return False
    for name in (dense.VECTORS, dense.ROWS, *((codes.FILE,) if (older / codes.FILE).exists() else ())):
        files.share(older / name, home / name)
    if count:
        index = _flat(before.dim)
        if kept.any():
            index.add(before.added_vectors()[kept])
        _fill(index, packed)
        faiss.write_index(index, str(home / dense.ADDED))
        np.save(home / dense.ADDED_ROWS, np.concatenate([held[kept], rows]), allow_pickle=False)
    if len(gone):
        np.save(home / dense.GONE, gone, allow_pickle=False)
    return True


def first_count(home: Path) -> int:
    """Return how many vectors the first file in ``home`` has."""
    return len(np.load(home / dense.ROWS, mmap_mode="r", allow_pickle=False))


def _gathered(dim: int, vectors: Iterable[tuple[int, bytes]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float16]]:
    rows: list[int] = []
    blocks = []
    pairs = iter(vectors)
    while batch := list(islice(pairs, _BATCH)):
        rows += [row for row, _ in batch]
        blocks.append(
            np.frombuffer(b"".join(vector for _, vector in batch), dtype=dense.STORED).reshape(len(batch), dim)
        )
    packed = np.concatenate(blocks) if blocks else np.zeros((0, dim), dense.STORED)
    return np.asarray(rows, dtype=np.int64), packed


def _flat(dim: int) -> Any:
    return faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _fill(index: Any, packed: npt.NDArray[np.float16]) -> None:
    for start in range(0, len(packed), _BATCH):
        index.add(packed[start : start + _BATCH].astype(np.float32))
