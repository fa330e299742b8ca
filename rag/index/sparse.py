"""The keyword leg: BM25 over several fields. The only import of tantivy."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from rag.errors import IndexStoreError
from rag.index import clauses, terms, wordlist
from rag.index.clauses import ARTICLE, FIELDS, ROW, WEIGHTS, Clause, Need, Only
from rag.index.files import writable
from rag.index.wordlist import WordList

FOLDER = "tantivy"
Searched = tuple[int, int, str, str]  # row of the passage, row of its article, text, context
_HEAP = 64_000_000  # bytes the writer may fill before it writes a segment out


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(ROW, indexed=True, fast=True)
    builder.add_unsigned_field(ARTICLE, indexed=True)
    for field in WEIGHTS:
        # terms come ready cut, joined by spaces
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _document(passage: Searched, own: WordList) -> tantivy.Document:
    row, article, text, context = passage
    document = tantivy.Document()
    document.add_unsigned(ROW, row)
    document.add_unsigned(ARTICLE, article)
    for field, cut in FIELDS.items():
        document.add_text(field, " ".join(cut(text)))
        document.add_text(f"about_{field}", " ".join(cut(context)))
    both = f"{context}\n{text}"
    document.add_text("spelled", " ".join(terms.spelled_terms(both)))
    document.add_text("own", " ".join(terms.own_terms(both, own)))
    return document


def build(home: Path, passages: Iterable[Searched], own: WordList | None = None) -> None:
    """Write the index of ``passages`` into ``home``, with the words of one's own that it was made with."""
    folder = home / FOLDER
    folder.mkdir()
    own = own or WordList()
    (home / wordlist.FILE).write_text(own.text, encoding="utf-8")
    _write(tantivy.Index(_schema(), str(folder)), passages, (), own)


def extend(home: Path, older: Path, dead: Sequence[int], passages: Iterable[Searched]) -> None:
    """Write an index into ``home`` that is the one in ``older`` less the rows ``dead`` and with ``passages``.

    Segment files are never changed once written, so the two share them as hard links. The words of one's own are
    those of the older index.
    """
    folder = home / FOLDER
    folder.mkdir()
    for path in (older / FOLDER).iterdir():
        if path.suffix == ".json":
            shutil.copy(path, folder / path.name)
        elif path.suffix != ".lock":
            _share(path, folder / path.name)
    shutil.copy(older / wordlist.FILE, home / wordlist.FILE)
    _write(tantivy.Index.open(str(folder)), passages, dead, own_words(home))


def own_words(home: Path) -> WordList:
    """Return the words of one's own that the index in ``home`` was made with."""
    text = wordlist.kept(home)
    if text is None:
        raise IndexStoreError(
            "the word index was made by an older version", where=home, mend="Run `wenju index` on the same folders."
        )
    return WordList(text, home / wordlist.FILE)


def _share(path: Path, other: Path) -> None:
    try:
        os.link(path, other)
    except OSError:  # a file system without hard links
        shutil.copy(path, other)


def buried(home: Path) -> int:
    """Return how many deleted passages the index in ``home`` still carries; they still weigh on how rare a word is."""
    meta = json.loads((home / FOLDER / "meta.json").read_text(encoding="utf-8"))
    return sum((segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in meta["segments"])


def _write(index: tantivy.Index, passages: Iterable[Searched], dead: Sequence[int], own: WordList) -> None:
    writer = index.writer(_HEAP, 1)  # one thread: the same passages give the same segments
    try:
        if dead:
            # not delete_documents_by_term: given a number, it deletes nothing
            writer.delete_documents_by_query(tantivy.Query.term_set_query(_schema(), ROW, list(dead)))
        for passage in passages:
            writer.add_document(_document(passage, own))
        writer.commit()
    finally:
        writer.wait_merging_threads()


class WordIndex:
    """Passages by the terms they share with a question."""

    def __init__(self, home: Path) -> None:
        folder = home / FOLDER
        if not writable(folder):
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

    def holding(self, needs: Sequence[Need]) -> list[int]:
        """Return the rows of all passages that may meet ``needs`` (see clauses.all_of), ascending."""
        query = tantivy.Query.const_score_query(clauses.all_of(self._schema, needs), 1.0)
        return [row for row, _ in self._scored(query, max(1, len(self)))]

    def _asked(
        self, question: str, meant: Sequence[Sequence[tuple[str, float]]], weights: Mapping[str, float]
    ) -> list[Clause]:
        return clauses.wanted(self._schema, question, self.own, meant, weights, self._rarity)

    def _rarity(self, term: str) -> float:
        """Return BM25's idf of a word of one's own."""
        held = self._searcher.doc_freq("own", term)
        return log(1 + (len(self) - held + 0.5) / (held + 0.5))

    def _scored(self, query: tantivy.Query, depth: int) -> list[tuple[int, float]]:
        hits = self._searcher.search(query, depth, count=False).hits
        rows = self._searcher.fast_field_values(ROW, [address for _, address in hits])
        pairs = [(int(row), float(score)) for row, (score, _) in zip(rows, hits, strict=True) if row is not None]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
