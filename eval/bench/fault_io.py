"""Every call of an update that writes below the index fails in turn, whoever makes it (Linux with a C compiler)."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from eval.bench.fault_world import Child, Ended, World, observe

LIBRARY = "WENJU_FAULTY"  # names the library in a process that was started with it
# what goes wrong: (number of the error, is half of a write done before)
KINDS = {
    "disk full": (errno.ENOSPC, False),
    "input/output error": (errno.EIO, False),
    "short write": (errno.ENOSPC, True),
    "kill -9": (-9, False),
}
_LONGEST = 5000  # calls


def compiled(folder: Path) -> Path | None:
    """Compile the library that fails calls; None where there is no compiler for it."""
    compiler = shutil.which("cc")
    if not sys.platform.startswith("linux") or compiler is None:
        return None
    source, library = Path(__file__).with_name("faulty.c"), folder / "faulty.so"
    done = subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=False)
    return library if done.returncode == 0 else None


def fail_each_call(home: Path, *, every: int, files: int, seed: int) -> dict[str, Any]:
    """Fail every ``every``-th call of an update in each way, then retry; return counts of what came of it.

    "old" and "new" say which whole state stood after the fault, "mixed" that neither did; "untyped" counts errors
    that are no WenjuError, "no retry" updates that failed once all was well again, "leftovers" what they left lying.
    """
    faulty = ctypes.CDLL(os.environ[LIBRARY])
    world = World(home, files, seed)
    world.write(held := world.next_texts({}))
    assert Child(world.update).ended().value
    ended, calls = Counter[str](), 0
    for kind, (code, half) in KINDS.items():
        for k in range(1, _LONGEST, every):
            before = Child(lambda: observe(world.index)).ended().value["answers"]
            world.write(texts := world.next_texts(held, 1.0))

            def fail(k: int = k, code: int = code, half: bool = half) -> list[object]:
                faulty.faulty_arm(str(world.index).encode(), k, code, int(half))
                outcome = _attempt(world)
                faulty.faulty_disarm()
                return [outcome, faulty.faulty_calls()]

            done = Child(fail).ended()
            seen = Child(lambda: observe(world.index)).ended()
            outcome, count = done.value or ["killed:" if done.signal == 9 else f"untyped, signal {done.signal}", k]
            calls = max(calls, count)
            ended[f"{_state(seen, before, texts)}, {kind}"] += 1
            ended[outcome if outcome.startswith("untyped") else f"{outcome} {kind}"] += 1
            retried = Child(world.update).ended()
            after = Child(lambda: observe(world.index)).ended()
            ended["no retry"] += not retried.value or after.value is None or after.value["texts"] != texts
            ended["leftovers"] += bool(leftovers(world.index))
            held = texts
            if count < k:
                break
    return {"calls": calls, **dict(sorted(ended.items()))}


def _attempt(world: World) -> str:
    from rag.errors import WenjuError

    try:
        world.update()
    except WenjuError:
        return "told in a sentence:"
    except BaseException as error:
        return f"untyped {type(error).__name__}: {error}"[:120]
    return "went through:"


def _state(seen: Ended, before: Any, texts: dict[str, str]) -> str:
    if seen.value is None:
        return f"mixed: {seen.fault.strip().splitlines()[-1][:80] if seen.fault else seen.signal}"
    if seen.value["answers"] == before:
        return "old"
    return "new" if seen.value["texts"] == texts else "mixed"


def leftovers(index: Path) -> list[str]:
    """Return what lies in the folder and belongs to neither of the two last generations."""
    homes = sorted(path.name for path in index.glob("gen-*"))[-2:]
    known = {"CURRENT", "lock", "words.txt", *homes, *(path.name for path in index.glob("store-000001.sqlite*"))}
    return sorted(path.name for path in index.iterdir() if path.name not in known)
