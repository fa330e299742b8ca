"""Fit a static encoder further to an archive, by questions made from its own text; minutes on one core.

The words keep their table, and only those the archive has move. How far is chosen on questions of articles that were
not trained on, and what comes out is compared with what went in on articles that neither saw.
"""

from __future__ import annotations

import logging
import math
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.encode import StaticEncoder, is_static
from rag.errors import ConfigError, ModelError
from rag.train import tune_questions
from rag.train.tune_measure import DEPTH, Judge, Scores
from rag.train.tune_questions import Made, Material

if TYPE_CHECKING:
    import torch

    from rag.index import Index
    from rag.train.tune_measure import Matrix

logger = logging.getLogger(__name__)

MOST_PASSAGES = 30_000
FEWEST = 40  # questions of a part, below which a figure says nothing
WAYS = (0.25, 0.5, 0.75, 1.0)  # how much of the way from the old to the new vectors may be gone
MOST_LOSS = 0.01  # of the terms that find their English

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What decides the result, beside the archive."""

    passes: int = 4  # over all training questions
    batch: int = 512
    rate: float = 0.01
    temperature: float = 0.06
    seconds: float = 600.0  # the fitting stops then, wherever it is
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of it. ``way`` is how far the words went, 0 to 1; ``kept`` whether the folder was written.

    ``before`` and ``after`` are judged by ``compared_on`` questions over articles kept out.
    """

    articles: int
    passages: int
    trained_on: int
    compared_on: int
    before: Scores
    after: Scores
    way: float
    seconds: float
    kept: bool


def tune(
    index: Index,
    base: Path,
    out: Path,
    *,
    max_chars: int,
    recipe: Recipe | None = None,
    progress: Progress = lambda *_: None,
) -> Tuned:
    """Fit the encoder in ``base`` to the articles of ``index``, and write it to ``out`` if it got better.

    ``out`` appears whole or not at all. Raises ConfigError when ``out`` is taken or the archive is too small, and
    ModelError when ``base`` is no static encoder.
    """
    recipe, began = recipe or Recipe(), time.monotonic()
    if out.exists():
        raise ConfigError("there is something already", where=out, mend="Name a folder that does not exist.")
    if not is_static(base):
        raise ModelError(
            "only a static encoder can be fitted in minutes", where=base, mend="Leave --encoder out, or name one."
        )
    progress("questions", 0, 1)
    made = tune_questions.make(index.articles(), max_chars, MOST_PASSAGES, recipe.seed)
    _check_size(made)
    progress("questions", 1, 1)
    encoder = StaticEncoder(base)
    judge, start = Judge(encoder.tokenizer, made), encoder.table()
    step = _train(judge, start, made.training, recipe, progress) - start
    way = max(WAYS, key=lambda share: judge.scores(start + np.float32(share) * step, made.choosing).mrr)
    table = start + np.float32(way) * step
    before, after = (judge.scores(one, made.report) for one in (start, table))
    better = after.mrr > before.mrr and after.recall >= before.recall and after.terms >= before.terms - MOST_LOSS
    counts = len(set(made.owners)), len(made.passages), len(made.training), len(made.report)
    done = Tuned(*counts, before, after, way, time.monotonic() - began, better)
    if done.kept:
        _write(base, out, table, done)
    return done


def _check_size(made: Material) -> None:
    fewest = min(len(made.choosing), len(made.report), len(made.training))
    if fewest < FEWEST:
        raise ConfigError(
            f"the archive is too small: {len(made.passages):,} passages give {fewest:,} questions to compare by, and "
            f"{FEWEST} are the least",
            mend="Index more articles; for so few, the bundled encoder does as well.",
        )


class _Words:
    """The vectors while they are fitted: each word's own, nothing shared."""

    def __init__(self, table: Matrix, rate: float) -> None:
        import torch

        from rag.train.table import Rows

        self.rows = Rows(torch.from_numpy(table.copy()), rate)

    def vectors(self, tokens: Any) -> torch.Tensor:
        import torch

        return self.rows.take(torch.from_numpy(tokens.astype(np.int64)))


def _train(judge: Judge, start: Matrix, asked: Sequence[Made], recipe: Recipe, progress: Progress) -> Matrix:
    import torch

    from rag.train.table import contrast, pool

    words, random, began = _Words(start, recipe.rate), np.random.default_rng(recipe.seed), time.monotonic()
    left, right = judge.texts([one.text for one in asked]), judge.texts([one.target for one in asked])
    # the texts that one title must find are no negatives to one another, nor are two questions of one passage
    groups = torch.tensor([one.article if one.kind == "title" else -1 - one.passage for one in asked])
    steps = math.ceil(len(asked) / recipe.batch) * recipe.passes
    order = np.concatenate([random.permutation(len(asked)) for _ in range(recipe.passes)])
    for step, rows in enumerate(np.array_split(order, steps)):
        if time.monotonic() - began > recipe.seconds:
            logger.warning("fitting was stopped after %d of %d steps", step, steps)
            break
        progress("fitting", step, steps)
        a, b = pool(words, left.take(rows), right.take(rows))
        contrast(a, b, groups[rows], recipe.temperature).backward()
        words.rows.update(1 - step / steps)
    progress("fitting", steps, steps)
    table: Matrix = words.rows.values.numpy()
    return table


def _write(base: Path, out: Path, table: Matrix, done: Tuned) -> None:
    from rag.train.encoder import write_table

    unfinished = out.with_name(f"{out.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(base, unfinished)
    write_table(unfinished, table)
    (unfinished / "README.md").write_text(card(base.name, done), encoding="utf-8")
    unfinished.rename(out)


def card(base: str, done: Tuned) -> str:
    """Say what the encoder was made of and how it compares with ``base``, which it was made from."""
    return f"""\
# {base}, fitted to an archive

Fitted by `wenju tune` from {base} to {done.articles:,} articles ({done.passages:,} passages) with {done.trained_on:,}
questions made from their text. Of {done.compared_on:,} made questions over articles that it was not fitted to, before
and after:

| | before | after |
|---|---|---|
| mean of 1 / rank | {done.before.mrr:.3f} | {done.after.mrr:.3f} |
| in the first {DEPTH} | {done.before.recall:.3f} | {done.after.recall:.3f} |
| Chinese terms that find their English | {done.before.terms:.3f} | {done.after.terms:.3f} |

Made questions share more words with their text than a reader's do. The licence is that of {base}, as far as the text
of the archive allows it.
"""
