"""A list whose items stand apart, in one article or in several: as many single places as are asked for.

Either the question tells how many (哪两个市) and an enumeration that was found is of another sort; or it names several
things, each of which has an answer of its own: "the rules passed by Dongying, Jining and Heze"; or it asks for cities
and the like, of which each article is about one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.answer.candidates import Candidate, GetArticle
from rag.answer.checks import Name, names_of, stands
from rag.answer.homes import homes, unplaced
from rag.answer.question import Question
from rag.answer.sources import answer_key, same
from rag.text import fold
from rag.types import Hit

_FAR = 6.0  # an item whose standing is lower by more is none
_NEAR = 3.0  # where the sort of the items is not known, they stand closer together
_FITS = 0.7  # share of a place, or of a list's items, that is of the sort asked for
_MOST = 6  # things named in one question


def gathered(
    question: Question, ranked: Sequence[Candidate], hits: Sequence[Hit], article: GetArticle
) -> list[Candidate]:
    """Return the candidates that answer together; the best one alone where it lists all, or nothing was asked twice."""
    first = ranked[0]
    listed = len(first.ranges) > 1 and _fits(first, of_list=True) and not unplaced(question, [first], article)
    if question.group != "list" or listed:
        return [first]
    together = _of_each(question, ranked, article) or homes(question, hits, article)
    return together or _counted(question, ranked) or [first]


def _counted(question: Question, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return as many of the best single places as are asked for; [] where there are not so many.

    One from each article goes before several from one, which would have been enumerated there.
    """
    wanted = min(question.counts, default=0)
    single = [one for one in ranked if len(one.ranges) == 1]
    found = _best([one for one in single if _fits(one)], wanted, _FAR)
    if not found and len(ranked[0].ranges) == 1:
        found = _best(single, wanted, _NEAR)
    return found


def _best(fit: Sequence[Candidate], wanted: int, reach: float) -> list[Candidate]:
    best = max((one.standing for one in fit), default=0.0)
    close = [one for one in fit if one.standing >= best - reach]
    firsts: dict[str, Candidate] = {}
    for one in close:
        firsts.setdefault(one.article_id, one)
    apart = _distinct(firsts.values())
    found = (apart if len(apart) >= wanted else _distinct(close))[:wanted]
    return found if len(found) == wanted > 1 else []


def _of_each(question: Question, ranked: Sequence[Candidate], article: GetArticle) -> list[Candidate]:
    """Return for each place or person that the question names the best answer that is told of it; [] if one has none,
    or if a passage tells of all."""
    names = [name for name in names_of(question) if name.sort in ("place", "person")]
    single = [one for one in ranked if len(one.ranges) == 1 and _fits(one)]
    if not 1 < len(names) <= _MOST or not single:
        return []
    best = single[0].standing
    close = [one for one in single if one.standing >= best - _FAR]
    told = {name: [one for one in close if _tells(one, name, question, article)] for name in names}
    found: list[Candidate] = []
    for own in told.values():
        new = next((one for one in own if sum(one in other for other in told.values()) == 1), None)
        found += [new] if new else []
    apart = len(found) == len(names) and len({one.article_id for one in found}) > 1
    return _distinct(found) if apart else []


def _tells(one: Candidate, name: Name, question: Question, article: GetArticle) -> bool:
    passage = one.places[0].likeness.hit.passage
    return stands(name, fold(passage.text + "\n" + passage.context), question.lang)


def _fits(one: Candidate, *, of_list: bool = False) -> bool:
    features = one.features
    if of_list:
        return features.get("items_fit", 1.0) >= _FITS
    return features.get("fits", 0.0) >= _FITS and features["margin"] > 0


def _distinct(found: Iterable[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for one in found:
        if not any(_said(one, other) for other in kept):
            kept.append(one)
    return kept


def _said(one: Candidate, other: Candidate) -> bool:
    keys = answer_key(one.text), answer_key(other.text)
    return same(*keys) or keys[0] in keys[1] or keys[1] in keys[0]
