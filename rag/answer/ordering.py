"""The passages of an answer in the order that reading them gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.types import Hit, Span

_A_LOGIT = 0.025  # of the best hit's score; half and one and a half times as much do as well on fitting questions


def by_reading(hits: Sequence[Hit], spans: Sequence[Span]) -> tuple[Hit, ...]:
    """Return ``hits``, best first, with what the reader found in each counted in, ranks and scores anew.

    Scores are shares of the best one's before, and a fortieth of it for each point of the best span's score; hits
    without a span, as all that were not read, count as the one with the poorest. Ties keep their order. ``ranks``
    has the order of the spans as "reader".
    """
    found: dict[str, float] = {}
    for span in spans:
        found[span.passage.id] = max(span.score, found.get(span.passage.id, span.score))
    if not found or not hits or hits[0].score <= 0:
        return tuple(hits)
    poorest = min(found.values())
    places = {id_: place for place, id_ in enumerate(sorted(found, key=lambda id_: -found[id_]), start=1)}
    scored = [hit.score / hits[0].score + _A_LOGIT * found.get(hit.passage.id, poorest) for hit in hits]
    order = sorted(range(len(hits)), key=lambda place: -scored[place])
    return tuple(
        replace(hits[place], score=scored[place], rank=rank, ranks=_ranks(hits[place], places))
        for rank, place in enumerate(order, start=1)
    )


def _ranks(hit: Hit, places: dict[str, int]) -> dict[str, int]:
    read = places.get(hit.passage.id)
    return {**hit.ranks} if read is None else {**hit.ranks, "reader": read}
