"""The model card of a trained reader: what it was made of and how good it is, measured here."""

from __future__ import annotations

import json
import logging
import math
import platform
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import safe_open

from rag.read import open_reader
from rag.train.data import available
from rag.train.reader_eval import evaluate, load

if TYPE_CHECKING:
    from rag.train.reader_loop import Progress

logger = logging.getLogger(__name__)

TUNED_ON = ("reader/tune_cmrc_trial.jsonl", "written/dev.jsonl")
UNSEEN = ("eval/drcd_test_simp_strict.jsonl", "eval/dureader_robust_dev.jsonl", "eval/policyqa_test.jsonl")
SAMPLE = 500  # questions of each set

_CARD = """---
license: cc-by-sa-4.0
language: [zh, en]
pipeline_tag: question-answering
---
# Wenju reader

Extractive question answering in Chinese and English, trained from scratch. A RoFormer of {layers} layers, {width} wide,
over single Han characters, digits and Latin word pieces ({parameters:.1f} million parameters). `token_type_ids` carry
match features (`rag/match.py`, format `{features}`), so use it through `rag.read.open_reader`. `model.safetensors` is
what transformers loads, `model.onnx` the same weights with int8 matrix products.

## Data

| set | licence as stated by its source |
|---|---|
| CMRC 2018 train, DRCD dev (simplified) | CC BY-SA 4.0, CC BY-SA 3.0 |
| CAIL 2019 dev, anti-terror news, DuReader-robust demo | none stated |
| SQuADShifts (wiki, reddit, amazon), PolicyQA dev | none stated, MIT |
| questions written for this project | ours |
| questions made by rule from news (Apache-2.0 repository) and laws | ours, over those texts |
| Chinese questions in word-for-word English, by CC-CEDICT and aligned sentences | CC BY-SA 4.0 |

No set whose licence forbids commercial use was trained on.

## Training

{steps} steps, {windows} windows of at most 352 tokens, {minutes:.0f} minutes on {threads} ({machine}), AdamW at 6e-4
with a cosine by the clock, running average of the weights. {begun}
Again: `python -m rag.train reader --data DIR --out DIR --minutes {minutes:.0f}`.

## Scores

Given the right paragraph, at most {sample} questions of each set; F1 by longest common run (CMRC 2018); AUROC of the
best score, answerable against unanswerable. The first two sets were looked at while developing, the others were not.

| set | n | EM | F1 | AUROC |
|---|---|---|---|---|
{scores}

## Known weaknesses

Answers to how and why are often cut short; a list comes back as its first item or as the whole run of items; a
question that asks for an inference or a sum is answered with the nearest number. English questions over Chinese text
are read by words of like meaning, names and numbers: the bundled encoder's vectors say which, so a new encoder needs
the reader trained on.
"""

_FROM_NOTHING = "First vectors from a truncated SVD of mutual information over the same texts."
_FROM_READER = "It began with the weights of an earlier reader."


def write(out: Path, data: Path, progress: Progress, *, started: bool) -> None:
    """Measure the exported reader in ``out`` on the sets that ``data`` has, and write ``README.md`` beside it."""
    config = json.loads((out / "config.json").read_text(encoding="utf-8"))
    with safe_open(out / "model.safetensors", framework="np") as weights:
        sizes = [weights.get_slice(name).get_shape() for name in weights.keys()]  # noqa: SIM118
    parameters = sum(math.prod(shape) for shape in sizes) / 1e6
    reader = open_reader(str(out))
    rows = []
    for name in (*TUNED_ON, *UNSEEN):
        if available(data, name):
            found = evaluate(reader, load(data, name, SAMPLE))
            logger.info("%s %s", name, found)
            auroc = f"{found['AUROC']:.3f}" if "AUROC" in found else "–"
            rows.append(f"| {name} | {found['n']:.0f} | {100 * found['EM']:.1f} | {100 * found['F1']:.1f} | {auroc} |")
    text = _CARD.format(
        layers=config["num_hidden_layers"], width=config["hidden_size"], parameters=parameters,
        features=config["match_features"], steps=progress.steps, windows=progress.windows,
        minutes=progress.seconds / 60,
        threads=_cores(torch.get_num_threads()), begun=_FROM_READER if started else _FROM_NOTHING,
        machine=platform.machine(), sample=SAMPLE, scores="\n".join(rows),
    )  # fmt: skip
    (out / "README.md").write_text(text, encoding="utf-8")


def _cores(count: int) -> str:
    return "one core" if count == 1 else f"{count} cores"
