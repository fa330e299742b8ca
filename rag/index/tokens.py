"""The words of every passage as the encoder cuts them, so that a search need not cut hundreds of texts anew.

tokens.npy, tokens.ends.npy   of the passages of vectors.faiss, one after another: tokens, and where each passage ends
added.tokens.npy, …           the same of those of added.faiss
None of these is there for an encoder that has no vectors of words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.index import dense, files

if TYPE_CHECKING:
    import numpy.typing as npt

    Held = npt.NDArray[np.unsignedinteger[Any]]  # tokens of one passage

TOKENS, ENDS = "tokens.npy", "tokens.ends.npy"
ADDED = "added."  # begins the names of the files of passages that came later
_BATCH = 512


class Tokens:
    """Tokens by passage."""

    def __init__(self, home: Path) -> None:
        self.there = (home / TOKENS).exists()
        self._parts = [
            _Part(home / dense.ROWS, home / TOKENS, home / ENDS),
            _Part(home / dense.ADDED_ROWS, home / f"{ADDED}{TOKENS}", home / f"{ADDED}{ENDS}"),
        ]

    def whole(self) -> bool:
        """Tell whether each passage of the vector leg has its tokens here."""
        return all(part.whole() for part in self._parts)

    def of(self, rows: Sequence[int]) -> list[Held]:
        """Return the tokens of passages that the vector leg holds, ascending, each once."""
        found = self.known(rows)
        return [found[row] for row in rows]

    def known(self, rows: Sequence[int]) -> dict[int, Held]:
        """Return the tokens of those of the passages that are here."""
        found = dict(self._parts[0].of(rows))
        return found | dict(self._parts[1].of([row for row in rows if row not in found]))


class _Part:
    def __init__(self, rows: Path, tokens: Path, ends: Path) -> None:
        there = tokens.exists()
        self._rows = np.load(rows, allow_pickle=False) if rows.exists() else np.zeros(0, np.int64)
        flat = np.load(tokens, mmap_mode="r", allow_pickle=False) if there else np.zeros(0, np.uint16)
        self._tokens = np.asarray(flat)  # less the class of mapped arrays, whose slices are slow
        self._ends = np.load(ends, allow_pickle=False) if there else np.zeros(0, np.int64)

    def whole(self) -> bool:
        last = int(self._ends[-1]) if len(self._ends) else 0
        return len(self._ends) == len(self._rows) and last == len(self._tokens)

    def of(self, rows: Sequence[int]) -> list[tuple[int, Held]]:
        wanted = np.asarray(rows, np.int64)
        places = np.searchsorted(self._rows, wanted)
        here = places < len(self._rows)
        here[here] = self._rows[places[here]] == wanted[here]
        places = places[here]
        starts, ends = np.where(places > 0, self._ends[places - 1], 0).tolist(), self._ends[places].tolist()
        held = wanted[here].tolist()
        return [(row, self._tokens[start:end]) for row, start, end in zip(held, starts, ends, strict=True)]


def build(home: Path, older: Path | None, cut: Callable[[Sequence[int]], list[Held]], *, shared: bool) -> None:
    """Write the files in ``home`` for the passages that its vectors are of, ``cut`` where ``older`` has none of them.

    With ``shared`` the vectors of the two share their first file. The tokens in ``older`` may be missing.
    """
    before = Tokens(older) if older and (older / TOKENS).exists() else None
    if older and before and shared:
        for name in (TOKENS, ENDS):
            files.share(older / name, home / name)
    else:
        _write(home, "", np.load(home / dense.ROWS, allow_pickle=False), before, cut)
    if (home / dense.ADDED_ROWS).exists():
        _write(home, ADDED, np.load(home / dense.ADDED_ROWS, allow_pickle=False), before, cut)


def _write(
    home: Path,
    name: str,
    rows: npt.NDArray[np.int64],
    before: Tokens | None,
    cut: Callable[[Sequence[int]], list[Held]],
) -> None:
    held: list[Held] = []
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH].tolist()
        known = before.known(batch) if before else {}
        fresh = [row for row in batch if row not in known]
        known.update(zip(fresh, cut(fresh), strict=True))
        held += [known[row] for row in batch]
    ends = np.cumsum([len(one) for one in held], dtype=np.int64)
    np.save(home / f"{name}{TOKENS}", np.concatenate(held) if held else np.zeros(0, np.uint16), allow_pickle=False)
    np.save(home / f"{name}{ENDS}", ends, allow_pickle=False)
