"""What could be the answer: the reader's spans, words of the wanted shape near the question's, clauses, and lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answer.likeness import Likeness, overlap
from rag.answer.lists import enumerations, ordinals
from rag.answer.question import Question
from rag.answer.shapes import around, clauses, trimmed_words
from rag.text import sentences
from rag.types import Article, Edges, Range, Span

Origin = Literal["reader", "shape", "clause", "list", "joined"]

_SHAPED, _CLAUSED, _LISTED = 24, 3, 30  # at most: shaped places and lists over all passages, sentences taken apart
_NAMED = ("person", "body", "place", "title")  # sorts of which a list's items can be told one by one
_AHEAD = 1500  # characters after a passage in which a list that begins in it may go on
_LONG = 160  # characters; a clause or sentence beyond is no answer, nor is a run of items to a question for a fact


@dataclass(frozen=True, slots=True)
class Proposal:
    """One place that may answer. ``ranges`` count in the article; a list has one an item, everything else one.

    ``margin`` is the reader's best score of a span that it touches, ``agreed`` how well one fits (F1 of characters).
    ``count`` is the number of items of what enumerates, whether it has a range for each or one for all. ``edges`` is
    what the reader makes of every place of the passage, if it tells.
    """

    likeness: Likeness
    ranges: tuple[Range, ...]
    origin: Origin
    margin: float
    agreed: float
    count: int = 1
    edges: Edges | None = None

    @property
    def article_id(self) -> str:
        return self.likeness.hit.passage.article_id

    @property
    def span(self) -> Range:
        return self.ranges[0][0], self.ranges[-1][1]

    def within(self, start: int | None = None, end: int | None = None) -> Range:
        """Return the place, or another of its article, within its passage; what lies outside is cut off."""
        passage = self.likeness.hit.passage
        start = min(max(self.span[0] if start is None else start, passage.start), passage.end - 1)
        end = min(self.span[1] if end is None else end, passage.end)
        return start - passage.start, max(start + 1, end) - passage.start


def proposals(
    question: Question, likenesses: Sequence[Likeness], spans: Sequence[Span], articles: Sequence[Article]
) -> list[Proposal]:
    """Return every proposal once, passage after passage; ``articles`` are those of the passages."""
    read: dict[str, list[Span]] = {}
    for span in spans:
        read.setdefault(span.passage.id, []).append(span)
    places: list[tuple[Likeness, tuple[Range, ...], Origin]] = []
    for one, article in zip(likenesses, articles, strict=True):
        passage = one.hit.passage
        own = [(s.start - passage.start, s.end - passage.start) for s in read.get(passage.id, ())]
        for origin, ranges in _of_passage(question, one, own, article):
            places.append((one, tuple((s + passage.start, e + passage.start) for s, e in ranges), origin))
    places = _nearest(places, "shape", _SHAPED)
    places = _nearest(_nearest(places, "list", _LISTED), "joined", _LISTED)
    lowest = min((span.score for span in spans), default=0.0) - 1
    found: dict[tuple[str, tuple[Range, ...]], Proposal] = {}
    for one, ranges, origin in places:
        proposal = _proposal(one, ranges, origin, read.get(one.hit.passage.id, ()), lowest)
        found.setdefault((proposal.article_id, proposal.ranges), proposal)
    return list(found.values())


def _of_passage(
    question: Question, one: Likeness, own: Sequence[Range], article: Article
) -> Iterator[tuple[Origin, tuple[Range, ...]]]:
    text = one.hit.passage.text
    words = {start for _, start, _ in one.told.words}
    for start, end in own:
        yield "reader", (trimmed_words(text, start, end, words),)
        if question.group != "fact":
            for wide in around(text, start, end):
                yield "clause", (trimmed_words(text, *wide, words),)
    if question.group == "fact" or (question.group == "list" and question.sort in _NAMED):
        for place in one.places:
            yield "shape", (place,)
    if question.group == "clause":
        for place in _clauses(one):
            yield "clause", (trimmed_words(text, *place, words),)
    if question.group != "fact" or question.counts or question.kind == "other":
        lists = enumerations(text, one.told.words, question.counts)
        if question.group == "fact":
            lists = [items for items in lists if items[-1][1] - items[0][0] <= _LONG]
        else:
            ahead = article.text[one.hit.passage.start : one.hit.passage.end + _AHEAD]
            lists += [items for items in ordinals(ahead) if items[0][0] < len(text) and items[-1][1] > len(text)]
        for items in lists:
            yield ("list", items) if question.group == "list" else ("joined", items)


def _clauses(one: Likeness) -> Iterator[Range]:
    """Yield one and two clauses in a row of the sentences that hold most of the question, and those after them."""
    text = one.hit.passage.text
    whole = sentences(text)
    held = [one.within(*sentence) for sentence in whole]
    for at in sorted(range(len(whole)), key=lambda n: -held[n])[:_CLAUSED]:
        parts = clauses(text, *whole[at])
        for first in range(len(parts)):
            for last in parts[first : first + 2]:
                if last[1] - parts[first][0] <= _LONG:
                    yield parts[first][0], last[1]


def _nearest(
    places: Sequence[tuple[Likeness, tuple[Range, ...], Origin]], origin: Origin, most: int
) -> list[tuple[Likeness, tuple[Range, ...], Origin]]:
    """Keep, of the places of one origin, those with most of the question around them; the order stays."""
    some = [n for n, place in enumerate(places) if place[2] == origin]
    if len(some) <= most:
        return list(places)

    def told(n: int) -> float:
        one, ranges, _ = places[n]
        begin = one.hit.passage.start
        return one.near(ranges[0][0] - begin, ranges[-1][1] - begin) + 0.5 * one.passage()

    best = set(sorted(some, key=lambda n: (-told(n), n))[:most])
    return [place for n, place in enumerate(places) if place[2] != origin or n in best]


def _proposal(
    one: Likeness, ranges: tuple[Range, ...], origin: Origin, read: Sequence[Span], lowest: float
) -> Proposal:
    whole = ranges[0][0], ranges[-1][1]
    kept = (whole,) if origin == "joined" else ranges
    touched = [(overlap(whole, (s.start, s.end)), s.score) for s in read if s.start < whole[1] and whole[0] < s.end]
    margin = max((score for _, score in touched), default=lowest)
    agreed = max((shared for shared, _ in touched), default=0.0)
    return Proposal(one, kept, origin, margin, agreed, len(ranges), read[0].edges if read else None)
