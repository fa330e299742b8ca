"""What is used instead, each the way its own documentation saves it: a store of texts with ``update`` and ``texts``.

``update`` returns once the store says that it is saved; ``texts`` raises when the store cannot be opened, and
AssertionError when its parts contradict one another.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from eval.bench.fault_world import Texts, WordEncoder, World, observe
from rag.text import words


class Store(Protocol):
    """A store of named texts in a folder."""

    def update(self, texts: Texts) -> bool:
        """Make the store hold ``texts``."""
        ...

    def texts(self) -> Texts:
        """Open the store anew and return what it holds."""
        ...


class Wenju:
    """This project: the texts lie in a folder, and the index follows them."""

    def __init__(self, home: Path) -> None:
        self._world = World(home, 0, 0)

    def update(self, texts: Texts) -> bool:
        """Bring the index up to date."""
        self._world.write(texts)
        return self._world.update()

    def texts(self) -> Texts:
        """Open it, and let every part answer for every text."""
        return dict(observe(self._world.index)["texts"])


class FaissFolder:
    """LangChain's FAISS.save_local: the vectors to one file, then the texts to another, in place.

    JSON stands for its pickle.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        home.mkdir()

    def update(self, texts: Texts) -> bool:
        """Save both files."""
        import faiss

        index = faiss.IndexFlatIP(WordEncoder.dim)
        index.add(WordEncoder().encode_passages(list(texts.values())))
        faiss.write_index(index, str(self._home / "index.faiss"))
        (self._home / "index.json").write_text(json.dumps(list(texts.items())), encoding="utf-8")
        return True

    def texts(self) -> Texts:
        """Load both files, and look each text up by its vector."""
        import faiss

        faiss.set_deserialization_vector_byte_limit(1 << 40)  # as it is where nobody set it
        index = faiss.read_index(str(self._home / "index.faiss"))
        pairs = json.loads((self._home / "index.json").read_text(encoding="utf-8"))
        vectors = WordEncoder().encode_passages([text for _, text in pairs])
        kept = index.reconstruct_n(0, index.ntotal) if index.ntotal else np.zeros((0, WordEncoder.dim))
        assert len(kept) == len(vectors), "more vectors than texts, or fewer"
        assert np.allclose(kept, vectors, atol=1e-4), "the vectors are those of other texts"
        return dict(pairs)


class Bm25s:
    """bm25s: ``save`` with its corpus, ``load`` with it."""

    def __init__(self, home: Path) -> None:
        self._home = home / "bm25"
        home.mkdir()

    def update(self, texts: Texts) -> bool:
        """Index and save."""
        self._index(list(texts.items())).save(str(self._home), corpus=[list(pair) for pair in texts.items()])
        return True

    def _index(self, pairs: list[tuple[str, str]]) -> Any:
        import bm25s

        found = bm25s.BM25()
        found.index([words(text) for _, text in pairs], show_progress=False)
        return found

    def texts(self) -> Texts:
        """Load, and compare the scores with those of an index made of the texts that came along."""
        import bm25s

        kept = bm25s.BM25.load(str(self._home), load_corpus=True)
        pairs = [(name, text) for name, text in (row.get("text", row) if isinstance(row, dict) else row
                                                 for row in kept.corpus)]  # fmt: skip
        anew = self._index(pairs)
        assert kept.scores["num_docs"] == len(pairs), "more texts than the index counts, or fewer"
        assert kept.vocab_dict == anew.vocab_dict, "the vocabulary is that of other texts"
        for part in ("data", "indices", "indptr"):
            assert np.array_equal(kept.scores[part], anew.scores[part]), "the scores are those of other texts"
        return dict(pairs)


class Fts5:
    """SQLite FTS5 with its defaults: one transaction an update."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self._path = home / "fts.sqlite"
        with closing(sqlite3.connect(self._path)) as store:
            store.execute("CREATE VIRTUAL TABLE texts USING fts5(name UNINDEXED, text, tokenize='trigram')")

    def update(self, texts: Texts) -> bool:
        """Replace all rows."""
        with closing(sqlite3.connect(self._path)) as store, store:
            store.execute("DELETE FROM texts")
            store.executemany("INSERT INTO texts VALUES (?, ?)", texts.items())
        return True

    def texts(self) -> Texts:
        """Check the table against its own terms, and read it."""
        with closing(sqlite3.connect(self._path)) as store:
            store.execute("INSERT INTO texts (texts) VALUES ('integrity-check')")
            return dict(store.execute("SELECT name, text FROM texts"))


def rivals() -> dict[str, type[Store]]:
    """Return what is installed, by name."""
    found: dict[str, type[Store]] = {"Wenju": Wenju, "faiss + texts (as LangChain saves)": FaissFolder}
    if find_spec("bm25s"):
        found["bm25s"] = Bm25s
    return {**found, "SQLite FTS5": Fts5}
