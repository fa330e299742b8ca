"""Progress on stderr: one line that is drawn over on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

_BAR = 24  # characters
_QUIET = 10.0  # seconds between lines in a log
_LIVELY = 0.1  # seconds between drawings on a terminal


class Progress:
    """Shows how far each stage is. Call ``close`` (or leave the ``with``) before anything else is printed."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._terminal = self._stream.isatty()
        self._stage = ""
        self._begin = self._shown = clock()
        self._open = False  # a line on the terminal waits for its end

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report that ``done`` of ``total`` steps of ``stage`` are behind us."""
        now = self._clock()
        if stage != self._stage:
            self.close()
            self._stage, self._begin, self._shown = stage, now, now if not self._terminal else now - _LIVELY
        finished = done >= total
        # a log need not hear of a stage that took no time; a terminal shows how each one ended
        due = finished if self._terminal else finished and now - self._begin >= _QUIET
        if not due and now - self._shown < (_LIVELY if self._terminal else _QUIET):
            return
        self._shown = now
        if self._terminal:
            self._stream.write(f"\r\x1b[K{self._bar(done, total)}{self._left(now, done, total)}")
            self._open = True
        elif total > 0:
            self._stream.write(f"{stage}: {done:,} of {total:,}\n")
        self._stream.flush()
        if finished:
            self.close()

    def close(self) -> None:
        """End the line that is open, if one is."""
        if self._open:
            self._stream.write("\n")
            self._stream.flush()
        self._open = False

    def _bar(self, done: int, total: int) -> str:
        filled = _BAR * done // total if total else _BAR
        return f"{self._stage:<10} {'█' * filled}{'░' * (_BAR - filled)} {done:,}/{total:,}"

    def _left(self, now: float, done: int, total: int) -> str:
        if not 0 < done < total:
            return ""
        seconds = round((now - self._begin) / done * (total - done))
        return f"  {seconds // 60}:{seconds % 60:02d} left"
