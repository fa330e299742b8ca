"""The keyword leg: BM25 over several fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from rag.errors import IndexStoreError
from rag.index import clauses, files, wordlist
from rag.index.clauses import ARTICLE, ROW, WEIGHTS, Clause, Need, Only
from rag.index.wordlist import WordList

FOLDER = "tantivy"
Searched = tuple[int, int, str, str]  # row of the passage, row of its article, text, context
# Entries of the index that a question may look at; each takes about 9 ns. Of a longer one the commonest terms are left
# out, which in so large an index tell the least: below 300,000 passages that never happens.
AFFORDABLE = 2_500_000
_ALWAYS = 8  # terms that are looked up in any case, the rarest


def own_words(home: Path) -> WordList:
    """Return the words of one's own that the index in ``home`` was made with."""
    text = wordlist.kept(home)
    if text is None or not fits(home):
        raise IndexStoreError(
            "the word index was made by an older version", where=home, mend="Run `wenju index` on the same folders."
        )
    return WordList(text, home / wordlist.FILE)


def fits(home: Path) -> bool:
    """Tell whether the index in ``home`` has the fields that are searched now."""
    made = json.loads((home / FOLDER / "meta.json").read_text(encoding="utf-8"))["schema"]
    return {field["name"] for field in made} == {ROW, ARTICLE, *WEIGHTS}


class WordIndex:
    """Passages by the terms they share with a question."""

    def __init__(self, home: Path) -> None:
        folder = home / FOLDER
        if not files.writable(folder):
            folder = self._beside(folder)
        index = tantivy.Index.open(str(folder))
        self._schema, self._searcher = index.schema, index.searcher()
        self.own = own_words(home)

    def _beside(self, folder: Path) -> Path:
        """Return a folder of links to the files of ``folder``: tantivy opens no index without writing a lock there."""
        self._links = TemporaryDirectory(prefix="wenju-")
        for path in folder.iterdir():
            if path.suffix != ".lock":
                (Path(self._links.name) / path.name).symlink_to(path.absolute())
        return Path(self._links.name)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def vocabulary(self) -> list[tuple[str, int]]:
        """Return (term, number of passages) of the field of words."""
        return [(str(term), int(count)) for term, count in self._searcher.terms_with_prefix("words", "")]

    def held(self, field: str, term: str) -> int:
        """Return how many passages hold ``term`` in ``field``."""
        return int(self._searcher.doc_freq(field, term))

    def beginning(self, field: str, prefix: str) -> list[str]:
        """Return the terms of ``field`` that begin with ``prefix``."""
        return [str(term) for term, _ in self._searcher.terms_with_prefix(field, prefix)]

    def spells(self, word: str) -> bool:
        """Tell whether ``word`` is how a name in the index sounds."""
        return bool(self._searcher.doc_freq("spelled", word))

    def only(self, chosen: Sequence[int], others: Sequence[int]) -> Only:
        """Return the limit of a search to the articles ``chosen``, all but the ``others``."""
        return clauses.articles_only(self._schema, chosen, others)

    def search(
        self,
        question: str,
        depth: int,
        meant: Sequence[Sequence[tuple[str, float]]] = (),
        weights: Mapping[str, float] = WEIGHTS,
        only: Only | None = None,
    ) -> list[tuple[int, float]]:
        """Return (passage row, BM25 summed over the weighted fields), best first, ties by row.

        Each group of ``meant`` holds (term, similarity) of words that may stand for one word of the question.
        ``only`` limits what may be found and changes no score.
        """
        asked = self._asked(question, meant, weights)
        return self._scored(clauses.any_of([one.query for one in asked], only), depth) if asked else []

    def reasons(
        self,
        question: str,
        rows: Sequence[int],
        meant: Sequence[Sequence[tuple[str, float]]] = (),
        weights: Mapping[str, float] = WEIGHTS,
    ) -> dict[int, list[tuple[str, tuple[str, ...], float]]]:
        """Return by row the (field, terms, score) that add up to the score of each passage, greatest first."""
        told: dict[int, list[tuple[str, tuple[str, ...], float]]] = {row: [] for row in rows}
        only = clauses.rows_only(self._schema, rows)
        for one in self._asked(question, meant, weights) if rows else ():
            for row, score in self._scored(clauses.within(one.query, only), len(rows)):
                told[row].append((one.field, one.terms, score))
        return {row: sorted(found, key=lambda reason: -reason[2]) for row, found in told.items()}

    def holding(self, needs: Sequence[Need], articles: Sequence[int] | None = None) -> list[int]:
        """Return the rows of all passages, or of those of ``articles``, that may meet ``needs`` (see clauses.all_of).

        Ascending.
        """
        only = None if articles is None else clauses.articles_only(self._schema, articles, range(len(articles)))
        query = tantivy.Query.const_score_query(clauses.within(clauses.all_of(self._schema, needs), only), 1.0)
        return [row for row, _ in self._scored(query, max(1, len(self)))]

    def _asked(
        self, question: str, meant: Sequence[Sequence[tuple[str, float]]], weights: Mapping[str, float]
    ) -> list[Clause]:
        asked = clauses.wanted(self._schema, question, self.own, meant, weights, self._rarity)
        if len(self) * len(asked) <= AFFORDABLE:
            return asked
        held = [sum(self._searcher.doc_freq(one.field, term) for term in one.terms) for one in asked]
        rarest = sorted(range(len(asked)), key=held.__getitem__)
        spent = accumulate(held[place] for place in rarest)
        kept = {
            place
            for n, (place, cost) in enumerate(zip(rarest, spent, strict=True))
            if n < _ALWAYS or cost <= AFFORDABLE
        }
        return [one for place, one in enumerate(asked) if place in kept]

    def _rarity(self, term: str) -> float:
        """Return BM25's idf of a word of one's own."""
        held = self._searcher.doc_freq("own", term)
        return log(1 + (len(self) - held + 0.5) / (held + 0.5))

    def _scored(self, query: tantivy.Query, depth: int) -> list[tuple[int, float]]:
        hits = self._searcher.search(query, depth, count=False).hits
        rows = self._searcher.fast_field_values(ROW, [address for _, address in hits])
        pairs = [(int(row), float(score)) for row, (score, _) in zip(rows, hits, strict=True) if row is not None]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
