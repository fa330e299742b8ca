"""Train the judge of line ends: clean texts are broken on purpose, so what belongs together is known.

Articles whose place in their file is divisible by ten are left out, for ``eval.bench.damage`` to measure on.
Learned from: laws and broadcasts for how paragraphs begin, the news as well for which characters meet.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rag.articles.repair.joins import judge
from rag.articles.repair.looks import RULED
from rag.train.join_card import CARD
from rag.train.join_examples import Floats, gather
from rag.train.join_tables import tables

logger = logging.getLogger(__name__)

_DROPOUT = 0.1
_SMOOTHING = 0.01  # of the answers, so that strange looks are not judged too surely


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
    card = CARD.format(
        features=x.shape[1], ends=len(y), unseen=len(unseen[1]), rules=rules, judged=judged,
        minutes=(time.perf_counter() - began) / 60, **vars(args),
    )  # fmt: skip
    (args.out / "README.md").write_text(card, encoding="utf-8")
    logger.info("%d line ends, wrong on unseen ones: rules %.4f, judge %.4f", len(y), rules, judged)
