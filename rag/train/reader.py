"""Train the bundled reader: ``python -m rag.train reader --data DIR --out DIR``.

A RoFormer over characters and Latin word pieces; token types carry the match
features of ``rag.read.match``. The learning rate follows the clock, so a run of any length, on any
machine, ends with a finished schedule; what is kept is the running average of the weights. The
same command goes on with a run that was stopped, from its last checkpoint in ``work``.
"""

from __future__ import annotations

import itertools
import logging
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from tokenizers import Tokenizer

from rag.errors import ModelError
from rag.train import hiding, reader_card, reader_export, reader_glossed
from rag.train.cloze import cloze_questions
from rag.train.data import available, own_questions, records
from rag.train.glossary import Glossary
from rag.train.reader_examples import (
    SHORT_WIDTHS,
    WIDTHS,
    WRITTEN,
    Question,
    Window,
    WindowMaker,
    questions_of,
)
from rag.train.reader_loop import Training
from rag.train.reader_model import STEP, begin_with, blend, finished, new_model
from rag.train.reader_options import RATE, RATE_ON, SIZES, parser
from rag.train.reader_text import build_tokenizer, neighbour_vectors
from rag.train.rivals import rivals_of
from rag.train.swapping import Swapper

if TYPE_CHECKING:
    import argparse

    import numpy.typing as npt

logger = logging.getLogger(__name__)

SETS = ("reader/train_zh.jsonl", "reader/train_en.jsonl", "written/train.jsonl")
MADE = 50_000  # questions made from news and laws
ENGLISH_SHARE = 1 / 3  # of the English questions in each round
COURT_SHARE = 1 / 2  # of the questions on court judgments, whose long sentences are a world of their own
SHORT_SHARE = 0.6  # of the time, on short windows
UNRIVALLED = ("squadshifts", "cail")  # sources of questions that only make sense beside their own text
RIVAL_TEXTS = 8_000_000  # characters of news and laws, in which rivals are looked for too
CHECKPOINT = "checkpoint.safetensors"
TOKENS_A_BATCH = 5_500
POOL = 512  # questions looked at together, to make batches of like length


def load_questions(data: Path) -> list[Question]:
    """Read the supervised questions and those written for this project."""
    questions: list[Question] = []
    for name, found in (*((name, records(data, name)) for name in SETS), ("our own", own_questions(data))):
        before = len(questions)
        questions += (q for record in found for q in questions_of(record))
        logger.info("%s: %d questions", name, len(questions) - before)
    return questions


def plain_texts(data: Path, characters: int) -> Iterator[str]:
    """Yield news, with a law after every twentieth, up to about ``characters``; what is missing is left out."""
    laws = records(data, "text-laws.jsonl") if available(data, "text-laws.jsonl") else iter(())
    news = records(data, "text-crud_news.jsonl") if available(data, "text-crud_news.jsonl") else iter(())
    held = 0
    for number, record in enumerate(itertools.chain(news, laws)):
        texts = [record["text"]]
        if number % 20 == 0:
            texts += [law["text"][:20_000] for law in itertools.islice(laws, 1)]
        yield from texts
        held += sum(map(len, texts))
        if held > characters:
            return


def text_parts(
    data: Path, out: Path, questions: Sequence[Question], width: int
) -> tuple[Tokenizer, npt.NDArray[np.float32]]:
    """Return the tokenizer and the first vectors, made once and kept in ``out``."""
    file, vectors = out / "tokenizer.json", out / "first_vectors.npy"
    own = [q.text for q in questions] + list(dict.fromkeys(q.context for q in questions))
    if not file.exists():
        build_tokenizer(itertools.chain(own, plain_texts(data, 20_000_000))).save(str(file))
    tokenizer = Tokenizer.from_file(str(file))
    if not vectors.exists():
        np.save(vectors, neighbour_vectors(tokenizer, itertools.chain(own, plain_texts(data, 30_000_000)), width))
    return tokenizer, np.load(vectors)


def epochs(questions: Sequence[Question], made: Sequence[Question], seed: int) -> Iterator[Question]:
    """Yield questions without end, round after round in a new order.

    A round holds every written question, most of the other Chinese and a third of the other English ones,
    and made ones to a seventh of the whole.
    """
    rng = random.Random(seed)
    while True:
        chosen = [q for q in questions if rng.random() < _share(q)]
        chosen += rng.sample(made, min(len(made), len(chosen) // 6))
        rng.shuffle(chosen)
        yield from chosen


def _share(question: Question) -> float:
    if question.source == WRITTEN:
        return 1.0
    return COURT_SHARE if question.source.startswith("cail") else ENGLISH_SHARE if question.lang == "en" else 1.0


def mixed(questions: Iterator[Question], glossary: Glossary | None, seed: int) -> Iterator[Question]:
    """Yield the questions, some of the Chinese ones in word-for-word English; without a glossary all as they are."""
    rng = random.Random(seed)
    for question in questions:
        if glossary and rng.random() < reader_glossed.share_of(question):
            yield reader_glossed.glossed(question, glossary, rng)
        else:
            yield question


def batches(maker: WindowMaker, questions: Iterator[Question], seed: int) -> Iterator[list[Window]]:
    """Yield batches of about TOKENS_A_BATCH tokens with padding, whose windows are padded to one of a few lengths.

    The library under torch keeps its plans for every shape it meets: with free shapes a run grows by gigabytes.
    """
    rng = random.Random(seed)
    waiting: dict[int, list[list[Window]]] = defaultdict(list)
    while True:
        for question in itertools.islice(questions, POOL):
            group = maker.windows(question)
            waiting[-(-max(len(window.ids) for window in group) // STEP)].append(group)
        ready: list[list[Window]] = []
        for steps, groups in waiting.items():
            size = max(4, TOKENS_A_BATCH // (STEP * steps) // 4 * 4)
            while sum(map(len, groups)) >= size:
                batch: list[Window] = []
                while len(batch) < size:
                    batch += groups.pop()
                ready.append(batch[:size])  # what is cut off are rivals: a group's own window comes first
        rng.shuffle(ready)
        yield from ready


def main(arguments: Sequence[str]) -> int:
    """Run the recipe: train, export, measure, write the card; see ``--help``."""
    args = parser(__doc__).parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    work: Path = args.out / "work"
    work.mkdir(parents=True, exist_ok=True)
    questions = load_questions(args.data)
    tokenizer, training = _begun(args, work, questions)
    seed = args.seed + training.progress.steps  # a run that goes on meets the questions in another order
    texts = (text[:1500] for text in plain_texts(args.data, 1000 * MADE))
    made = list(itertools.islice(cloze_questions(texts, seed), MADE))
    glossary = Glossary(args.data) if available(args.data, "parallel/cedict_zh_en.jsonl") else None
    swapper = Swapper(questions, seed)
    alone = [question for question in questions if not question.source.startswith(UNRIVALLED)]
    rivals = rivals_of(alone, plain_texts(args.data, RIVAL_TEXTS))
    stream = mixed(epochs(questions, made, seed), glossary, seed)
    for widths, until in ((SHORT_WIDTHS, SHORT_SHARE), (WIDTHS, 1.0)):
        maker = WindowMaker(tokenizer, [*questions, *made], seed, widths, swapper.swapped, rivals)
        windows = batches(maker, stream, seed)
        model = training.run(windows, args.minutes, work / CHECKPOINT, until)
    model = model.cpu()
    if args.start and args.keep:
        blend(model, args.start, args.keep)
    reader_export.save(hiding.without_guessing(model), work / "tokenizer.json", args.out)
    reader_card.write(args.out, args.data, training.progress, rate=training.rate, started=args.start is not None)
    return 0


def _begun(args: argparse.Namespace, work: Path, questions: Sequence[Question]) -> tuple[Tokenizer, Training]:
    """Return the tokenizer and the training, new or as its last checkpoint left it."""
    if args.device == "cuda" and not torch.cuda.is_available():
        raise ModelError("torch finds no GPU to train on", mend="Leave out --device.")
    known = args.start or args.teacher
    if known and not (work / "tokenizer.json").exists():
        (work / "tokenizer.json").write_bytes((known / "tokenizer.json").read_bytes())
    layers, width = (own or usual for own, usual in zip((args.layers, args.width), SIZES[args.size], strict=True))
    tokenizer, vectors = text_parts(args.data, work, questions, width)
    if args.teacher and Tokenizer.from_file(str(args.teacher / "tokenizer.json")).to_str() != tokenizer.to_str():
        raise ModelError("the teacher has another tokenizer", where=args.teacher, mend="Begin a new folder with it.")
    model = new_model(tokenizer, layers=layers, width=width)
    begin_with(model, args.start or vectors)
    hiding.add_guessing(model)
    teacher = finished(args.teacher).to(args.device) if args.teacher else None
    mask = None if args.start else tokenizer.token_to_id("[MASK]")  # a finished reader's guessing is gone
    rate = args.rate or (RATE_ON if args.start else RATE)
    training = Training(model.to(args.device), rate, bf16=args.bf16, mask=mask, teacher=teacher)
    if (work / CHECKPOINT).exists():
        training.load(work / CHECKPOINT)
    return tokenizer, training
