"""Bytes a second that one core moves through memory: no scan of vectors is faster. Processor time. Prints JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import numpy as np

BYTES = 1 << 29  # far more than any cache holds
WIDTH = 256
ROUNDS = 7


def bandwidth(size: int = BYTES) -> dict[str, float]:
    """Return bytes a second, the best of ROUNDS: read and written by a copy, read by a sum, by a product with a vector.

    A copy counts both ways. "read" is the faster of the two that read.
    """
    source = np.ones((size // 4 // WIDTH, WIDTH), np.float32)
    target, vector = np.empty_like(source), np.ones(WIDTH, np.float32)
    told = {
        "copy": _best(lambda: np.copyto(target, source), 2 * source.nbytes),
        "sum": _best(lambda: source.sum(), source.nbytes),
        "product": _best(lambda: source @ vector, source.nbytes),
    }
    return {**told, "read": max(told["sum"], told["product"])}


def _best(work: Callable[[], object], moved: int) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return moved / min(times)


if __name__ == "__main__":
    print(json.dumps(bandwidth()))
