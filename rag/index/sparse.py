"""The keyword leg: BM25 over several fields. The only import of tantivy."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

from rag.index import terms
from rag.index.files import writable

FOLDER = "tantivy"
_ROW = "row"
FIELDS = {
    "words": terms.text_terms,
    "grams": terms.gram_terms,
}
# Title, byline and headings are fields of their own: they repeat in every passage of an article, so a word is
# much commoner there than in the texts, and counts by that. No field earned more or less than 1 when it was tried.
WEIGHTS = {"words": 1.0, "grams": 1.0, "about_words": 1.0, "about_grams": 1.0, "spelled": 1.0}
# A word that is near in meaning counts by the square of its similarity, which tells translations from mere relatives;
# of several words for one, the best counts, and the others only as a bonus: they are one thing asked for.
MEANT_POWER, MEANT_TIE = 2, 0.3
MAX_TERMS = 256  # distinct terms of a question, per field; more is a page pasted in, whose first part will do
_HEAP = 64_000_000  # bytes the writer may fill before it writes a segment out


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(_ROW, indexed=True, fast=True)
    for field in WEIGHTS:
        # terms come ready cut, joined by spaces
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _document(row: int, text: str, context: str) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned(_ROW, row)
    for field, cut in FIELDS.items():
        document.add_text(field, " ".join(cut(text)))
        document.add_text(f"about_{field}", " ".join(cut(context)))
    document.add_text("spelled", " ".join(terms.spelled_terms(f"{context}\n{text}")))
    return document


def build(home: Path, passages: Iterable[tuple[int, str, str]]) -> None:
    """Write the index of (passage row, text, context) into ``home``."""
    folder = home / FOLDER
    folder.mkdir()
    _write(tantivy.Index(_schema(), str(folder)), passages, ())


def extend(home: Path, older: Path, dead: Sequence[int], passages: Iterable[tuple[int, str, str]]) -> None:
    """Write an index into ``home`` that is the one in ``older`` less ``dead`` and with ``passages``.

    Segment files are never changed once written, so the two share them as hard links.
    """
    folder = home / FOLDER
    folder.mkdir()
    for path in (older / FOLDER).iterdir():
        if path.suffix == ".json":
            shutil.copy(path, folder / path.name)
        elif path.suffix != ".lock":
            _share(path, folder / path.name)
    _write(tantivy.Index.open(str(folder)), passages, dead)


def _share(path: Path, other: Path) -> None:
    try:
        os.link(path, other)
    except OSError:  # a file system without hard links
        shutil.copy(path, other)


def buried(home: Path) -> int:
    """Return how many deleted passages the index in ``home`` still carries; they still weigh on how rare a word is."""
    meta = json.loads((home / FOLDER / "meta.json").read_text(encoding="utf-8"))
    return sum((segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in meta["segments"])


def _write(index: tantivy.Index, passages: Iterable[tuple[int, str, str]], dead: Sequence[int]) -> None:
    writer = index.writer(_HEAP, 1)  # one thread: the same passages give the same segments
    try:
        if dead:
            # not delete_documents_by_term: given a number, it deletes nothing
            writer.delete_documents_by_query(tantivy.Query.term_set_query(_schema(), _ROW, list(dead)))
        for row, text, context in passages:
            writer.add_document(_document(row, text, context))
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

    def search(
        self,
        question: str,
        depth: int,
        meant: Sequence[Sequence[tuple[str, float]]] = (),
        weights: Mapping[str, float] = WEIGHTS,
    ) -> list[tuple[int, float]]:
        """Return (passage row, BM25 summed over the weighted fields), best first, ties by row.

        Each group of ``meant`` holds (term, similarity) of words that may stand for one word of the question.
        """
        clauses = [
            (tantivy.Occur.Should, self._clause(field, term, weights[field]))
            for field, asked in _asked(question).items()
            if weights.get(field)
            for term in asked
        ]
        clauses += [
            (tantivy.Occur.Should, self._either(field, group, weights[field]))
            for field in ("words", "about_words")
            for group in meant
            if group and weights.get(field)
        ]
        if not clauses:
            return []
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), depth, count=False).hits
        rows = self._searcher.fast_field_values(_ROW, [address for _, address in hits])
        pairs = [(int(row), float(score)) for row, (score, _) in zip(rows, hits, strict=True) if row is not None]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def _either(self, field: str, group: Sequence[tuple[str, float]], weight: float) -> tantivy.Query:
        clauses = [self._clause(field, term, weight * similarity**MEANT_POWER) for term, similarity in group]
        return tantivy.Query.disjunction_max_query(clauses, MEANT_TIE)

    def _clause(self, field: str, term: str, weight: float) -> tantivy.Query:
        return tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, term, "freq"), weight)


def _asked(question: str) -> dict[str, list[str]]:
    asked = {"spelled": terms.asked_spellings(question)}
    for field, cut in FIELDS.items():
        asked[field] = asked[f"about_{field}"] = list(dict.fromkeys(cut(question)))
    return {field: found[:MAX_TERMS] for field, found in asked.items()}
