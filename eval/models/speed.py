"""What reading and encoding cost: milliseconds, passages a second, a cold start, megabytes."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from eval.bench.process import measured
from rag.sample import EXAMPLES, corpus_folder
from rag.types import Encoder, Passage, Reader

CHARACTERS = 512  # of a passage that is read
ENCODED = 320  # of one that is encoded: as many as the index cuts at most
READ, WARM_UP = 30, 4  # passages
COLD = 3  # starts, of which the best counts: the others met a busier machine
LIBRARIES = ("onnxruntime", "torch", "transformers", "sentence-transformers", "numpy")


def reading(readers: dict[str, Reader], asked: Sequence[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """Return the milliseconds of each reader over passages of 512 characters, one after the other in turns.

    Every passage is new to the reader that meets it. ``processor`` is the time that the cores spent on it, all
    together, which a busy machine changes less than the clock's.
    """
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in readers}
    for question, context in asked[: READ + WARM_UP]:
        text = context[:CHARACTERS]
        passage = Passage("p", "a", "s", "", 0, len(text), text)
        for name, reader in readers.items():
            _forget()
            spent[name].append(_timed(partial(reader.read, question, [passage], 1)))
    return {name: {"n": len(times[WARM_UP:]), **_medians(times[WARM_UP:])} for name, times in spent.items() if times}


def encoding(encoder: Encoder, texts: Sequence[str]) -> dict[str, float]:
    """Return how many passages of 320 characters are encoded in a second, best of three rounds."""
    passages = [text[:ENCODED] for text in texts]
    rounds = [_timed(lambda: encoder.encode_passages(passages)) for _ in range(3)]
    clock, processor = (min(one[kind] for one in rounds) for kind in (0, 1))
    return {
        "a second": len(passages) / clock,
        "a second of one core": len(passages) / processor,
        "passages": len(passages),
        "characters": sum(map(len, passages)) / max(1, len(passages)),
    }


def cold_start(reader: str, encoder: str) -> dict[str, float]:
    """Return the seconds of `wenju ask` in a new process over the sample articles, best of three."""
    with TemporaryDirectory(prefix="wenju-cold-") as folder:
        base = [sys.executable, "-m", "rag.cli"]
        index = ["--index", str(Path(folder) / "index"), "--encoder", encoder]
        measured([*base, "index", str(corpus_folder()), *index])
        asking = [*base, "ask", EXAMPLES[0], *index, "--reader", reader]
        runs = [measured(asking) for _ in range(COLD + 1)][1:]  # the first brings the files into the system's cache
    best = min(runs, key=lambda one: one.seconds)
    return {"seconds": best.seconds, "peak bytes": best.peak_bytes, "exit code": best.code}


def sizes(folder: Path) -> dict[str, Any]:
    """Return the bytes of a model's folder, file by file, and how many numbers its weights are."""
    from rag.train.reader_card import parameters

    files = {one.name: one.stat().st_size for one in sorted(folder.rglob("*")) if one.is_file()}
    return {"bytes": sum(files.values()), "parameters": parameters(folder), "files": files}


def surroundings() -> dict[str, Any]:
    """Return what figures of speed hang on: cores, threads, libraries."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores used": usable,
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", ""),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "libraries": json.dumps({name: version(name) for name in LIBRARIES}),
    }


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def _medians(times: Sequence[tuple[float, float]]) -> dict[str, float]:
    clock, processor = zip(*times, strict=True)
    return {
        "milliseconds": 1000 * median(clock),
        "best milliseconds": 1000 * min(clock),
        "processor milliseconds": 1000 * median(processor),
    }


def _forget() -> None:
    """Drop what was kept of texts read before."""
    from rag.read import match, tagged

    match.types.cache_clear()
    tagged.tagged.cache_clear()
