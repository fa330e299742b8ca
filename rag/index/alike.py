"""Near copies: articles that print nearly the same text, found without comparing each with each.

Each text is boiled down to a sketch: MinHash over its runs of five characters (Broder, "On the resemblance and
containment of documents", 1997), white space and punctuation aside, in bands that two texts share whole only
when they resemble one another. Whatever shares a band is then compared for real.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from rag.text import fold

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ALIKE = 0.8  # resemblance from which two articles are called near copies
RUN = 5  # characters
_BANDS, _ROWS = 8, 4  # finds .997 of pairs that resemble by 0.85, .985 by 0.8, 0.4 by 0.5
MIN_TEXT = 50  # characters; shorter items, forms of words mostly, are alike by nature
_CROWD = 64  # texts in one band that are compared each with each; beyond that with the first only
_NO_WORD = re.compile(r"[\W_]+")


def sketch(text: str) -> bytes:
    """Return eight bands of eight bytes; nothing for a text too short to tell."""
    import numpy as np

    runs = _runs(text)
    if runs.size == 0:
        return b""
    factors, offsets = _hashes()
    least = np.full(_BANDS * _ROWS, np.iinfo(np.uint64).max, np.uint64)
    for i in range(0, runs.size, 4096):
        hashed = (runs[i : i + 4096, None] * factors + offsets) >> np.uint64(16)
        least = np.minimum(least, hashed.min(axis=0))
    bands = least.reshape(_BANDS, _ROWS)
    keys = np.zeros(_BANDS, np.uint64)
    for row in range(_ROWS):
        keys = (keys ^ bands[:, row]) * np.uint64(0x9E3779B97F4A7C15)
    return keys.tobytes()


def resemblance(one: str, other: str) -> float:
    """Return the share of runs of five characters that two texts have in common: 1 for the same, 0 for none."""
    import numpy as np

    a, b = (np.unique(_runs(text)) for text in (one, other))
    common = np.intersect1d(a, b, assume_unique=True).size
    return common / max(1, a.size + b.size - common)


def sketched(sketches: Iterable[tuple[int, bytes]]) -> npt.NDArray[np.uint64]:
    """Return a line for each text long enough to tell, (row, band, band, ...), ascending by row."""
    import numpy as np

    lines = [row.to_bytes(8, "little") + sketch for row, sketch in sketches if sketch]
    table = np.frombuffer(b"".join(lines), "<u8").reshape(-1, 1 + _BANDS)
    return table[np.argsort(table[:, 0])]


def near_copies(
    table: npt.NDArray[np.uint64], text_of: Callable[[int], str], new: Iterable[int] | None = None
) -> list[tuple[int, int, float]]:
    """Return (row, later row, resemblance) of the articles that are near copies, by row; ``table`` as of ``sketched``.

    With ``new``, only pairs that hold one of these rows.
    """
    import numpy as np

    if len(table) < 2:
        return []
    rows, bands = table[:, 0].astype(np.int64), table[:, 1:]
    fresh = np.ones(rows.size, bool) if new is None else np.isin(rows, np.fromiter(new, np.int64))
    pairs = {pair for band in range(_BANDS) for pair in _together(bands[:, band], fresh)}
    texts = cache(text_of)
    scored = ((int(rows[a]), int(rows[b])) for a, b in sorted(pairs))
    measured = ((one, other, resemblance(texts(one), texts(other))) for one, other in scored)
    return [(one, other, round(share, 3)) for one, other, share in measured if share >= ALIKE]


def _together(keys: npt.NDArray[np.uint64], fresh: npt.NDArray[np.bool_]) -> Iterable[tuple[int, int]]:
    """Yield pairs of positions with the same key, one of them fresh."""
    import numpy as np

    if not fresh.any():
        return
    met = np.flatnonzero(fresh if fresh.all() else np.isin(keys, keys[fresh]))
    order = met[np.argsort(keys[met], kind="stable")]
    starts = np.flatnonzero(np.diff(keys[order], prepend=~keys[order[0]]))
    sizes = np.diff(starts, append=order.size)
    for start, size in zip(starts[sizes > 1], sizes[sizes > 1], strict=True):
        group = order[start : start + size]  # ascending, the sort being stable
        if not fresh[group].any():
            continue
        for i, a in enumerate(group if size <= _CROWD else group[:1]):
            yield from ((int(a), int(b)) for b in group[i + 1 :] if fresh[a] or fresh[b])


def bare(text: str) -> str:
    """Return what two prints of one text have in common: the letters, folded."""
    return text.translate(_LETTERS)


class _Letters(dict[int, int | None]):
    """What becomes of each character: its folded form, or None where it is no letter; filled as they are met."""

    def __missing__(self, code: int) -> int | None:
        char = fold(chr(code))
        self[code] = None if _NO_WORD.fullmatch(char) else ord(char)
        return self[code]


_LETTERS = _Letters()


def _runs(text: str) -> npt.NDArray[np.uint64]:
    """Return a number for each run of characters, in order, repeats and all."""
    import numpy as np

    letters = bare(text)
    if len(letters) < MIN_TEXT:
        return np.zeros(0, np.uint64)
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    runs = np.zeros(codes.size - RUN + 1, np.uint64)
    for i in range(RUN):
        runs = runs * np.uint64(0x100000001B3) + codes[i : codes.size - RUN + 1 + i]
    return runs


@cache
def _hashes() -> tuple[Any, Any]:
    import numpy as np

    rng = np.random.default_rng(20261121)
    factors = rng.integers(0, 2**63, _BANDS * _ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    return factors, rng.integers(0, 2**63, _BANDS * _ROWS, dtype=np.uint64)
