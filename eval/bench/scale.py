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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.bench.process import Finished, measured
from eval.data import DataError
from eval.provenance import keep, provenance
from eval.report import table
from rag.errors import WenjuError

Figures = dict[str, Any]

OURS, LEGS = "Wenju", "Wenju, "  # the legs are searched in the same index
PHASES = ("build", "search", "add")
OUT_OF_MEMORY, ABORTED, KILLED = 3, -6, -9
VECTORS, CODES = "vectors.faiss", "codes.faiss"  # where there are codes, a search reads these and few vectors
NOTE = """\
Times are of {cores}: wall clock, median of {rounds} rounds a question; "work" is the processor's time alone, which
other processes do not lengthen. Build: for Wenju from files to a saved index, for the others from ready words or
vectors. Add: one more article, searchable and saved. R@10: share of the questions with an answer whose proof stands
in one of ten passages (of the text, in whatever file). Memory: most that the process held, models and Python included.
"""


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


def to_markdown(result: Mapping[str, Any]) -> str:
    """Render a table for each size, and how near the vector leg comes to the speed of memory."""
    cores = "one core" if result["cores"] == 1 else f"{result['cores']} cores"
    parts = [", ".join(f"{name} {value}" for name, value in result["origin"].items())]
    for passages, systems in result["worlds"].items():
        parts.append(f"## About {int(passages):,} passages")
        head = [
            "",
            "search p50 ms",
            "p95",
            "work p50 ms",
            "p95",
            "R@10",
            "build s (work)",
            "add s (work)",
            "MB",
            "memory MB",
        ]
        parts.append(table(head, (_row(name, told) for name, told in systems.items())))
        parts.append(_scan(systems, result["bandwidth"]))
    return "\n\n".join([*filter(None, parts), NOTE.format(cores=cores, rounds=result["rounds"])])


def _row(name: str, told: Mapping[str, Any]) -> list[str]:
    search, failed = told.get("search", {}), [phase for phase in PHASES if "failed" in told.get(phase, {})]
    cells = [f"{search[key]:.1f}" if key in search else "" for key in
             ("search_p50", "search_p95", "work_p50", "work_p95")]  # fmt: skip
    recall = " ".join(f"{lang} {value:.3f}" for lang, value in search.get("R@10", {}).items())
    seconds = [_seconds(told[phase]) if "seconds" in told.get(phase, {}) else "" for phase in ("build", "add")]
    if failed:
        cells[0] = f"{failed[0]}: {told[failed[0]]['failed']}"
    memory = max((one.get("peak_bytes", 0) for one in told.values()), default=0)
    sizes = [f"{size / 1e6:,.1f}" if size else "" for size in (told.get("build", {}).get("bytes", 0), memory)]
    return [name, *cells, recall, *seconds, *sizes]


def _seconds(told: Mapping[str, float]) -> str:
    work = f" ({told['work_seconds']:,.1f})" if "work_seconds" in told else ""
    return f"{told['seconds']:,.1f}{work}"


def _scan(systems: Mapping[str, Any], speed: Mapping[str, float]) -> str:
    flat, scan = (
        systems.get(OURS, {}).get("build", {}).get("flat_bytes"),
        systems.get(f"{LEGS}vector leg", {}).get("search", {}),
    )
    if not flat or "scan_ms" not in scan:
        return ""
    reached = flat / (scan["scan_ms"] / 1000)
    return (
        f"The vector leg has {flat / 1e6:,.0f} MB of vectors; a search reads them all, in {scan['scan_ms']:.1f} ms: "
        f"{reached / 1e9:.1f} GB/s, {100 * reached / speed['read']:.0f} % of what this core reads "
        f"({speed['read'] / 1e9:.1f} GB/s; copying moves {speed['copy'] / 1e9:.1f})."
    )


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
