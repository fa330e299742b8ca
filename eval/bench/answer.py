"""Whole answers, Wenju beside Haystack with the same reader model: ``python -m eval.bench.answer``.

Both hold the same passages: the files of a question set, filled up with other articles. Both search words that Wenju
cuts and vectors of its encoder, take as many candidates from each, and read as many passages. Haystack's reader stands
there twice, with the match features that the model was trained on, and as it comes, without them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.bench.answer_child import ANSWERS, PHASES, add_arguments, lone_questions
from eval.bench.peers import versions
from eval.bench.process import measured
from eval.data import DataError, Entry, read_answers
from eval.provenance import keep, provenance
from eval.score import score
from eval.summary import latency
from eval.table import table
from rag.errors import WenjuError

Figures = dict[str, Any]

INDEXING = PHASES[0]
GROUPS = ("all", "zh", "en")
MEASURES = ("R@20", "EM", "F1", "cited", "answered", "false answers", "AUROC")
NOTE = """\
Times are milliseconds of {cores}, by questions asked one at a time in a process that stays up; "work" is the
processor's time in all threads, which other processes do not lengthen. Opening: for Wenju its index and models, for
Haystack filling its store, which is in memory alone, cutting and encoding included. The two Haystacks share a search;
the times of each leave the other's reader out. Haystack cites the passage, Wenju the paragraph. R@20: a proof is among
the twenty passages found, of which the first `k_read` are read. The other figures are defined in eval/README.md.
"""


def compare(args: argparse.Namespace) -> Figures:
    """Return the figures of all systems over the questions that every one of them was asked in its time."""
    world = args.out / str(args.passages)
    made = _child(INDEXING, world, args)
    if "failed" in made:
        raise DataError(f"the index: {made['failed']}", where=world, mend="Check the files, or remove the folder.")
    phases = {phase: _child(phase, world, args) for phase in PHASES[1:]}
    result: Figures = {
        "origin": {**provenance(args.questions), "reader": args.reader, **versions()},
        "cores": len(os.sched_getaffinity(0)), "passages": made["passages"], "phases": phases, "systems": {},
    }  # fmt: skip
    names = [name for phase in phases.values() for name in phase.get("names", [])]
    answers = {name: read_answers(world / name / ANSWERS) for name in names}
    entries = [one for one in lone_questions(args.questions) if all(one.id in told for told in answers.values())]
    for name, told in answers.items():
        result["systems"][name] = figures(entries, told, result["origin"] | {"system": name}, world / name)
    return result


def figures(
    entries: Sequence[Entry], answers: Mapping[str, Mapping[str, Any]], origin: Mapping[str, Any], out: Path
) -> Figures:
    """Return the scores and times of one system; all that scoring writes goes to ``out``."""
    summary, _ = score(entries, answers, origin, out)
    times = {kind: latency([answers[entry.id][kind] for entry in entries]) for kind in ("milliseconds", "work")}
    return {"asked": len(entries), "figures": summary["figures"], "confidence": summary["confidence"], **times}


def _child(phase: str, world: Path, args: argparse.Namespace) -> Figures:
    """Run one phase in a process of its own; what it could not finish is told under "failed"."""
    command = [
        sys.executable, "-m", "eval.bench.answer_child", phase, "--world", str(world), "--questions",
        str(args.questions), "--passages", str(args.passages), "--encoder", args.encoder, "--reader", args.reader,
        "--limit-seconds", str(args.limit_seconds), "--index-of", *map(str, args.index_of),
    ]  # fmt: skip
    if args.distractors:
        command += ["--distractors", *map(str, args.distractors)]
    print(f"{args.passages:,} passages: {phase}", file=sys.stderr, flush=True)
    finished = measured(command, None if phase == INDEXING else 2 * args.limit_seconds)
    if finished.code == 0:
        return dict(json.loads(finished.output.splitlines()[-1]))
    if finished.code == -9:
        return {"failed": f"over {2 * args.limit_seconds:,.0f} s, or out of memory"}
    return {"failed": (finished.errors.strip() or f"ended with {finished.code}").splitlines()[-1][:200]}


def to_markdown(result: Mapping[str, Any]) -> str:
    """Render times, scores, scores by type, and the stages of each system."""
    systems = result["systems"]
    parts = [", ".join(f"{name} {value}" for name, value in result["origin"].items())]
    parts.append(f"## {result['passages']:,} passages")
    parts += [f"{name}: {told['failed']}." for name, told in result["phases"].items() if "failed" in told]
    head = ["", "asked", "p50 ms", "p95", "work p50 ms", "p95", "opening s", "memory MB"]
    parts.append(table(head, (_times(name, told, result["phases"]) for name, told in systems.items())))
    parts.append(table(["", "", "n", *MEASURES], (row for one in systems.items() for row in _scores(*one))))
    parts += ["## F1 by type", _by_type(systems)]
    for name, told in systems.items():
        parts += [f"## Stages: {name}", _stages(told)]
    cores = "one core" if result["cores"] == 1 else f"{result['cores']} cores"
    return "\n\n".join([*parts, NOTE.format(cores=cores)])


def _times(name: str, told: Mapping[str, Any], phases: Mapping[str, Any]) -> list[str]:
    phase = next(one for one in phases.values() if name in one.get("names", []))
    totals = [told[kind]["total"][p] for kind in ("milliseconds", "work") for p in ("p50", "p95")]
    sizes = [f"{phase['open_seconds']:,.1f}", f"{phase['peak_bytes'] / 1e6:,.0f}"]
    return [name, str(told["asked"]), *(f"{value:,.1f}" for value in totals), *sizes]


def _scores(name: str, told: Mapping[str, Any]) -> list[list[str]]:
    rows = []
    for group in GROUPS:
        found = told["figures"].get(group, {})
        n = "/".join(str(found[one]["n"]) if one in found else "0" for one in ("F1", "false answers"))
        cells = [f"{found[one]['value']:.3f}" if one in found else "" for one in MEASURES]
        rows.append([name if group == "all" else "", group, n, *cells])
    return [row for row in rows if row[2] != "0/0"]


def _by_type(systems: Mapping[str, Any]) -> str:
    found = {
        name: {group: one["F1"] for group, one in told["figures"].items() if group.startswith("type ") and "F1" in one}
        for name, told in systems.items()
    }
    n = {group: figure["n"] for one in found.values() for group, figure in one.items()}
    rows = (
        [group.removeprefix("type "), str(count), *(f"{one[group]['value']:.3f}" for one in found.values())]
        for group, count in n.items()
    )
    return table(["type", "n", *found], rows)


def _stages(told: Mapping[str, Any]) -> str:
    def row(stage: str) -> list[str]:
        found = [told[kind].get(stage) for kind in ("milliseconds", "work")]
        cells = [f"{one[p]:,.1f}" if one else "" for one in found for p in ("p50", "p95")]
        return [stage, *cells, f"{100 * found[1]['share']:.0f} %" if found[1] else ""]

    return table(["stage", "p50 ms", "p95", "work p50 ms", "p95", "share of the work"], map(row, told["milliseconds"]))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the comparison; 2 for bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.answer", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_arguments(parser)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="index, answers, scores; index used again"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--keep", metavar="NAME", help="also save the figures as eval/results/NAME-<commit>.json")
    args = parser.parse_args(argv)
    try:
        lone_questions(args.questions)
        args.out.mkdir(parents=True, exist_ok=True)
        result = compare(args)
    except WenjuError as error:
        print(f"eval.bench.answer: {error}", file=sys.stderr)
        return 2
    text = json.dumps(result, ensure_ascii=False, indent=1)
    (args.out / f"{args.passages}.json").write_text(text, encoding="utf-8")
    print(text if args.json else to_markdown(result))
    if args.keep:
        print(f"Kept as {keep(args.keep, result)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
