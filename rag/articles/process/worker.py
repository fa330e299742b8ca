"""The process that reads files for another: `python -m rag.articles.process.worker LIMITS`, asked by pipe.

A question is a JSON list [path, source]; an empty frame says that its file is begun, and the answer is what
`wire.dump` makes of it. It ends when the one who asks is gone, and says nothing on the terminal.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import ceil
from pathlib import Path
from typing import IO

from rag.articles import FileReport, read_articles
from rag.articles.limits import LIMITS, Limits
from rag.articles.process.wire import dump, read_frame, write_frame
from rag.errors import ArticleError

try:
    import resource
except ImportError:  # Windows: only the time limit of the one who asks holds
    resource = None  # type: ignore[assignment]

_STACK = 1 << 18  # bytes, for a thread that does nothing but wait
_MAX_SAID = 300  # characters of a library's own words
_WORN = 4  # a process that has needed a quarter of its memory is replaced: what is freed is not all given back


def attempt(
    read: Callable[[Path, str], FileReport], path: Path, source: str, limits: Limits = LIMITS
) -> FileReport | ArticleError:
    """Return what ``read`` makes of a file, or why it cannot be read, whatever the parser trips over.

    The traceback of a fault that is the parser's own is added to the error as a note.
    """
    try:
        return read(path, source)
    except ArticleError as error:
        return error
    except MemoryError:
        return ArticleError(
            f"This file needs more than {limits.memory / (1 << 30):.3g} GiB of memory", where=path, mend="Split it."
        )
    except RecursionError:
        return ArticleError("This file nests its parts too deep", where=path, mend="Save it in a plainer format.")
    except Exception as error:
        said = f"Reading failed: {type(error).__name__}: {str(error)[:_MAX_SAID]}"
        failed = ArticleError(said, where=path, mend="Save it in another format.")
        failed.add_note(traceback.format_exc())
        return failed


def main() -> None:
    """Answer until there is nobody to answer."""
    limits = Limits(**json.loads(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks, who then ends this process
    asked, answers = _private_pipes()
    questions: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.stack_size(_STACK)
    threading.Thread(target=_listen, args=(asked, questions), daemon=True).start()
    _confine(limits)
    write_frame(answers, b"ready")
    while True:
        path, source = json.loads(questions.get())
        write_frame(answers, b"")
        _allow_time(limits)
        answer = _answer(Path(path), source, limits)
        write_frame(answers, bytes([_worn(limits)]) + answer)


def _private_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Take stdin and stdout away from the parsers, who may print."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    return asked, answers


def _listen(asked: IO[bytes], questions: queue.SimpleQueue[bytes]) -> None:
    """Hand questions on; end the process, even in the middle of a file, when the one who asks is gone."""
    while (question := read_frame(asked)) is not None:
        questions.put(question)
    os._exit(0)


def _answer(path: Path, source: str, limits: Limits) -> bytes:
    too_much = ArticleError("This file gives more text than one file may", where=path, mend="Split it.")
    try:
        answer = dump(attempt(partial(read_articles, limits=limits), path, source, limits))
    except MemoryError:
        return dump(too_much)
    return answer if len(answer) <= limits.answer_bytes else dump(too_much)


def _confine(limits: Limits) -> None:
    if resource is None:
        return
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_FSIZE, limits.written_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # the user's own limit is lower, or the system knows none of this kind
            resource.setrlimit(kind, (most, most))


def _allow_time(limits: Limits) -> None:
    """Grant the next file its seconds of computing, on top of what the files before it took."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = resource.getrlimit(resource.RLIMIT_CPU)[1]
        with suppress(ValueError, OSError):
            soft = ceil(used.ru_utime + used.ru_stime) + limits.cpu_seconds
            resource.setrlimit(resource.RLIMIT_CPU, (soft, most))


def _worn(limits: Limits) -> bool:
    try:
        status = Path("/proc/self/status").read_text()  # the kernel's other count includes what the parent held
        most = int(status.partition("VmPeak:")[2].split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        if resource is None:
            return False
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return most > limits.memory / _WORN


if __name__ == "__main__":
    main()
