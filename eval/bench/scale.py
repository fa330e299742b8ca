"""Wenju beside what is used instead, over the same passages on one core: ``python -m eval.bench.scale``.

Makes an archive of the public texts, indexes it, and gives its passages to every other system that is installed
(``pip install -e '.[bench]'``): those that look for words get the words that Wenju cuts, those that compare vectors
the vectors of its encoder, so that only the stores differ. Every phase of a system runs in a process of its own.
Others are built of these words and vectors; Wenju of the files, with reading, cutting and encoding.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.bench.process import Finished, measured
from eval.bench.scale_report import LEGS, OURS, PHASES, to_markdown
from eval.data import DataError
from eval.provenance import keep, provenance
from rag.errors import WenjuError

Figures = dict[str, Any]

OUT_OF_MEMORY, ABORTED, KILLED = 3, -6, -9
VECTORS, CODES = "vectors.faiss", "codes.faiss"  # where there are codes, a search reads these and few vectors


def compare(passages: int, args: argparse.Namespace, names: Sequence[str]) -> Figures:
    """Return the figures of every system over an archive of about ``passages``; kept after each system."""
    world = args.out / f"{passages}"
    _ask("files", OURS, world, args, passages)
    told: Figures = {OURS: {"build": _child("build", OURS, world, args, passages)}}
    if "failed" in told[OURS]["build"]:
        return told
    _ask("material", OURS, world, args, passages)
    for name in names:
        shared = name.startswith(LEGS)
        done = told.setdefault(name, {})
        for phase in PHASES if not shared else ("search",):
            if phase not in done and not any("failed" in one for one in done.values()):
                done[phase] = _child(phase, name, world, args, passages)
            if phase == "build" and "failed" not in done[phase]:
                home = _home(world, name)
                done[phase] |= {"bytes": _bytes(home)} | ({"flat_bytes": _flat(home)} if name == OURS else {})
        (args.out / f"{passages}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return told


def _child(phase: str, name: str, world: Path, args: argparse.Namespace, passages: int) -> Figures:
    """Run one phase in a process of its own; what it could not finish is told under "failed"."""
    finished = _run(phase, name, world, args, passages)
    reasons = {KILLED: f"over {args.limit_seconds:,.0f} s", OUT_OF_MEMORY: f"over {args.limit_bytes / 1e9:.0f} GB"}
    if finished.code in reasons:
        return {"failed": reasons[finished.code]}
    if finished.code:
        last = (finished.errors.strip() or f"ended with {finished.code}").splitlines()[-1]
        over = finished.code == ABORTED or "alloc" in last.lower()
        return {"failed": reasons[OUT_OF_MEMORY] if over else last[:120]}
    return dict(json.loads(finished.output.splitlines()[-1]))


def _ask(phase: str, name: str, world: Path, args: argparse.Namespace, passages: int) -> Figures:
    """Run what must succeed."""
    told = _child(phase, name, world, args, passages)
    if "failed" in told:
        raise DataError(
            f"{phase}: {told['failed']}", where=world, mend="Check --data, or remove the folder and try again."
        )
    return told


def _run(phase: str, name: str, world: Path, args: argparse.Namespace, passages: int) -> Finished:
    command = [
        sys.executable, "-m", "eval.bench.scale_child", phase, "--system", name, "--world", str(world),
        "--home", str(_home(world, name)), "--data", str(args.data), "--passages", str(passages),
        "--questions", str(args.questions), "--rounds", str(args.rounds), "--encoder", args.encoder,
    ]  # fmt: skip
    if phase in PHASES and name != OURS:
        command += ["--bytes", str(args.limit_bytes)]
    print(f"{passages:,}: {name}, {phase}", file=sys.stderr, flush=True)
    return measured(command, args.limit_seconds if phase in PHASES else None)


def _home(world: Path, name: str) -> Path:
    name = OURS if name.startswith(LEGS) else name
    return world / "stores" / re.sub(r"\W+", "-", name.lower())


def _bytes(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum({(one.stat().st_ino): one.stat().st_size for one in path.rglob("*") if one.is_file()}.values())


def _flat(home: Path) -> int:
    """Return the bytes of the vectors where each search reads them all, else 0."""
    files = {path.name: path.stat().st_size for path in home.glob("gen-*/*") if path.is_file()}
    return 0 if CODES in files else files.get(VECTORS, 0)


def bench(args: argparse.Namespace) -> Figures:
    """Run the comparison at every size."""
    listed = _ask("list", OURS, Path(), args, 0)
    names = [name for name in listed["systems"] if not args.only or name.startswith(tuple(args.only))]
    speed = json.loads(measured([sys.executable, "-m", "eval.bench.scale_bandwidth"]).output)
    result: Figures = {
        "origin": {**provenance(), "encoder": listed["encoder"], **listed["versions"]},
        "cores": len(os.sched_getaffinity(0)), "rounds": args.rounds, "bandwidth": speed, "worlds": {},
    }  # fmt: skip
    for passages in args.passages:
        result["worlds"][str(passages)] = compare(passages, args, names)
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Run the comparison; 2 for bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.scale", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passages", type=int, action="append", required=True, metavar="N", help="may be repeated")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the training data")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="files and indexes; files are used again"
    )
    parser.add_argument("--only", action="append", metavar="NAME", help="systems whose names begin so; may be repeated")
    parser.add_argument("--questions", type=int, default=500, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="times each question is asked (3)")
    parser.add_argument("--limit-seconds", type=float, default=1200, metavar="N", help="of one phase (1200)")
    parser.add_argument("--limit-bytes", type=int, default=6_000_000_000, metavar="N", help="of memory, others only")
    parser.add_argument("--encoder", default="bundled", metavar="NAME_OR_PATH")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--keep", metavar="NAME", help="also save the figures as eval/results/NAME-<commit>.json")
    args = parser.parse_args(argv)
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        result = bench(args)
    except WenjuError as error:
        print(f"eval.bench.scale: {error}", file=sys.stderr)
        return 2
    (args.out / "scale.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    print(json.dumps(result, ensure_ascii=False, indent=1) if args.json else to_markdown(result))
    if args.keep:
        print(f"Kept as {keep(args.keep, result)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
