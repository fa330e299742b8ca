"""The files made from the store: vectors for FAISS and terms for tantivy, for one generation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.index import dense, lexicon, sparse, wordlist
from rag.index.changes import Changes
from rag.index.facts import key_of, searched_text
from rag.index.wordlist import WordList
from rag.types import Encoder

_BATCH = 512  # passages encoded, or cut into terms, at a time
# Deleted passages stay in the word index until their segment is written again, and still count when it reckons
# how rare a word is; above this share of the living the whole is made anew.
_BURIED_SHARE = 0.1
# faiss and tantivy have no type of error for the disk
_OF_THE_DISK = re.compile(r"os error|IoError|IO error|faiss.*write", re.DOTALL)

Progress = Callable[[str, int, int], None]


def encode(changes: Changes, encoder: Encoder, progress: Progress) -> None:
    """Give a vector to every text that has none; a batch is kept once made, and a run cut short goes on from it."""
    rows = changes.without_vector()
    for start in range(0, len(rows), _BATCH):
        progress("encoding", start, len(rows))
        texts = changes.texts(rows[start : start + _BATCH])
        vectors = encoder.encode_passages([searched_text(text, context) for *_, text, context in texts])
        assert vectors.shape == (len(texts), encoder.dim), vectors.shape
        changes.add_vectors(list(zip((key for _, key, *_ in texts), dense.pack(vectors), strict=True)))
    progress("encoding", len(rows), len(rows))


def derive(
    home: Path,
    older: tuple[int, Path] | None,
    changes: Changes,
    encoder: Encoder,
    progress: Progress,
    own: WordList | None = None,
) -> None:
    """Write the derived files of a generation into ``home``, from those of the ``older`` one if that saves work.

    ``own`` are words of one's own; where the older one has others, its word index cannot be built upon. Raises OSError
    when the files cannot be written.
    """
    with _as_os_error():
        dense.build(home, encoder.dim, changes.vectors())
        _index_words(home, older, changes, progress, own or WordList())
        words = lexicon.choose(sparse.WordIndex(home).vocabulary())
    vectors = _word_vectors(words, changes, encoder)
    with _as_os_error():
        lexicon.build(home, encoder.dim, words, vectors)


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Give what faiss and tantivy say of a disk that fails its own type."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        if not _OF_THE_DISK.search(str(error)):
            raise
        raise OSError(0, f"the files for search: {' '.join(str(error).split())[:200]}") from error


def _index_words(
    home: Path, older: tuple[int, Path] | None, changes: Changes, progress: Progress, own: WordList
) -> None:
    rows = changes.passage_rows()
    if older and wordlist.kept(older[1]) == own.text:
        before = set(changes.passage_rows(before=older[0]))
        dead = sorted(before.difference(rows))
        if sparse.buried(older[1]) + len(dead) <= _BURIED_SHARE * len(rows):
            fresh = [row for row in rows if row not in before]
            sparse.extend(home, older[1], dead, _texts(changes, fresh, progress))
            return
    sparse.build(home, _texts(changes, rows, progress), own)


def _word_vectors(words: Sequence[str], changes: Changes, encoder: Encoder) -> list[bytes]:
    known = changes.word_vectors()
    keys = [key_of(encoder.name, word) for word in words]
    missing = [(key, word) for key, word in zip(keys, words, strict=True) if key not in known]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        vectors = dense.pack(encoder.encode_passages([word for _, word in batch]))
        known.update(zip((key for key, _ in batch), vectors, strict=True))
    changes.keep_words({key: known[key] for key in keys})
    return [known[key] for key in keys]


def _texts(changes: Changes, rows: Sequence[int], progress: Progress) -> Iterator[sparse.Searched]:
    for start in range(0, len(rows), _BATCH):
        progress("words", start, len(rows))
        for row, _, article, text, context in changes.texts(rows[start : start + _BATCH]):
            yield row, article, text, context
    progress("words", len(rows), len(rows))
