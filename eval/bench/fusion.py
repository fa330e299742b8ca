"""What the fields of the keyword leg and the vectors should weigh: ``python -m eval.bench.fusion``.

Asks the written questions of an index of their texts among others of the same kinds, and fits the weights to the
mean reciprocal rank of the first right passage. The figures are cross-validated: every passage with all its questions
is judged by weights fitted without it. Prints them beside those of the weights in use.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

import numpy as np
import numpy.typing as npt

from eval.bench.fusion_cases import FIELDS, MEANT, Asked, Cases, gather, write_corpus
from eval.bench.retrieval import MEASURES, indexed, score, show
from eval.provenance import keep, provenance
from eval.significance import mean_interval, paired_difference
from eval.table import table
from rag.errors import WenjuError
from rag.index.clauses import WEIGHTS
from rag.retrieve.hybrid import OTHER_LANGUAGE, SAME_LANGUAGE

Weights = dict[str, float]

SAME, OTHER = "vectors, same language", "vectors, other language"
FOLDS, SEED = 10, 0
STEPS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 1.0, 1.25, 1.5, 2.0, 3.0)
SWEEPS = 3  # over all weights, one at a time; the third moves little
WORTH = 1e-9  # a change must gain more than this, so that a weight stays where it makes no difference
SHARES = (SAME, OTHER)
CASES = "cases.npz"
ALL = (*(field for field in FIELDS if field not in ("words", "own")), *SHARES)  # words are the measure of the others


def in_use() -> Weights:
    """Return the weights of the product."""
    fields = {field: WEIGHTS[field.removesuffix(f" {MEANT}")] for field in FIELDS}
    return {**fields, SAME: SAME_LANGUAGE, OTHER: OTHER_LANGUAGE}


def ranks(cases: Cases, weights: Weights) -> npt.NDArray[np.int64]:
    """Return the rank of the first right candidate of each question, from 1; 0 where there is none."""
    words = cases.fields @ np.array([weights[field] for field in FIELDS])
    top = words.max(axis=1, keepdims=True)
    share = np.where(cases.other, weights[OTHER], weights[SAME])
    added = words / np.where(top > 0, top, 1.0) + share * cases.near
    scores = np.where(cases.present, added * cases.kept, -np.inf)
    best = np.where(cases.right, scores, -np.inf).max(axis=1, keepdims=True)
    ahead = (scores > best).sum(axis=1)
    return np.where(cases.right.any(axis=1), ahead + 1, 0)


def gain(cases: Cases, weights: Weights) -> float:
    """Return the mean reciprocal rank, 0 beyond rank 10; languages count alike however many questions they have."""
    found = ranks(cases, weights)
    worth = np.where((found > 0) & (found <= 10), 1 / np.maximum(found, 1), 0.0)
    spoken = np.array([one.lang for one in cases.asked])
    return float(mean(worth[spoken == lang].mean() for lang in sorted(set(spoken.tolist()))))


def fit(cases: Cases, names: Sequence[str], start: Weights) -> Weights:
    """Return the weights with those of ``names`` set, one after another, to the best of STEPS, ties to the nearest."""
    weights, best = dict(start), gain(cases, start)
    for _ in range(SWEEPS):
        for name in names:
            tried = sorted(STEPS, key=lambda step: abs(step - weights[name]))
            for step in tried:
                reached = gain(cases, {**weights, name: step})
                if reached > best + WORTH:
                    weights, best = {**weights, name: step}, reached
    return weights


def crossed(cases: Cases, names: Sequence[str], start: Weights) -> npt.NDArray[np.int64]:
    """Return the ranks by weights that were each fitted without the question's passage."""
    groups = sorted({one.group for one in cases.asked})
    Random(SEED).shuffle(groups)
    fold = {group: number % FOLDS for number, group in enumerate(groups)}
    found = np.zeros(len(cases.asked), np.int64)
    for number in range(FOLDS):
        held = [row for row, one in enumerate(cases.asked) if fold[one.group] == number]
        seen = [row for row, one in enumerate(cases.asked) if fold[one.group] != number]
        if held and seen:
            found[held] = ranks(cases.only(held), fit(cases.only(seen), names, start))
    return found


def compare(cases: Cases) -> dict[str, Any]:
    """Return the figures of the weights in use and of both fits, by language, and the weights of fits on everything."""
    start = in_use()
    found = {"in use": ranks(cases, start)}
    fitted = {"in use": start}
    for name, names in (("the vectors' shares fitted", SHARES), ("all fitted", ALL)):
        found[name] = crossed(cases, names, start)
        fitted[name] = fit(cases, names, start)
    langs = sorted({one.lang for one in cases.asked})
    told = {lang: {name: _figures(cases.asked, rows, found["in use"], lang) for name, rows in found.items()}
            for lang in langs}  # fmt: skip
    reached = {
        lang: float(
            np.mean([right.any() for one, right in zip(cases.asked, cases.right, strict=True) if one.lang == lang])
        )
        for lang in langs
    }
    return {"figures": told, "candidates hold a right one": reached, "weights": fitted}


def _figures(
    asked: Sequence[Asked], found: npt.NDArray[np.int64], base: npt.NDArray[np.int64], lang: str
) -> dict[str, dict[str, float]]:
    told = {}
    for measure in MEASURES:
        units, before = (_units(asked, rows, lang, measure) for rows in (found, base))
        values = [value for unit in units.values() for value in unit]
        change = paired_difference(before, units)
        told[measure] = {
            "value": mean(values), **mean_interval(units)._asdict(), "n": len(values),
            "change": change.value, "change_low": change.low, "change_high": change.high, "p": change.p,
        }  # fmt: skip
    return told


def _units(asked: Sequence[Asked], found: npt.NDArray[np.int64], lang: str, measure: str) -> dict[str, list[float]]:
    units: dict[str, list[float]] = {}
    for one, rank in zip(asked, found.tolist(), strict=True):
        if one.lang == lang:
            units.setdefault(str(one.group), []).append(score(rank or None, measure))
    return units


def to_markdown(result: Mapping[str, Any]) -> str:
    """Render the figures by language, and the weights."""
    parts = [", ".join(f"{name} {value}" for name, value in result["origin"].items())]
    for lang, rows in result["figures"].items():
        n = next(iter(rows.values()))["R@1"]["n"]
        reached = result["candidates hold a right one"][lang]
        parts.append(f"## {lang}, {n} questions; the candidates of {reached:.3f} of them hold a right passage")
        parts.append(table(["", *MEASURES], ([name, *map(_cell, cells.values())] for name, cells in rows.items())))
    weights = result["weights"]
    rows = ([name, *(f"{one[name]:.2f}" for one in weights.values())] for name in next(iter(weights.values())))
    return "\n\n".join([*parts, "## Weights, fitted on all questions", table(["", *weights], rows)])


def _cell(figure: Mapping[str, float]) -> str:
    return (
        f"{figure['value']:.3f} ({figure['change']:+.3f} [{figure['change_low']:+.3f}, {figure['change_high']:+.3f}], "
        f"p {figure['p']:.2f})"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Fit and compare; 2 for bad input."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.bench.fusion", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the training data")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for corpus and index; used again")
    parser.add_argument("--passages", type=int, default=20_000, metavar="N", help="of other texts, about (20000)")
    parser.add_argument("--encoder", default="bundled", metavar="NAME_OR_PATH")
    parser.add_argument("--again", action="store_true", help="fit to what the last run found, without searching")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--keep", metavar="NAME", help="also save the figures as eval/results/NAME-<commit>.json")
    args = parser.parse_args(argv)
    try:
        cases, origin = _cases(args)
    except WenjuError as error:
        print(f"eval.bench.fusion: {error}", file=sys.stderr)
        return 2
    result = {"origin": origin, **compare(cases)}
    print(json.dumps(result, ensure_ascii=False, indent=1) if args.json else to_markdown(result))
    if args.keep:
        print(f"Kept as {keep(args.keep, result)}", file=sys.stderr)
    return 0


def _cases(args: argparse.Namespace) -> tuple[Cases, dict[str, Any]]:
    from rag.config import Settings
    from rag.encode import open_encoder
    from rag.index import open_index

    if args.again:
        return Cases.load(args.out / CASES), provenance()
    args.out.mkdir(parents=True, exist_ok=True)
    asked = write_corpus(args.data, args.out / "corpus", args.passages)
    encoder = open_encoder(args.encoder)
    folder = args.out / f"index-{encoder.name.rpartition('@')[2]}"
    passages = indexed([args.out / "corpus"], folder, encoder, show)
    with open_index(folder) as index:
        cases = gather(asked, index, encoder, Settings().depth, lambda done: show("questions", done, len(asked)))
    cases.save(args.out / CASES)
    return cases, {**provenance(), "encoder": encoder.name, "questions": len(asked), "passages": passages}


if __name__ == "__main__":
    sys.exit(main())
