"""How long answers took since the server started; every thread may add to it."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from threading import Lock

KEPT = 1000  # the last answers, from which the quantiles are taken


@dataclass(frozen=True, slots=True)
class Speed:
    """``p50`` and ``p95`` are milliseconds of the last answers, None before the first; ``up`` is in seconds."""

    asked: int
    failed: int
    p50: float | None
    p95: float | None
    up: float


class Meter:
    """Counts questions and keeps the times of the last of them."""

    def __init__(self) -> None:
        self._lock, self._begin = Lock(), time.monotonic()
        self._asked = self._failed = 0
        self._times: deque[float] = deque(maxlen=KEPT)

    def answered(self, milliseconds: float) -> None:
        """Count an answer."""
        with self._lock:
            self._asked += 1
            self._times.append(milliseconds)

    def failed(self) -> None:
        """Count a question that could not be looked up."""
        with self._lock:
            self._asked += 1
            self._failed += 1

    def speed(self) -> Speed:
        """Return what was counted."""
        with self._lock:
            times = sorted(self._times)
            asked, failed = self._asked, self._failed
        return Speed(asked, failed, _quantile(times, 0.5), _quantile(times, 0.95), time.monotonic() - self._begin)


def _quantile(times: list[float], share: float) -> float | None:
    """Return the smallest time that at least ``share`` of them do not exceed."""
    return times[max(0, -(-int(share * 100) * len(times) // 100) - 1)] if times else None
