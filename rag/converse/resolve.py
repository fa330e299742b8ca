"""What an unfinished question takes over from those before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.converse import english, moves
from rag.converse.again import asked_for, asked_with
from rag.converse.lean import POINTS_BACK, leans_back
from rag.converse.pointing import in_place, lacking
from rag.converse.replace import has_noun, replaced, sort_of
from rag.converse.talk import SHORT_ANSWER, Resolved, Talk, after
from rag.converse.terms import YEAR, Term, TermKind, distinct, kinds_in, names_of, terms_of
from rag.converse.turns import Turn
from rag.query import content_words
from rag.text import fold, language

_MAX_CARRIED = 8
_MAX_LOST = 2  # nouns that gave way to another, but may still tell where to look: 线路 for 农村校车
_MAX_NAMES_BEHIND = 2  # from before the last question
_SUM = re.compile("一共|总共")


def resolve(question: str, earlier: Sequence[Turn | str], *, without: Iterable[str] = ()) -> Resolved:
    """Complete ``question`` from the ``earlier`` turns, oldest first; plain strings are questions.

    Terms named in ``without`` are not taken over.
    """
    talk = Talk()
    for turn in earlier:
        turn = turn if isinstance(turn, Turn) else Turn(turn)
        talk = after(talk, turn, _resolved(turn.question, talk, frozenset()))
    return _resolved(question, talk, frozenset(fold(term) for term in without))


def _resolved(question: str, talk: Talk, without: frozenset[str]) -> Resolved:
    if not talk.full:
        return Resolved(question)
    meant = moves.correction(question)
    if meant:
        found = _corrected(meant, talk)
    elif moves.asks_for_more(question):
        found = Resolved(talk.full, move="more", besides=talk.given)
    elif word := moves.sluice(question):
        words = tuple(one for one in talk.given[-1:] if len(one) <= SHORT_ANSWER)
        found = Resolved(asked_with(talk.full, word), move="asked again", words=words)
    elif item := moves.item_asked(question, talk.items):
        start, end, text = item
        found = Resolved(question[:start] + text + question[end:], (Term(text, "name"),), move="item")
        if len(content_words(found.query)) <= 1 or not moves.asks(question):
            found = replace(
                found, words=tuple(term.text for term in kinds_in(talk.terms, "place", "name", "title")[:2])
            )
    elif both := moves.topic_and_rest(question):
        return _about(*both, talk, without)
    elif part := _fragment(question):
        full = _put(talk, part)
        found = Resolved(full, move="replaced", words=_behind(talk, full), part=part)
    else:
        return _leaning(question, talk, without)
    return _without(replace(found, carried=found.carried or _kept(talk.full, found.query, question)), without)


_THEN = re.compile(r"^那么?(?![里儿边个些年位])|呢.?$")


def _fragment(question: str) -> str | None:
    part = moves.fragment(question)
    rest = part if moves.COMPARED.match(question) else moves.AMONG.sub("", _THEN.sub("", fold(question)))
    return part if part and rest and not POINTS_BACK.search(rest) else None


def _behind(talk: Talk, full: str) -> tuple[str, ...]:
    """Return what else to search with: words that gave way in ``full``, and names from before the last question."""
    gone = [fold(name.text) for name in names_of(talk.full)]
    words = [t.text for t in terms_of(talk.full) if t.kind == "word" and fold(t.text) not in fold(full)]
    words = [word for word in words if not any(word in name for name in gone)]
    kinds: tuple[TermKind, ...] = ("place", "name", "title", "person")
    held = {term.kind for term in names_of(full)}
    names = [
        t.text
        for t in kinds_in(talk.terms, *kinds)
        if fold(t.text) not in fold(talk.full) and t.kind not in held and t.text not in talk.told
    ]
    return tuple(dict.fromkeys([*names[:_MAX_NAMES_BEHIND], *words[:_MAX_LOST]]))


def _about(topic: str, rest: str, talk: Talk, without: frozenset[str]) -> Resolved:
    """Resolve a question whose topic comes first: 南麓区呢，2024年底有多少个？

    What is asked of it may be what was asked before, or something else: 余震呢，有多少次？
    """
    if language(rest) == "en":
        return Resolved(english.about(topic, rest), move="carried")
    own = any(word not in fold(topic) for word in content_words(YEAR.sub("，", rest)) if not word.isdigit())
    if own or asked_for(rest) != asked_for(talk.full) or has_noun(topic):
        whole = topic + rest
        found = _leaning(whole, talk, without, must=not any(_is_name(term) for term in names_of(topic)))
        return replace(found, query=whole, move="carried") if found.move == "alone" else found
    topic = _leaning(topic, talk, without).query if POINTS_BACK.search(topic) else topic
    full = replaced(talk.full, topic)
    year = YEAR.search(rest)
    full = replaced(full, year.group()) if year else full
    return _without(Resolved(full, _kept(talk.full, full, topic + rest), move="replaced", part=topic), without)


def _is_name(term: Term) -> bool:
    """Tell a name from a word like 余震 that jieba takes for a person."""
    import rjieba

    return term.kind != "person" or not rjieba.has_word(term.text)


def _corrected(meant: moves.Correction, talk: Talk) -> Resolved:
    if meant.instead and meant.instead in talk.full:
        return Resolved(talk.full.replace(meant.instead, meant.meant), move="corrected")
    if moves.asks(meant.meant):
        if names_of(meant.meant):
            return Resolved(meant.meant, move="corrected", carried=())
        return replace(_leaning(meant.meant, talk, frozenset()), move="corrected", certain=True)
    return Resolved(_put(talk, meant.meant, corrected=True), move="corrected", part=meant.meant)


def _put(talk: Talk, part: str, *, corrected: bool = False) -> str:
    """Put ``part`` in the place of the part before it, if of its sort or corrected; else of its like."""
    held, sort = talk.part.removesuffix("的"), sort_of(part)
    same = sort == sort_of(held) or (corrected and "year" not in sort ^ sort_of(held))
    if held and held in talk.full and same and language(part) == "zh":
        return talk.full.replace(held, _SUM.sub("", part).removesuffix("的"), 1)
    return replaced(talk.full, part)


def _kept(full: str, query: str, question: str) -> tuple[Term, ...]:
    """Return the terms of ``full`` that ``query`` holds and the user did not type again."""
    typed, whole = fold(question), fold(query)
    kept = [t for t in distinct(terms_of(full)) if fold(t.text) in whole and fold(t.text) not in typed]
    return tuple(kept[:_MAX_CARRIED])


def _without(found: Resolved, without: frozenset[str]) -> Resolved:
    """Take the terms that are not wanted out again."""
    dropped = [term for term in found.carried if fold(term.text) in without]
    query = found.query
    for term in dropped:
        query = query.replace(term.text, "").replace("  ", " ")
    return replace(
        found,
        query=query.strip() or found.query,
        carried=tuple(term for term in found.carried if term not in dropped),
        words=tuple(word for word in found.words if fold(word) not in without),
    )


def _leaning(question: str, talk: Talk, without: frozenset[str], *, must: bool = False) -> Resolved:
    """Take over names and words, where ``question`` points back or says too little by itself, or ``must``."""
    leaning = "surely" if must else leans_back(question, talk.terms)
    terms = [] if leaning == "no" else lacking(talk.terms, question)
    terms = [term for term in terms if fold(term.text) not in without]
    if not terms:
        return Resolved(question)
    query, rest = in_place(question, terms, talk)
    if query != question:
        # names that only an answer told are for what points to them
        rest = [term for term in rest if term.text not in talk.told]
        terms = [term for term in terms if term in rest or fold(term.text) in fold(query)]
    words = tuple(term.text for term in rest)
    return Resolved(query, tuple(terms), leaning == "surely", "carried", words)
