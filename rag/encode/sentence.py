"""Any sentence-transformers model, from a folder or a hub."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.encode.faults import unloadable, unreachable
from rag.hub import loaded

if TYPE_CHECKING:
    from rag.types import Vectors


# models that want these words before a text and do not bring them along as prompts, by the end of their names
_E5 = re.compile("(^|-)e5-(small|base|large)(-v2)?$")
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}


class SentenceEncoder:
    """Any sentence-transformers model; its prompts for queries and documents are used where it has them."""

    def __init__(self, name_or_path: str) -> None:
        local = Path(name_or_path).is_dir()
        self._model: Any = _load(name_or_path)
        if _E5.search(Path(name_or_path).name) and not any(self._model.prompts.values()):
            self._model.prompts.update(_E5_PROMPTS)
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
        """Hash the weights as loaded, and the prompts: a hub name alone does not say which revision it was."""
        digest = hashlib.sha256("".join(self._model.prompts.values()).encode())
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.detach().cpu().contiguous().view(-1).view(_torch().uint8).numpy())
        return digest.hexdigest()[:12]


def _load(source: str) -> Any:
    def load(here: bool) -> Any:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(source, local_files_only=here, trust_remote_code=False)

    folder = Path(source)
    return loaded(source, load, partial(unloadable, folder) if folder.is_dir() else partial(unreachable, source))


def _torch() -> Any:
    import torch

    return torch
