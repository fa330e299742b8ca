"""Seconds and peak memory of a process, this one or a new one (POSIX)."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from threading import Timer
from typing import IO, NamedTuple

_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss: bytes on macOS, KiB on Linux


class Finished(NamedTuple):
    """A process that has ended."""

    code: int
    output: str
    errors: str
    seconds: float
    peak_bytes: int


def peak_bytes() -> int:
    """Return the most memory that this process has held at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def measured(command: Sequence[str], limit: float | None = None) -> Finished:
    """Run a command to its end; past ``limit`` seconds it is killed, and its code is -9.

    Call it from a process that is still small: Linux counts what the parent held at the fork
    into the child's peak.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, stdin=subprocess.DEVNULL)
        clock = Timer(limit or 0, process.kill)
        if limit:
            clock.start()
        _, status, usage = os.wait4(process.pid, 0)  # Popen.wait() would not give this child's own usage
        clock.cancel()
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        return Finished(process.returncode, _text(output), _text(errors), seconds, usage.ru_maxrss * _UNIT)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")
