"""Questions made from an archive's own text, without labels: what the bundled encoder is fitted further by.

Three kinds, each over the passages as the index cuts them: an article's title, which must find the body without it;
a sentence, which must find what stood round it; and a clause that asks for one of its own names, dates or numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal
from zlib import crc32

from rag.passages import cut
from rag.text import sentences, simplified
from rag.train.cloze import cloze_questions
from rag.types import Article

Kind = Literal["title", "sentence", "clause"]
KINDS: tuple[Kind, ...] = ("title", "sentence", "clause")

SHARES = 10  # of the articles, one is kept for choosing and one for the report
_CHOOSING, _REPORT = 0, 1
_TITLED = 2  # passages of an article that its title must find
_SENTENCE = (10, 90)  # characters of a sentence that is worth looking for
_SHORTEST = 40  # characters of a passage that is worth finding
_KEPT_SENTENCE = 0.2  # share of sentences that stay in the passage they must find, as most words of a question do


@dataclass(frozen=True, slots=True)
class Made:
    """A question, the text that it must find, and the passage (by place) and the article which that was made of."""

    kind: Kind
    text: str
    target: str
    passage: int
    article: int


@dataclass(frozen=True, slots=True)
class Material:
    """All passages of an archive, the article of each by number, and the questions of the three parts."""

    passages: list[str]
    owners: list[int]
    training: list[Made]
    choosing: list[Made]
    report: list[Made]


def make(articles: Iterable[Article], max_chars: int, most: int, seed: int) -> Material:
    """Make questions over at most ``most`` passages; articles fall into the three parts by their ids."""
    random = Random(seed)
    made = Material([], [], [], [], [])
    for number, article in enumerate(articles):
        texts = [passage.text for passage in cut(article, max_chars) if len(passage.text) >= _SHORTEST]
        if len(made.passages) + len(texts) > most:
            break
        part = {_CHOOSING: made.choosing, _REPORT: made.report}.get(crc32(article.id.encode()) % SHARES, made.training)
        part += _questions(article.title.strip(), texts, len(made.passages), number, random)
        made.passages.extend(map(simplified, texts))
        made.owners.extend([number] * len(texts))
    return made


def _questions(title: str, texts: Sequence[str], first: int, article: int, random: Random) -> list[Made]:
    found = []
    for place in sorted(random.sample(range(len(texts)), min(_TITLED, len(texts)))) if len(title) > 3 else ():
        found.append(_made("title", title, texts[place].replace(title, ""), first + place, article))
    for place, text in enumerate(texts):
        whole = [text[a:b].strip() for a, b in sentences(text)]
        fit = [one for one in whole if _SENTENCE[0] <= len(one) <= _SENTENCE[1]]
        if fit and len(whole) > 1:
            sentence = random.choice(fit)
            left = text if random.random() < _KEPT_SENTENCE else text.replace(sentence, "")
            found.append(_made("sentence", sentence, left, first + place, article))
        found += [
            _made("clause", question.text, text, first + place, article)
            for question in cloze_questions([text], random.randrange(1 << 30))
        ]
    return found


def _made(kind: Kind, text: str, target: str, passage: int, article: int) -> Made:
    return Made(kind, simplified(text), simplified(target), passage, article)
