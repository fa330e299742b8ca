"""Texts to vectors: the bundled static model without torch, any other model through sentence-transformers."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.config import BUNDLED
from rag.errors import ModelError

if TYPE_CHECKING:
    from rag.types import Encoder, Vectors

logger = logging.getLogger(__name__)

BUNDLED_FOLDER = Path(__file__).parent / "models" / "encoder"
BATCH = 1024  # texts tokenized at once; 320 characters each are some 200 tokens of 4 bytes
_STATIC = ["StaticEmbedding"], ["StaticEmbedding", "Normalize"]


def open_encoder(name_or_path: str) -> Encoder:
    """Open the bundled encoder ("bundled"), a model folder, or a model by its hub name.

    A folder that holds nothing but a static embedding runs in numpy and starts in a moment; all else needs
    sentence-transformers. Raises ModelError when there is no such model or it cannot be loaded.
    """
    if name_or_path == BUNDLED:
        return StaticEncoder(BUNDLED_FOLDER, label=BUNDLED)
    folder = Path(name_or_path).expanduser()
    if folder.is_dir():
        return StaticEncoder(folder) if is_static(folder) else SentenceEncoder(str(folder))
    if folder.exists() or folder.is_absolute() or name_or_path.startswith((".", "~")):
        what = "the encoder is not a folder" if folder.exists() else "there is no such encoder folder"
        raise ModelError(what, where=name_or_path, mend="Name a sentence-transformers model folder, or a hub model.")
    return SentenceEncoder(name_or_path)


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
            self._table: Any = load(weights)["embedding.weight"]
        except Exception as error:  # the loaders raise types of their own, not documented
            raise _unloadable(folder, error) from error
        if self._table.ndim != 2 or len(self._table) < self._tokenizer.get_vocab_size():
            raise _unloadable(folder, "the vocabulary and the table of vectors differ in size")
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

    def _encode(self, texts: Sequence[str]) -> Vectors:
        rows: Vectors = self._np.zeros((len(texts), self.dim), self._np.float32)
        for start in range(0, len(texts), BATCH):
            rows[start : start + BATCH] = self._sums(list(texts[start : start + BATCH]))
        # the mean and the sum point the same way, so one division does for both
        lengths = self._np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= self._np.where(lengths > 0, lengths, 1)
        return rows

    def _sums(self, texts: list[str]) -> Any:
        np = self._np
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        lengths = np.fromiter(map(len, ids), np.int64, len(ids))
        sums = np.zeros((len(ids), self.dim), np.float32)
        filled = np.flatnonzero(lengths)  # reduceat gives an empty range the next row, not zero
        if len(filled):
            flat = np.fromiter(chain.from_iterable(ids), np.int64, int(lengths.sum()))
            starts = (np.cumsum(lengths) - lengths)[filled]
            sums[filled] = np.add.reduceat(self._table[flat].astype(np.float32), starts, axis=0)
        return sums


class SentenceEncoder:
    """Any sentence-transformers model; its prompts for queries and documents are used where it has them."""

    def __init__(self, name_or_path: str) -> None:
        local = Path(name_or_path).is_dir()
        self._model: Any = _load_local(Path(name_or_path)) if local else _load_hub(name_or_path)
        dim = self._model.get_embedding_dimension()  # None for a model whose last layer does not say
        self.dim: int = len(self._model.encode("a", show_progress_bar=False)) if dim is None else dim
        self.name = f"{Path(name_or_path).resolve().name if local else name_or_path}@{self._digest()}"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text; a text without any known token gives a row of zeros."""
        return self._finish(self._model.encode_query(list(texts), show_progress_bar=False), len(texts))

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text; a text without any known token gives a row of zeros."""
        return self._finish(self._model.encode_document(list(texts), show_progress_bar=False), len(texts))

    def _finish(self, vectors: Any, count: int) -> Vectors:
        import numpy as np

        rows = np.asarray(vectors, dtype=np.float32).reshape(count, self.dim)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: Vectors = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return unit

    def _digest(self) -> str:
        """Hash the weights as loaded: a hub name alone does not say which revision it was."""
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.detach().cpu().contiguous().view(-1).view(_torch().uint8).numpy())
        return digest.hexdigest()[:12]


def _load_local(folder: Path) -> Any:
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)
    except Exception as error:  # file and model errors have no common class
        raise _unloadable(folder, error) from error


def _load_hub(name: str) -> Any:
    from sentence_transformers import SentenceTransformer

    try:  # a model fetched before needs no network, and stays the one it was
        return SentenceTransformer(name, local_files_only=True, trust_remote_code=False)
    except Exception as error:
        if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "on", "yes", "true"):
            raise _unreachable(name, "HF_HUB_OFFLINE is set and it was never fetched before") from error
    try:
        return SentenceTransformer(name, trust_remote_code=False)
    except Exception as error:  # hub, network and model errors have no common class
        raise _unreachable(name, error) from error


def _torch() -> Any:
    import torch

    return torch


def _unloadable(folder: Path, reason: object) -> ModelError:
    logger.debug("encoder %s cannot be loaded", folder, exc_info=True)
    mend = "Install Wenju anew." if folder == BUNDLED_FOLDER else "Name a complete sentence-transformers folder."
    return ModelError(f"the encoder cannot be loaded: {_first_line(reason)}", where=folder, mend=mend)


def _unreachable(name: str, reason: object) -> ModelError:
    logger.debug("encoder %s cannot be fetched", name, exc_info=True)
    return ModelError(
        f"the encoder is neither a folder here nor could it be fetched: {_first_line(reason)}",
        where=name,
        mend='Check the name and the network, name a model folder, or use the encoder "bundled".',
    )


def _first_line(reason: object) -> str:
    text = next((line for line in str(reason).splitlines() if line.strip()), type(reason).__name__)
    return text.strip().rstrip(".")[:200]
