"""Train the bundled encoder: a static embedding of Chinese and English words, from pairs, on a CPU.

While it is trained, a word's vector is its own plus the mean of what it shares with other words
(characters; stem, beginning, pinyin), times a weight that is learned too. All that collapses into one table,
so what ships is a plain StaticEmbedding: the mean over tokens differs from the trained sum by a factor only.
"""

from __future__ import annotations

import argparse
import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from scipy import sparse

from rag.encode import StaticEncoder
from rag.train import card, vocabulary
from rag.train.batches import Family, Texts
from rag.train.data import available
from rag.train.held_out import recall
from rag.train.pairs import Pair, PairMaker
from rag.train.table import Table, contrast, pool

if TYPE_CHECKING:
    from tokenizers import Tokenizer

logger = logging.getLogger(__name__)

# share of the steps each family gets: English over Chinese is where the encoder stands alone
MIX = {
    "dictionary": 0.13,
    "spelling": 0.05,
    "parallel": 0.12,
    "written": 0.08,
    "glossed": 0.24,
    "questions": 0.14,
    "titles": 0.08,
    "laws": 0.03,
    "crops": 0.13,
    "english": 0.05,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that decides the weights, beside the data."""

    steps: int = 1000
    batch: int = 1024
    dim: int = 192
    n_chinese: int = 28_000
    n_latin: int = 20_000
    rate: float = 0.03
    weight_rate: float = 0.01
    temperature: float = 0.08
    seed: int = 1
    threads: int = 1
    limit: int = 0  # pairs a family may have; 0 means all


def starting_weights(families: dict[str, Family], size: int) -> npt.NDArray[np.float32]:
    """Weigh each token by how few texts hold it, 1 on average."""
    counts, total = np.zeros(size), 0
    for family in families.values():
        for texts in (family.a, family.b):
            counts += np.bincount(texts.ids, minlength=size)
            total += len(texts.ends)
    weights = np.log((total + 1) / (np.minimum(counts, total) + 0.5))
    return np.maximum(weights / weights.mean(), 0.05).astype(np.float32)


def train(table: Table, families: dict[str, Family], recipe: Recipe) -> None:
    """Run the recipe's steps, one family a step, drawn by the mix."""
    random = np.random.default_rng(recipe.seed)
    shares = np.array([MIX[name] for name in families])
    order = random.choice(list(families), size=recipe.steps, p=shares / shares.sum())
    began, recent = time.monotonic(), dict.fromkeys(families, math.nan)
    for step, name in enumerate(order):
        family = families[str(name)]
        rows = family.draw(recipe.batch)
        a, b = pool(table, family.a.take(rows), family.b.take(rows))
        loss = contrast(a, b, torch.from_numpy(family.groups[rows]), recipe.temperature)
        loss.backward()
        table.update(_schedule(step / recipe.steps))
        recent[str(name)] = loss.item()
        if step % 100 == 99 or step + 1 == recipe.steps:
            losses = " ".join(f"{key} {value:.2f}" for key, value in recent.items())
            logger.info("step %d of %d, %.0f s: %s", step + 1, recipe.steps, time.monotonic() - began, losses)


def _schedule(done: float) -> float:
    return min(1.0, done / 0.05) * (1 - done) + 0.01


def collapse(table: Table, size: int) -> npt.NDArray[np.float32]:
    """Return one row a token; the unknown token's is zero, so that it adds nothing."""
    with torch.no_grad():
        rows = [table.vectors(np.arange(start, min(start + 8192, size))) for start in range(0, size, 8192)]
    matrix = torch.cat(rows).numpy()
    matrix[0] = 0.0
    return np.asarray(matrix, dtype=np.float32)


def turned(matrix: npt.NDArray[np.float32], texts: Texts) -> npt.NDArray[np.float32]:
    """Turn the vectors so that the first places hold what tells ``texts`` apart most: cut short, they lose least.

    A rotation: no cosine changes.
    """
    ends = np.append(0, texts.ends)
    counts = sparse.csr_matrix((np.ones(len(texts.ids), np.float32), texts.ids, ends), (len(texts.ends), len(matrix)))
    sums = counts @ matrix
    rows = (sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)).astype(np.float64)
    _, axes = np.linalg.eigh(rows.T @ rows)  # ascending
    return np.asarray(matrix @ axes[:, ::-1], dtype=np.float32)


def write_table(folder: Path, matrix: npt.NDArray[np.float32]) -> None:
    """Write the vectors as bytes, each row with its own scale, into the model folder ``folder``.

    The names are those of model2vec, which sentence-transformers reads as well; it multiplies the rows out.
    """
    from safetensors.numpy import save_file

    scales = np.abs(matrix).max(axis=1) / 127
    rows = np.rint(matrix / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
    file = folder / "model.safetensors"
    save_file({"embeddings": rows, "weights": scales.astype(np.float32)}, str(file))
    file.chmod(0o644)  # safetensors writes it for the owner alone


def save(tokenizer: Tokenizer, matrix: npt.NDArray[np.float32], out: Path) -> None:
    """Write a sentence-transformers folder: StaticEmbedding, then Normalize."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    module = StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(matrix))
    SentenceTransformer(modules=[module, Normalize()], device="cpu").save(str(out), create_model_card=False)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)  # half the size
    write_table(out, matrix)


def prepare(data: Path, recipe: Recipe) -> tuple[Tokenizer, dict[str, Family]]:
    """Build the tokenizer and the families of pairs."""
    chinese, latin = vocabulary.count_words(data)
    tokenizer = vocabulary.build_tokenizer(chinese, latin, n_chinese=recipe.n_chinese, n_latin=recipe.n_latin)
    logger.info("%d tokens in the vocabulary", tokenizer.get_vocab_size())
    random = np.random.default_rng(recipe.seed)
    families = {}
    for name, make in PairMaker(data, recipe.seed).families().items():
        pairs = list(_first(make(), recipe.limit))
        if pairs:
            families[name] = Family(tokenizer, pairs, random)
            logger.info("%s: %d pairs", name, len(pairs))
    return tokenizer, families


def _first(pairs: Iterator[Pair], limit: int) -> Iterator[Pair]:
    for number, pair in enumerate(pairs):
        if limit and number >= limit:
            return
        if pair[0].strip() and pair[1].strip():
            yield pair


def run(data: Path, out: Path, recipe: Recipe) -> None:
    """Train by the recipe and write the model folder with its card."""
    began = time.monotonic()
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    tokenizer, families = prepare(data, recipe)
    size = tokenizer.get_vocab_size()
    tokens = [str(tokenizer.id_to_token(number)) for number in range(size)]
    table = Table(tokens, starting_weights(families, size), recipe.dim, recipe.rate, recipe.weight_rate)
    train(table, families, recipe)
    passages = families.get("crops") or next(iter(families.values()))
    save(tokenizer, turned(collapse(table, size), passages.b), out)
    counts = {name: len(family.groups) for name, family in families.items()}
    seconds = time.monotonic() - began
    scores = recall(StaticEncoder(out), data) if available(data, "written/dev.jsonl") else {}
    logger.info("alone on the questions kept for tuning: %s", scores)
    card.write(out, asdict(recipe), counts, size, seconds, scores)


def main(args: Sequence[str]) -> None:
    """Run ``python -m rag.train encoder``."""
    parser = argparse.ArgumentParser(prog="python -m rag.train encoder", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the training data folder")
    parser.add_argument("--out", type=Path, required=True, help="where the model folder is written")
    parser.add_argument("--log", type=Path, help="a file for the progress, beside the terminal")
    for name, default in asdict(Recipe()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    flags = vars(parser.parse_args(args))
    data, out, log = flags.pop("data"), flags.pop("out"), flags.pop("log")
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if log:
        handlers.append(logging.FileHandler(log, encoding="utf-8"))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", handlers=handlers)
    run(data, out, Recipe(**flags))
