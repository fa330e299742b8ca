"""Questions with what each leg finds for them: made once, so that weights can be tried on them by the thousand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from eval.bench import distractors
from eval.bench.legs import search
from eval.metrics import squeeze
from rag.index import terms
from rag.retrieve.hybrid import FRONT_MATTER
from rag.retrieve.places import named
from rag.text import language, sentences
from rag.train.data import Record, answers, context_of, own_questions, records
from rag.types import Encoder

if TYPE_CHECKING:
    from rag.index import Index

Floats = npt.NDArray[np.float64]

TUNING = "written/dev.jsonl"
TEXTS = ("text-crud_news.jsonl", "pairs-xwlb_title_body.jsonl", "text-laws.jsonl")
MEANT = "meant"  # added to a field's name: what words add that mean the same in the other script
FIELDS = ("words", "grams", "spelled", "own", f"words {MEANT}")
_ARRAYS = ("fields", "near", "kept", "other", "right", "present")
_AROUND = 20  # characters of its sentence on each side of an answer, which a passage must hold to be right


class Asked(NamedTuple):
    """A question; its ``group`` is the passage that it was asked of, ``quotes`` are what a right passage holds."""

    text: str
    lang: str
    group: int
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """Candidates of all questions: (questions, candidates), 0 and False beyond a question's last.

    ``fields`` adds a last axis, one place for each of FIELDS; candidates that the keyword leg did not find have 0.
    ``near`` is the vector leg's share before it is weighted, ``kept`` what remains of the sum of both: less for front
    matter, and where a place that is asked about is not named. ``other`` tells the candidates in another language.
    """

    asked: tuple[Asked, ...]
    fields: Floats
    near: Floats
    kept: Floats
    other: npt.NDArray[np.bool_]
    right: npt.NDArray[np.bool_]
    present: npt.NDArray[np.bool_]

    def only(self, rows: Sequence[int]) -> Cases:
        """Return the questions at ``rows``."""
        asked = tuple(self.asked[row] for row in rows)
        return Cases(asked, *(getattr(self, name)[rows] for name in _ARRAYS))

    def save(self, path: Path) -> None:
        """Keep what the legs found in one file."""
        told = json.dumps(self.asked, ensure_ascii=False)
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez_compressed(path, asked=np.frombuffer(told.encode(), np.uint8), **arrays)

    @classmethod
    def load(cls, path: Path) -> Cases:
        """Return what ``save`` kept."""
        with np.load(path, allow_pickle=False) as kept:
            rows = json.loads(kept["asked"].tobytes())
            asked = tuple(Asked(text, lang, group, tuple(quotes)) for text, lang, group, quotes in rows)
            return cls(asked, *(kept[name] for name in _ARRAYS))


def write_corpus(data: Path, folder: Path, passages: int) -> list[Asked]:
    """Write the texts of the questions, and others of the same kinds, to ``folder``; return the questions."""
    told = list(chain(records(data, TUNING), own_questions(data)))
    shutil.rmtree(folder / "asked", ignore_errors=True)
    distractors.write(({"title": one["title"], "text": one["text"]} for one in told), folder / "asked", "asked")
    others = folder / f"others-{passages}"
    if not others.exists():
        files = [file if (file := data / name).exists() else data / f"{name}.xz" for name in TEXTS]
        distractors.write(distractors.until(distractors.endless(files), passages), others)
    return list(chain.from_iterable(_asked(record, number) for number, record in enumerate(told)))


def _asked(record: Record, number: int) -> Iterator[Asked]:
    for qa in record["qas"]:
        quotes = tuple(_quote(context_of(record), start, len(text)) for text, start in answers(record, qa))
        if quotes and qa["q"].strip():
            yield Asked(qa["q"], language(qa["q"]), number, quotes)


def _quote(text: str, start: int, length: int) -> str:
    for begin, end in sentences(text):
        if begin <= start < end:
            return squeeze(text[max(begin, start - _AROUND) : min(end, start + length + _AROUND)])
    return squeeze(text[start : start + length])


def gather(asked: Sequence[Asked], index: Index, encoder: Encoder, depth: int, show: Callable[[int], None]) -> Cases:
    """Search for every question and note what each candidate got from where."""
    found = []
    for number, one in enumerate(asked):
        show(number)
        found.append(_candidates(one, index, encoder, depth))
    width = max(len(rows) for rows in found)
    shape = (len(found), width)
    cases = Cases(
        tuple(asked), np.zeros((*shape, len(FIELDS))), np.zeros(shape), np.ones(shape), np.zeros(shape, np.bool_),
        np.zeros(shape, np.bool_), np.zeros(shape, np.bool_),
    )  # fmt: skip
    for row, candidates in enumerate(found):
        for place, (fields, near, kept, other, right) in enumerate(candidates):
            cases.fields[row, place], cases.near[row, place], cases.kept[row, place] = fields, near, kept
            cases.other[row, place], cases.right[row, place] = other, right
        cases.present[row, : len(candidates)] = True
    return cases


def _candidates(
    asked: Asked, index: Index, encoder: Encoder, depth: int
) -> list[tuple[Floats, float, float, bool, bool]]:
    legs = search(index, encoder, asked.text, depth)
    fields = _by_field(index, asked.text, [row for row, _ in legs.words], legs.meant)
    near, none = _near(legs.vectors), np.zeros(len(FIELDS))
    remains = named(index, asked.text, [one.row for one in legs.found])
    return [
        (
            fields.get(one.row, none),
            near.get(one.row, 0.0),
            remains.get(one.row, 1.0) * (FRONT_MATTER if one.front else 1.0),
            one.lang != asked.lang,
            is_right(asked, one.passage.text),
        )
        for one in legs.found
    ]


def _near(vectors: Sequence[tuple[int, float]]) -> dict[int, float]:
    """Return 1 for the nearest and 0 for the last, as the product does."""
    if not vectors:
        return {}
    top, zero = vectors[0][1], vectors[-1][1] if len(vectors) > 1 else 0.0
    return {row: (score - zero) / (top - zero) if top > zero else 1.0 for row, score in vectors}


def _by_field(
    index: Index, question: str, rows: Sequence[int], meant: Sequence[Sequence[tuple[str, float]]]
) -> dict[int, Floats]:
    """Return what each of FIELDS adds to the keyword score of each passage."""
    own = set(terms.text_terms(question))
    told = {row: np.zeros(len(FIELDS)) for row in rows}
    for row, reasons in index.reasons(question, rows, meant).items():
        for field, found, score in reasons:
            translated = field == "words" and not own.issuperset(found)
            told[row][FIELDS.index(f"{field} {MEANT}" if translated else field)] += score
    return told


def is_right(asked: Asked, text: str) -> bool:
    """Tell whether ``text`` holds a quote that proves an answer."""
    there = squeeze(text)
    return any(quote in there for quote in asked.quotes)
