"""The training loop of the reader: by the clock, with a checkpoint from which a stopped run goes on."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import RoFormerForQuestionAnswering

from rag.train import curve, hiding
from rag.train.reader_examples import Window
from rag.train.reader_model import collate, losses

logger = logging.getLogger(__name__)

WARM_UP = 200  # steps
LAST_SHARE = 0.02  # of the peak rate, at the end
AVERAGE_EVERY, AVERAGE = 4, 0.994  # steps, and the decay of the running average at each
SAVE_EVERY = 180  # seconds
HIDDEN_UNTIL = 0.7  # share of the time with hidden tokens


@dataclass(slots=True)
class Progress:
    """What a run has done: for the log, the card and the checkpoint."""

    steps: int = 0
    windows: int = 0
    seconds: float = 0.0
    loss: float = 0.0
    guessed: float = 0.0


class Training:
    """A model with its optimizer and its running average; all of it goes into the checkpoint."""

    def __init__(
        self, model: RoFormerForQuestionAnswering, rate: float, *, bf16: bool, mask: int | None = None,
        teacher: RoFormerForQuestionAnswering | None = None,
    ) -> None:  # fmt: skip
        """Train with tokens hidden by ``mask`` for the first part of the time, if it is given, and a ``teacher``."""
        self._mask, self._teacher = mask, teacher
        self.model, self.progress, self.rate, self._bf16 = model, Progress(), rate, bf16
        self._average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE))
        self._optimizer = _optimizer(model)

    def run(
        self, batches: Iterator[list[Window]], minutes: float, checkpoint: Path, until: float = 1.0
    ) -> RoFormerForQuestionAnswering:
        """Train until that share of ``minutes`` is spent, earlier runs included; return the averaged weights' model."""
        self.model.train()
        saved = time.monotonic()
        while self.progress.seconds < 60 * minutes * until:
            began = time.monotonic()
            self._step(next(batches), self.progress.seconds / (60 * minutes))
            self.progress.seconds += time.monotonic() - began
            if self.progress.steps % 50 == 0:
                done = self.progress
                logger.info("step %d  windows %d  minutes %.1f  loss %.3f  guessing %.3f", done.steps, done.windows,
                            done.seconds / 60, done.loss, done.guessed)  # fmt: skip
                curve.note(checkpoint.with_name("log.tsv"), done.seconds / 60, done.loss)
            if time.monotonic() - saved > SAVE_EVERY:
                self.save(checkpoint)
                saved = time.monotonic()
        self.save(checkpoint)
        averaged = self._average.module
        assert isinstance(averaged, RoFormerForQuestionAnswering)
        return averaged

    def _step(self, batch: list[Window], share: float) -> None:
        done = self.progress
        slope = LAST_SHARE + (1 - LAST_SHARE) * (0.5 + 0.5 * math.cos(math.pi * share))
        for group in self._optimizer.param_groups:
            group["lr"] = self.rate * min(1.0, (done.steps + 1) / WARM_UP) * slope
        mask = self._mask if share < HIDDEN_UNTIL else None
        answered, guessed = losses(self.model, collate(batch), bf16=self._bf16, mask=mask, teacher=self._teacher)
        self._optimizer.zero_grad(set_to_none=True)
        (answered + hiding.WEIGHT * guessed).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimizer.step()
        if done.steps % AVERAGE_EVERY == 0:
            self._average.update_parameters(self.model)
        done.loss = answered.item() if done.steps == 0 else 0.98 * done.loss + 0.02 * answered.item()
        done.guessed = 0.98 * done.guessed + 0.02 * guessed.item()
        done.steps += 1
        done.windows += len(batch)

    def save(self, file: Path) -> None:
        """Write the checkpoint whole or not at all."""
        kept = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        kept |= {f"average.{name}": value for name, value in self._average.state_dict().items()}
        for number, state in self._optimizer.state_dict()["state"].items():
            kept |= {f"optimizer.{number}.{name}": value for name, value in state.items()}
        part = file.with_suffix(".part")
        save_file({name: value.clone() for name, value in kept.items()}, part,
                  {"progress": json.dumps(asdict(self.progress))})  # fmt: skip
        part.replace(file)

    def load(self, file: Path) -> None:
        """Go on from a checkpoint of the same model."""
        with safe_open(file, framework="pt") as kept:
            self.progress = Progress(**json.loads(kept.metadata()["progress"]))
            values = {name: kept.get_tensor(name) for name in kept.keys()}  # noqa: SIM118
        for part, module in (("model.", self.model), ("average.", self._average)):
            module.load_state_dict({name[len(part) :]: v for name, v in values.items() if name.startswith(part)})
        state: dict[int, dict[str, torch.Tensor]] = {}
        for name, value in values.items():
            if name.startswith("optimizer."):
                _, number, key = name.split(".")
                state.setdefault(int(number), {})[key] = value
        self._optimizer.load_state_dict(self._optimizer.state_dict() | {"state": state})


def _optimizer(model: RoFormerForQuestionAnswering) -> torch.optim.Optimizer:
    named = list(model.named_parameters())
    decayed = [p for name, p in named if p.ndim > 1 and "embeddings" not in name]
    others = [p for name, p in named if p.ndim <= 1 or "embeddings" in name]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)
