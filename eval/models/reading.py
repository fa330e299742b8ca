"""A reader that is given the right paragraph, on one question set after the other; its two runtimes side by side."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest
from pathlib import Path
from random import Random

from eval.data import DataError
from eval.provenance import CHECKOUT
from rag.train.data import available, own_questions, records
from rag.train.intervals import mean_interval
from rag.train.reader_eval import Figure, Question, best_span, figures, outcomes
from rag.train.reader_examples import questions_of
from rag.types import Reader

# looked at while developing, and not
TUNED_ON = ("reader/tune_cmrc_trial.jsonl", "written/dev.jsonl")
UNSEEN = ("eval/drcd_test_simp_strict.jsonl", "eval/dureader_robust_dev.jsonl", "eval/policyqa_test.jsonl")
OWN = CHECKOUT / "eval" / "questions" / "test.jsonl"  # by places in the data, as `own_questions` reads
COMPARED = 500  # questions that two runtimes are compared on

Sets = dict[str, list[Question]]
Show = Callable[[str, int, int], None]


def question_sets(data: Path | None, files: Sequence[Path], limit: int, seed: int) -> Sets:
    """Return the sets of the data folder and of further files; of a set in two languages, each by itself.

    At most ``limit`` of a set, drawn at random. Raises DataError for a file that is none of the known shapes.
    """
    whole: Sets = {}
    for name in (*TUNED_ON, *UNSEEN) if data else ():
        if data and available(data, name):
            whole[name] = [q for record in records(data, name) for q in questions_of(record)]
    if data and OWN.is_file():
        own = [q for record in own_questions(data, OWN) for q in questions_of(record)]
        whole |= {f"eval/questions/{OWN.name}": own} if own else {}
    for file in files:
        whole[file.name if file.name not in whole else str(file)] = read(file)
    return {name: _some(found, limit, seed) for name, found in _by_language(whole)}


def read(file: Path) -> list[Question]:
    """Read questions with their contexts: JSON lines, plain or packed, of either shape, or the JSON of SQuAD."""
    try:
        found = [question for record in _records(file) for question in questions_of(record)]
    except OSError as error:
        raise DataError(f"cannot read the questions: {error.strerror}", where=file, mend="Check the path.") from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, lzma.LZMAError) as error:
        raise DataError(
            f"not questions with their contexts: {type(error).__name__}: {error}",
            where=file,
            mend='Write {"context": …, "qas": [{"q": …, "a": [[text, start], …]}]} a line.',
        ) from None
    if not found:
        raise DataError("no questions in the file", where=file, mend="Check its shape.")
    return found


def measure(reader: Reader, sets: Mapping[str, Sequence[Question]], show: Show) -> dict[str, dict[str, Figure]]:
    """Return the figures of each set, as `rag.train.reader_eval.figures` makes them."""
    table = {}
    for name, questions in sets.items():
        found = []
        for outcome in outcomes(reader, questions):
            found.append(outcome)
            show(name, len(found), len(questions))
        table[name] = figures(found)
    return table


def agreement(quick: Reader, plain: Reader, questions: Sequence[Question], show: Show) -> Figure:
    """Return the share of questions whose best span is the same in both, or missing in both."""
    same = {}
    for number, question in enumerate(questions):
        spans = [best_span(reader, question) for reader in (quick, plain)]
        places = [(span.start, span.end) if span else None for span in spans]
        same[str(number)] = [float(places[0] == places[1])]
        show("two runtimes", number + 1, len(questions))
    interval = mean_interval(same)
    return {"value": sum(value for (value,) in same.values()) / len(same), **interval._asdict(), "n": len(same)}


def spread(sets: Mapping[str, Sequence[Question]], count: int = COMPARED) -> list[Question]:
    """Take ``count`` questions, one of each set in turn."""
    rows = chain.from_iterable(zip_longest(*sets.values()))
    return list(islice((question for question in rows if question is not None), count))


def _by_language(whole: Sets) -> Iterator[tuple[str, list[Question]]]:
    for name, questions in whole.items():
        languages = sorted({question.lang for question in questions})
        for lang in languages:
            label = f"{name} ({lang})" if len(languages) > 1 else name
            yield label, [question for question in questions if question.lang == lang]


def _some(questions: list[Question], limit: int, seed: int) -> list[Question]:
    return Random(seed).sample(questions, limit) if len(questions) > limit else questions


def _records(file: Path) -> Iterator[dict[str, object]]:
    opener = lzma.open if file.suffix == ".xz" else open
    with opener(file, "rt", encoding="utf-8-sig") as lines:
        if not file.name.removesuffix(".xz").endswith(".jsonl"):
            whole = json.load(lines)
            yield from _of_squad(whole)
            return
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _of_squad(whole: dict[str, list[dict[str, list[dict[str, object]]]]]) -> Iterator[dict[str, object]]:
    """Yield the paragraphs of a file in the shape of SQuAD 1.1 or 2.0."""
    for paragraph in chain.from_iterable(article["paragraphs"] for article in whole["data"]):
        asked: object = paragraph["qas"]
        assert isinstance(asked, list)
        yield {
            "context": paragraph["context"],
            "qas": [
                {
                    "q": one["question"],
                    "a": [[a["text"], a["answer_start"]] for a in one["answers"]],
                    "type": "unanswerable" if one.get("is_impossible") else "span",
                }
                for one in asked
            ],
        }
