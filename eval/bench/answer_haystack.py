"""Haystack answering: its store in memory, both its retrievers, its joiner and its reader, as one pipeline.

It searches the words that Wenju cuts, titles and bylines among them, and the vectors of Wenju's encoder; its reader
has Wenju's model and reads the same passages. Two readers hang on one search: Haystack's as it comes, which gives a
model no token types, and the same with the match features that this model was trained on.
"""

# no annotations from __future__: Haystack reads those of a component as they are
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.bench.latency import Stages
from rag.config import Settings
from rag.index.facts import searched_text
from rag.index.terms import text_terms
from rag.read import token_types
from rag.text import simplified
from rag.types import Encoder, Passage

if TYPE_CHECKING:
    from rag.index import Index

Row = dict[str, Any]

FEATURES, PLAIN = "Haystack, match features", "Haystack as it comes"
_READERS = {FEATURES: "features", PLAIN: "plain"}  # by name, the component
_BATCH = 1024


class Haystack:
    """The pipeline, filled with the passages of an index."""

    names = (FEATURES, PLAIN)

    def __init__(self, index: "Index", encoder: Encoder, reader: Path, settings: Settings) -> None:
        os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        store = InMemoryDocumentStore(bm25_tokenization_regex=r"\S+", return_embedding=False)
        for passages in _batches(index):
            store.write_documents(list(_documents(passages, encoder)))
        self._pipeline = _pipeline(store, encoder, reader, settings)
        self._stages = Stages()
        for name in self._pipeline.graph.nodes:
            self._stages.watch(self._pipeline.get_component(name), "run", f"read {name}" if _reads(name) else name)

    def ask(self, text: str) -> dict[str, Row]:
        """Return the result of each reader; its stages leave the other reader out."""
        asked = {name: {"query": text} for name in _READERS.values()}
        given = {"cut": {"text": text}, "encode": {"text": text}, **asked}
        told, wall, work = self._stages.during(
            lambda: self._pipeline.run(given, include_outputs_from={"texts"}), "pipeline"
        )
        hits = told["texts"]["hits"]
        return {
            name: result(told[component]["answers"], hits)
            | {"milliseconds": _without_others(wall, component), "work": _without_others(work, component)}
            for name, component in _READERS.items()
        }


def result(answers: Sequence[Any], hits: Sequence[Any]) -> Row:
    """Return the shape that is scored: "not_found" where Haystack holds no answer for likelier than any it has.

    Its passage is its citation. The confidence is that of the best answer, whether it is given or not.
    """
    given = bool(answers) and answers[0].data is not None
    best = next((one for one in answers if one.data is not None), None)
    row: Row = {"status": "answered" if given else "not_found", "confidence": best.score if best else 0.0}
    row["hits"] = [{"source": one.meta["source"], "text": one.content, "score": one.score} for one in hits]
    if given and best:
        place = {"source": best.document.meta["source"], "text": best.document.content}
        offset = best.document_offset
        row |= {"answer": best.data, "answers": [best.data]}
        row["citations"] = [place | {"start": offset.start, "end": offset.end}]
    return row


def give_features(reader: Any) -> None:
    """Let Haystack's ``reader`` give its model match features for token types.

    What it calls to cut texts and to run the model is wrapped; windows, spans, scores and order stay its own.
    """
    import torch

    reader.warm_up()
    cut, run = reader.tokenizer, reader.model
    waiting: list[Any] = []  # the types of the windows that are cut and not yet read

    def cutting(queries: Sequence[str], texts: Sequence[str], **options: Any) -> Any:
        made = cut(queries, texts, **options)
        whose = made["overflow_to_sample_mapping"].tolist()
        waiting[:] = [token_types(w, queries[n], texts[n]) for w, n in zip(made.encodings, whose, strict=True)]
        return made

    def running(*, input_ids: Any, attention_mask: Any) -> Any:
        types = torch.from_numpy(np.stack(waiting[: len(input_ids)]))
        del waiting[: len(input_ids)]
        return run(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=types)

    reader.tokenizer, reader.model = cutting, running


def _batches(index: "Index") -> Iterator[list[Passage]]:
    rows = index.owners()[:, 0].tolist()
    for start in range(0, len(rows), _BATCH):
        yield [one.passage for one in index.passages(rows[start : start + _BATCH])]


def _documents(passages: Sequence[Passage], encoder: Encoder) -> Iterator[Any]:
    from haystack import Document

    vectors = encoder.encode_passages([searched_text(one.text, one.context) for one in passages])
    for one, vector in zip(passages, vectors, strict=True):
        words = text_terms(f"{one.context}\n{one.text}")
        meta = {"text": one.text, "source": one.source}
        yield Document(id=one.id, content=" ".join(words), embedding=vector.tolist(), meta=meta)


def _pipeline(store: Any, encoder: Encoder, reader: Path, settings: Settings) -> Any:
    from haystack import Pipeline
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

    parts = _own_parts(encoder, settings.k_read) | {
        "words": InMemoryBM25Retriever(store, top_k=settings.depth),
        "vectors": InMemoryEmbeddingRetriever(store, top_k=settings.depth),
        "join": DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=settings.k_hits),
        **{name: TransformersExtractiveReader(model=str(reader)) for name in _READERS.values()},
    }
    give_features(parts[_READERS[FEATURES]])
    made = Pipeline()
    for name, part in parts.items():
        made.add_component(name, part)
    made.connect("cut.query", "words.query")
    made.connect("encode.embedding", "vectors.query_embedding")
    made.connect("words.documents", "join.documents")
    made.connect("vectors.documents", "join.documents")
    made.connect("join.documents", "texts.documents")
    for name in _READERS.values():
        made.connect("texts.first", f"{name}.documents")
    return made


def _own_parts(encoder: Encoder, k_read: int) -> dict[str, Any]:
    """Return the components that Haystack leaves to its users."""
    from dataclasses import replace

    from haystack import Document, component

    @component
    class Cut:
        @component.output_types(query=str)
        def run(self, text: str) -> dict[str, Any]:
            return {"query": " ".join(text_terms(text)) or text}

    @component
    class Encode:
        @component.output_types(embedding=list[float])
        def run(self, text: str) -> dict[str, Any]:
            return {"embedding": encoder.encode_queries([simplified(text)])[0].tolist()}

    @component
    class Texts:
        """What was searched as words is read as it was printed."""

        @component.output_types(hits=list[Document], first=list[Document])
        def run(self, documents: list[Document]) -> dict[str, Any]:
            hits = [replace(one, content=one.meta["text"]) for one in documents]
            return {"hits": hits, "first": hits[:k_read]}

    return {"cut": Cut(), "encode": Encode(), "texts": Texts()}


def _reads(name: str) -> bool:
    return name in _READERS.values()


def _without_others(spent: dict[str, float], component: str) -> dict[str, float]:
    """Return the stages with one reader alone, as "read"."""
    others = {f"read {name}" for name in _READERS.values() if name != component}
    kept = {("read" if stage == f"read {component}" else stage): one for stage, one in spent.items()}
    rest = {stage: one for stage, one in kept.items() if stage not in others}
    return rest | {"total": spent["total"] - sum(spent.get(name, 0.0) for name in others)}
