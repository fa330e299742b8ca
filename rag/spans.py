"""Start and end logits to the best answer spans: pure arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Logits = npt.NDArray[np.float32]


def decode_spans(
    start: Logits, end: Logits, allowed: npt.NDArray[np.bool_], *, max_tokens: int, k: int
) -> list[tuple[int, int, float]]:
    """Return the k best (first, last, score) with ``last`` inclusive, best first, ties by position.

    The score is ``start[first] + end[last]``. A span lies wholly on allowed tokens at both its ends
    and has at most ``max_tokens`` tokens. The three arrays have one entry a token, shape (T,).
    """
    if k < 1 or max_tokens < 1:
        raise ValueError(f"k and max_tokens must be at least 1, got {k} and {max_tokens}")
    size = len(start)
    scores = start[:, None] + end[None, :]  # (T, T): [first, last]
    length = np.arange(size)[None, :] - np.arange(size)[:, None] + 1
    legal = (length >= 1) & (length <= max_tokens) & allowed[:, None] & allowed[None, :]
    scores = np.where(legal, scores, -np.inf)  # not 0: logits are often negative
    flat = scores.ravel()
    count = min(k, int(legal.sum()))
    if count == 0:
        return []
    best = np.argpartition(-flat, count - 1)[:count]
    order = np.lexsort((best, -flat[best]))
    return [(int(i) // size, int(i) % size, float(flat[i])) for i in best[order]]
