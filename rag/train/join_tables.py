"""The two tables of the judge of line ends: which characters meet inside text, and how paragraphs begin."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.articles.repair.joins import JOIN_SIZE, SCALE, START_SIZE, join_key, start_key
from rag.text import sentences
from rag.train.join_texts import SETS, kept

_COUNTED = 30_000  # texts of each set that the tables are counted on


def tables(data: Path) -> dict[str, npt.NDArray[np.uint8]]:
    """Count which characters meet inside text, and how paragraphs begin against how other sentences do."""
    pairs: Counter[int] = Counter()
    single: Counter[str] = Counter()
    first: Counter[int] = Counter()
    later: Counter[int] = Counter()
    for name in SETS:
        for _, record in zip(range(_COUNTED), kept(data, name), strict=False):
            text = str(record.get("b") or record.get("text") or "")
            single.update(text)
            pairs.update(map(join_key, text, text[1:]))
            if "\n" in text:
                for row in text.split("\n"):
                    for n, (begin, end) in enumerate(sentences(row.strip())):
                        start = row.strip()[begin:end][:4]
                        (later if n else first).update({start_key(start[:size]) for size in range(1, len(start) + 1)})
    return {"joins": _join_table(pairs, single), "starts": _start_table(first, later)}


def _join_table(pairs: Counter[int], single: Counter[str]) -> npt.NDArray[np.uint8]:
    """Log of how often two characters meet, against what their frequencies alone would give."""
    total = sum(single.values())
    seen: dict[int, float] = {}
    common = [c for c, n in single.most_common(4000)]
    odds = np.zeros(JOIN_SIZE)
    for a in common:
        for b in common:
            key = join_key(a, b)
            seen[key] = max(seen.get(key, 0.0), single[a] * single[b] / total)
    for key, expected in seen.items():
        odds[key] = np.log((pairs[key] + 0.5) / (expected + 0.5))
    return _packed(odds)


def _start_table(first: Counter[int], later: Counter[int]) -> npt.NDArray[np.uint8]:
    base = sum(first.values()) / (sum(first.values()) + sum(later.values()))
    odds = np.zeros(START_SIZE)
    for key in {*first, *later}:
        odds[key] = np.log((first[key] + 4 * base) / (later[key] + 4 * (1 - base)) * (1 - base) / base)
    return _packed(odds)


def _packed(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    return np.clip(np.rint(odds * SCALE + 128), 0, 255).astype(np.uint8)
