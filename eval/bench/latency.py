"""How long a question takes: in a new process, as a person at a terminal asks it, and in one that stays up."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from eval.bench.process import measured, peak_bytes
from eval.data import read_questions
from eval.provenance import provenance
from eval.report import stage_table
from eval.summary import latency
from rag.errors import ConfigError

WARM_UP = 3  # questions asked before the clock counts: first calls load and compile

_Got = TypeVar("_Got")


def bench(index: Path, questions: Path, *, cold: int, limit: int) -> dict[str, Any]:
    """Ask ``cold`` questions in a process each, then ``limit`` in this one; both are spread over the file.

    Cold comes first: this process is still small then, see `measured`.
    """
    texts = [entry.turns[0].text for entry in read_questions(questions)]
    figures: dict[str, Any] = {"origin": {**provenance(questions), "index": str(index)}}
    if cold:
        figures["cold"] = ask_cold(spread(texts, cold), index)
    if limit:
        figures["warm"] = ask_warm(spread(texts, limit), lambda: _open(index))
    return figures


def spread(texts: Sequence[str], n: int) -> list[str]:
    """Pick n texts at equal distances, or all if there are fewer."""
    return [texts[i * len(texts) // n] for i in range(n)] if n < len(texts) else list(texts)


def ask_cold(texts: Sequence[str], index: Path) -> dict[str, Any]:
    """Ask each in a new process; "start" is all that is not answering: Python, imports, opening index and models."""
    timings, peaks = [], []
    for number, text in enumerate([texts[0], *texts]):
        command = [sys.executable, "-m", "rag.cli", "ask", text, "--index", str(index), "--json"]
        finished = measured(command)
        if finished.code not in (0, 1):  # 1: no answer
            raise ConfigError(
                f"wenju ask ended with {finished.code}: {(finished.errors.strip() or '(silent)').splitlines()[-1]}",
                where=index,
                mend="Try the same question with `wenju ask`.",
            )
        if number:  # the first only brings the files into the system's cache
            timings.append(with_rest(_stages(json.loads(finished.output)), 1000 * finished.seconds, "start"))
            peaks.append(finished.peak_bytes)
    return {"stages": latency(timings), "peak_bytes": max(peaks)}


def _stages(told: Mapping[str, Any]) -> dict[str, float]:
    """Return the milliseconds of an answer, or the sums of those of its parts where a line held several questions."""
    spent: Counter[str] = Counter()
    for part in told.get("parts", [told]):
        spent.update(part["milliseconds"])
    return dict(spent)


def ask_warm(texts: Sequence[str], open_assistant: Callable[[], Any]) -> dict[str, Any]:
    """Ask all in this process, after a few that do not count."""
    start = time.perf_counter()
    assistant = open_assistant()
    opened = time.perf_counter() - start
    for text in texts[:WARM_UP]:
        assistant.ask(text)
    timings = []
    for text in texts:
        start = time.perf_counter()
        answer = assistant.ask(text)
        timings.append(with_rest(answer.milliseconds, 1000 * (time.perf_counter() - start), "rest"))
    return {"open_seconds": opened, "stages": latency(timings), "peak_bytes": peak_bytes()}


def with_rest(stages: Mapping[str, float], wall: float, name: str) -> dict[str, float]:
    """Return the stages with ``wall`` as their total and what it holds besides them under ``name``."""
    parts = {stage: spent for stage, spent in stages.items() if stage != "total"}
    return {name: wall - sum(parts.values()), **parts, "total": wall}


class Stages:
    """Adds up what the methods it watches take, by the name of their stage; one thing at a time."""

    def __init__(self) -> None:
        self._wall: dict[str, float] = {}
        self._work: dict[str, float] = {}

    def watch(self, owner: Any, method: str, stage: str) -> None:
        """Count every call of ``owner.method`` to ``stage``; no watched method may call another."""
        done = getattr(owner, method)

        def watched(*args: Any, **named: Any) -> Any:
            begun, worked = time.perf_counter(), time.process_time()
            try:
                return done(*args, **named)
            finally:
                self._wall[stage] = self._wall.get(stage, 0.0) + 1000 * (time.perf_counter() - begun)
                self._work[stage] = self._work.get(stage, 0.0) + 1000 * (time.process_time() - worked)

        setattr(owner, method, watched)

    def during(self, run: Callable[[], _Got], rest: str) -> tuple[_Got, dict[str, float], dict[str, float]]:
        """Return what ``run`` returns, and the milliseconds of each stage: of the clock, and of the processor in all
        threads. What is in no stage goes to ``rest``."""
        self._wall.clear()
        self._work.clear()
        begun, worked = time.perf_counter(), time.process_time()
        got = run()
        wall, work = 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - worked)
        return got, with_rest(self._wall, wall, rest), with_rest(self._work, work, rest)


def to_markdown(figures: Mapping[str, Any]) -> str:
    """Render both tables, in milliseconds."""
    parts = [", ".join(f"{name} {value}" for name, value in figures["origin"].items())]
    for name in ("cold", "warm"):
        if name in figures:
            one = figures[name]
            opened = f", {one['open_seconds']:.2f} s to open" if "open_seconds" in one else ""
            peak = f"peak memory {one['peak_bytes'] / 2**20:.0f} MiB"
            parts += [f"## {name} (milliseconds; {peak}{opened})", stage_table(one["stages"])]
    return "\n\n".join(parts)


def _open(index: Path) -> Any:
    from rag.wiring import open_assistant

    return open_assistant(index)
