"""Why passages were found, all that match, and checked quotations, as plain dictionaries: the JSON of the commands."""

from __future__ import annotations

from typing import Any

from rag.quote import QuoteCheck
from rag.retrieve.explain import Explanation, Reason
from rag.retrieve.matches import Matches
from rag.serialize import citation_to_dict


def explanation_to_dict(explanation: Explanation) -> dict[str, Any]:
    """Return why passages were found; ``passages`` are the hits in their order, less what a hit itself tells."""
    return {
        "found": dict(explanation.found),
        "notes": dict(explanation.notes),
        "meant": [list(words) for words in explanation.meant],
        "milliseconds": {stage: round(spent, 2) for stage, spent in explanation.milliseconds.items()},
        "passages": [_reason_to_dict(reason) for reason in explanation.reasons],
    }


def _reason_to_dict(reason: Reason) -> dict[str, Any]:
    return {
        "rank": reason.hit.rank,
        "score": round(reason.hit.score, 6),
        "factor": round(reason.factor, 6),
        "legs": {
            name: {"rank": leg.rank, "score": round(leg.score, 6), "share": round(leg.share, 6)}
            for name, leg in reason.legs.items()
        },
        "matched": [
            {"field": one.field, "terms": list(one.terms), "words": list(one.words), "score": round(one.score, 6)}
            for one in reason.matched
        ],
        "reading": None if reason.reading is None else round(reason.reading, 6),
    }


def matches_to_dict(matches: Matches) -> dict[str, Any]:
    """Return one page of all matches, grouped by article; the filter stands there as it was asked."""
    return {
        "query": matches.query,
        "where": matches.where if isinstance(matches.where, str | None) else str(matches.where),
        "wanted": [list(words) for words in matches.wanted],
        "passages": matches.passages,
        "articles": matches.articles,
        "years": dict(matches.years),
        "page": matches.page,
        "pages": matches.pages,
        "per_page": matches.per_page,
        "groups": [
            {
                "article": group.article_id,
                "source": group.source,
                "title": group.title,
                "authors": list(group.authors),
                "date": group.date or None,
                "passages": group.total,
                "shown": [{"text": p.text, "start": p.start, "end": p.end} for p in group.passages],
            }
            for group in matches.groups
        ],
    }


def quote_to_dict(found: QuoteCheck) -> dict[str, Any]:
    """Return one checked piece; the ranges of differences are in the piece and in the place's text."""
    return {
        "piece": found.piece,
        "verdict": found.verdict,
        "places": [
            {
                "article": place.article_id,
                "start": place.start,
                "end": place.end,
                "text": place.text,
                "likeness": round(place.likeness, 4),
                "differences": [
                    {
                        "change": one.change,
                        "quote": list(one.quote),
                        "source": [one.source[0] - place.start, one.source[1] - place.start],
                    }
                    for one in place.differences
                ],
                "citations": [citation_to_dict(cited) for cited in place.citations],
            }
            for place in found.places
        ],
    }
