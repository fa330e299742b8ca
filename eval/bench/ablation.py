"""Retrieval with parts of it left out: what each part of the keyword leg, the vectors and the fusion are worth."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.bench.legs import search
from rag.index import sparse, word_files
from rag.index.clauses import WEIGHTS
from rag.retrieve import HybridRetriever
from rag.retrieve.copies import share_places
from rag.retrieve.hybrid import FRONT_MATTER
from rag.text import simplified
from rag.types import Encoder, Passage

if TYPE_CHECKING:
    from rag.index import Index

Leg = Sequence[tuple[int, float]]  # (row, score), best first

WORDS, BIGRAMS, CONTEXT, PINYIN = "words", "+ bigrams", "+ title, byline, headings", "+ pinyin"
TRANSLATED = "+ translated words: the keyword leg"
NEAREST = "vectors of whole passages"
VECTORS, RECIPROCAL, FUSED = "+ word by word: the vector leg", "both by reciprocal rank", "both as fused"
RANK_OFFSET = 60
_BATCH = 1024


def texts_alone(index: Index, home: Path) -> sparse.WordIndex:
    """Return an index of the same passages by their text alone, made in ``home`` unless it is there."""
    if not home.exists():
        unfinished = home.with_name(f"{home.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        word_files.build(unfinished, _texts(index))
        unfinished.rename(home)
    return sparse.WordIndex(home)


def _texts(index: Index) -> Iterator[sparse.Searched]:
    rows = index.owners()[:, 0].tolist()
    for start in range(0, len(rows), _BATCH):
        for one in index.passages(rows[start : start + _BATCH]):
            yield one.row, one.row, one.passage.text, ""


def rankings(
    index: Index, alone: sparse.WordIndex, encoder: Encoder, question: str, *, depth: int, k: int
) -> dict[str, list[Passage]]:
    """Return the first k passages under each name: the steps of the keyword leg, each leg alone, both together.

    ``alone`` is what ``texts_alone`` returned. All but the last are put together here, out of what the index finds:
    front matter counts as in the product, and passages that say the same share a place.
    """
    both = search(index, encoder, question, depth)
    legs = {**keyword_legs(index, alone, question, depth), TRANSLATED: both.words}
    legs[NEAREST] = index.search_vectors(encoder.encode_queries([simplified(question)])[0], depth)
    legs[VECTORS] = both.vectors
    ranked = {name: _passages(index, dict(leg), k) for name, leg in legs.items()}
    ranked[RECIPROCAL] = _passages(index, reciprocal_ranks([legs[TRANSLATED], legs[VECTORS]]), k)
    fused = HybridRetriever(index, encoder, depth=depth).retrieve(question, k)
    return {**ranked, FUSED: [hit.passage for hit in fused]}


def keyword_legs(index: Index, alone: sparse.WordIndex, question: str, depth: int) -> dict[str, Leg]:
    """Return what the keyword leg finds after each step but the last; each keeps what the one before it has."""
    words, both = _weights("words"), _weights("words", "grams")
    return {
        WORDS: alone.search(question, depth, (), words),
        BIGRAMS: alone.search(question, depth, (), both),
        CONTEXT: index.search_words(question, depth, (), both),
        PINYIN: index.search_words(question, depth, (), _weights("words", "grams", "spelled")),
    }


def _weights(*fields: str) -> dict[str, float]:
    return {field: WEIGHTS[field] for field in fields}


def reciprocal_ranks(legs: Sequence[Leg]) -> dict[int, float]:
    """Score each row by the sum, over the legs that found it, of 1 / (RANK_OFFSET + rank).

    Source: Cormack, Clarke and Büttcher, SIGIR 2009, doi:10.1145/1571941.1572114.
    """
    scores: dict[int, float] = {}
    for leg in legs:
        for rank, (row, _) in enumerate(leg, 1):
            scores[row] = scores.get(row, 0.0) + 1 / (RANK_OFFSET + rank)
    return scores


def _passages(index: Index, scores: Mapping[int, float], k: int) -> list[Passage]:
    found = index.passages(sorted(scores))
    told = {one.row: scores[one.row] * (FRONT_MATTER if one.front else 1.0) for one in found}
    ranked = sorted(found, key=lambda one: (-told[one.row], one.passage.id))
    return [place.passage for place in share_places((one.passage for one in ranked), k)]
