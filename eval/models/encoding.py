"""An encoder by itself: pairs found among all others, graded pairs put in order, and its two runtimes side by side."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.calibration import auroc
from eval.data import DataError
from rag.text import language
from rag.train.intervals import mean_interval
from rag.train.reader_eval import Figure
from rag.types import Encoder

if TYPE_CHECKING:
    import numpy.typing as npt

DEPTHS = (1, 5, 10)
BLOCK = 256  # questions compared with all texts at once
GRADED = ("eval/stsb_zh_test.jsonl", "eval/stsb_en_test.jsonl", "eval/afqmc_dev.jsonl", "eval/lcqmc_test.jsonl")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts; ``grade`` says how alike they are, None that they belong together."""

    a: str
    b: str
    grade: float | None


def read(file: Path) -> list[Pair]:
    """Read ``{a, b[, label or score]}`` lines, plain or packed; pairs whose label is a word are left out."""
    opener = lzma.open if file.suffix == ".xz" else open
    try:
        with opener(file, "rt", encoding="utf-8-sig") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        graded = [(row["a"], row["b"], row.get("score", row.get("label"))) for row in rows]
    except OSError as error:
        raise DataError(f"cannot read the pairs: {error.strerror}", where=file, mend="Check the path.") from None
    except (ValueError, KeyError, TypeError, AttributeError, lzma.LZMAError) as error:
        mend = 'Write {"a": …, "b": …} a line, with "label" or "score" where they are graded.'
        raise DataError(f"not pairs: {type(error).__name__}: {error}", where=file, mend=mend) from None
    pairs = [Pair(a, b, _number(grade)) for a, b, grade in graded if grade is None or _number(grade) is not None]
    if not pairs:
        raise DataError("no pairs in the file that could be used", where=file, mend="Labels must be numbers, or none.")
    return pairs


def measure(encoder: Encoder, pairs: Sequence[Pair], others: Sequence[str], limit: int, seed: int) -> dict[str, Any]:
    """Return recall and MRR of ungraded pairs, or Spearman's rho of graded ones, with AUROC where grades are 0 and 1.

    At most ``limit`` first texts are asked, against the second texts of all pairs and ``others``; or ``limit`` graded
    pairs compared.
    """
    if all(pair.grade is None for pair in pairs):
        return _found(encoder, pairs, others, limit, seed)
    graded = [pair for pair in pairs if pair.grade is not None]
    graded = Random(seed).sample(graded, limit) if len(graded) > limit else graded
    cosines = (encoder.encode_queries([p.a for p in graded]) * encoder.encode_queries([p.b for p in graded])).sum(1)
    grades = np.array([pair.grade for pair in graded], dtype=np.float64)
    figures = {"pairs": len(graded), "Spearman": spearman(cosines.astype(np.float64), grades)}
    if set(grades.tolist()) == {0.0, 1.0}:
        figures["AUROC"] = auroc(cosines[grades == 1].tolist(), cosines[grades == 0].tolist())
    return figures


def ranks(encoder: Encoder, questions: Sequence[str], texts: Sequence[str], right: Sequence[set[int]]) -> list[int]:
    """Return the rank, from 1, of the first right text of each question; texts that are as near count as nearer."""
    told = encoder.encode_passages(texts)
    found = []
    for start in range(0, len(questions), BLOCK):
        for scores, wanted in zip(
            encoder.encode_queries(questions[start : start + BLOCK]) @ told.T, right[start : start + BLOCK], strict=True
        ):
            best = max(scores[place] for place in wanted)
            found.append(int((scores >= best).sum()) - sum(bool(scores[place] >= best) for place in wanted) + 1)
    return found


def spearman(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float:
    """Correlation of ranks, those of equal values being their mean."""
    return float(np.corrcoef(_mean_ranks(first), _mean_ranks(second))[0, 1])


def alike(quick: Encoder, plain: Encoder, texts: Sequence[str]) -> Figure:
    """Return the least and the mean cosine of the vectors that two runtimes give the same texts."""
    cosines = (quick.encode_passages(texts) * plain.encode_passages(texts)).sum(axis=1)
    return {"least": float(cosines.min()), "mean": float(cosines.mean()), "n": len(texts)}


def _found(encoder: Encoder, pairs: Sequence[Pair], others: Sequence[str], limit: int, seed: int) -> dict[str, Any]:
    texts = list(dict.fromkeys([*(pair.b for pair in pairs), *others]))
    places = {text: place for place, text in enumerate(texts)}
    right: dict[str, set[int]] = {}
    for pair in pairs:
        right.setdefault(pair.a, set()).add(places[pair.b])
    asked = sorted(right)
    if len(asked) > limit:
        asked = Random(seed).sample(asked, limit)
    found = dict(zip(asked, ranks(encoder, asked, texts, [right[one] for one in asked]), strict=True))
    figures: dict[str, Any] = {"among": len(texts)}
    for lang, group in _by_language(asked):
        figures |= {f"{name}{lang}": value for name, value in _figures([found[one] for one in group]).items()}
    return figures


def _by_language(asked: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    spoken: Mapping[str, list[str]] = {lang: [] for lang in ("zh", "en")}
    for one in asked:
        spoken["en" if language(one) == "en" else "zh"].append(one)
    both = all(spoken.values())
    yield from ((f" ({lang})" if both else "", group) for lang, group in spoken.items() if group)


def _figures(found: Sequence[int]) -> dict[str, Figure]:
    measures = {f"R@{depth}": [float(rank <= depth) for rank in found] for depth in DEPTHS}
    measures["MRR@10"] = [1 / rank if rank <= 10 else 0.0 for rank in found]
    return {
        name: {"value": sum(values) / len(values), **_interval(values), "n": len(values)}
        for name, values in measures.items()
    }


def _interval(values: Sequence[float]) -> dict[str, float]:
    return mean_interval({str(number): [value] for number, value in enumerate(values)})._asdict()


def _mean_ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((counts.cumsum() - (counts - 1) / 2)[inverse], dtype=np.float64)


def _number(grade: object) -> float | None:
    try:
        return float(grade)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
