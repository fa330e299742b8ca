"""What becomes of an index when its writer is killed, its disk fails or its files rot: ``python -m eval.bench.faults``.

kill     kill -9 at random moments of adding, changing and deleting; with --rivals, beside what is used instead
io       every call that writes fails in turn, in Python, SQLite, faiss and tantivy alike (Linux, a C compiler)
flips    single bits flipped, and files cut short, over all files by their size
crowd    one writer and eight readers for some seconds
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from eval.bench.fault_io import LIBRARY, compiled, fail_each_call
from eval.bench.fault_rivals import Store, Wenju, rivals
from eval.bench.fault_use import crowd, flips
from eval.bench.fault_world import Child, Ended, Texts, World, must, prepare
from eval.table import table

Figures = dict[str, Any]


def kill(make: Callable[[Path], Store], home: Path, kills: int, *, files: int, seed: int) -> Figures:
    """Kill ``kills`` updates at random moments and open what is left of each.

    "lost" counts acknowledged states that were not there, "mixed" states that are neither the old nor the new one or
    contradict themselves, "refused" stores that did not open; after either the store is made anew. A kill before the
    update began or after it was done counts among "old" and "new" alike.
    """
    source, chance, store = World(home / "source", files, seed), Random(seed), make(home / "store0")
    held: Texts = source.next_texts({})
    begun = time.perf_counter()
    must(Child(partial(store.update, held)).ended())
    ended, slowest, span = Counter[str](), 0.0, time.perf_counter() - begun
    for number in range(1, kills + 1):
        texts = source.next_texts(held)
        begun = time.perf_counter()
        done = Child(partial(store.update, texts)).kill_after(chance.uniform(0, 1.4 * span))
        if done.value:
            span += 0.2 * (time.perf_counter() - begun - span)
        begun = time.perf_counter()
        seen = Child(store.texts).ended()
        slowest = max(slowest, time.perf_counter() - begun)
        outcome = _judge(seen, held, texts, acknowledged=bool(done.value))
        ended[outcome] += 1
        if outcome in ("old", "new"):
            held = seen.value
        else:
            held, store = texts, make(home / f"store{number}")
            must(Child(partial(store.update, texts)).ended())
    kinds = ("old", "new", "lost", "mixed", "refused")
    return {"kills": kills, **{kind: ended[kind] for kind in kinds}, "slowest_recovery_seconds": round(slowest, 3)}


def _judge(seen: Ended, old: Texts, new: Texts, *, acknowledged: bool) -> str:
    if seen.signal or seen.value is None:
        return "mixed" if "AssertionError" in seen.fault else "refused"
    if seen.value == new:
        return "new"
    if seen.value == old:
        return "lost" if acknowledged else "old"
    return "mixed"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one kind of fault and print its figures; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kill", "io", "flips", "crowd"))
    parser.add_argument("--kills", type=int, default=100, metavar="N")
    parser.add_argument("--rivals", action="store_true", help="kill what is used instead as well")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="fail every Nth call only (1)")
    parser.add_argument("--flips", type=int, default=200, metavar="N")
    parser.add_argument("--cuts", type=int, default=20, metavar="N")
    parser.add_argument("--seconds", type=float, default=10, metavar="N")
    parser.add_argument("--readers", type=int, default=8, metavar="N")
    parser.add_argument("--files", type=int, default=12, metavar="N", help="files in the archive (12)")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    args = parser.parse_args(argv)
    if args.what == "io" and LIBRARY not in os.environ:
        return _again_with_faults(sys.argv[1:] if argv is None else argv)
    prepare()
    with tempfile.TemporaryDirectory(prefix="wenju-faults-") as home:
        told = _run(args, Path(home))
    for name, figures in told.items():
        print(name, json.dumps(figures, ensure_ascii=False))
    if args.what == "kill" and args.rivals:
        heads = list(next(iter(told.values())))
        print(table(["store", *heads], [[name, *map(str, figures.values())] for name, figures in told.items()]))
    return int(any(_broken(name, count) for name, count in told["Wenju"].items()))


def _again_with_faults(argv: Sequence[str]) -> int:
    """Run the same in a process whose calls can be made to fail."""
    with tempfile.TemporaryDirectory(prefix="wenju-faulty-") as folder:
        library = compiled(Path(folder))
        if library is None:
            print("failing every call needs Linux and a C compiler", file=sys.stderr)
            return 2
        names = {LIBRARY: str(library), "LD_PRELOAD": str(library)}
        command = [sys.executable, "-m", "eval.bench.faults", *argv]
        return subprocess.run(command, env={**os.environ, **names}, check=False).returncode


def _run(args: argparse.Namespace, home: Path) -> dict[str, Figures]:
    common = {"files": args.files, "seed": args.seed}
    if args.what == "kill":
        stores = rivals() if args.rivals else {"Wenju": Wenju}
        return {name: kill(make, _new(home / f"k{n}"), args.kills, **common)
                for n, (name, make) in enumerate(stores.items())}  # fmt: skip
    if args.what == "io":
        return {"Wenju": fail_each_call(home / "io", every=args.every, **common)}
    if args.what == "flips":
        return {"Wenju": flips(home / "flips", args.flips, args.cuts, **common)}
    return {"Wenju": crowd(home / "crowd", args.seconds, readers=args.readers, **common)}


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _broken(name: str, count: object) -> bool:
    kinds = ("lost", "mixed", "refused", "crashed", "wrong", "untyped", "errors", "leftovers", "no retry")
    return bool(count) and name.startswith(kinds)


if __name__ == "__main__":
    sys.exit(main())
