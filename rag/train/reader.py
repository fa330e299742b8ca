"""Train the bundled reader: ``python -m rag.train reader --data DIR --out DIR``.

A RoFormer of four layers over characters and Latin word pieces; token types carry the match
features of ``rag.match``. The learning rate follows the clock, so a run of any length, on any
machine, ends with a finished schedule; what is kept is the running average of the weights.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import RoFormerForQuestionAnswering

from rag.train import reader_card, reader_export
from rag.train.cloze import cloze_questions
from rag.train.data import available, records
from rag.train.reader_examples import Question, Window, WindowMaker, questions_of
from rag.train.reader_model import collate, loss_of, new_model
from rag.train.reader_text import build_tokenizer, neighbour_vectors

if TYPE_CHECKING:
    import numpy.typing as npt

logger = logging.getLogger(__name__)

SETS = {"reader/train_zh.jsonl": 1, "reader/train_en.jsonl": 1, "written/train.jsonl": 4}  # name: times a round
MADE = 40_000  # questions made from news and laws
ENGLISH_SHARE = 1 / 5  # of the English questions in each round
COURT_SHARE = 1 / 2  # of the questions on court judgments, whose long sentences are a world of their own
PEAK_RATE = 7e-4
WARM_UP = 300  # steps
TOKENS_A_BATCH = 5_500
AVERAGE_EVERY, AVERAGE = 4, 0.994  # steps, and the decay of the running average at each
SAVE_EVERY = 300  # seconds


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run did: for the log and the card."""

    steps: int
    windows: int
    minutes: float
    loss: float


def load_questions(data: Path) -> list[Question]:
    """Read the supervised and the written questions, each as many times as ``SETS`` says."""
    questions: list[Question] = []
    for name, times in SETS.items():
        found = [q for record in records(data, name) for q in questions_of(record)]
        logger.info("%s: %d questions, %d times a round", name, len(found), times)
        questions += found * times
    return questions


def plain_texts(data: Path, characters: int) -> Iterator[str]:
    """Yield news, with a law after every twentieth, up to about ``characters``; what is missing is left out."""
    laws = records(data, "text-laws.jsonl") if available(data, "text-laws.jsonl") else iter(())
    news = records(data, "text-crud_news.jsonl") if available(data, "text-crud_news.jsonl") else iter(())
    held = 0
    for number, record in enumerate(itertools.chain(news, laws)):
        texts = [record["text"]]
        if number % 20 == 0:
            texts += [law["text"][:20_000] for law in itertools.islice(laws, 1)]
        yield from texts
        held += sum(map(len, texts))
        if held > characters:
            return


def text_parts(
    data: Path, out: Path, questions: Sequence[Question], width: int
) -> tuple[Tokenizer, npt.NDArray[np.float32]]:
    """Return the tokenizer and the first vectors, made once and kept in ``out``."""
    file, vectors = out / "tokenizer.json", out / "first_vectors.npy"
    own = [q.text for q in questions] + list(dict.fromkeys(q.context for q in questions))
    if not file.exists():
        build_tokenizer(itertools.chain(own, plain_texts(data, 20_000_000))).save(str(file))
    tokenizer = Tokenizer.from_file(str(file))
    if not vectors.exists():
        np.save(vectors, neighbour_vectors(tokenizer, itertools.chain(own, plain_texts(data, 30_000_000)), width))
    return tokenizer, np.load(vectors)


def epochs(questions: Sequence[Question], made: Sequence[Question], seed: int) -> Iterator[Question]:
    """Yield questions without end, round after round in a new order.

    A round holds every written question, most of the other Chinese and few of the other English ones,
    and made ones to a fifth of the whole.
    """
    rng = random.Random(seed)
    while True:
        chosen = [q for q in questions if rng.random() < _share(q)]
        chosen += rng.sample(made, min(len(made), len(chosen) // 4))
        rng.shuffle(chosen)
        yield from chosen


def _share(question: Question) -> float:
    if question.source == "written":
        return 1.0
    return COURT_SHARE if question.source.startswith("cail") else ENGLISH_SHARE if question.lang == "en" else 1.0


def batches(maker: WindowMaker, stream: Iterator[Question], seed: int) -> Iterator[list[Window]]:
    """Yield batches of windows of like length, about TOKENS_A_BATCH tokens each with padding."""
    rng = random.Random(seed)
    while True:
        pool = sorted((maker.window(next(stream)) for _ in range(768)), key=lambda w: len(w.ids))
        ready: list[list[Window]] = [[]]
        for window in pool:
            if (len(ready[-1]) + 1) * len(window.ids) > TOKENS_A_BATCH:
                ready.append([])
            ready[-1].append(window)
        rng.shuffle(ready)
        yield from filter(None, ready)


def train(
    model: RoFormerForQuestionAnswering, stream: Iterator[list[Window]], minutes: float, checkpoint: Path, *, bf16: bool
) -> tuple[RoFormerForQuestionAnswering, Progress]:
    """Train by the clock; return the averaged weights, in a copy of the model, and what was done.

    ``checkpoint`` gets the averaged weights every few minutes and at the end.
    """
    optimizer = _optimizer(model)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE))
    began = saved = time.monotonic()
    step, windows, smooth = 0, 0, 0.0
    model.train()
    while (share := (time.monotonic() - began) / (60 * minutes)) < 1:
        batch = next(stream)
        for group in optimizer.param_groups:
            group["lr"] = PEAK_RATE * min(1.0, (step + 1) / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * share))
        loss = loss_of(model, collate(batch), bf16=bf16)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % AVERAGE_EVERY == 0:
            average.update_parameters(model)
        step, windows = step + 1, windows + len(batch)
        smooth = loss.item() if step == 1 else 0.98 * smooth + 0.02 * loss.item()
        if step % 50 == 0:
            logger.info("step %d  windows %d  minutes %.1f  loss %.3f", step, windows, share * minutes, smooth)
        if time.monotonic() - saved > SAVE_EVERY:
            save_file(average.module.state_dict(), checkpoint)
            saved = time.monotonic()
    save_file(average.module.state_dict(), checkpoint)
    averaged = average.module
    assert isinstance(averaged, RoFormerForQuestionAnswering)
    return averaged, Progress(step, windows, minutes, smooth)


def _optimizer(model: RoFormerForQuestionAnswering) -> torch.optim.Optimizer:
    named = list(model.named_parameters())
    decayed = [p for name, p in named if p.ndim > 1 and "embeddings" not in name]
    others = [p for name, p in named if p.ndim <= 1 or "embeddings" in name]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=PEAK_RATE, betas=(0.9, 0.98), fused=True)


def main(arguments: Sequence[str]) -> int:
    """Run the recipe: train, export, measure, write the card; see ``--help``."""
    args = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    work: Path = args.out / "work"
    work.mkdir(parents=True, exist_ok=True)
    questions = load_questions(args.data)
    tokenizer, vectors = text_parts(args.data, work, questions, args.width)
    model = new_model(tokenizer, layers=args.layers, width=args.width)
    with torch.no_grad():
        model.roformer.embeddings.word_embeddings.weight.copy_(torch.from_numpy(vectors) * 0.5)
    if args.start:
        model.load_state_dict(load_file(args.start))
    made = list(
        itertools.islice(cloze_questions((t[:1500] for t in plain_texts(args.data, 1000 * MADE)), args.seed), MADE)
    )
    maker = WindowMaker(tokenizer, [*questions, *made], args.seed)
    stream = batches(maker, epochs(questions, made, args.seed), args.seed)
    model, progress = train(model, stream, args.minutes, work / "checkpoint.safetensors", bf16=args.bf16)
    reader_export.save(model, work / "tokenizer.json", args.out)
    reader_card.write(args.out, args.data, progress)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rag.train reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data, packed or unpacked")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model; work files go to its work/")
    parser.add_argument("--minutes", type=float, default=90, help="length of the training itself")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--start", type=Path, help="go on from work/checkpoint.safetensors of another run")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bf16", action="store_true", help="half the time on processors with AVX-512 bf16")
    return parser
