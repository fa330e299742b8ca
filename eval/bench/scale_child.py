"""One phase of one system, in a process of its own, so that its memory and its time are its own; prints JSON."""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from eval.bench.fusion_cases import Asked, is_right, write_corpus
from eval.bench.peers import Peer, systems, versions
from eval.bench.peers_wenju import WenjuLeg
from eval.bench.process import peak_bytes
from eval.bench.scale_material import Material
from eval.summary import percentile
from rag.index import open_index
from rag.types import Encoder

WARM_UP, SEED = 20, 0
ADDED = 3  # files added one after another
K = 10
OUT_OF_MEMORY = 3


def timed(work: Callable[[], Any]) -> dict[str, float]:
    """Return the seconds that ``work`` takes: of the clock, and of the processor, child processes counted in."""
    begun, worked = time.perf_counter(), sum(os.times()[:4])
    work()
    return {"seconds": time.perf_counter() - begun, "work_seconds": sum(os.times()[:4]) - worked}


def searched(peer: Peer, asked: Sequence[Asked], *, rounds: int, seconds: float) -> dict[str, Any]:
    """Ask all questions ``rounds`` times over, or as often as ``seconds`` allow, but at least WARM_UP of them.

    A question's time is the median over the rounds; of time spent working too, which other processes do not lengthen.
    """
    order = Random(SEED).sample(asked, len(asked))
    for one in order[:WARM_UP]:
        peer.search(one.text, K)
    until = time.perf_counter() + seconds
    wall: dict[int, list[float]] = {}
    work: dict[int, list[float]] = {}
    found: dict[int, list[str]] = {}
    for number in list(range(len(order))) * rounds:
        if time.perf_counter() > until and len(found) >= WARM_UP:
            break
        begun, worked = time.perf_counter(), time.process_time()
        found[number] = peer.search(order[number].text, K)
        wall.setdefault(number, []).append(1000 * (time.perf_counter() - begun))
        work.setdefault(number, []).append(1000 * (time.process_time() - worked))
    times = {"search": [median(one) for one in wall.values()], "work": [median(one) for one in work.values()]}
    return {
        "asked": len(wall),
        **{f"{name}_p{p}": percentile(one, p) for name, one in times.items() for p in (50, 95)},
        "R@10": _recall([(order[number], texts) for number, texts in found.items()]),
    }


def _recall(found: Sequence[tuple[Asked, Sequence[str]]]) -> dict[str, float]:
    told = {}
    for lang in sorted({asked.lang for asked, _ in found}):
        hits = [any(is_right(asked, text) for text in texts) for asked, texts in found if asked.lang == lang]
        told[lang] = sum(hits) / len(hits)
    return told


def phase(name: str, peer: Peer, args: argparse.Namespace) -> dict[str, Any]:
    """Run one phase and return its figures."""
    if name == "build":
        told: dict[str, Any] = timed(peer.build)
    else:
        told = {"open_seconds": timed(peer.open)["seconds"]}
        if name == "search":
            asked = Material(args.world).asked()
            told |= searched(peer, asked, rounds=args.rounds, seconds=args.seconds)
            if isinstance(peer, WenjuLeg):
                told["scan_ms"] = peer.scan_ms([one.text for one in asked], K)
        else:
            times = [timed(peer.add) for _ in range(ADDED)]
            told |= {name: median(one[name] for one in times) for name in times[0]}
    stages = getattr(peer, "stages", {})
    return {**told, "peak_bytes": peak_bytes(), **({"stages": stages} if stages else {})}


def prepare(material: Material, encoder: Encoder, args: argparse.Namespace) -> dict[str, Any]:
    """Write the files of the archive; or, once they are indexed, what the others are given."""
    asked = write_corpus(args.data, material.files, args.passages)
    if args.phase == "material" and not material.is_made():
        with open_index(args.home) as index:
            material.make(index, encoder, asked, args.questions)
    return {"questions": len(asked)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one phase; OUT_OF_MEMORY when it takes more than it may."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.scale_child", description=__doc__)
    parser.add_argument("phase", choices=("list", "files", "build", "material", "search", "add"))
    parser.add_argument("--system", default="Wenju")
    parser.add_argument("--world", type=Path, default=Path(), metavar="DIR")
    parser.add_argument("--home", type=Path, default=Path(), metavar="DIR", help="where the system saves")
    parser.add_argument("--data", type=Path, default=Path(), metavar="DIR", help="the training data, for the files")
    parser.add_argument("--passages", type=int, default=0, help="of the archive, about")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--bytes", type=int, default=0, help="of memory it may take; 0: no limit")
    args = parser.parse_args(argv)
    if args.bytes:
        resource.setrlimit(resource.RLIMIT_DATA, (args.bytes, args.bytes))
    from rag.encode import open_encoder

    material, encoder = Material(args.world), open_encoder(args.encoder)
    try:
        if args.phase == "list":
            told: dict[str, Any] = {"systems": list(systems()), "versions": versions(), "encoder": encoder.name}
        elif args.phase in ("files", "material"):
            told = prepare(material, encoder, args)
        else:
            told = phase(args.phase, systems()[args.system](args.home, material, encoder), args)
        print(json.dumps(told, ensure_ascii=False))
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
