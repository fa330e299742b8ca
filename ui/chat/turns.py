"""A conversation as the page keeps it: what was asked, with which filters, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag import converse
from rag.answer import answer_key
from rag.errors import WenjuError
from rag.types import Answer
from ui.parts.cards import Asked
from ui.parts.markup import tongue
from ui.parts.narrow import Chosen

LONG = {"zh": 24, "ja": 24, "en": 60}  # characters from which an answer is a sentence and set smaller


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what became of it; with neither answer nor error it is still being looked up.

    ``chosen`` are the filters it was asked with, ``without`` what was not to be carried over; ``asked`` is what was
    wanted of its sources since, ``judged`` the verdict on it with the better answer, or "not" and why it was not noted.
    """

    question: str
    answer: Answer | None = None
    error: WenjuError | str | None = None
    chosen: Chosen = ()
    without: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)
    judged: tuple[str, WenjuError | str] | None = None


def talked(turns: Sequence[Turn]) -> list[converse.Turn]:
    """Return the turns that were answered as a later question may lean on them."""
    return [converse.Turn.of(turn.answer) for turn in turns if turn.answer is not None]


def items(answer: Answer) -> list[str]:
    """Return the answer's text, or the items of a list: its own, else the different texts of its spans, best first.

    Different long texts are not a list but sentences of several sources around the same words. Of figures that differ
    the first is the answer, the others stand beside it.
    """
    if answer.items:
        return list(dict.fromkeys(span.text for span in answer.items))
    if answer.figures:
        return [] if answer.text is None else [answer.text]
    different: dict[str, str] = {}
    for span in answer.spans:
        different.setdefault(answer_key(span.text), span.text)
    if len(different) > 1 and not any(map(is_long, different.values())):
        return list(different.values())
    return [] if answer.text is None else [answer.text]


def is_long(text: str) -> bool:
    """Tell whether a text is a sentence rather than a few words."""
    return len(text) >= LONG[tongue(text)]
