"""What a question that points back takes over, and where in it that belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.converse import english
from rag.converse.lean import FRAGMENT, PLACE_BACK, POINTS_BACK, YEAR_BACK, without_existential
from rag.converse.moves import AMONG
from rag.converse.talk import Talk
from rag.converse.terms import LEVELS, QUOTED, Term, TermKind, kinds_in, names_of, subject_of
from rag.query import content_words
from rag.text import HAN, fold, language

_MAX_NAMES = 3
_MAX_WORDS = 5
_MAX_SUBJECT = 20
_ENOUGH_NAMES = 2  # so many names tell the topic well enough; words would only add noise
_THING_BACK = re.compile(
    r"它们?|(?<![尤极])其(?![实它他次中余])|该(?:桥|法|条例|办法|站|项目|制度|工程|案|馆|校|会议?)|"
    r"[那这](?:部法|部条例|座桥|件事|项工作|项制度|个条例|个项目)"
)
_PERSON_BACK = re.compile(r"(?<!其)[他她](?!们)|[那这]个人|[那这]位")
_THERE = re.compile("那里|那儿|这里|这儿|当地")
_MAKER = re.compile(f"[{HAN}]{{1,4}}(?:它们?|其)的[那这]个?[省市州县区乡镇村盟旗]")  # 制定它的那个市
_LEVEL = re.compile(r"(?:该|[那这]个?)([省市州县区乡镇村盟旗])(?!场)")
_MAKER = re.compile(f"[{HAN}]{{1,4}}(?:它们?|其)的[那这]个?[省市州县区乡镇村盟旗]")  # 制定它的那个市
_LEVEL = re.compile(r"(?:该|[那这]个?)([省市州县区乡镇村盟旗])(?!场)")
_POINTERS: tuple[tuple[re.Pattern[str], tuple[TermKind, ...]], ...] = (
    (YEAR_BACK, ("year",)),
    (PLACE_BACK, ("place",)),
    (_PERSON_BACK, ("person",)),
)


def lacking(topic: Sequence[Term], question: str) -> list[Term]:
    """Pick what ``question`` takes over: the place for a word that points to a place, else names and words."""
    asked = without_existential(question)
    own = {term.kind for term in names_of(question)}
    lacking = [term for term in topic if fold(term.text) not in asked and (term.kind != "place" or "place" not in own)]
    lacking = [
        t for t in lacking if t.kind == "word" or not any(t.text in o.text != t.text for o in kinds_in(lacking, "name"))
    ]
    places, words = kinds_in(lacking, "place"), kinds_in(lacking, "word")[:_MAX_WORDS]
    others = kinds_in(lacking, "name", "title", "person", "body")
    names = (places + others)[:_MAX_NAMES]
    years = kinds_in(lacking, "year")[:1] if YEAR_BACK.search(asked) else []
    if PLACE_BACK.search(asked) and names:
        # 该市为它立了什么法: 它 is something besides the place, and if that has no name, the words tell of it
        besides = POINTS_BACK.search(PLACE_BACK.sub("", asked)) and not others
        return years + (places[:1] or names) + (words if besides else [])
    return years + names + (words if len(names) < _ENOUGH_NAMES or FRAGMENT.search(asked) else [])


def in_place(question: str, terms: Sequence[Term], talk: Talk) -> tuple[str, list[Term]]:
    """Put names where ``question`` points to them; return it with the terms that are left over."""
    if language(question) == "en":
        return english.in_place(question, terms, talk)
    rest, own, asked = list(terms), set(content_words(question)), question
    question, rest = _placed(question, rest, talk)
    for pattern, kinds in _POINTERS:
        fitting = kinds_in(rest, *kinds)
        if not fitting or not pattern.search(question):
            continue
        question = pattern.sub(fitting[0].text, question, count=1)
        rest = [term for term in rest if term is not fitting[0]]
    things = kinds_in(talk.terms, "title", "name")
    subject = subject_of(talk.full)
    if things and things[0].text not in subject:
        subject = things[0].text
    fits = any(fold(term.text) in fold(subject) for term in talk.terms if term.kind != "word")
    if _THING_BACK.search(question) and fits and not own & set(content_words(subject)):
        question = _THING_BACK.sub(subject, question, count=1)
        rest = [term for term in rest if fold(term.text) not in fold(subject)]
    names = kinds_in(rest, "title", "name", "person") or kinds_in(rest, "place")
    if names and question == asked and not POINTS_BACK.search(AMONG.sub("", question)):
        # 什么时候开工的？ lacks nothing but its subject
        question = names[0].text + AMONG.sub("的", question)
        rest = [term for term in rest if term is not names[0]]
    elif question == asked and fits and 0 < len(subject) <= _MAX_SUBJECT and not kinds_in(names_of(asked), "place"):
        question = f"{subject}，{question}"  # 多少人干这一行？
    return question, rest


def _placed(question: str, rest: list[Term], talk: Talk) -> tuple[str, list[Term]]:
    """Put a place for 那里, 制定它的那个市 and 该州."""
    there = [t for t in kinds_in(talk.terms, "place", "name") if fold(t.text) in fold(talk.full)]
    if there and _THERE.search(question):
        place = max(there, key=lambda term: len(term.text)).text
        question, rest = _THERE.sub(place, question, count=1), [t for t in rest if fold(t.text) not in fold(place)]
    places = kinds_in(rest, "place")
    if places and _MAKER.search(question):
        question, rest = _MAKER.sub(places[0].text, question, count=1), [t for t in rest if t is not places[0]]
    level = _LEVEL.search(question)
    known = places or [term for term in kinds_in(rest, "name") if not QUOTED.match(term.text)]
    if level and known and known[0].text[-1] not in LEVELS:
        # 该州 tells what 昌吉 is
        question = question.replace(level[0], known[0].text + level[1], 1)
        rest = [term for term in rest if term is not known[0]]
    return question, rest
