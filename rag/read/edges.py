"""What a reader makes of every place of a passage, not only of those it marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    from tokenizers import Encoding

    Floats = npt.NDArray[np.float32]

_OPENING, _CLOSING = "“‘《「（(\"'", "”’》」）)\"'"


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """How well each character of ``text`` begins and ends an answer: logits over those of "not here", -inf where none.

    A passage read in several windows has the best of each.
    """

    text: str
    starts: Floats
    ends: Floats

    def start(self, at: int) -> float:
        """Return how well an answer begins at ``at``, or behind the mark that opens there."""
        return _best(self.starts, at, at + 1 if self.text[at] in _OPENING else at)

    def end(self, at: int) -> float:
        """Return how well one ends before ``at``, or before the mark that closes there."""
        return _best(self.ends, at - 2 if self.text[at - 1] in _CLOSING else at - 1, at - 1)


def _best(logits: Floats, first: int, last: int) -> float:
    return float(logits[max(0, first) : last + 1].max(initial=-np.inf))


def edges_of(text: str, windows: Sequence[tuple[Encoding, Floats, Floats]]) -> Edges:
    """Put together the start and end logits of the windows of one text; the first of each is "not here"."""
    starts, ends = (np.full(len(text), -np.inf, dtype=np.float32) for _ in range(2))
    for window, start, end in windows:
        places = np.array(window.offsets, dtype=np.int64)
        told = [part == 1 for part in window.sequence_ids] & (places[:, 0] < places[:, 1])
        np.maximum.at(starts, places[told, 0], start[told] - start[0])
        np.maximum.at(ends, places[told, 1] - 1, end[told] - end[0])
    return Edges(text, starts, ends)
