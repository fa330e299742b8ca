"""The systems of the comparison: what is used instead, each as its own documentation sets it up.

Keyword systems get the words that Wenju's keyword leg cuts, systems of vectors the vectors of its encoder, so that
only the stores differ. Each is saved after ``build`` and after ``add``; ``search`` gives texts, best first.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from eval.bench.peers_sqlite import Fts5
from eval.bench.peers_wenju import Wenju, WenjuLeg
from eval.bench.scale_material import Material
from rag.index.terms import text_terms
from rag.types import Encoder

ADDED = "added"


class Peer(Protocol):
    """A system with its folder; ``build`` and ``open`` come first, each in a process of its own."""

    def build(self) -> None:
        """Make and save it of the material."""
        ...

    def open(self) -> None:
        """Load what was saved."""
        ...

    def search(self, query: str, k: int) -> list[str]:
        """Return the texts of at most k passages, best first."""
        ...

    def add(self) -> None:
        """Add one article and save."""
        ...


class Bm25s:
    """bm25s with its defaults; it cannot add, so adding is building."""

    def __init__(self, home: Path, material: Material, encoder: Encoder) -> None:
        self._home, self._material, self._encoder = home, material, encoder

    def build(self) -> None:
        self._save([*self._material.passages()])

    def add(self) -> None:
        self._save([*self._material.passages(), *self._material.passages(ADDED)])

    def _save(self, passages: list[Any]) -> None:
        import bm25s

        made = bm25s.BM25()
        made.index([one.words.split(" ") for one in passages], show_progress=False)
        made.save(str(self._home), corpus=[one.text for one in passages])

    def open(self) -> None:
        import bm25s

        self._index = bm25s.BM25.load(str(self._home), load_corpus=True)

    def search(self, query: str, k: int) -> list[str]:
        found, _ = self._index.retrieve([text_terms(query)], k=k, show_progress=False, n_threads=1)
        return [one["text"] if isinstance(one, dict) else str(one) for one in found[0]]


class LangChainFaiss:
    """LangChain's FAISS: a flat index in memory, saved whole."""

    def __init__(self, home: Path, material: Material, encoder: Encoder) -> None:
        self._home, self._material, self._encoder = home, material, encoder

    def build(self) -> None:
        from langchain_community.vectorstores import FAISS

        pairs = zip((one.text for one in self._material.passages()), self._material.vectors(), strict=True)
        self._save(FAISS.from_embeddings(pairs, self._embeddings()))

    def add(self) -> None:
        added = zip((one.text for one in self._material.passages(ADDED)), self._material.vectors(ADDED), strict=True)
        self._store.add_embeddings(added)
        self._save(self._store)

    def _save(self, store: Any) -> None:
        store.save_local(str(self._home))

    def open(self) -> None:
        from langchain_community.vectorstores import FAISS

        # its texts are a pickle; this one was written a moment ago
        self._store = FAISS.load_local(str(self._home), self._embeddings(), allow_dangerous_deserialization=True)

    def search(self, query: str, k: int) -> list[str]:
        return [found.page_content for found in self._store.similarity_search(query, k=k)]

    def _embeddings(self) -> Any:
        from langchain_core.embeddings import Embeddings

        encoder = self._encoder

        class Ours(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [row.tolist() for row in encoder.encode_passages(texts)]

            def embed_query(self, text: str) -> list[float]:
                return list(encoder.encode_queries([text])[0].tolist())

        return Ours()


class Haystack:
    """Haystack's store in memory, with words or with vectors; its file is JSON, written whole."""

    def __init__(self, home: Path, material: Material, encoder: Encoder, *, words: bool) -> None:
        self._home, self._material, self._encoder, self._words = home, material, encoder, words

    def _documents(self, name: str = "passages") -> Any:
        from haystack import Document

        pairs = zip(self._material.passages(name), self._material.vectors(name), strict=True)
        for number, (one, vector) in enumerate(pairs):
            id_ = f"{name}-{number}"
            if self._words:
                yield Document(id=id_, content=one.words, meta={"text": one.text})
            else:
                yield Document(id=id_, content=one.text, embedding=vector.tolist())

    def build(self) -> None:
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        self._store = InMemoryDocumentStore(bm25_tokenization_regex=r"\S+", return_embedding=False)
        self._store.write_documents(list(self._documents()))
        self._save()

    def add(self) -> None:
        from haystack.document_stores.types import DuplicatePolicy

        self._store.write_documents(list(self._documents(ADDED)), policy=DuplicatePolicy.OVERWRITE)
        self._save()

    def _save(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        self._store.save_to_disk(str(self._home / "store.json"))

    def open(self) -> None:
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        self._store = InMemoryDocumentStore.load_from_disk(str(self._home / "store.json"))

    def search(self, query: str, k: int) -> list[str]:
        if self._words:
            return [str(one.meta["text"]) for one in self._store.bm25_retrieval(" ".join(text_terms(query)), top_k=k)]
        vector = self._encoder.encode_queries([query])[0].tolist()
        return [str(one.content) for one in self._store.embedding_retrieval(vector, top_k=k)]


Make = Callable[[Path, Material, Encoder], Peer]


def systems() -> dict[str, Make]:
    """Return the systems that are installed, by name."""
    found: dict[str, Make] = {
        "Wenju": Wenju,
        "Wenju, keyword leg": partial(WenjuLeg, words=True),
        "Wenju, vector leg": partial(WenjuLeg, words=False),
        "SQLite FTS5, words": partial(Fts5, tokenizer="unicode61"),
        "SQLite FTS5, trigrams": partial(Fts5, tokenizer="trigram"),
    }
    if find_spec("bm25s"):
        found["bm25s, words"] = Bm25s
    if find_spec("langchain_community"):
        found["LangChain FAISS, vectors"] = LangChainFaiss
    if find_spec("haystack"):
        found["Haystack in memory, words"] = partial(Haystack, words=True)
        found["Haystack in memory, vectors"] = partial(Haystack, words=False)
    return found


def versions() -> dict[str, str]:
    """Return the versions of what is compared."""
    import sqlite3
    from importlib.metadata import version

    names = {"bm25s": "bm25s", "langchain_community": "langchain-community", "haystack": "haystack-ai",
             "haystack_integrations": "transformers-haystack"}  # fmt: skip
    told = {name: version(name) for module, name in names.items() if find_spec(module)}
    return {"sqlite": sqlite3.sqlite_version, **{name: version(name) for name in ("faiss-cpu", "tantivy")}, **told}
