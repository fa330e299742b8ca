"""The files of the keyword leg: made for all passages, or upon those of the generation before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import tantivy

from rag.index import files, terms, wordlist
from rag.index.clauses import ARTICLE, FIELDS, ROW, WEIGHTS
from rag.index.sparse import FOLDER, Searched, own_words
from rag.index.wordlist import WordList

# Bytes the writer may fill before it writes a segment out: many passages at once make few large segments, for every
# segment costs a search time of its own.
_HEAP, _LARGE_HEAP = 64_000_000, 256_000_000


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
        document.add_text(field, f"{_cut_context(field, context)} {' '.join(cut(text))}")
    document.add_text("spelled", f"{_cut_context('spelled', context)} {' '.join(terms.spelled_terms(text))}")
    if len(own):
        document.add_text("own", " ".join(terms.own_terms(f"{context}\n{text}", own)))
    return document


@lru_cache(maxsize=8)
def _cut_context(field: str, context: str) -> str:
    """Return the terms of what mostly stands over the passage before as well."""
    cut = terms.spelled_terms if field == "spelled" else FIELDS[field]
    return " ".join(cut(context))


def build(home: Path, passages: Iterable[Searched], own: WordList | None = None, *, many: bool = False) -> None:
    """Write the index of ``passages`` into ``home``, with the words of one's own that it was made with.

    For ``many`` of them more memory is used.
    """
    folder = home / FOLDER
    folder.mkdir()
    own = own or WordList()
    (home / wordlist.FILE).write_text(own.text, encoding="utf-8")
    _write(tantivy.Index(_schema(), str(folder)), passages, (), own, _LARGE_HEAP if many else _HEAP)


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
            files.share(path, folder / path.name)
    shutil.copy(older / wordlist.FILE, home / wordlist.FILE)
    _write(tantivy.Index.open(str(folder)), passages, dead, own_words(home))


def buried(home: Path) -> tuple[int, int]:
    """Return how many deleted passages the index in ``home`` still carries, and how many it holds beside them.

    The deleted still weigh on how rare a word is.
    """
    segments = json.loads((home / FOLDER / "meta.json").read_text(encoding="utf-8"))["segments"]
    dead = sum((segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in segments)
    return dead, sum(segment["max_doc"] for segment in segments) - dead


def _write(
    index: tantivy.Index, passages: Iterable[Searched], dead: Sequence[int], own: WordList, heap: int = _HEAP
) -> None:
    writer = index.writer(heap, 1)  # one thread: the same passages give the same segments
    try:
        if dead:
            # not delete_documents_by_term: given a number, it deletes nothing
            writer.delete_documents_by_query(tantivy.Query.term_set_query(_schema(), ROW, list(dead)))
        for passage in passages:
            writer.add_document(_document(passage, own))
        writer.commit()
    finally:
        writer.wait_merging_threads()
