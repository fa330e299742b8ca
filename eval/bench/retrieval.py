"""How often the right passage is found, part by part: ``python -m eval.bench.retrieval``.

Indexes the files of a question set, asks every question that has an answer, and looks for the first passage that
covers an evidence quote. With --distractors it does so once more with other articles in the same index.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from eval.bench import distractors
from eval.bench.ablation import FUSED, rankings, texts_alone
from eval.data import Question, read_questions
from eval.judge import DEPTH, rank_evidence
from eval.provenance import keep, provenance
from eval.significance import mean_interval, paired_difference
from eval.table import table
from rag.errors import WenjuError
from rag.types import Encoder, Passage

CUTS = (1, 5, 10)
MEASURES = (*(f"R@{k}" for k in CUTS), "MRR@10")

Ranks = dict[str, dict[str, int | None]]  # name of a ranking -> id of a question -> rank of the first right passage
Scores = dict[str, dict[str, list[float]]]  # measure -> language -> of each question


def answerable(file: Path) -> list[Question]:
    """Return the questions that have an answer; of a conversation, the first turn."""
    return [entry.turns[0] for entry in read_questions(file) if entry.turns[0].answerable]


def rank_all(
    questions: Sequence[Question], ranked: Callable[[str], Mapping[str, Sequence[Passage]]], show: Callable[[int], None]
) -> Ranks:
    """Return the rank of the first right passage, from 1, in every ranking; None where none of DEPTH is right."""
    ranks: Ranks = {}
    for number, question in enumerate(questions):
        show(number)
        for name, passages in ranked(question.text).items():
            places = [{"source": one.source, "text": one.text} for one in passages]
            covered = rank_evidence(question, places)
            ranks.setdefault(name, {})[question.id] = next((n for n, found in enumerate(covered, 1) if found), None)
    return ranks


def score(rank: int | None, measure: str) -> float:
    """Return what a question scores whose first right passage has ``rank``."""
    if measure == "MRR@10":
        return 1 / rank if rank and rank <= 10 else 0.0
    return float(bool(rank) and (rank or 0) <= int(measure.partition("@")[2]))


def figures(questions: Sequence[Question], ranks: Ranks) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Return language -> ranking -> measure -> value, low and high of its 95 % interval, n."""
    languages = sorted({question.lang for question in questions})
    return {
        lang: {
            name: {measure: _figure([q for q in questions if q.lang == lang], found, measure) for measure in MEASURES}
            for name, found in ranks.items()
        }
        for lang in languages
    }


def _figure(questions: Sequence[Question], found: Mapping[str, int | None], measure: str) -> dict[str, float]:
    units = {question.id: [score(found[question.id], measure)] for question in questions}
    interval = mean_interval(units)
    return {"value": mean(one[0] for one in units.values()), **interval._asdict(), "n": len(units)}


def loss(questions: Sequence[Question], alone: Ranks, among: Ranks) -> dict[str, dict[str, dict[str, float]]]:
    """Return language -> measure -> how much the fused ranking changes when others are in the index."""
    told: dict[str, dict[str, dict[str, float]]] = {}
    for lang in sorted({question.lang for question in questions}):
        ids = [question.id for question in questions if question.lang == lang]
        for measure in MEASURES:
            before, after = ({id_: [score(ranks[FUSED][id_], measure)] for id_ in ids} for ranks in (alone, among))
            told.setdefault(lang, {})[measure] = paired_difference(before, after)._asdict()
    return told


def bench(args: argparse.Namespace, encoder: Encoder, show: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Run everything that was asked for and return the figures; ranks are kept in ``args.out``."""
    questions = answerable(args.questions)
    result: dict[str, Any] = {"origin": {**provenance(args.questions), "encoder": encoder.name}, "worlds": {}}
    ranks: list[Ranks] = []
    for name, paths in _worlds(args).items():
        folder = args.out / f"index-{name}"
        counts = indexed(paths, folder, encoder, show)
        ranks.append(_ranked(folder, encoder, questions, lambda done, name=name: show(name, done, len(questions))))  # type: ignore[misc]
        result["worlds"][name] = {"passages": counts, "figures": figures(questions, ranks[-1])}
        (args.out / f"ranks-{name}.json").write_text(json.dumps(ranks[-1], ensure_ascii=False), encoding="utf-8")
    if len(ranks) == 2:
        result["loss"] = loss(questions, *ranks)
    return result


def _worlds(args: argparse.Namespace) -> dict[str, list[Path]]:
    """Return the folders and files of each index by its name."""
    worlds = {"alone": list(args.index_of)}
    if args.distractors:
        folder = args.out / f"distractors-{args.distractor_passages}"
        if not folder.exists():
            found = distractors.until(distractors.records(args.distractors), args.distractor_passages)
            distractors.write(found, folder)
        worlds["among-others"] = [*args.index_of, folder]
    return worlds


def indexed(paths: Sequence[Path], folder: Path, encoder: Encoder, show: Callable[[str, int, int], None]) -> int:
    """Bring the index in ``folder`` up to date with ``paths`` and return how many passages it holds."""
    from rag.config import Settings
    from rag.index import open_index, update_index

    update_index(paths, folder, encoder, max_chars=Settings().max_chars, progress=show)
    with open_index(folder) as index:
        return index.counts().passages


def _ranked(folder: Path, encoder: Encoder, questions: Sequence[Question], show: Callable[[int], None]) -> Ranks:
    from rag.config import Settings
    from rag.index import open_index

    with open_index(folder) as index:
        alone, depth = texts_alone(index, folder.with_name(f"{folder.name}-texts")), Settings().depth
        return rank_all(questions, lambda text: rankings(index, alone, encoder, text, depth=depth, k=DEPTH), show)


def to_markdown(result: Mapping[str, Any]) -> str:
    """Render a table for each index and language, and the loss."""
    parts = [", ".join(f"{name} {value}" for name, value in result["origin"].items())]
    for name, world in result["worlds"].items():
        for lang, rows in world["figures"].items():
            n = next(iter(rows.values()))["R@1"]["n"]
            parts.append(f"## {lang}, {n} questions, {world['passages']:,} passages ({name})")
            parts.append(table(["", *MEASURES], ([row, *map(_cell, cells.values())] for row, cells in rows.items())))
    if "loss" in result:
        parts.append("## Change by the others in the index, both as fused")
        rows = ([lang, *map(_cell, changes.values())] for lang, changes in result["loss"].items())
        parts.append(table(["", *MEASURES], rows))
    return "\n\n".join(parts)


def _cell(figure: Mapping[str, float]) -> str:
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bench; 2 for bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.retrieval", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--index-of", nargs="+", type=Path, required=True, metavar="PATH", help="files of the questions"
    )
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE.jsonl")
    parser.add_argument("--distractors", nargs="+", type=Path, default=[], metavar="FILE.jsonl", help="may be packed")
    parser.add_argument("--distractor-passages", type=int, default=100_000, metavar="N")
    parser.add_argument("--encoder", default="bundled", metavar="NAME_OR_PATH")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for indexes and ranks; used again")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--keep", metavar="NAME", help="also save the figures as eval/results/NAME-<commit>.json")
    args = parser.parse_args(argv)
    try:
        from rag.encode import open_encoder

        args.out.mkdir(parents=True, exist_ok=True)
        result = bench(args, open_encoder(args.encoder), show)
    except WenjuError as error:
        print(f"eval.bench.retrieval: {error}", file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False, indent=1) if args.json else to_markdown(result))
    if args.keep:
        print(f"Kept as {keep(args.keep, result)}", file=sys.stderr)
    return 0


def show(stage: str, done: int, total: int) -> None:
    """Tell on the terminal how far a stage is."""
    if sys.stderr.isatty():
        print(f"\r{stage} {done:,} of {total:,}   ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
