"""rag.answer.ordering: the passages of an answer, in the order that reading gave them."""

from __future__ import annotations

from rag.answer.ordering import by_reading
from rag.types import Hit, Passage, Span


def hit(name: str, score: float, rank: int) -> Hit:
    return Hit(Passage(name, "a", "s", "", 0, 4, "河边的树"), score, rank, {"words": rank})


def span(name: str, score: float, start: int = 0) -> Span:
    return Span(Passage(name, "a", "s", "", 0, 4, "河边的树"), start, start + 1, "河", score)


HITS = [hit("p", 2.0, 1), hit("q", 1.9, 2), hit("r", 1.0, 3), hit("s", 0.5, 4)]


def names(hits: tuple[Hit, ...]) -> str:
    return "".join(one.passage.id for one in hits)


def test_a_passage_in_which_the_reader_found_more_comes_before_one_that_was_found_a_little_easier() -> None:
    ordered = by_reading(HITS, [span("p", -3.0), span("q", 4.0), span("r", 0.0)])
    assert names(ordered) == "qprs"
    assert [one.rank for one in ordered] == [1, 2, 3, 4]
    assert [one.score for one in ordered] == sorted((one.score for one in ordered), reverse=True)
    assert [one.ranks.get("reader") for one in ordered] == [1, 3, 2, None]


def test_reading_alone_does_not_bring_a_poor_passage_to_the_top() -> None:
    assert names(by_reading(HITS, [span("p", 0.0), span("r", 8.0)]))[0] == "p"


def test_the_best_span_of_a_passage_counts() -> None:
    assert names(by_reading(HITS, [span("p", 0.0), span("q", -9.0), span("q", 9.0, 2)])) == "qprs"


def test_passages_that_were_not_read_stay_below_those_that_were() -> None:
    assert names(by_reading(HITS[:2] + HITS[3:], [span("p", -9.0), span("q", -9.5)])) == "pqs"


def test_without_spans_or_scores_nothing_moves() -> None:
    assert by_reading(HITS, []) == tuple(HITS)
    assert by_reading([], [span("p", 1.0)]) == ()
    flat = [hit("p", 0.0, 1), hit("q", 0.0, 2)]
    assert by_reading(flat, [span("q", 9.0)]) == tuple(flat)
