"""Which places did it: the place that each of several articles tells of, where their sentences name none themselves.

"Which two cities adopted the decision" is told by two articles, and neither need say so in one sentence: a journal
writes "adopted the decision" in the report of a city that stands in its byline.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rag.answer.candidates import Candidate, GetArticle
from rag.answer.checks import names_of, stands
from rag.answer.likeness import Likeness, weigh
from rag.answer.proposals import Proposal
from rag.answer.question import Question
from rag.read.asked import NAME, PERSON, PLACE
from rag.read.tagged import tagged
from rag.text import fold
from rag.types import Article, Hit, Range

_AS_FULL = 0.75  # share of the question's words in the fullest sentence that another has to have as well
_LEVELS = "省市县区州乡镇村"
_ENGLISH = {"cities": "市", "counties": "县", "provinces": "省", "districts": "区", "towns": "镇", "villages": "村"}
_ASKED = re.compile(
    f"哪[一两二三四五六七八九十几些\\d]*个?(?:地级|县级)?([{_LEVELS}])"
    f"|(?:which|what)(?: [\\w'-]+){{0,3}}? ({'|'.join(_ENGLISH)})"
)

_BETWEEN = re.compile("[、，,和及]")


class _Telling(NamedTuple):
    """A passage's sentence that holds most of the question: the share, and which of the words that do not ask."""

    share: float
    held: frozenset[int]
    sentence: Range
    one: Likeness


def homes(question: Question, hits: Sequence[Hit], article: GetArticle) -> list[Candidate]:
    """Return a place for each article that tells of what is asked, as many as are asked for; [] where there are fewer.

    Only where places are asked for; without a number, only by words that the question quotes. The articles come as the
    search ranked them, of all passages found: places need no reader.
    """
    wanted = min(question.counts, default=0)
    if question.sort != "place" or not (wanted or question.terms):
        return []
    likenesses = [Likeness(question, hit) for hit in hits if _has_terms(question, hit)]
    weigh(likenesses)
    tellings = [_telling(question, one) for one in likenesses if one.told.sentences]
    fullest = max(tellings, key=lambda telling: telling.share, default=None)
    found: dict[str, Candidate] = {}
    for telling in tellings:
        if fullest and len(telling.held & fullest.held) >= _AS_FULL * len(fullest.held):
            home = _candidate(question, telling, article(telling.one.hit.passage.article_id))
            if home:
                found.setdefault(home.text.rstrip(_LEVELS), home)
    return list(found.values())[: wanted or None] if len(found) >= max(wanted, 2) else []


def unplaced(question: Question, chosen: Sequence[Candidate], article: GetArticle) -> bool:
    """Tell whether cities, counties or the like are asked for and no item names one: 村部所在地 for 哪些市."""
    if question.sort != "place" or not _ASKED.search(fold(question.text)):
        return False
    levels = _levels(question)
    texts = (article(one.article_id).text[slice(*item)] for one in chosen for item in one.ranges)
    return not any(_names_place(text, levels) for text in texts)


def _names_place(text: str, levels: str) -> bool:
    """Is one of the things that ``text`` lists for the most part a name, or is the level asked for in it?"""
    return text.isascii() or any(level in text[2:] for level in levels) or any(map(_is_name, _BETWEEN.split(text)))


def _is_name(text: str) -> bool:
    named = sum(len(word) for word, _, kind in tagged(text).words if kind in (PLACE, NAME, PERSON))
    return bool(text) and 2 * named >= len(text)


def _has_terms(question: Question, hit: Hit) -> bool:
    text = fold(hit.passage.text)
    return all(term in text for term in question.terms)


def _telling(question: Question, one: Likeness) -> _Telling:
    share, sentence = max((one.within(*sentence), sentence) for sentence in one.told.sentences)
    asking = _ASKED.search(fold(question.text))
    begin, end = asking.span() if asking else (0, 0)
    own = one.held(*sentence)
    held = (n for n, (_, at, _) in enumerate(question.words.content) if own[n] > 0 and not begin <= at < end)
    return _Telling(share, frozenset(held), sentence, one)


def _candidate(question: Question, telling: _Telling, source: Article) -> Candidate | None:
    place = _place(question, telling.one, telling.sentence, source)
    if place is None:
        return None
    begin = telling.one.hit.passage.start
    proof = begin + telling.sentence[0], begin + telling.sentence[1]
    proposal = Proposal(telling.one, (place,), "shape", 0.0, 0.0)
    return Candidate((proposal,), source.text[slice(*place)], 0.0, {}, proof=proof)


def _place(question: Question, one: Likeness, sentence: Range, source: Article) -> Range | None:
    """Return the first place of the sentence, else the last before it, else the one that the article names most."""
    levels = _levels(question)
    names = _named(question, source, levels)
    if not names:
        return None
    passage = one.hit.passage
    spelled = re.compile(f"(?:{'|'.join(map(re.escape, names))})[{levels}]?")
    near = [match.span() for match in spelled.finditer(passage.text, 0, sentence[1])]
    inside = [place for place in near if place[0] >= sentence[0]]
    if near:
        start, end = inside[0] if inside else near[-1]
        return passage.start + start, passage.start + end
    most = re.search(f"{re.escape(names[0])}[{levels}]", source.text)
    return most.span() if most else None


def _named(question: Question, source: Article, levels: str) -> list[str]:
    """Return the places that the article names with their level, 泰安 for 泰安市, the most frequent first.

    Not those of the question. What the tagger takes for no name is none: 全市, and some villages.
    """
    known = [name for name in names_of(question) if name.sort == "place"]
    words = tagged(source.text).words
    named = []
    for (word, start, kind), (after, begin, _) in pairwise([*words, ("", len(source.text), 0)]):
        if kind == PLACE and len(word) > 2 and word[-1] in levels:
            named.append(word[:-1])
        elif kind in (PLACE, PERSON) and len(word) > 1 and after and after in levels:
            named.append(source.text[start:begin])
    found = [bare for bare, _ in Counter(named).most_common()]
    return [bare for bare in found if not any(stands(one, bare, question.lang) for one in known)]


def _levels(question: Question) -> str:
    """Return the level asked for, 市 of 哪两个市, or all of them."""
    asked = _ASKED.search(fold(question.text))
    return (asked[1] or _ENGLISH[asked[2]]) if asked else _LEVELS
