"""Questions as tantivy queries: what adds to a passage's score, what it must hold, where it may stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import tantivy

from rag.index import terms
from rag.index.wordlist import WordList

ROW, ARTICLE = "row", "article"
FIELDS = {
    "words": terms.text_terms,
    "grams": terms.gram_terms,
}
# Title, byline and headings stand in the same fields as the text. In fields of their own a word counted twice that
# stands in both, and the passages of an article with a short title were ahead of those that say who wrote it.
WEIGHTS = {"words": 1.0, "grams": 1.0, "spelled": 1.0, "own": 1.0}
# A word that is near in meaning counts by the square of its similarity, which tells translations from mere relatives;
# of several words for one, the best counts, and the others only as a bonus: they are one thing asked for.
MEANT_POWER, MEANT_TIE = 2, 0.3
MAX_TERMS = 256  # distinct terms of a question, per field; more is a page pasted in, whose first part will do

Need = Sequence[Sequence[tuple[str, str]]]  # alternatives, each the (field, term) pairs that it takes


@dataclass(frozen=True, slots=True)
class Clause:
    """What one term of a question adds; of several, which stand for one another, the best adds most."""

    field: str
    terms: tuple[str, ...]
    query: tantivy.Query


@dataclass(frozen=True, slots=True)
class Only:
    """A limit on the articles in which passages may stand: these, or all but these."""

    query: tantivy.Query
    excluded: bool


def wanted(
    schema: tantivy.Schema,
    question: str,
    own: WordList,
    meant: Sequence[Sequence[tuple[str, float]]],
    weights: Mapping[str, float],
    rarity: Callable[[str], float],
) -> list[Clause]:
    """Return the clauses that ``question``, and the words ``meant`` by it, put to each field that has a weight.

    ``rarity`` tells what a word of one's own is worth.
    """
    clauses = [
        Clause(field, (term,), _term(schema, field, term, weights[field]))
        for field, asked in _asked(question).items()
        if weights.get(field)
        for term in asked
    ]
    for term in dict.fromkeys(terms.own_terms(question, own) if weights.get("own") else ()):
        # not BM25: most passages hold no such word, so that those which do would be far too long for their field
        there = tantivy.Query.term_query(schema, "own", term, "freq")
        clauses.append(Clause("own", (term,), tantivy.Query.const_score_query(there, weights["own"] * rarity(term))))
    for group in meant if weights.get("words") else ():
        if group:
            either = [_term(schema, "words", term, weights["words"] * near**MEANT_POWER) for term, near in group]
            query = tantivy.Query.disjunction_max_query(either, MEANT_TIE)
            clauses.append(Clause("words", tuple(term for term, _ in group), query))
    return clauses


def _asked(question: str) -> dict[str, list[str]]:
    asked = {"spelled": terms.asked_spellings(question)}
    for field, cut in FIELDS.items():
        asked[field] = cut(question)
    return {field: list(dict.fromkeys(found))[:MAX_TERMS] for field, found in asked.items()}


def any_of(queries: Sequence[tantivy.Query], only: Only | None = None) -> tantivy.Query:
    """Return a query that adds up all of ``queries``; ``only`` adds nothing to a score."""
    asked = tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
    return within(asked, only)


def within(query: tantivy.Query, only: Only | None) -> tantivy.Query:
    """Return ``query`` for the articles of ``only``."""
    if only is None:
        return query
    if only.excluded:
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.MustNot, only.query)])
    still = tantivy.Query.const_score_query(only.query, 0.0)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, still)])


def rows_only(schema: tantivy.Schema, rows: Sequence[int]) -> Only:
    """Return the limit to these passages."""
    return Only(tantivy.Query.term_set_query(schema, ROW, list(rows)), excluded=False)


def articles_only(schema: tantivy.Schema, chosen: Sequence[int], others: Sequence[int]) -> Only:
    """Return the limit to the articles ``chosen``; ``others`` are all the rest. The shorter list is the faster one."""
    excluded = len(others) < len(chosen)
    rows = list(others if excluded else chosen)
    return Only(tantivy.Query.term_set_query(schema, ARTICLE, rows), excluded)


def all_of(schema: tantivy.Schema, needs: Sequence[Need]) -> tantivy.Query:
    """Return the query for passages that meet every need by one of its alternatives."""
    queries = [_met(schema, need) for need in needs if all(need)]
    if not queries:
        return tantivy.Query.all_query()
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _met(schema: tantivy.Schema, need: Need) -> tantivy.Query:
    sides = [
        tantivy.Query.boolean_query([(tantivy.Occur.Must, _term(schema, field, term, 1.0)) for field, term in pairs])
        for pairs in need
    ]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, side) for side in sides])


def _term(schema: tantivy.Schema, field: str, term: str, weight: float) -> tantivy.Query:
    return tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term, "freq"), weight)
