"""Bits that flip in a finished index, and readers that come while a writer is at work."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from eval.bench.fault_world import Child, Ended, World, must, observe

Figures = dict[str, Any]


def flips(home: Path, flips: int, cuts: int, *, files: int, seed: int) -> Figures:
    """Flip bits and cut files of a finished index, one at a time; each is put right again afterwards.

    "found" were refused, "harmless" changed nothing that the index says (SQLite's unused bytes), "wrong" something.
    """
    world, chance = World(home, files, seed), Random(seed)
    texts = world.next_texts({})
    for _ in range(2):
        world.write(texts := world.next_texts(texts))
        must(Child(world.update).ended())
    before = must(Child(lambda: observe(world.index)).ended())["answers"]
    paths = [path for path in sorted(world.index.rglob("*")) if path.is_file() and path.stat().st_size]
    paths = [path for path in paths if _is_current(path, world.index)]
    sizes, ended = [path.stat().st_size for path in paths], Counter[str]()
    for number in range(flips + cuts):
        path = chance.choices(paths, sizes)[0] if number < flips else paths[number % len(paths)]
        whole = path.read_bytes()
        spoilt = bytearray(whole)
        if number < flips:
            spoilt[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        else:
            del spoilt[chance.randrange(len(whole)) :]
        path.write_bytes(spoilt)
        seen = Child(lambda: observe(world.index)).ended()
        path.write_bytes(whole)
        part = "store" if path.name.startswith("store") else "other files"
        ended[f"{_found(seen, before)}, {part}"] += 1
    must(Child(lambda: observe(world.index)).ended())
    return {"flips": flips, "cuts": cuts, **dict(sorted(ended.items()))}


def _is_current(path: Path, index: Path) -> bool:
    """Leave out locks and the generation before, which nobody reads."""
    pointed = (index / "CURRENT").read_text(encoding="utf-8").split()[0]
    passing = path.name.endswith((".lock", "-shm", "-wal")) or path.name == "lock"
    return not passing and (path.parent == index or pointed in path.parts)


def _found(seen: Ended, before: Any) -> str:
    if seen.signal:
        return "crashed"
    if seen.value is not None:
        return "harmless" if seen.value["answers"] == before else "wrong"
    return "found" if "IndexStoreError" in seen.fault else "untyped"


def crowd(home: Path, seconds: float, *, readers: int, files: int, seed: int) -> Figures:
    """Let one writer change every file again and again while readers open, check and close."""
    world = World(home, files, seed)
    world.write(world.next_texts({}))
    must(Child(world.update).ended())
    alone = sorted(must(Child(lambda: observe(world.index)).ended())["seconds"] for _ in range(9))

    until = time.monotonic() + seconds  # by when each, however busy the machine, has had two turns

    def write() -> int:
        edition = 1
        while edition < 3 or time.monotonic() < until:
            edition += 1
            world.write({f"n{n:03}": f"{edition}年第{n}个村修路。" for n in range(files)})
            world.update()
        return edition - 1

    def read() -> list[float]:
        taken, last = [], 0
        while len(taken) < 2 or time.monotonic() < until:
            seen = observe(world.index)
            assert last <= seen["generation"], "a generation went back"
            assert len({text.partition("年")[0] for text in seen["texts"].values()}) == 1, "two editions in one"
            last = seen["generation"]
            taken.append(seen["seconds"])
        return taken

    writer, crew = Child(write), [Child(read) for _ in range(readers)]
    ended = [child.ended() for child in crew]
    written = writer.ended()
    times = sorted(second for one in ended for second in one.value or ())
    faults = [one.fault for one in (*ended, written) if one.value is None]
    return {
        "seconds": seconds,
        "updates": written.value,
        "reads": len(times),
        "errors": len(faults),
        "first": faults[0].strip().splitlines()[-1] if faults else "",
        "p95_seconds": round(times[int(0.95 * len(times))], 3) if times else None,
        "alone_seconds": round(alone[len(alone) // 2], 3),
    }
