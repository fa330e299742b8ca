"""One process after another that reads files, each within limits of its own: how it starts, answers and dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from rag.articles.limits import Limits
from rag.articles.process.wire import read_frame, to_bytes, write_frame
from rag.errors import ArticleError

_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMPDIR")
_ROOT = str(Path(__file__).parents[3])
# what this process can import comes after Python's own modules: no file of the user's may stand in for one of them
_PROGRAM = """import sys, json
sys.path += [place for place in json.loads(sys.argv[2]) if place not in sys.path]
from rag.articles.process.worker import main
main()"""
_OTHERWISE = "Save it in another format, or split it."
_TRIES = 2  # a start may fail for want of memory, and the next one not
_NO_START = "Run `python -m rag.articles.process.worker {}` to see why."


class BrokenOff(ArticleError):
    """A file was not read, and not for what it holds: another run may well read it."""


class NoReader(ArticleError):
    """No file at all can be read, because the process that reads them does not start."""


class Child:
    """One process after another, each reading one file at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._starting = threading.Lock()

    def ask(self, path: Path, source: str) -> bytes:
        """Return what the process makes of a file, as `wire.load` takes it; raises ArticleError when it dies of it."""
        question = to_bytes([os.fspath(path), source])
        for _ in range(_TRIES):
            process = self._running()
            begun, answer, late = _exchange(process, question, self._limits.seconds)
            if not answer or answer[0]:
                self._forget(process)
            if answer:
                return answer[1:]
            if begun or late:
                break  # it died of this file; one that died before is none of the file's fault
        raise _death(process.returncode, late, path, self._limits)

    @property
    def pid(self) -> int | None:
        """The process's number; None before its first file and after its end."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the process, at work or not, and start no other."""
        with self._starting:
            self._closed = True
        if self._process is not None:
            self._forget(self._process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        for _ in range(_TRIES):
            with self._starting:
                if self._closed:
                    raise BrokenOff("Reading was broken off")
                process = self._process = _start(self._limits)
            assert process.stdout is not None
            if read_frame(process.stdout) is not None or self._closed:
                return process
            self._forget(process)
        raise NoReader(f"The process that reads files does not start (exit code {process.returncode})", mend=_NO_START)

    def _forget(self, process: subprocess.Popen[bytes]) -> None:
        self._process = None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _exchange(process: subprocess.Popen[bytes], question: bytes, seconds: float) -> tuple[bool, bytes | None, bool]:
    """Return whether the file was begun, the answer (None from a process that is no more), and whether time ran out."""
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(seconds, stop)
    timer.start()
    begun, answer = False, None
    with suppress(OSError, ValueError):  # gone before it had the question; or the pipes were closed
        write_frame(process.stdin, question)
        begun = read_frame(process.stdout) is not None
        answer = read_frame(process.stdout)
    timer.cancel()
    return begun, answer, late.is_set()


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    """Start a process that finds the modules this one finds, and knows little else of its surroundings."""
    environment = {name: value for name in _KEPT if (value := os.environ.get(name)) is not None}
    for name in ("MALLOC_ARENA_MAX", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        environment[name] = "1"  # each further one takes address space that the parsers need
    flags = ["-I", "-S", "-X", f"utf8={sys.flags.utf8_mode}"]  # no start-up hooks, nothing from the user's folder
    places = json.dumps([_ROOT, *filter(None, sys.path)])
    command = [sys.executable, *flags, "-c", _PROGRAM, json.dumps(asdict(limits)), places]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    try:
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing, env=environment)
    except OSError as error:
        raise NoReader(f"The process that reads files does not start: {error.strerror}", mend=_NO_START) from error


def _death(code: int, late: bool, path: Path, limits: Limits) -> ArticleError:
    """Say why a process ended without an answer."""
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    if late:
        return BrokenOff(f"Reading this file took more than {limits.seconds} s", where=path, mend=_OTHERWISE)
    if name == "SIGXCPU":
        what = f"Reading this file took more than {limits.cpu_seconds} s of computing"
        return ArticleError(what, where=path, mend=_OTHERWISE)
    if name == "SIGKILL":
        what = "The process that read this file was killed, as happens when memory runs out"
        return BrokenOff(what, where=path, mend="Try again when less else is running.")
    return ArticleError(f"The parser crashed on this file ({name})", where=path, mend=_OTHERWISE)
