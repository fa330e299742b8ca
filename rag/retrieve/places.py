"""A place that is asked about must be named: in the passage, above it, or elsewhere in its article.

Many passages of a large archive share most words of a question, and say them of another town. That they leave out the
one word which tells the town apart counts for little in a sum over all words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.index.terms import gram_terms, places_asked, stem_of

if TYPE_CHECKING:
    from rag.index import Index
    from rag.index.clauses import Need

# Share of its score that a passage loses where none of the places asked about is named, fitted together with the weight
# of the vectors on questions kept for tuning.
UNNAMED = 0.35
COMMON = 0.05  # share of all passages, from which on a name tells nothing: that of the country


def named(index: Index, query: str, rows: Sequence[int]) -> dict[int, float]:
    """Return by row what remains of the score of a passage; empty where no place is asked about."""
    needs = [need for name in places_asked(query) if (need := _need(index, name))]
    if not needs:
        return {}
    owners = index.owners_of(rows)
    held = [index.articles_holding(need, set(owners.values())) for need in needs]
    return {row: 1 - UNNAMED * sum(owners[row] not in some for some in held) / len(held) for row in rows}


def _need(index: Index, name: str) -> Need:
    """Return the ways in which a name may stand in a passage; none for one that is everywhere, or is no name here."""
    if pairs := gram_terms(name):
        ways = [[("grams", pair) for pair in pairs]]
    elif index.held("spelled", name):
        ways = [[("spelled", name)], [("words", stem_of(name))]]
    else:
        return []
    most = max(min(index.held(*term) for term in way) for way in ways)
    return ways if most <= COMMON * index.counts().passages else []
