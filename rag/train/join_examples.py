"""Line ends to learn from: clean articles broken on purpose, so that what belongs together is known."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.articles.formats.parse_text import parse_text
from rag.articles.lines import finished
from rag.articles.repair.furniture import drop_furniture
from rag.articles.repair.joins import readers
from rag.articles.repair.layout import learn
from rag.articles.repair.looks import features
from rag.articles.repair.rules import rule_breaks
from rag.articles.signs.marks import numbering
from rag.train.breaking import Piece, broken
from rag.train.join_texts import SETS, clean, kept
from rag.train.printing import KINDS, Setting

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
_SHARE = dict(zip(SETS, (1.0, 0.4, 0.4), strict=True))  # of the records that are looked at


def settings(rng: random.Random) -> Setting:
    """Draw a way of printing: those the bench measures, wider columns, and stray blank lines among them."""
    setting = rng.choice(list(KINDS.values()))(rng)
    if setting.wrap and rng.random() < 0.3:
        setting = replace(setting, wrap=rng.randint(12, 40))
    if setting.wrap and setting.after == "\n" and rng.random() < 0.3:
        setting = replace(setting, stray=rng.choice([0.02, 0.1]))
    if setting.wrap and setting.between == "\n" and rng.random() < 0.15:
        setting = replace(setting, between="\n\n", stray=rng.choice([0.05, 0.2]))
    return setting


def examples(
    pieces: Sequence[Piece], setting: Setting, rng: random.Random, table: Mapping[str, npt.NDArray[np.uint8]]
) -> tuple[list[list[float]], list[bool]]:
    """Break one article; return what is seen above each of its lines, and whether the line goes on there."""
    text, ranges = broken(pieces, setting, rng)
    lines, _ = drop_furniture(parse_text(text.encode(), "broken", markdown=False).lines)
    layout = learn(lines)
    owner = [next((k for k, (a, b) in enumerate(ranges) if a <= line.ranges[0][0] < b), -1) for line in lines]
    wanted = [owner[i] == owner[i - 1] for i in range(1, len(lines))]
    return features(layout, rule_breaks(layout), *readers(table)), wanted


def gather(
    data: Path, table: Mapping[str, npt.NDArray[np.uint8]], articles: int, seed: int, *, held_out: bool = False
) -> tuple[Floats, Floats]:
    """Return the examples of ``articles`` broken articles, drawn evenly from the sets."""
    rng = random.Random(seed)
    x: list[list[float]] = []
    y: list[bool] = []
    headings = [str(record["a"]) for _, record in zip(range(2000), kept(data, SETS[1]), strict=False)]
    for name in SETS:
        drawn = (r for r in kept(data, name, held_out=held_out) if held_out or rng.random() < _SHARE[name])
        pool = [pieces for record in drawn if (pieces := clean(record))]
        rng.shuffle(pool)
        for pieces in pool[: articles // len(SETS)]:
            rows, wanted = examples(_headed(_longer(pieces, rng), headings, rng), settings(rng), rng, table)
            x += rows
            y += wanted
        logger.info("%s: %d articles, %d line ends so far", name, min(len(pool), articles // len(SETS)), len(y))
    return np.array(x, dtype=np.float32), np.array(y, dtype=np.float32)


def _longer(pieces: Sequence[Piece], rng: random.Random) -> list[Piece]:
    """Run paragraphs of every third article together, for those of journals are longer than those of news."""
    if rng.random() > 0.33:
        return list(pieces)
    found: list[Piece] = []
    for piece in pieces:
        together = found and not (piece.heading or found[-1].heading or numbering(piece.text))
        if together and finished(found[-1].text) and len(found[-1].text) < 500 and rng.random() < 0.7:
            found[-1] = Piece(found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


def _headed(pieces: Sequence[Piece], headings: Sequence[str], rng: random.Random) -> list[Piece]:
    """Put headings between some paragraphs of every third article that has none."""
    if any(piece.heading for piece in pieces) or rng.random() > 0.33:
        return list(pieces)
    found: list[Piece] = []
    for piece in pieces:
        if rng.random() < 0.3:
            found.append(Piece(rng.choice(headings), heading=True))
        found.append(piece)
    return found
