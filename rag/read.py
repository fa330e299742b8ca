"""Passages to answer spans by an extractive model; the only import of transformers.

The bundled model runs on onnxruntime and starts in a moment; any other question-answering
checkpoint, from a folder or a hub, runs on transformers. Windows, offsets, no-answer and n-best
are ours: every span is cut from the passage by character offsets, never put together from tokens.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rag import match
from rag.config import BUNDLED
from rag.errors import ModelError
from rag.spans import decode_spans, settle, whole
from rag.types import Passage, Reader, Span

if TYPE_CHECKING:
    import numpy.typing as npt
    from tokenizers import Encoding, Tokenizer

    Ints = npt.NDArray[np.int64]

logger = logging.getLogger(__name__)

BUNDLED_READER = Path(__file__).parent / "models" / "reader"
MAX_TOKENS = 352  # one window; the bundled model was trained on no longer ones
STRIDE = 96  # tokens that neighbouring windows share
MAX_ANSWER_TOKENS = 96
SPANS_A_WINDOW = 4
GUESSES, HEAT = 40, 0.2  # spans that vote on where an answer begins and ends, and how evenly
BATCH = 8  # windows


class Backend(Protocol):
    """Token ids to logits, shape (windows, tokens) each."""

    def logits(self, ids: Ints, types: Ints, mask: Ints) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]: ...


class ExtractiveReader:
    """Reads passages in windows. Safe to call from several threads."""

    def __init__(self, name: str, tokenizer: Tokenizer, backend: Backend, *, matched: bool, max_tokens: int) -> None:
        """``matched`` says that the model's token types are match features (``rag.match``)."""
        self.name = name
        self._tokenizer, self._backend, self._matched = tokenizer, backend, matched
        self._longest_query = max_tokens // 2
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens, stride=min(STRIDE, max_tokens // 4), strategy="only_second")

    def read(self, query: str, passages: Sequence[Passage], k: int) -> list[Span]:
        """Return at most k spans over all passages, best first, never two that overlap.

        Scores are raw logits less the window's no-answer logits: comparable across passages,
        which a softmax within each window is not.
        """
        query = self._shortened(query)
        windows = [(passage, w) for passage in passages for w in self._windows(query, passage.text)]
        windows.sort(key=lambda pair: len(pair[1].ids))  # like lengths together: little padding
        spans: list[Span] = []
        for at in range(0, len(windows), BATCH):
            spans += self._read_batch(query, windows[at : at + BATCH])
        spans.sort(key=lambda s: (-s.score, s.passage.id, s.start, s.end))
        return _apart(spans, k)

    def _shortened(self, query: str) -> str:
        """Cut a query that would leave the passage less than half a window."""
        if len(query) <= self._longest_query // 2:  # too short to make so many tokens
            return query
        # as second of a pair, for only the second may be cut
        offsets = self._tokenizer.encode("", query, add_special_tokens=False).offsets
        return query if len(offsets) <= self._longest_query else query[: offsets[self._longest_query][0]]

    def _windows(self, query: str, text: str) -> list[Encoding]:
        if not query.strip() or not text.strip():
            return []
        first = self._tokenizer.encode(query, text)
        return [first, *first.overflowing]

    def _read_batch(self, query: str, batch: Sequence[tuple[Passage, Encoding]]) -> list[Span]:
        width = max(len(w.ids) for _, w in batch)
        ids, types, mask = (np.zeros((len(batch), width), dtype=np.int64) for _ in range(3))
        for row, (passage, window) in enumerate(batch):
            size = len(window.ids)
            ids[row, :size], mask[row, :size] = window.ids, 1
            types[row, :size] = token_types(window, query, passage.text) if self._matched else window.type_ids
        start, end = self._backend.logits(ids, types, mask)
        return [span for row, (p, w) in enumerate(batch) for span in _spans(p, w, start[row], end[row])]


def token_types(window: Encoding, query: str, text: str) -> Ints:
    """Return one match type a token: that of its first character; 0 for special tokens."""
    of_text = match.types(query, text)
    return np.array(
        [
            0 if sequence is None or begin >= len(of_text[sequence]) else of_text[sequence][begin]
            for sequence, (begin, _) in zip(window.sequence_ids, window.offsets, strict=True)
        ],
        dtype=np.int64,
    )


def _spans(
    passage: Passage, window: Encoding, start: npt.NDArray[np.float32], end: npt.NDArray[np.float32]
) -> list[Span]:
    size = len(window.ids)
    null = float(start[0] + end[0])  # the first token stands for "not here"
    allowed = np.array([sequence == 1 for sequence in window.sequence_ids])
    found = []
    guesses = decode_spans(start[:size], end[:size], allowed, max_tokens=MAX_ANSWER_TOKENS, k=GUESSES)
    for first, last, score in settle(guesses, heat=HEAT, k=SPANS_A_WINDOW):
        begin, stop = whole(passage.text, window.offsets[first][0], window.offsets[last][1])
        text = passage.text[begin:stop]
        if text.strip():
            found.append(Span(passage, passage.start + begin, passage.start + stop, text, score - null))
    return found


def _apart(spans: Sequence[Span], k: int) -> list[Span]:
    """Keep the first k spans that overlap none kept before."""
    kept: list[Span] = []
    for span in spans:
        if len(kept) == k:
            break
        if not any(
            o.passage.article_id == span.passage.article_id and o.start < span.end and span.start < o.end for o in kept
        ):
            kept.append(span)
    return kept


class OnnxBackend:
    """A model exported with inputs input_ids, token_type_ids, attention_mask and outputs start, end."""

    def __init__(self, file: Path, threads: int = 0) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

    def logits(self, ids: Ints, types: Ints, mask: Ints) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        start, end = self._session.run(
            ["start", "end"], {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        )
        return start, end


class TorchBackend:
    """Any AutoModelForQuestionAnswering."""

    def __init__(self, model: Any) -> None:
        import inspect

        self._model = model.eval()
        self._typed = "token_type_ids" in inspect.signature(model.forward).parameters

    def logits(self, ids: Ints, types: Ints, mask: Ints) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        import torch

        given = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        if self._typed:
            given["token_type_ids"] = torch.from_numpy(types)
        with torch.inference_mode():
            out = self._model(**given)
        return out.start_logits.float().numpy(), out.end_logits.float().numpy()


def open_reader(name_or_path: str = BUNDLED) -> Reader:
    """Load a reader: "bundled", a folder, or a hub name (looked up in the local cache, or online where allowed).

    Raises ModelError, in one sentence, for whatever cannot be loaded.
    """
    folder = BUNDLED_READER if name_or_path == BUNDLED else Path(name_or_path)
    if name_or_path == BUNDLED or ((folder / "model.onnx").is_file() and (folder / "tokenizer.json").is_file()):
        return _open_onnx(folder, name_or_path)
    return _open_checkpoint(str(folder) if folder.is_dir() else name_or_path, name_or_path)


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


def _open_checkpoint(source: str, label: str) -> ExtractiveReader:
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    try:
        model = AutoModelForQuestionAnswering.from_pretrained(source, trust_remote_code=False, use_safetensors=True)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False).backend_tokenizer
    except Exception as error:  # a missing file, no network, a wrong class: all mean the same to the user
        raise ModelError(
            f"the reader {label!r} cannot be loaded: {str(error).splitlines()[0].rstrip('.')}",
            mend="Name a folder with a question-answering checkpoint in safetensors, or a hub model while online.",
        ) from error
    features = getattr(model.config, "match_features", None)
    _check_features(features, source)
    longest = getattr(model.config, "max_position_embeddings", MAX_TOKENS)
    return ExtractiveReader(
        label, tokenizer, TorchBackend(model), matched=features is not None, max_tokens=min(MAX_TOKENS, longest - 2)
    )


def _check_features(features: str | None, where: object) -> None:
    if features not in (None, match.FORMAT):
        raise ModelError(
            f"the reader wants match features {features!r}, this version makes {match.FORMAT!r}",
            where=where,
            mend="Use the model that ships with this version.",
        )
