"""Questions made from plain text: a clause asks for one of its own names, dates or numbers.

They teach what kind of words answers which question word, in the language of news and government,
and keep a small reader from learning its few real questions by heart.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

import rjieba

from rag.text import sentences
from rag.train.reader_examples import Question

SOURCE = "cloze"
_ASK = {
    "number": ("多少", "几", "多少"),
    "date": ("什么时候", "哪天", "何时", "哪一年"),
    "person": ("谁", "哪位", "什么人"),
    "place": ("哪里", "什么地方", "哪个地方", "何处"),
    "body": ("哪个单位", "什么机构", "谁"),
    "name": ("什么", "哪个", "叫什么"),
}
_QUOTED = re.compile("《[^《》]{2,30}》|“[^“”]{2,20}”")
_CLAUSE = re.compile("[，,；;：:、。！？]")
_TAGS = {"nr": "person", "ns": "place", "nt": "body", "nz": "name"}


def cloze_questions(texts: Iterable[str], seed: int) -> Iterator[Question]:
    """Yield up to two questions a text over the text itself; texts too short give none."""
    rng = random.Random(seed)
    for text in texts:
        ranges = [r for r in sentences(text) if 20 <= r[1] - r[0] <= 160]
        for start, end in rng.sample(ranges, min(2, len(ranges))):
            found = _spans(text[start:end])
            if found:
                kind, a, b = rng.choice(found)
                asked = _ask(text[start:end], kind, a, b, rng)
                if asked:
                    yield Question(SOURCE, "zh", asked, text, ((start + a, start + b),))


def _spans(sentence: str) -> list[tuple[str, int, int]]:
    """Return (kind, start, end) of everything that could be asked for."""
    spans = [("name", m.start(), m.end()) for m in _QUOTED.finditer(sentence)]
    at, run = 0, -1
    for word, tag in [*rjieba.tag(sentence), ("", "x")]:
        numeral = tag in ("m", "t")
        if numeral and run < 0:
            run = at
        if not numeral and run >= 0:
            number = sentence[run:at]
            dated = re.search("[年月日时]$", number)
            stop = at + len(word) if tag == "q" and not dated else at
            if re.search(r"[0-9０-９一二三四五六七八九十百千万亿]", number):
                spans.append(("date" if dated else "number", run, stop))
            run = -1
        if tag in _TAGS and len(word) > 1:
            spans.append((_TAGS[tag], at, at + len(word)))
        at += len(word)
    return spans


def _ask(sentence: str, kind: str, start: int, end: int, rng: random.Random) -> str | None:
    """Return the clauses round the span, words dropped here and there, the span made a question word."""
    breaks = [-1, *(m.start() for m in _CLAUSE.finditer(sentence) if not start <= m.start() < end), len(sentence)]
    left = max(b for b in breaks if b < start) + 1
    right = min(b for b in breaks if b >= end)
    if right - left - (end - start) < 8 and left > 1:
        left = max(b for b in breaks if b < left - 1) + 1
    words = [w for w in rjieba.cut(sentence[left:start]) if rng.random() > 0.2]
    after = [w for w in rjieba.cut(sentence[end:right]) if rng.random() > 0.2]
    asking = rng.choice(_ASK[kind])
    if rng.random() < 0.2:  # keyword style: the question word last
        words, after = words + after, []
    question = "".join([*words, asking, *after])
    return question + rng.choice(("？", "?", "")) if 8 <= len(question) <= 70 else None
