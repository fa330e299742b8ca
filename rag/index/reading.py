"""An index, open for reading: checked first, then one generation for as long as it is open."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IndexStoreError
from rag.index import dense, generation, lock, sparse, store, terms
from rag.index.generation import FORMAT, REBUILD, Counts, Manifest
from rag.index.lexicon import Lexicon
from rag.index.store import Found, Snapshot, SourceRow
from rag.types import Article, Encoder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_TRIES = 5  # a writer may remove a generation between our reading its name and our holding it


class Index:
    """Articles and passages of one generation, and the two ways to find them. Safe to use from several threads."""

    def __init__(
        self,
        manifest: Manifest,
        snapshot: Snapshot,
        words: sparse.WordIndex,
        vectors: dense.VectorIndex,
        meanings: Lexicon,
        held: int,
    ) -> None:
        self.manifest = manifest
        self._snapshot, self._words, self._vectors, self._lexicon = snapshot, words, vectors, meanings
        self._held = held

    def counts(self) -> Counts:
        """Return what the index holds."""
        return self.manifest.counts

    def sources(self) -> list[SourceRow]:
        """Return every file the index knows, by name, those that could not be read too."""
        return self._snapshot.sources()

    def article(self, article_id: str) -> Article:
        """Return a whole article; raises KeyError for an id the index does not hold."""
        return self._snapshot.article(article_id)

    def articles(self) -> Iterator[Article]:
        """Yield every article, by source and in the order of the file."""
        return self._snapshot.articles()

    def passage(self, row: int) -> Found:
        """Return one passage by its row; raises KeyError for a row the index does not hold."""
        found = self.passages([row])
        if not found:
            raise KeyError(row)
        return found[0]

    def passages(self, rows: Sequence[int]) -> list[Found]:
        """Return passages by row, in the order asked for; rows the index does not hold are left out."""
        return self._snapshot.passages(rows)

    def translate(self, query: str, encoder: Encoder) -> list[list[tuple[str, float]]]:
        """Return, for the words of ``query``, words of the index in the other script that mean the same."""
        asked = terms.asked_meanings(query, self._words.spells)
        return self._lexicon.nearest(asked, encoder.encode_queries(asked)) if asked else []

    def search_words(
        self,
        query: str,
        depth: int,
        meant: Sequence[Sequence[tuple[str, float]]] = (),
        weights: Mapping[str, float] = sparse.WEIGHTS,
    ) -> list[tuple[int, float]]:
        """Return (row, score) of the passages that share terms with ``query``, best first, ties by row.

        ``meant`` are the words that ``translate`` found.
        """
        return self._words.search(query, depth, meant, weights)

    def search_vectors(self, vector: npt.NDArray[np.float32], depth: int) -> list[tuple[int, float]]:
        """Return (row, similarity) of the passages nearest to ``vector``, best first, ties by row."""
        return self._vectors.search(vector, depth)

    def close(self) -> None:
        """Let go of the generation; a writer may then remove it."""
        if self._held >= 0:
            self._snapshot.close()
            os.close(self._held)
            self._held = -1

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_index(folder: Path) -> Index:
    """Open the current generation after comparing every file with its recorded hash.

    Raises IndexStoreError, each with its own sentence: no folder, no finished index, another format, a missing
    or damaged file, counts that do not agree.
    """
    folder = Path(folder)
    try:
        manifest, held = _hold(folder)
    except OSError as error:
        raise IndexStoreError(
            f"the index cannot be read: {error.strerror}", where=folder, mend="Check permissions."
        ) from error
    try:
        return _open(folder, manifest, held)
    except BaseException:
        os.close(held)
        raise


def _hold(folder: Path) -> tuple[Manifest, int]:
    for _ in range(_TRIES):
        manifest = generation.current(folder)
        try:
            return manifest, lock.hold(folder / generation.name(manifest.generation) / generation.MANIFEST)
        except FileNotFoundError:
            continue
    raise IndexStoreError("the index changes faster than it can be opened", where=folder, mend="Try again.")


def _open(folder: Path, manifest: Manifest, held: int) -> Index:
    generation.verify(folder, manifest)
    home, path = folder / generation.name(manifest.generation), folder / manifest.store
    with store.as_store_error(path):
        snapshot = Snapshot(store.connect(path), path, manifest.generation)
    try:
        made, settings = snapshot.format(), snapshot.settings()
        words, vectors = sparse.WordIndex(home), dense.VectorIndex(home)
        agree = (
            made == FORMAT
            and settings.get("encoder") == manifest.encoder
            and settings.get("dim") == str(manifest.dim) == str(vectors.dim)
            and snapshot.counts() == manifest.counts
            and len(words) == len(vectors) == manifest.counts.passages
        )
        if not agree:
            raise IndexStoreError(
                "the parts of the index do not belong together", where=folder, mend=REBUILD.format(folder)
            )
    except BaseException:
        snapshot.close()
        raise
    return Index(manifest, snapshot, words, vectors, Lexicon(home), held)
