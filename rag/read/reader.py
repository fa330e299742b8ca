"""Passages to answer spans by an extractive model.

Windows, offsets, no-answer and n-best are ours: every span is cut from the passage by character offsets, never put
together from tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag.read import match
from rag.read.backends import Backend
from rag.read.edges import edges_of
from rag.read.spans import decode_spans, settle, whole
from rag.types import Passage, Span

if TYPE_CHECKING:
    import numpy.typing as npt
    from tokenizers import Encoding, Tokenizer

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]
    _Seen = tuple[Encoding, Floats, Floats]  # a window, its start and its end logits

MAX_TOKENS = 352  # one window; the bundled model was trained on no longer ones
STRIDE = 96  # tokens that neighbouring windows share
MAX_ANSWER_TOKENS = 96
SPANS_A_WINDOW = 4
GUESSES, HEAT = 40, 0.2  # spans that vote on where an answer begins and ends, and how evenly
BATCH = 8  # windows


class ExtractiveReader:
    """Reads passages in windows. Safe to call from several threads."""

    def __init__(self, name: str, tokenizer: Tokenizer, backend: Backend, *, matched: bool, max_tokens: int) -> None:
        """``matched`` says that the model's token types are match features (``rag.read.match``)."""
        self.name = name
        self._tokenizer, self._backend, self._matched = tokenizer, backend, matched
        self._longest_query = max_tokens // 2
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens, stride=min(STRIDE, max_tokens // 4), strategy="only_second")

    def read(self, query: str, passages: Sequence[Passage], k: int) -> list[Span]:
        """Return at most k spans over all passages, best first, never two that overlap.

        Scores are those of ``decode_spans`` less the window's no-answer logits: comparable across passages,
        which a softmax within each window is not.
        """
        query = self._shortened(query)
        windows = [(passage, w) for passage in passages for w in self._windows(query, passage.text)]
        windows.sort(key=lambda pair: len(pair[1].ids))  # like lengths together: little padding
        seen: dict[str, list[_Seen]] = {}
        for at in range(0, len(windows), BATCH):
            batch = windows[at : at + BATCH]
            for (passage, window), logits in zip(batch, self._logits(query, batch), strict=True):
                seen.setdefault(passage.id, []).append((window, *logits))
        spans = [span for passage in passages for span in _spans(passage, seen.get(passage.id, ()))]
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

    def _logits(self, query: str, batch: Sequence[tuple[Passage, Encoding]]) -> list[tuple[Floats, Floats]]:
        width = max(len(w.ids) for _, w in batch)
        ids, types, mask = (np.zeros((len(batch), width), dtype=np.int64) for _ in range(3))
        for row, (passage, window) in enumerate(batch):
            size = len(window.ids)
            ids[row, :size], mask[row, :size] = window.ids, 1
            types[row, :size] = token_types(window, query, passage.text) if self._matched else window.type_ids
        start, end = self._backend.logits(ids, types, mask)
        return [(start[row, : len(w.ids)], end[row, : len(w.ids)]) for row, (_, w) in enumerate(batch)]


def token_types(window: Encoding, query: str, text: str) -> Ints:
    """Return one match type a token: that of its first character; 0 for special tokens."""
    begins, sequence = np.array(window.offsets)[:, 0], _sequences(window)
    out = np.zeros(len(begins), dtype=np.int64)
    for number, of_text in enumerate(match.types(query, text)):
        inside = (sequence == number) & (begins < len(of_text))
        out[inside] = of_text[begins[inside]]
    return out


def _sequences(window: Encoding) -> Ints:
    """Return for each token whether it is of the question, 0, or the passage, 1, or special, -1."""
    return np.array([-1 if number is None else number for number in window.sequence_ids], dtype=np.int64)


def _spans(passage: Passage, seen: Sequence[_Seen]) -> list[Span]:
    edges = edges_of(passage.text, seen)
    found = []
    for window, start, end in seen:
        null = float(start[0] + end[0])  # the first token stands for "not here"
        offsets = window.offsets
        guesses = decode_spans(start, end, _sequences(window) == 1, max_tokens=MAX_ANSWER_TOKENS, k=GUESSES)
        for first, last, score in settle(guesses, heat=HEAT, k=SPANS_A_WINDOW):
            begin, stop = whole(passage.text, offsets[first][0], offsets[last][1])
            text = passage.text[begin:stop]
            if text.strip():
                found.append(Span(passage, passage.start + begin, passage.start + stop, text, score - null, edges))
    return found


def _apart(spans: Sequence[Span], k: int) -> list[Span]:
    """Keep the first k spans that overlap none kept before."""
    kept: list[Span] = []
    for span in spans:
        if len(kept) == k:
            break
        if not any(span.touches(other) for other in kept):
            kept.append(span)
    return kept
