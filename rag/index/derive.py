"""The files made from the store: vectors for FAISS and terms for tantivy, for one generation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from rag.encode import StaticEncoder
from rag.index import about_files, lexicon, sparse, tokens, vector_files, word_files, wordlist
from rag.index.about import FILE, About
from rag.index.changes import Changes
from rag.index.facts import key_of, searched_text
from rag.index.snapshot import Snapshot
from rag.index.wordlist import WordList
from rag.types import Encoder

if TYPE_CHECKING:
    from rag.index.tokens import Held

_BATCH = 512  # passages encoded, or cut into terms, at a time
_CUT = 300_000  # texts whose tokens are remembered from when they were encoded, some 120 MB
# Deleted passages stay in the word index until their segment is written again, and still count when it reckons
# how rare a word is; above this share of the living the whole is made anew.
_BURIED_SHARE = 0.1
# The commonest words of so many passages are hardly others after a few more: they are looked at again when the files
# of the vectors are written anew.
_LEXICON_FROM = 20_000
_MANY = 20_000  # passages, from which on memory is spent on writing them in larger segments
# faiss and tantivy have no type of error for the disk, and of a worker that met one tantivy may say no more than that
_OF_THE_DISK = re.compile(
    r"os error|IO ?error|io::error|worker thread|writer was killed|merging thread|faiss.*write",
    re.DOTALL | re.IGNORECASE,
)

Progress = Callable[[str, int, int], None]


def encode(changes: Changes, encoder: Encoder, progress: Progress, since: int | None = None) -> dict[bytes, Held]:
    """Give a vector to every text that has none; a batch is kept once made, and a run cut short goes on from it.

    Where generation ``since`` is known to be whole, only texts that came after it are looked at. Returns the tokens of
    texts by key, for an encoder that has vectors of words: those of the last run only, and not more than _CUT.
    """
    rows = changes.without_vector(since)
    cut: dict[bytes, Held] = {}
    for start in range(0, len(rows), _BATCH):
        progress("encoding", start, len(rows))
        batch = changes.texts(rows[start : start + _BATCH])
        keys, texts = [key for _, key, *_ in batch], [searched_text(text, context) for *_, text, context in batch]
        if isinstance(encoder, StaticEncoder) and len(cut) < _CUT:
            vectors, held = encoder.encode_and_cut(texts)
            cut.update(zip(keys, held, strict=True))
        else:
            vectors = encoder.encode_passages(texts)
        assert vectors.shape == (len(texts), encoder.dim), vectors.shape
        changes.add_vectors(list(zip(keys, vector_files.pack(vectors), strict=True)))
    progress("encoding", len(rows), len(rows))
    return cut


def derive(
    home: Path,
    older: tuple[int, Path] | None,
    changes: Changes,
    store: Snapshot,
    encoder: Encoder,
    progress: Progress,
    own: WordList | None = None,
    cut: Mapping[bytes, Held] = MappingProxyType({}),
) -> None:
    """Write the derived files of a generation into ``home``, from those of the ``older`` one if that saves work.

    ``store`` is what the generation sees, ``cut`` what ``encode`` returned. ``own`` are words of one's own; where the
    older one has others, its word index cannot be built upon. Raises OSError when the files cannot be written.
    """
    step = _Step.since(older, changes) if older else None
    with _as_os_error():
        kept = _index_vectors(home, step, changes, encoder.dim)
        if isinstance(encoder, StaticEncoder):
            _index_tokens(home, step, changes, encoder, cut, shared=bool(kept))
        _index_articles(home, step, changes, store, shared=bool(kept))
        _index_words(home, step, changes, progress, own or WordList())
        if step and kept and kept > _LEXICON_FROM:
            lexicon.share(home, step.home)
            return
        words = lexicon.choose(sparse.WordIndex(home).vocabulary())
    vectors = _word_vectors(words, changes, encoder)
    with _as_os_error():
        lexicon.build(home, encoder.dim, words, vectors)


@dataclass(frozen=True, slots=True)
class _Step:
    """The way from an older generation, whose files lie in ``home``: rows of passages that went and came since."""

    home: Path
    dead: list[int]
    fresh: list[int]

    @classmethod
    def since(cls, older: tuple[int, Path], changes: Changes) -> _Step:
        return cls(older[1], changes.passages_died(older[0]), changes.passages_born(older[0]))


def _index_vectors(home: Path, step: _Step | None, changes: Changes, dim: int) -> int:
    """Return how many passages the files that were built upon were made of; 0 when all were made anew."""
    if step and vector_files.extend(home, step.home, step.dead, changes.vectors(step.fresh)):
        return vector_files.first_count(home)
    vector_files.build(home, dim, changes.vectors())
    return 0


def _index_tokens(
    home: Path, step: _Step | None, changes: Changes, encoder: StaticEncoder, cut: Mapping[bytes, Held], *, shared: bool
) -> None:
    def tokens_of(rows: Sequence[int]) -> list[Held]:
        texts = {row: (key, text, context) for row, key, _, text, context in changes.texts(rows)} if rows else {}
        held = {row: cut[key] for row, (key, *_) in texts.items() if key in cut}
        new = [row for row in rows if row not in held]  # one that is gone has no text
        held |= zip(new, encoder.cut([searched_text(*texts.get(row, ("", "", ""))[1:]) for row in new]), strict=True)
        return [held[row] for row in rows]

    tokens.build(home, step.home if step else None, tokens_of, shared=shared)


def _index_articles(home: Path, step: _Step | None, changes: Changes, store: Snapshot, *, shared: bool) -> None:
    if step is None or not (step.home / FILE).exists():
        about_files.build(home, store.briefs(), changes.owners)
        return
    came, gone = store.briefs("born"), store.article_rows("died")
    if shared:
        about_files.extend(home, step.home, came, gone, changes.owners)
    else:
        about_files.build(home, [*About(step.home).without(gone), *came], changes.owners)


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Give what faiss and tantivy say of a disk that fails its own type."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        if not _OF_THE_DISK.search(str(error)):
            raise
        raise OSError(0, f"the files for search: {' '.join(str(error).split())[:200]}") from error


def _index_words(home: Path, step: _Step | None, changes: Changes, progress: Progress, own: WordList) -> None:
    if step and wordlist.kept(step.home) == own.text and sparse.fits(step.home):
        buried, held = word_files.buried(step.home)
        if buried + len(step.dead) <= _BURIED_SHARE * (held - len(step.dead) + len(step.fresh)):
            word_files.extend(home, step.home, step.dead, _texts(changes, step.fresh, progress))
            return
    rows = changes.passage_rows()
    word_files.build(home, _texts(changes, rows, progress), own, many=len(rows) > _MANY)


def _word_vectors(words: Sequence[str], changes: Changes, encoder: Encoder) -> list[bytes]:
    known = changes.word_vectors()
    keys = [key_of(encoder.name, word) for word in words]
    missing = [(key, word) for key, word in zip(keys, words, strict=True) if key not in known]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        vectors = vector_files.pack(encoder.encode_passages([word for _, word in batch]))
        known.update(zip((key for key, _ in batch), vectors, strict=True))
    changes.keep_words({key: known[key] for key in keys})
    return [known[key] for key in keys]


def _texts(changes: Changes, rows: Sequence[int], progress: Progress) -> Iterator[sparse.Searched]:
    for start in range(0, len(rows), _BATCH):
        progress("words", start, len(rows))
        for row, _, article, text, context in changes.texts(rows[start : start + _BATCH]):
            yield row, article, text, context
    progress("words", len(rows), len(rows))
