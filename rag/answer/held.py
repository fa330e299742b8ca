"""What a place holds: a whole figure, date or title, or part of one; and what of the question stands round it."""

from __future__ import annotations

from rag.answer.likeness import Likeness
from rag.answer.question import Question

_HARD = ("date", "number", "share", "title", "address")  # sorts that are told by their shape
_CLAUSE_MARKS = "，,；;。！？!?\n"
_BEHIND = 8  # characters in which what a figure counts follows it


def of_shape(question: Question, one: Likeness, start: int, end: int) -> dict[str, float]:
    """Is it one whole figure, date or title, if such is asked for, or a part, or several, or none?"""
    if question.group != "fact":
        return {}
    touched = [place for place in one.places if place[0] < end and start < place[1]]
    inside = [place for place in touched if start <= place[0] and place[1] <= end]
    found = {"shapes_more": float(min(2, max(0, len(inside) - 1))), "shape_cut": float(len(inside) < len(touched))}
    if question.sort in _HARD:
        found |= {"shapeless": float(not touched), "shape_whole": float((start, end) in touched)}
    if question.sort in (None, "name"):
        found["marks_inside"] = float(bool(inside) and (inside[0][0] > start + 1 or inside[0][1] < end - 1))
    return found


def of_words(one: Likeness, start: int, end: int, sentence: tuple[int, int]) -> dict[str, float]:
    """What of the question stands in its sentence, its clause and right behind it: names, figures, the rarest word."""
    held = one.held(*sentence)
    cuts = one.cuts(start, end)
    found = {
        "cut_start": float(cuts[0]),
        "cut_end": float(cuts[1]),
        "clause": one.within(*_clause(one.told.folded, start, end)),
    }
    for name, columns in (("names_held", one.named), ("numbers_held", one.numbers)):
        if columns.any():
            found[name] = float(held[columns].mean()) - 1.0
    if len(held):
        found["rarest_held"] = float(held[one.weights >= one.weights.max() - 0.05].mean())
    if one.nouns:
        found["noun"] = one.noun(start, end)
        found["noun_behind"] = one.noun(start, end + _BEHIND)
    return found


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    begin = max(text.rfind(mark, 0, start) for mark in _CLAUSE_MARKS) + 1
    stops = [stop for mark in _CLAUSE_MARKS if (stop := text.find(mark, end)) >= 0]
    return begin, min(stops, default=len(text))
