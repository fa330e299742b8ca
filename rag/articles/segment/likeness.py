"""Titles printed with other characters than where they are listed: the lines that all but equal them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_MIN_LIKENESS = 0.85
_MIN_SHARED = 0.5  # of a title's pairs of neighbouring characters: one wrong character in seven spoils two of seven
_MAX_TRIED = 8  # lines compared character by character with one title


class Likeness:
    """Find lines by the pairs of characters they share with a title; ``keys`` are the folded lines."""

    def __init__(self, keys: Sequence[str], begin: int, longest: int) -> None:
        self._keys = keys
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for i in range(begin, len(keys)):
            if "\n" not in keys[i] and len(keys[i]) <= longest:
                for pair in _pairs(keys[i]):
                    self._places[pair].append(i)

    def spans(self, key: str) -> Iterator[range]:
        """Yield the stretches of one or two lines that all but equal ``key``, the likeliest first."""
        pairs = _pairs(key)
        shared: Counter[int] = Counter()
        for pair in pairs:
            shared.update(self._places.get(pair, ()))
        least = _MIN_SHARED * len(pairs)
        sums = {(i, 1): count for i, count in shared.items() if count >= least}
        sums |= {(i, 2): shared[i] + shared[i + 1] for i in tuple(shared) if shared[i] + shared[i + 1] >= least}
        near = [span for span in sums if self._fits(key, *span)]
        for i, n in sorted(near, key=lambda span: (-sums[span], span))[:_MAX_TRIED]:
            joined = "".join(self._keys[i : i + n])
            if SequenceMatcher(None, key, joined, autojunk=False).ratio() >= _MIN_LIKENESS:
                yield range(i, i + n)

    def _fits(self, key: str, i: int, n: int) -> bool:
        size = sum(map(len, self._keys[i : i + n]))
        return i + n <= len(self._keys) and abs(size - len(key)) <= 0.15 * len(key)


def _pairs(key: str) -> set[str]:
    return {key[i : i + 2] for i in range(len(key) - 1)}
