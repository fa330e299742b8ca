"""A turn of a conversation, as later questions may lean on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.types import Answer

_ITEM_END = re.compile(r"[、；;\n]|(?<=[^\d]),(?=[^\d])|，")
_MAX_ITEM = 40  # characters; longer parts are clauses, not items


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and, where there was one, its answer.

    ``items`` are those of a list answer, in its order. ``asked`` is the question as it was searched, completed from
    the turns before it; where it is None, it is worked out again.
    """

    question: str
    answer: str | None = None
    items: tuple[str, ...] = ()
    asked: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> Turn:
        """Return the turn that ``answer`` answered."""
        return cls(answer.query, answer.text, tuple(item.text for item in answer.items), answer.asked)


def items_of(turn: Turn) -> tuple[str, ...]:
    """Return the items of a turn's answer: its own, else the parts of an enumeration; empty for a single thing."""
    if turn.items:
        return turn.items
    parts = [part.strip(" 。.和及") for part in _ITEM_END.split(turn.answer or "")]
    parts = [part for part in parts if part]
    return tuple(parts) if len(parts) > 1 and all(len(part) <= _MAX_ITEM for part in parts) else ()
