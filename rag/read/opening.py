"""A reader by its name: the bundled one, a folder, or a model of a hub; the only import of transformers.

The bundled model runs on onnxruntime and starts in a moment; any other question-answering checkpoint runs on
transformers.
"""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Any

from rag.config import BUNDLED
from rag.errors import ModelError
from rag.hub import first_line, folder_of, loaded
from rag.read import match
from rag.read.backends import OnnxBackend, TorchBackend
from rag.read.reader import MAX_TOKENS, ExtractiveReader
from rag.types import Reader

BUNDLED_READER = Path(__file__).parents[1] / "models" / "reader"


def open_reader(name_or_path: str = BUNDLED) -> Reader:
    """Load a reader: "bundled", a folder, or a hub name (looked up in the local cache, or online where allowed).

    Raises ModelError, in one sentence, for whatever cannot be loaded.
    """
    if name_or_path == BUNDLED:
        return _open_onnx(BUNDLED_READER, BUNDLED)
    folder = folder_of("reader", name_or_path, "question-answering model")
    if folder and (folder / "model.onnx").is_file() and (folder / "tokenizer.json").is_file():
        return _open_onnx(folder, name_or_path)
    return open_checkpoint(str(folder or name_or_path), name_or_path)


def _open_onnx(folder: Path, label: str) -> ExtractiveReader:
    from tokenizers import Tokenizer

    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        backend = OnnxBackend(folder / "model.onnx")
    except Exception as error:  # onnxruntime and tokenizers raise classes of their own
        raise ModelError(f"the reader cannot be loaded: {error}", where=folder, mend="Restore the folder.") from error
    _check_features(config.get("match_features"), folder)
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()[:12]
    matched = "match_features" in config
    return ExtractiveReader(f"{label}@{digest}", tokenizer, backend, matched=matched, max_tokens=MAX_TOKENS)


def open_checkpoint(source: str, label: str) -> ExtractiveReader:
    """Load a folder or hub name in transformers, whatever quicker form lies beside it; raises ModelError."""
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    def load(here: bool) -> tuple[Any, Any]:
        model = AutoModelForQuestionAnswering.from_pretrained(
            source, local_files_only=here, trust_remote_code=False, use_safetensors=True
        )
        tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=here, trust_remote_code=False)
        return model, tokenizer.backend_tokenizer

    model, tokenizer = loaded(source, load, partial(_unloadable, label))
    features = getattr(model.config, "match_features", None)
    _check_features(features, source)
    longest = getattr(model.config, "max_position_embeddings", MAX_TOKENS)
    return ExtractiveReader(
        label, tokenizer, TorchBackend(model), matched=features is not None, max_tokens=min(MAX_TOKENS, longest - 2)
    )


def _unloadable(label: str, reason: object) -> ModelError:
    return ModelError(
        f"the reader {label!r} cannot be loaded: {first_line(reason)}",
        mend="Name a folder with a question-answering checkpoint in safetensors, or a hub model while online.",
    )


def _check_features(features: str | None, where: object) -> None:
    if features not in (None, match.FORMAT):
        raise ModelError(
            f"the reader wants match features {features!r}, this version makes {match.FORMAT!r}",
            where=where,
            mend="Use the model that ships with this version.",
        )
