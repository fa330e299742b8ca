"""Questions that nearly have an answer: a place, a person, a body, a year or a number in them is another one.

The passage still holds all the other words that are asked for, so a reader has to compare the names before it answers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

import rjieba

from rag.text import language
from rag.train.reader_examples import Question

_TAGS = {"nr": "person", "ns": "place", "nt": "body", "nz": "name"}
_LATIN_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_TITLE = re.compile("《[^《》]{2,30}》")
_NUMBER = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,])")
_ORDINAL = re.compile("(?<=第)[一二三四五六七八九十]{1,3}(?=[届次个条章期批])")
_ORDINALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "二十")
_NEAR = (-3, -2, -1, 1, 2, 3, 5, 10)
_TRIES = 8

Named = tuple[str, int, int]  # kind, start, end in the question


class Swapper:
    """Knows the names in ``questions``, each of which may stand for another of its kind and language."""

    def __init__(self, questions: Iterable[Question], seed: int) -> None:
        self._random = Random(seed)
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for question in questions:
            for kind, start, end in _named(question.text):
                found[language(question.text), kind].add(question.text[start:end])
        self._pools = {key: sorted(names) for key, names in found.items()}

    def swapped(self, question: Question) -> Question | None:
        """Return the question with one name replaced by one that its context does not hold; None where none can be.

        What is replaced stands in the context too, or the context is in the other language.
        """
        context, text = question.context, question.text
        crossed = language(text) != language(context)
        places = [one for one in _named(text) if crossed or text[one[1] : one[2]] in context]
        self._random.shuffle(places)
        for kind, start, end in places:
            other = self._other(kind, text[start:end], language(text))
            if other and other not in context and other not in text:
                return replace(question, text=text[:start] + other + text[end:], answers=())
        return None

    def _other(self, kind: str, name: str, lang: str) -> str | None:
        if kind == "number":
            return str(abs(int(name) + self._random.choice(_NEAR)))
        if kind == "ordinal":
            return self._random.choice(_ORDINALS)
        pool = self._pools.get((lang, kind), [])
        choices = [self._random.choice(pool) for _ in range(_TRIES)] if pool else []
        return next((one for one in choices if one[0] != name[0] and one not in name and name not in one), None)


def _named(text: str) -> Iterator[Named]:
    for kind, pattern in (("number", _NUMBER), ("ordinal", _ORDINAL), ("title", _TITLE), ("name", _LATIN_NAME)):
        yield from ((kind, match.start(), match.end()) for match in pattern.finditer(text))
    at = 0
    for word, tag in rjieba.tag(text):
        if tag in _TAGS and len(word) > 1 and not word.isascii():
            yield _TAGS[tag], at, at + len(word)
        at += len(word)
