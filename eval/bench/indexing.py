"""How fast files become searchable: characters a second over plain text files, stage by stage."""

from __future__ import annotations

import json
import lzma
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from eval.bench.process import peak_bytes
from eval.data import DataError
from eval.provenance import provenance
from eval.table import table

T = TypeVar("T")
Update = Callable[[Path, Path, Callable[[str, int, int], None]], Any]  # (texts, index, progress) -> report


class StageClock:
    """A progress callback that adds up the seconds of each stage.

    A call with ``done`` of 0 announces a stage, so the time before it belongs to the stage before.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._now, self._last, self._stage = now, now(), "start"

    def __call__(self, stage: str, done: int, total: int) -> None:
        self._spend(stage if done else self._stage)
        self._stage = stage

    def stop(self) -> dict[str, float]:
        """Give what is left to the last stage and return all."""
        self._spend(self._stage)
        return self.seconds

    def _spend(self, stage: str) -> None:
        now = self._now()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now


def bench(data: Path, *, limit: int) -> dict[str, Any]:
    """Index ``limit`` documents with the bundled encoder: everything, nothing changed, one file changed."""
    with tempfile.TemporaryDirectory(prefix="wenju-bench-") as folder:
        texts = Path(folder) / "texts"
        characters = write_texts(documents(data, limit), texts)
        start = time.perf_counter()
        update = _updater()
        opened = time.perf_counter() - start
        return {"origin": provenance(), "encoder_seconds": opened, **index_thrice(texts, characters, update)}


def index_thrice(texts: Path, characters: int, update: Update) -> dict[str, Any]:
    """Time the first build, a second run over the same files, and a third after one of them grew."""
    index = texts.parent / "index"
    clock = StageClock()
    update(texts, index, clock)
    stages = clock.stop()
    seconds = sum(stages.values())
    again = _timed(lambda: update(texts, index, _silent))
    changed = min(texts.iterdir())
    changed.write_text(changed.read_text(encoding="utf-8") + "\n又及：此文后来有所补充。\n", encoding="utf-8")
    return {
        "files": sum(1 for _ in texts.iterdir()),
        "characters": characters,
        "seconds": seconds,
        "characters_a_second": characters / seconds,
        "stages": stages,
        "unchanged_seconds": again,
        "one_changed_seconds": _timed(lambda: update(texts, index, _silent)),
        "index_bytes": sum(path.stat().st_size for path in index.rglob("*") if path.is_file()),
        "peak_bytes": peak_bytes(),
    }


def documents(data: Path, limit: int) -> Iterator[str]:
    """Yield up to ``limit`` texts, one from each text*.jsonl or text*.jsonl.xz of the folder in turn."""
    files = [data] if data.is_file() else sorted([*data.glob("text*.jsonl"), *data.glob("text*.jsonl.xz")])
    if not files:
        raise DataError(
            "no text*.jsonl in the folder", where=data, mend="Name a folder or file of JSON lines with `text`."
        )
    return islice(in_turn([_texts(file) for file in files]), limit)


def write_texts(texts: Iterator[str], folder: Path) -> int:
    """Write each text as 00001.txt and so on; returns how many characters there are."""
    folder.mkdir()
    characters = 0
    for number, text in enumerate(texts, 1):
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
        characters += len(text)
    return characters


def to_markdown(figures: Mapping[str, Any]) -> str:
    """Render the figures."""
    rows = [
        [stage, f"{seconds:.2f}", f"{100 * seconds / figures['seconds']:.0f} %"]
        for stage, seconds in figures["stages"].items()
    ]
    return "\n\n".join(
        [
            ", ".join(f"{name} {value}" for name, value in figures["origin"].items()),
            f"{figures['files']:,} files, {figures['characters']:,} characters in {figures['seconds']:.1f} s: "
            f"{figures['characters_a_second']:,.0f} characters a second. "
            f"Index {figures['index_bytes'] / 2**20:.0f} MiB, peak memory {figures['peak_bytes'] / 2**20:.0f} MiB. "
            f"Again with nothing changed {figures['unchanged_seconds']:.2f} s, "
            f"with one file changed {figures['one_changed_seconds']:.2f} s.",
            table(["stage", "seconds", "share"], rows),
        ]
    )


def in_turn(sources: list[Iterator[T]]) -> Iterator[T]:
    """Yield one of each source after the other until all are empty."""
    while sources:
        for source in list(sources):
            try:
                yield next(source)
            except StopIteration:
                sources.remove(source)


def _texts(file: Path) -> Iterator[str]:
    opener = lzma.open if file.suffix == ".xz" else open
    with opener(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            row = json.loads(line)
            if "text" not in row:
                raise DataError("no `text` in the line", where=f"{file}, line {number}", mend="Name another file.")
            yield "\n".join(str(row[name]) for name in ("law", "preamble", "text") if row.get(name))


def _updater() -> Update:
    from rag.config import Settings
    from rag.encode import open_encoder
    from rag.index import update_index

    settings = Settings()
    encoder = open_encoder(settings.encoder)

    def update(texts: Path, index: Path, progress: Callable[[str, int, int], None]) -> Any:
        return update_index([texts], index, encoder, max_chars=settings.max_chars, progress=progress)

    return update


def _silent(stage: str, done: int, total: int) -> None:
    """Progress nobody watches."""


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
