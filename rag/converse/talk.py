"""What is being talked about, from one turn to the next, and a question made whole by it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.converse.moves import Move
from rag.converse.terms import Term, TermKind, distinct, is_family, kinds_in, names_of, terms_of
from rag.converse.turns import Turn, items_of
from rag.text import HAN, fold

SHORT_ANSWER = 40  # characters; a longer answer names too many things to tell which one is meant
_NAMES: tuple[TermKind, ...] = ("place", "name", "title", "person", "body")
_PERSON = re.compile(f"[{HAN}]{{2,3}}")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question made whole. ``query`` is what to read with; ``words`` are to be searched besides.

    ``carried`` are the terms taken over, to be shown and dropped. Not ``certain`` means that the question may as well
    stand on its own: try both. ``besides`` are answers already given, which one who asks for more does not want again,
    ``part`` what took the place of its like.
    """

    query: str
    carried: tuple[Term, ...] = ()
    certain: bool = True
    move: Move = "alone"
    words: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    part: str = ""

    @property
    def search(self) -> str:
        """What to search with."""
        return " ".join([self.query, *self.words])


@dataclass(frozen=True, slots=True)
class Talk:
    """What is being talked about after a turn: the last question made whole, the terms, nearest first, the answers.

    ``part`` is what took the place of its like in the last question, ``told`` the names known only from answers.
    """

    full: str = ""
    terms: tuple[Term, ...] = ()
    given: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    part: str = ""
    told: frozenset[str] = frozenset()


def after(talk: Talk, turn: Turn, found: Resolved) -> Talk:
    """Return what is being talked about after ``turn``, whose question was ``found`` to mean that."""
    full = turn.asked or found.query
    # a name that jieba sees only in some places is one still
    terms = [*(term for term in found.carried if term.kind != "word" and term.text in full), *terms_of(full)]
    if found.move in ("replaced", "corrected"):
        terms = [*names_of(found.part), *terms]
    terms += _still(talk, found, full, any(term.kind in _NAMES for term in terms))
    told: list[Term] = []
    answer = turn.answer if turn.answer and len(turn.answer) <= SHORT_ANSWER else None
    if answer:
        person = _PERSON.fullmatch(answer.strip())
        told = [Term(answer.strip(), "person")] if person and is_family(answer) else names_of(answer)
    given = talk.given if found.move in ("more", "replaced") else ()
    given = (*given, *([turn.answer] if turn.answer else []))
    known = frozenset(term.text for term in told if term.text not in full) | talk.told
    return Talk(full, tuple(distinct([*told, *terms])), given, items_of(turn) or talk.items, found.part, known)


def _still(talk: Talk, found: Resolved, full: str, named: bool) -> list[Term]:
    """Return the terms from before the last question that are still talked about after it."""
    if found.move == "alone":
        # 学生每学期交多少钱？ names nothing of its own, so that the place is still the one before
        return [] if named else kinds_in(talk.terms, *_NAMES)
    # what gave way to another of its kind is no longer talked about, nor the names that told of it
    replaced = found.move in ("replaced", "corrected")
    gone = fold(talk.full) if replaced else ""
    anew = replaced and any(term.kind in ("person", "title", "name") for term in names_of(found.part))
    return [
        term
        for term in talk.terms
        if fold(term.text) not in fold(full) and fold(term.text) not in gone and not (anew and term.kind in _NAMES)
    ]
