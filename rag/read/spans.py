"""Start and end logits to the best answer spans: pure arithmetic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

_MARKS = (("“", "”"), ("《", "》"), ("「", "」"), ("（", "）"), ("(", ")"))
_REACH = 40  # characters
BREVITY = 0.2  # what the logarithm of a span's length costs it
_SENTENCE_END = re.compile(r"[。！？\n]")

if TYPE_CHECKING:
    import numpy.typing as npt

    Logits = npt.NDArray[np.float32]


def decode_spans(
    start: Logits, end: Logits, allowed: npt.NDArray[np.bool_], *, max_tokens: int, k: int
) -> list[tuple[int, int, float]]:
    """Return the k best (first, last, score) with ``last`` inclusive, best first, ties by position.

    The score is ``start[first] + end[last] - BREVITY * ln(tokens)``: where a first token fits several last ones, those
    near it are more often its own. A span lies wholly on allowed tokens at both its ends and has at most ``max_tokens``
    tokens. The three arrays have one entry a token, shape (T,).
    """
    if k < 1 or max_tokens < 1:
        raise ValueError(f"k and max_tokens must be at least 1, got {k} and {max_tokens}")
    if not allowed.any():
        return []
    reach = min(max_tokens, len(start))
    forbidden = np.float32(-np.inf)  # not 0: logits are often negative
    ends = np.full(len(start) + reach - 1, forbidden)
    ends[: len(end)] = np.where(allowed, end, forbidden)
    # (T, reach): [first, last - first]; the whole square would be four times as much
    scores = np.where(allowed, start, forbidden)[:, None] + np.lib.stride_tricks.sliding_window_view(ends, reach)
    scores -= np.log(np.arange(1, reach + 1), dtype=np.float32) * np.float32(BREVITY)
    flat = scores.ravel()
    count = min(k, int(np.isfinite(flat).sum()))  # at least 1: an allowed token is a span
    best = np.argpartition(-flat, count - 1)[:count]
    order = np.lexsort((best, -flat[best]))
    return [(i // reach, i // reach + i % reach, float(flat[i])) for i in best[order].tolist()]


def settle(spans: Sequence[tuple[int, int, float]], *, heat: float, k: int) -> list[tuple[int, int, float]]:
    """Return at most k of ``spans`` that overlap no other returned one, best first.

    The best spans of a window are mostly one answer with its ends here or there. Taken as guesses, each as likely as
    ``exp(score / heat)`` says, one of them has the highest F1 to be expected over all, and stands for those that it
    overlaps, with the best score among them. Then the same for what is left.
    """
    if not spans:
        return []
    first, last, score = (np.array(column) for column in zip(*spans, strict=True))
    size = last - first + 1
    shared = (np.minimum.outer(last, last) - np.maximum.outer(first, first) + 1).clip(min=0)
    agreement = 2 * shared / np.add.outer(size, size)
    found: list[tuple[int, int, float]] = []
    left = np.ones(len(spans), dtype=bool)
    while left.any() and len(found) < k:
        likely = np.where(left, np.exp((score - score[left].max()).clip(max=0) / heat), 0.0)
        best = int(np.where(left, agreement @ likely, -1.0).argmax())
        near = left & (shared[best] > 0)
        found.append((int(first[best]), int(last[best]), float(score[near].max())))
        left &= ~near
    return sorted(found, key=lambda span: -span[2])


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span that cuts through a pair of quotation marks or brackets to hold both marks.

    The missing mark must stand in the same sentence and near; where it does not, a mark left alone at the very edge
    is cut off, and any other span stays as it is.
    """
    for opening, closing in _MARKS:
        inside = text[start:end]
        missing = inside.count(opening) - inside.count(closing)
        if missing == 1:
            after = text[end : end + _REACH]
            place = after.find(closing)
            if place >= 0 and not _SENTENCE_END.search(after, 0, place):
                end += place + 1
            elif inside.startswith(opening) and len(inside) > 1:
                start += 1
        elif missing == -1:
            before = text[max(0, start - _REACH) : start]
            place = before.rfind(opening)
            if place >= 0 and not _SENTENCE_END.search(before, place):
                start -= len(before) - place
            elif inside.endswith(closing) and len(inside) > 1:
                end -= 1
    return start, end
