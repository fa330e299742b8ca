"""An index, open for reading: checked first, then one generation for as long as it is open."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IndexStoreError
from rag.filters.conditions import Filter
from rag.index import dense, generation, lock, sparse, store, terms
from rag.index.about import About, Kind
from rag.index.clauses import WEIGHTS, Need
from rag.index.generation import FORMAT, REBUILD, Counts, Manifest
from rag.index.lexicon import Lexicon
from rag.index.listing import Brief, Listed
from rag.index.select import Selection, Selector
from rag.index.snapshot import Found, Snapshot, SourceRow
from rag.index.tokens import Tokens
from rag.index.wordlist import WordList
from rag.types import Article, Encoder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from rag.index.tokens import Held

_REMEMBERED = 16_000_000  # bytes of the store kept at hand: what leads to a million passages, not these themselves
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
        about: About,
        tokens: Tokens,
        held: int,
    ) -> None:
        self.manifest = manifest
        self._snapshot, self._words, self._vectors, self._lexicon = snapshot, words, vectors, meanings
        self._about, self._tokens = about, tokens
        self._selector = Selector(about, words, vectors)
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

    def listed(self) -> list[Listed]:
        """Return what is known of every article less its text, in the order of ``articles``."""
        return self._snapshot.listed()

    def passage(self, row: int) -> Found:
        """Return one passage by its row; raises KeyError for a row the index does not hold."""
        found = self._snapshot.passages([row])
        if not found:
            raise KeyError(row)
        return found[0]

    def passages(self, rows: Sequence[int]) -> list[Found]:
        """Return passages by row, in the order asked for.

        Raises IndexStoreError when one is missing: rows come from a search, so the store has lost it.
        """
        found = self._snapshot.passages(rows)
        if len(found) < len(rows):
            raise self._snapshot.damaged(f"{len(rows) - len(found):,} passages")
        return found

    def translate(self, query: str, encoder: Encoder) -> list[list[tuple[str, float]]]:
        """Return, for the words of ``query``, words of the index in the other script that mean the same."""
        asked = terms.asked_meanings(query, self._words.spells)
        return self._lexicon.nearest(asked, encoder.encode_queries) if asked else []

    def own_words(self) -> WordList:
        """Return the words of one's own that the index was made with."""
        return self._words.own

    def known(self) -> list[tuple[int, Brief]]:
        """Return (row, what filters ask) of every article, in the order of ``articles``; read once."""
        return self._about.known()

    def briefs(self, articles: Collection[int]) -> list[tuple[int, Brief]]:
        """Return what ``known`` tells of these articles, in no order."""
        return self._about.briefs(articles)

    def owners(self) -> npt.NDArray[np.int64]:
        """Return (row of a passage, row of its article) of every passage, by row."""
        return self._about.owners()

    def owners_of(self, passages: Sequence[int]) -> dict[int, int]:
        """Return by row of a passage that of its article, for these passages."""
        return self._about.owners_of(passages)

    def kinds(self, passages: Sequence[int]) -> dict[int, Kind]:
        """Return by row what kind of article each of these passages is of."""
        return self._about.of(passages)

    def tokens(self, passages: Sequence[int]) -> list[Held]:
        """Return the tokens of each passage, as an encoder that has vectors of words cuts text and context."""
        return self._tokens.of(passages)

    def select(self, wanted: Filter) -> Selection:
        """Return the passages of the articles that ``wanted`` lets through; a filter is worked out once."""
        return self._selector.select(wanted)

    def search_words(
        self,
        query: str,
        depth: int,
        meant: Sequence[Sequence[tuple[str, float]]] = (),
        weights: Mapping[str, float] = WEIGHTS,
        only: Selection | None = None,
    ) -> list[tuple[int, float]]:
        """Return (row, score) of the passages that share terms with ``query``, best first, ties by row.

        ``meant`` are the words that ``translate`` found; ``only`` limits what is found and changes no score.
        """
        return self._words.search(query, depth, meant, weights, only.words if only else None)

    def search_vectors(
        self, vector: npt.NDArray[np.float32], depth: int, only: Selection | None = None
    ) -> list[tuple[int, float]]:
        """Return (row, similarity) of the passages nearest to ``vector``, best first, ties by row."""
        return self._vectors.search(vector, depth, only.vectors if only else None)

    def reasons(
        self, query: str, rows: Sequence[int], meant: Sequence[Sequence[tuple[str, float]]] = ()
    ) -> dict[int, list[tuple[str, tuple[str, ...], float]]]:
        """Return by row the (field, terms, score) that ``search_words`` adds up for each passage, greatest first."""
        return self._words.reasons(query, rows, meant)

    def held(self, field: str, term: str) -> int:
        """Return how many passages hold ``term`` in a ``field`` of the keyword leg."""
        return self._words.held(field, term)

    def beginning(self, field: str, prefix: str) -> list[str]:
        """Return the terms of a ``field`` of the keyword leg that begin with ``prefix``."""
        return self._words.beginning(field, prefix)

    def holding(self, needs: Sequence[Need]) -> list[int]:
        """Return the rows of all passages that may meet ``needs``, ascending: none that does is left out."""
        return self._words.holding(needs)

    def articles_holding(self, need: Need, articles: Collection[int]) -> set[int]:
        """Return the rows of those of ``articles`` of which a passage meets ``need``."""
        rows = self._words.holding([need], sorted(articles))
        return set(self._about.owners_of(rows).values())

    def copies(self) -> list[tuple[str, str, float]]:
        """Return (article id, article id, resemblance) of near copies, in the order of the store."""
        return self._snapshot.copies()

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
        manifest, held = hold(folder)
    except OSError as error:
        raise IndexStoreError(
            f"the index cannot be read: {error.strerror}", where=folder, mend="Check permissions."
        ) from error
    try:
        return _open(folder, manifest, held)
    except BaseException:
        os.close(held)
        raise


def hold(folder: Path) -> tuple[Manifest, int]:
    """Return the current generation and the descriptor that keeps it from being removed until it is closed."""
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
        snapshot.remember(_REMEMBERED)
        made, settings = snapshot.format(), snapshot.settings()
        words, vectors, about, tokens = sparse.WordIndex(home), dense.VectorIndex(home), About(home), Tokens(home)
        agree = (
            made == FORMAT
            and settings.get("encoder") == manifest.encoder
            and settings.get("dim") == str(manifest.dim) == str(vectors.dim)
            and snapshot.counts() == manifest.counts
            and len(words) == len(vectors) == manifest.counts.passages
            and about.whole()
            and about.articles() == manifest.counts.articles
            and (not tokens.there or tokens.whole())
        )
        if not agree:
            raise IndexStoreError(
                "the parts of the index do not belong together", where=folder, mend=REBUILD.format(folder)
            )
    except BaseException:
        snapshot.close()
        raise
    return Index(manifest, snapshot, words, vectors, Lexicon(home), about, tokens, held)
