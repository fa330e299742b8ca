"""The model card of a trained reader: what it was made of and how good it is, measured here."""

from __future__ import annotations

import json
import logging
import math
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import safe_open

from rag.read import open_reader
from rag.train import curve
from rag.train.data import available
from rag.train.reader_eval import Figure, evaluate, load

if TYPE_CHECKING:
    from rag.train.reader_loop import Progress

logger = logging.getLogger(__name__)

TUNED_ON = ("reader/tune_cmrc_trial.jsonl", "written/dev.jsonl")
UNSEEN = ("eval/drcd_test_simp_strict.jsonl", "eval/dureader_robust_dev.jsonl", "eval/policyqa_test.jsonl")
SAMPLE = 500  # questions of each set
COLUMNS = ("EM", "F1", "word F1", "AUROC")

_CARD = """---
license: cc-by-sa-4.0
language: [zh, en]
pipeline_tag: question-answering
---
# Wenju reader

Extractive question answering in Chinese and English, trained from scratch. A RoFormer of {layers} layers, {width} wide,
over single Han characters, digits and Latin word pieces ({parameters:.1f} million parameters). `token_type_ids` carry
match features (`rag/read/match.py`, format `{features}`), so use it through `rag.read.open_reader`.
`model.safetensors` is what transformers loads, `model.onnx` the same weights with int8 matrix products: matrices are
rounded to 8 bits in both, and what flows between them is held in two terms of 8 bits, so the two give the same spans.
The tables of tokens and types are in the first alone.

## Data

| set | licence as stated by its source |
|---|---|
| CMRC 2018 train, DRCD dev (simplified) | CC BY-SA 4.0, CC BY-SA 3.0 |
| CAIL 2019 dev, anti-terror news, DuReader-robust demo | none stated |
| SQuADShifts (wiki, reddit, amazon), PolicyQA dev | none stated, MIT |
| questions written for this project, over news, broadcasts and laws (`written/`, `rag/train/questions.jsonl`) | ours |
| questions made by rule from news (Apache-2.0 repository) and laws | ours, over those texts |
| Chinese questions in word-for-word English, by CC-CEDICT and aligned sentences | CC BY-SA 4.0 |

No set whose licence forbids commercial use was trained on, and none of `eval/questions`.

## Training

{steps} steps, {windows} windows of at most 352 tokens, {minutes:.0f} minutes on {threads} ({machine}), AdamW at
{rate:g} with a cosine by the clock, running average of the weights. {begun}
One window of eight asked for another name, year or number than the passage has, where there is no answer.
Again: `python -m rag.train reader --data DIR --out DIR --minutes {minutes:.0f}`.
{curve}
## Scores

Given the right paragraph, at most {sample} questions of each set, with 95 % bootstrap intervals. F1 by longest common
run of tokens (CMRC 2018); word F1 as SQuAD has it, for English (it takes a Chinese answer for one word); AUROC of the
best score, answerable against unanswerable. The first two sets were chosen by. Errors of DRCD
were read, and figures of DRCD and DuReader-robust seen on the way; PolicyQA was not used to choose.
`python -m eval models --data DIR --out DIR` measures all of it again, and any other set.

| set | n | EM | F1 | word F1 | AUROC |
|---|---|---|---|---|---|
{scores}

## Known weaknesses

Answers to how and why are often cut short; a list comes back as its first item or as the whole run of items; a
question that asks for an inference or a sum is answered with the nearest number; a near miss, the paragraph beside the
right one, is answered too often. English questions over Chinese text are read by words of like meaning, names and
numbers: the bundled encoder's vectors say which, so a new encoder needs the reader trained on.
"""

_FROM_NOTHING = """First vectors from a truncated SVD of mutual information over the same texts.
In the first seven tenths of the time it also guessed hidden words of half of the passages."""
_FROM_READER = "It began with the weights of an earlier reader."
_NAMES = {UNSEEN[0]: "DRCD", UNSEEN[1]: "DuReader-robust", UNSEEN[2]: "PolicyQA"}  # as `wenju doctor` says them


def write(out: Path, data: Path, progress: Progress, *, rate: float, started: bool) -> None:
    """Measure the exported reader in ``out`` on the sets that ``data`` has; write ``README.md``, ``scores.json``.

    And ``curve.svg``, where the run kept a log.
    """
    config = json.loads((out / "config.json").read_text(encoding="utf-8"))
    scores = measure(out, data)
    drawn = curve.draw(out / "work" / "log.tsv", out / "curve.svg")
    text = _CARD.format(
        layers=config["num_hidden_layers"], width=config["hidden_size"], parameters=parameters(out) / 1e6,
        features=config["match_features"], steps=progress.steps, windows=progress.windows,
        minutes=progress.seconds / 60,
        threads=_cores(torch.get_num_threads()), rate=rate, begun=_FROM_READER if started else _FROM_NOTHING,
        machine=platform.machine(), sample=SAMPLE, curve="\n![loss](curve.svg)\n" if drawn else "",
        scores="\n".join(_row(name, found) for name, found in scores.items()),
    )  # fmt: skip
    (out / "README.md").write_text(text, encoding="utf-8")
    save_scores(out, in_words(scores), scores)


def measure(folder: Path, data: Path) -> dict[str, dict[str, Figure]]:
    """Return the figures of the reader in ``folder`` on each set that ``data`` has."""
    reader = open_reader(str(folder))
    scores = {}
    for name in (*TUNED_ON, *UNSEEN):
        if available(data, name):
            scores[name] = evaluate(reader, load(data, name, SAMPLE))
            logger.info("%s %s", name, {measure: round(found["value"], 4) for measure, found in scores[name].items()})
    return scores


def in_words(scores: Mapping[str, Mapping[str, Figure]]) -> str:
    """Return the F1 on the sets that were not trained on or chosen by, in a few words; "" where there is none."""
    said = [f"{name} {100 * scores[file]['F1']['value']:.0f}" for file, name in _NAMES.items() if file in scores]
    return f"F1 given the right paragraph: {', '.join(said)}" if said else ""


def save_scores(folder: Path, said: str, scores: Mapping[str, object]) -> None:
    """Write ``scores.json`` beside a model's weights: figures, and in ``says`` what `wenju doctor` tells of them."""
    kept = {"says": said, "scores": scores}
    (folder / "scores.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def parameters(folder: Path) -> int:
    """Return how many numbers the ``model.safetensors`` of a folder holds."""
    with safe_open(folder / "model.safetensors", framework="np") as weights:
        return sum(math.prod(weights.get_slice(name).get_shape()) for name in weights.keys())  # noqa: SIM118


def _row(name: str, found: Mapping[str, Figure]) -> str:
    cells = (_cell(found[column]) if column in found else "–" for column in COLUMNS)
    return f"| {name} | {found['EM']['n'] if 'EM' in found else 0:.0f} | {' | '.join(cells)} |"


def _cell(figure: Figure) -> str:
    value, low, high = (100 * figure[part] for part in ("value", "low", "high"))
    return f"{value:.1f} [{low:.1f}, {high:.1f}]"


def _cores(count: int) -> str:
    return "one core" if count == 1 else f"{count} cores"
