"""What every system of the comparison is given: the same passages, cut into the same words, with the same vectors.

passages.jsonl   [text, words] a line: the text under its title, and its words joined by spaces
vectors.npy      (passages, dim) float32, rows of length 1
added.jsonl, added.npy   the same of one article more
asked.json       the questions, each with its language and what a right passage holds
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from eval.bench.fusion_cases import Asked
from rag.index.facts import searched_text
from rag.index.terms import text_terms
from rag.types import Encoder

if TYPE_CHECKING:
    from rag.index import Index

Vectors = npt.NDArray[np.float32]

WINDOW, SENTENCES = 300, 40  # characters of a passage, and sentences, of the article that is added
SEED = 0
_BATCH = 1024


class Given(NamedTuple):
    """A passage as it is given to all."""

    text: str
    words: str


class Material:
    """What is given, in the folder ``world``; its ``files`` are what Wenju reads."""

    def __init__(self, world: Path) -> None:
        self._folder, self.files = world / "material", world / "files"

    def passages(self, name: str = "passages") -> Iterator[Given]:
        """Yield the passages, those of the archive or the "added" ones."""
        with (self._folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield Given(*json.loads(line))

    def vectors(self, name: str = "passages") -> Vectors:
        """Return their vectors, from the disk as they are needed."""
        return np.load(self._folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)

    def asked(self) -> list[Asked]:
        """Return the questions."""
        rows = json.loads((self._folder / "asked.json").read_text(encoding="utf-8"))
        return [Asked(text, lang, group, tuple(quotes)) for text, lang, group, quotes in rows]

    def is_made(self) -> bool:
        """Tell whether all of it is there."""
        return (self._folder / "asked.json").exists()

    def make(self, index: Index, encoder: Encoder, asked: Sequence[Asked], limit: int) -> None:
        """Write the passages of ``index``, an article of their sentences to add, and ``limit`` of the questions."""
        self._folder.mkdir(parents=True, exist_ok=True)
        rows: Sequence[int] = index.owners()[:, 0].tolist()
        self._write("passages", _texts(index, rows), len(rows), encoder)
        added = list(windows(article_of(text for text, _ in _texts(index, rows[-SENTENCES:]))))
        self._write("added", ((text, "") for text in added), len(added), encoder)
        chosen = Random(SEED).sample(asked, min(limit, len(asked)))
        (self._folder / "asked.json").write_text(json.dumps(chosen, ensure_ascii=False), encoding="utf-8")

    def article(self) -> str:
        """Return the text of the article that is added."""
        return "\n".join(one.text for one in self.passages("added"))

    def _write(self, name: str, texts: Iterable[tuple[str, str]], count: int, encoder: Encoder) -> None:
        path = self._folder / f"{name}.npy"
        vectors = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(count, encoder.dim))
        wanted, start = iter(texts), 0
        with (self._folder / f"{name}.jsonl").open("w", encoding="utf-8") as lines:
            while batch := list(islice(wanted, _BATCH)):
                vectors[start : start + len(batch)] = encoder.encode_passages([searched_text(*one) for one in batch])
                start += len(batch)
                for text, context in batch:
                    whole = f"{context}\n{text}" if context else text
                    lines.write(json.dumps([whole, " ".join(text_terms(whole))], ensure_ascii=False) + "\n")
        vectors.flush()


def article_of(texts: Iterable[str]) -> str:
    """Return a new article: the first sentence of each text, or what stands before its first stop."""
    return "。".join(text.split("。")[0].strip() for text in texts) + "。"


def windows(text: str) -> Iterator[str]:
    """Cut ``text`` into passages."""
    return (text[start : start + WINDOW] for start in range(0, len(text), WINDOW))


def _texts(index: Index, rows: Sequence[int]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(rows), _BATCH):
        for one in index.passages(rows[start : start + _BATCH]):
            yield one.passage.text, one.passage.context
