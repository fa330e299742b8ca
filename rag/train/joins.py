"""Train the judge of line ends: clean texts are broken on purpose, so what belongs together is known.

Articles whose place in their file is divisible by ten are left out, for ``eval.bench.damage`` to measure on.
Learned from: laws and broadcasts for how paragraphs begin, the news as well for which characters meet.
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.articles.formats.parse_text import parse_text
from rag.articles.lines import finished
from rag.articles.repair.furniture import drop_furniture
from rag.articles.repair.joins import judge, readers
from rag.articles.repair.layout import learn
from rag.articles.repair.looks import RULED, features
from rag.articles.repair.paragraphs import rule_breaks
from rag.articles.signs.marks import numbering
from rag.train.breaking import Piece, broken
from rag.train.join_tables import tables
from rag.train.join_texts import SETS, clean, kept
from rag.train.printing import KINDS, Setting

logger = logging.getLogger(__name__)

_SHARE = dict(zip(SETS, (1.0, 0.4, 0.4), strict=True))  # of the records that are looked at
_DROPOUT = 0.1
_SMOOTHING = 0.01  # of the answers, so that strange looks are not judged too surely
Floats = npt.NDArray[np.float32]
_CARD = """---
license: apache-2.0
language: [zh]
tags: [text-repair, line-breaks]
---
# Wenju's judge of line ends

Says of two printed lines of Chinese text whether the second goes on from the first or begins a paragraph. Two small
layers ({hidden} and half as many) over {features} numbers that describe the place: how both lines end and begin, their
widths against the column, gaps, indents, what such looks went with elsewhere in the same text, what the rules of
`rag/articles/repair/paragraphs.py` say, and two tables counted on clean text (which characters meet, how
paragraphs begin).
Wenju asks it where the rules have no sure sign; `rag/articles/repair/joins.py` runs it in numpy.

## How well it does

Line ends of {unseen:,} lines in articles never trained on, broken as `rag/train/breaking.py` breaks: the rules alone
take {rules:.2%} of them for the wrong thing, the judge {judged:.2%}. What that means for whole paragraphs, kind by
kind: `python -m eval.bench.damage`. English is left to the rules.

## What it was made of

{ends:,} line ends of {articles:,} articles broken on purpose, a third each: laws and decrees (outside copyright),
broadcast news from an MIT repository (its broadcaster keeps its rights in the text), CRUD news (Apache-2.0 as stated
by its repository). Every tenth article of each set was kept aside. The files on which segmentation is scored were
not trained on. The weights are numbers about widths, marks and pairs of characters; no text is in them.

## How it was made

`python -m rag.train joins --data DIR --out DIR` took {minutes:.0f} minutes on one core of a shared CPU: articles
{articles}, hidden {hidden}, epochs {epochs}, seed {seed}, dropout 0.1, answers smoothed by 0.01.
"""


def settings(rng: random.Random) -> Setting:
    """Draw a way of printing: those the bench measures, wider columns, and stray blank lines among them."""
    setting = rng.choice(list(KINDS.values()))(rng)
    if setting.wrap and rng.random() < 0.3:
        setting = replace(setting, wrap=rng.randint(12, 40))
    if setting.wrap and setting.after == "\n" and rng.random() < 0.3:
        setting = replace(setting, stray=rng.choice([0.02, 0.1]))
    if setting.wrap and setting.between == "\n" and rng.random() < 0.15:
        setting = replace(setting, between="\n\n", stray=rng.choice([0.05, 0.2]))
    return setting


def examples(
    pieces: Sequence[Piece], setting: Setting, rng: random.Random, table: Mapping[str, npt.NDArray[np.uint8]]
) -> tuple[list[list[float]], list[bool]]:
    """Break one article; return what is seen above each of its lines, and whether the line goes on there."""
    text, ranges = broken(pieces, setting, rng)
    lines, _ = drop_furniture(parse_text(text.encode(), "broken", markdown=False).lines)
    layout = learn(lines)
    owner = [next((k for k, (a, b) in enumerate(ranges) if a <= line.ranges[0][0] < b), -1) for line in lines]
    wanted = [owner[i] == owner[i - 1] for i in range(1, len(lines))]
    return features(layout, rule_breaks(layout), *readers(table)), wanted


def gather(
    data: Path, table: Mapping[str, npt.NDArray[np.uint8]], articles: int, seed: int, *, held_out: bool = False
) -> tuple[Floats, Floats]:
    """Return the examples of ``articles`` broken articles, drawn evenly from the sets."""
    rng = random.Random(seed)
    x: list[list[float]] = []
    y: list[bool] = []
    headings = [str(record["a"]) for _, record in zip(range(2000), kept(data, SETS[1]), strict=False)]
    for name in SETS:
        drawn = (r for r in kept(data, name, held_out=held_out) if held_out or rng.random() < _SHARE[name])
        pool = [pieces for record in drawn if (pieces := clean(record))]
        rng.shuffle(pool)
        for pieces in pool[: articles // len(SETS)]:
            rows, wanted = examples(_headed(_longer(pieces, rng), headings, rng), settings(rng), rng, table)
            x += rows
            y += wanted
        logger.info("%s: %d articles, %d line ends so far", name, min(len(pool), articles // len(SETS)), len(y))
    return np.array(x, dtype=np.float32), np.array(y, dtype=np.float32)


def _longer(pieces: Sequence[Piece], rng: random.Random) -> list[Piece]:
    """Run paragraphs of every third article together, for those of journals are longer than those of news."""
    if rng.random() > 0.33:
        return list(pieces)
    found: list[Piece] = []
    for piece in pieces:
        together = found and not (piece.heading or found[-1].heading or numbering(piece.text))
        if together and finished(found[-1].text) and len(found[-1].text) < 500 and rng.random() < 0.7:
            found[-1] = Piece(found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


def _headed(pieces: Sequence[Piece], headings: Sequence[str], rng: random.Random) -> list[Piece]:
    """Put headings between some paragraphs of every third article that has none."""
    if any(piece.heading for piece in pieces) or rng.random() > 0.33:
        return list(pieces)
    found: list[Piece] = []
    for piece in pieces:
        if rng.random() < 0.3:
            found.append(Piece(rng.choice(headings), heading=True))
        found.append(piece)
    return found


def fit(x: Floats, y: Floats, hidden: int, epochs: int, seed: int, drop: Sequence[int] = ()) -> dict[str, Floats]:
    """Fit two small layers; columns in ``drop`` are not looked at."""
    import torch

    torch.manual_seed(seed)
    mean, spread = x.mean(0), x.std(0) + 1e-3
    inputs = torch.from_numpy((x - mean) / spread)
    inputs[:, list(drop)] = 0
    targets = torch.from_numpy(y)[:, None] * (1 - 2 * _SMOOTHING) + _SMOOTHING
    layers = torch.nn.Sequential(
        torch.nn.Linear(x.shape[1], hidden),
        torch.nn.ReLU(),
        torch.nn.Dropout(_DROPOUT),
        torch.nn.Linear(hidden, hidden // 2),
        torch.nn.ReLU(),
        torch.nn.Linear(hidden // 2, 1),
    )
    optimizer = torch.optim.AdamW(layers.parameters(), 3e-3, weight_decay=1e-3)
    steps = epochs * (len(x) // 512)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps + 1)
    for step in range(steps):
        batch = torch.randint(len(x), (512,))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(layers(inputs[batch]), targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 1000 == 0:
            logger.info("step %d of %d: loss %.4f", step, steps, loss.item())
    weights: dict[str, Floats] = {"mean": mean, "spread": spread}
    linear = (layer for layer in layers if isinstance(layer, torch.nn.Linear))
    for n, layer in enumerate(linear, 1):
        weights[f"w{n}"] = layer.weight.detach().numpy().T.copy()
        weights[f"b{n}"] = layer.bias.detach().numpy().copy()
    for column in drop:
        weights["w1"][column] = 0
    return weights


def errors(weights: Mapping[str, Floats], x: Floats, y: Floats) -> tuple[float, float]:
    """Return the share of line ends that the rules, and the trained judge, take for the wrong thing."""
    ruled = x[:, RULED] < 0.5
    return float((ruled != (y > 0.5)).mean()), float(((judge(weights, x) > 0) != (y > 0.5)).mean())


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m rag.train joins", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=6000)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    from safetensors.numpy import save_file

    began = time.perf_counter()
    table = tables(args.data)
    x, y = gather(args.data, table, args.articles, args.seed)
    weights = fit(x, y, args.hidden, args.epochs, args.seed)
    unseen = gather(args.data, table, args.articles // 20, args.seed + 1, held_out=True)
    args.out.mkdir(parents=True, exist_ok=True)
    save_file({**weights, **table}, args.out / "model.safetensors")
    rules, judged = errors(weights, *unseen)
    card = _CARD.format(
        features=x.shape[1], ends=len(y), unseen=len(unseen[1]), rules=rules, judged=judged,
        minutes=(time.perf_counter() - began) / 60, **vars(args),
    )  # fmt: skip
    (args.out / "README.md").write_text(card, encoding="utf-8")
    logger.info("%d line ends, wrong on unseen ones: rules %.4f, judge %.4f", len(y), rules, judged)
