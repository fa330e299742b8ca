"""A static embedding in numpy: one vector a word, without torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.encode.faults import unloadable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from rag.types import Vectors

    Tokens = npt.NDArray[np.unsignedinteger]

BATCH = 1024  # texts tokenized at once; 320 characters each are some 200 tokens of 4 bytes
SUMMED = 32  # texts whose word vectors are added up at once: as many as stay in the cache
_STATIC = ["StaticEmbedding"], ["StaticEmbedding", "Normalize"]


def is_static(folder: Path) -> bool:
    """Tell whether ``folder`` is a sentence-transformers model of a static embedding and no other layer."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        kinds = [module["type"].rpartition(".")[2] for module in modules]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    root = folder / modules[0]["path"] if kinds else folder
    files = (root / "model.safetensors", root / "tokenizer.json")
    return kinds in _STATIC and all(file.is_file() for file in files) and not _prompts(folder)


def _prompts(folder: Path) -> bool:
    try:
        config = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return any((config.get("prompts") or {}).values())


class StaticEncoder:
    """The mean of a text's word vectors, scaled to length 1; several threads may use one encoder."""

    def __init__(self, folder: Path, *, label: str | None = None) -> None:
        import numpy as np
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        try:
            modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
            root = folder / modules[0]["path"]
            weights, words = (root / "model.safetensors").read_bytes(), (root / "tokenizer.json").read_bytes()
            self._tokenizer = Tokenizer.from_buffer(words)
            self._table, self._scales = _table_of(load(weights))
        except Exception as error:  # the loaders raise types of their own, not documented
            raise unloadable(folder, error) from error
        sizes = {len(part) for part in (self._table, self._scales) if part is not None}
        if self._table.ndim != 2 or len(sizes) != 1 or min(sizes) < self._tokenizer.get_vocab_size():
            raise unloadable(folder, "the vocabulary and the table of vectors differ in size")
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._np = np
        digest = hashlib.sha256(weights + words).hexdigest()[:12]
        self.name = f"{label or folder.resolve().name}@{digest}"
        self.dim = int(self._table.shape[1])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text; a text without any known token gives a row of zeros."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text; a text without any known token gives a row of zeros."""
        return self._encode(texts)

    def encode_and_cut(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        """Return what ``encode_passages`` and ``cut`` return; cutting takes most of the time of either."""
        ids = self._ids(texts)
        return self._unit_sums(ids), [self._each_once(one) for one in ids]

    def cut(self, texts: Sequence[str]) -> list[Tokens]:
        """Return the tokens that a text has, ascending, each once."""
        return [self._each_once(one) for one in self._ids(texts)]

    def closeness(self, query: str, texts: Sequence[Tokens]) -> Vectors:
        """Return for each text, as ``cut`` cuts it, how near it comes to saying what ``query`` says: 0 to 1.

        Each word of the query counts as the most alike word of the text does, by cosine, and words weigh what the
        model learned, the length of their vectors. A mean of all words blurs a long text; this does not (the late
        interaction of Khattab and Zaharia, SIGIR 2020). All 0 for a query without a known word.
        """
        np = self._np
        asked = self._known(query)
        near: Vectors = np.zeros(len(texts), np.float32)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        filled = np.flatnonzero(lengths)
        if len(asked) and len(filled):
            flat = np.concatenate(texts)
            rows = self._rows(asked)
            weights = np.linalg.norm(rows, axis=1)
            words, places = self._distinct(flat)
            # rows of the table as they are, for a cosine asks for no scale
            alike = self._table[words].astype(np.float32) @ (rows / weights[:, None]).T
            alike = np.maximum(alike / self._lengths[words, None], 0)
            best = np.maximum.reduceat(alike[places], (np.cumsum(lengths) - lengths)[filled], axis=0)
            near[filled] = best @ (weights / weights.sum())
        return near

    @cached_property
    def _lengths(self) -> Vectors:
        """The length of each row of the table as it is, without its scale."""
        table, size = self._table, len(self._table)
        lengths: Vectors = self._np.zeros(size, self._np.float32)
        for at in range(0, size, BATCH):
            lengths[at : at + BATCH] = self._np.linalg.norm(table[at : at + BATCH].astype(self._np.float32), axis=1)
        return self._np.maximum(lengths, 1e-9)

    def _distinct(self, tokens: Tokens) -> tuple[Any, Any]:
        """Return the distinct ``tokens``, ascending, and the place of each token among them."""
        np = self._np
        seen = np.zeros(len(self._table), bool)
        seen[tokens] = True
        return np.flatnonzero(seen), (np.cumsum(seen) - 1)[tokens]

    def _each_once(self, ids: list[int]) -> Tokens:
        narrow = len(self._table) <= 1 << 16
        once: Tokens = self._np.unique(self._np.asarray(ids, self._np.uint16 if narrow else self._np.uint32))
        return once

    def _known(self, text: str) -> Any:
        ids = self._np.unique(self._tokenizer.encode(text, add_special_tokens=False).ids).astype(self._np.int64)
        return ids[self._rows(ids).any(axis=1)]

    def _rows(self, ids: Any) -> Any:
        rows = self._table[ids].astype(self._np.float32)
        if self._scales is not None:
            rows *= self._scales[ids, None]
        return rows

    @property
    def tokenizer(self) -> Any:
        """What cuts texts into tokens, one for each row of ``table``."""
        return self._tokenizer

    def table(self) -> Vectors:
        """Return a new table of the tokens' vectors, one row each."""
        rows: Vectors = self._rows(slice(None))
        return rows

    def _encode(self, texts: Sequence[str]) -> Vectors:
        rows: Vectors = self._np.zeros((len(texts), self.dim), self._np.float32)
        for start in range(0, len(texts), BATCH):
            rows[start : start + BATCH] = self._unit_sums(self._ids(texts[start : start + BATCH]))
        return rows

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        return [one.ids for one in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def _unit_sums(self, ids: list[list[int]]) -> Vectors:
        rows: Vectors = self._np.zeros((len(ids), self.dim), self._np.float32)
        for start in range(0, len(ids), SUMMED):
            self._sum(ids[start : start + SUMMED], rows[start : start + SUMMED])
        # the mean and the sum point the same way, so one division does for both
        lengths = self._np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= self._np.where(lengths > 0, lengths, 1)
        return rows

    def _sum(self, ids: list[list[int]], sums: Vectors) -> None:
        np = self._np
        lengths = np.fromiter(map(len, ids), np.int64, len(ids))
        filled = np.flatnonzero(lengths)  # reduceat gives an empty range the next row, not zero
        if len(filled):
            flat = np.fromiter(chain.from_iterable(ids), np.int64, int(lengths.sum()))
            starts = (np.cumsum(lengths) - lengths)[filled]
            sums[filled] = np.add.reduceat(self._rows(flat), starts, axis=0)


def _table_of(tensors: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return one row a token, and what each row is to be multiplied by or None.

    Plain, or in the form of model2vec, which sentence-transformers reads too: rows of bytes, each with a scale, and
    perhaps several tokens to a row.
    """
    if "embedding.weight" in tensors:
        return tensors["embedding.weight"], None
    rows = tensors["embeddings"]
    return rows[tensors["mapping"]] if "mapping" in tensors else rows, tensors.get("weights")
