"""Spans and hits to an Answer: which words, how sure, and the paragraphs that prove them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.calibrate import Calibration
from rag.dates import date_of, relative_dates
from rag.passages import table_head
from rag.query import Kind, content_words, kind_of
from rag.text import fold, language, sentences
from rag.types import Answer, Article, Citation, Hit, Paragraph, Range, Span, Status

GetArticle = Callable[[str], Article]

# kinds answered by whole sentences, and lists by their whole enumeration
WIDENED: frozenset[Kind] = frozenset({"why", "how", "definition", "list"})
_MAX_ALTERNATIVES = 4
_MAX_NEAREST = 3
_NEAR = 0.5  # a passage this far below the best one is not near
_NO_SPAN = -6.0  # the margin of a question for which the reader marked nothing
_LARGEST_LEAD = 6.0  # an answer without a rival leads by this much
_NOT_WORD = re.compile(r"[\W_]+")
_CLAUSE_END = "，,。；;：:！!？?（(\n"  # bounds of an enumeration


@dataclass(frozen=True)
class Candidate:
    """One distinct answer: the places that say it, best first, and what speaks for it."""

    spans: tuple[Span, ...]
    features: Mapping[str, float]

    @cached_property
    def key(self) -> str:
        return answer_key(self.spans[0].text)


def answer_key(text: str) -> str:
    """Fold what two spellings of the same answer may differ in: case, width, spaces, punctuation."""
    return _NOT_WORD.sub("", fold(text)) or fold(text)


def compose(
    query: str,
    hits: Sequence[Hit],
    spans: Sequence[Span],
    article: GetArticle,
    calibration: Calibration,
    *,
    widened: frozenset[Kind] = WIDENED,
) -> Answer:
    """Decide between the three outcomes, and cite."""
    ranked = candidates(query, hits, spans, article, calibration)
    features = ranked[0].features if ranked else _hit_features(query, hits[0], hits, _NO_SPAN) if hits else None
    confidence = calibration.confidence(features) if features is not None else 0.0
    status = _status(confidence, bool(ranked), bool(hits), calibration)
    if status != "answered":
        nearest = tuple(_nearest(query, hits, article)) if status == "related" else ()
        return Answer(query, status, confidence, citations=nearest, hits=tuple(hits))
    kind = kind_of(query)
    best = [widen(s, article(s.passage.article_id), kind) if kind in widened else s for s in ranked[0].spans]
    cited = merge(c for span in best for c in cite(article(span.passage.article_id), span))
    others = [cite(article(c.spans[0].passage.article_id), c.spans[0])[0] for c in ranked[1 : 1 + _MAX_ALTERNATIVES]]
    return Answer(query, status, confidence, best[0].text, tuple(best), tuple(cited), tuple(others), hits=tuple(hits))


def _status(confidence: float, has_span: bool, has_hits: bool, calibration: Calibration) -> Status:
    if has_span and confidence >= calibration.answer_threshold:
        return "answered"
    return "related" if has_hits and confidence >= calibration.related_threshold else "not_found"


def candidates(
    query: str, hits: Sequence[Hit], spans: Sequence[Span], article: GetArticle, calibration: Calibration
) -> list[Candidate]:
    """Fold spans that say the same into one candidate each; the most probable first, ties as the spans came."""
    groups: dict[str, list[Span]] = {}
    for span in spans:
        groups.setdefault(answer_key(span.text), []).append(span)
    by_passage = {hit.passage.id: hit for hit in hits}
    margins = [max(s.score for s in group) for group in groups.values()]
    found = []
    for at, group in enumerate(groups.values()):
        # an article proves better than the contents page that names it
        group.sort(key=lambda s: article(s.passage.article_id).kind == "front")
        rivals = margins[:at] + margins[at + 1 :]
        lead = margins[at] - max(rivals) if rivals else _LARGEST_LEAD
        # the hit of the best-ranked place: a second source further down takes nothing away
        hit = min((by_passage[s.passage.id] for s in group), key=lambda h: h.rank)
        features = {
            **_hit_features(query, hit, hits, margins[at]),
            "lead": max(-_LARGEST_LEAD, min(lead, _LARGEST_LEAD)),
            "sources": float(len({s.passage.article_id for s in group}) - 1),
            "front": float(article(group[0].passage.article_id).kind == "front"),
        }
        found.append(Candidate(tuple(group), features))
    return sorted(found, key=lambda c: -calibration.confidence(c.features))


def _hit_features(query: str, hit: Hit, hits: Sequence[Hit], margin: float) -> dict[str, float]:
    """Return what can be said of a passage and the reader's margin in it, each feature some -6 to 10 wide."""
    top = hits[0].score
    told = fold(hit.passage.text + "\n" + hit.passage.context)
    asked = content_words(query)
    return {
        "margin": margin,
        "rank": 1.0 / hit.rank,
        "closeness": hit.score / top if top > 0 else 0.0,  # to the best hit
        "agreement": sum(rank <= 3 for rank in hit.ranks.values()) / max(1, len(hit.ranks)),
        "coverage": sum(word in told for word in asked) / len(asked) if asked else 0.0,
        "foreign": float(language(query) != language(hit.passage.text)),
    }


def widen(span: Span, article: Article, kind: Kind) -> Span:
    """Grow ``span`` within its paragraph: to its enumeration for "list", else to whole sentences."""
    paragraph = _home(article, span)
    start, end = max(span.start, paragraph.start), min(span.end, paragraph.end)
    if kind == "list":
        start, end = _enumeration(article.text, start, end, paragraph)
    else:
        touched = [r for r in sentences(article.text, paragraph.start, paragraph.end) if r[0] < end and start < r[1]]
        start, end = touched[0][0], touched[-1][1]
    text = article.text[start:end]
    start += len(text) - len(text.lstrip())
    return replace(span, start=start, end=start + len(text.strip()), text=text.strip())


def _enumeration(text: str, start: int, end: int, paragraph: Paragraph) -> Range:
    """Return the clause around ``[start, end)`` when it enumerates, with what stands before its first item left out."""
    last = end
    while last < paragraph.end and text[last] not in _CLAUSE_END:
        last += 1
    first = start
    while first > paragraph.start and text[first - 1] not in _CLAUSE_END:
        first -= 1
    if "、" not in text[first:last]:
        return start, end
    # items before the span are taken whole; the words that lead up to the first item are not told apart
    return (first if "、" in text[first:start] else start), last


def _home(article: Article, span: Span) -> Paragraph:
    """Return the paragraph that overlaps ``span`` most, the first of equals."""
    return max(article.paragraphs, key=lambda p: min(p.end, span.end) - max(p.start, span.start))


def cite(article: Article, span: Span) -> list[Citation]:
    """Return every paragraph that ``span`` touches with its part marked; the one that overlaps most first."""
    touched = [p for p in article.paragraphs if p.start < span.end and span.start < p.end]
    home = _home(article, span)
    ordered = [home, *(p for p in touched if p is not home)]
    return [
        citation(article, p, ((max(span.start, p.start) - p.start, min(span.end, p.end) - p.start),)) for p in ordered
    ]


def citation(article: Article, paragraph: Paragraph, marks: tuple[Range, ...] = ()) -> Citation:
    """Make ``paragraph`` ready to show."""
    text = article.text[paragraph.start : paragraph.end]
    return Citation(
        article_id=article.id,
        source=article.source,
        title=article.title,
        paragraph=paragraph.number,
        text=text,
        marks=marks,
        authors=article.authors,
        affiliation=article.affiliation,
        column=article.column,
        journal=article.journal,
        issue=article.issue,
        date=article.date,
        page=article.page,
        file_page=paragraph.page,
        place=article.place,
        head="\n".join(article.text[p.start : p.end] for p in table_head(article, paragraph)) or None,
        dated=tuple((dated.start, dated.end, dated.when) for dated in relative_dates(text, date_of(article))),
    )


def merge(citations: Iterable[Citation]) -> list[Citation]:
    """Join citations of the same paragraph, their marks in order; the order of first appearance stays."""
    merged: dict[tuple[str, int], Citation] = {}
    for new in citations:
        place = (new.article_id, new.paragraph)
        known = merged.get(place)
        merged[place] = replace(known, marks=_union(known.marks + new.marks)) if known else new
    return list(merged.values())


def _union(marks: Sequence[Range]) -> tuple[Range, ...]:
    """Sort marks and join those that overlap, so that they can be drawn one after the other."""
    joined: list[Range] = []
    for start, end in sorted(marks):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _nearest(query: str, hits: Sequence[Hit], article: GetArticle) -> list[Citation]:
    """Return, for the best passages, the paragraph of each that shares most words with the query."""
    asked = content_words(query)
    found: list[Citation] = []
    for hit in [hit for hit in hits if hit.score >= _NEAR * hits[0].score]:
        source = article(hit.passage.article_id)
        inside = [p for p in source.paragraphs if p.start < hit.passage.end and hit.passage.start < p.end]
        if inside and len(found) < _MAX_NEAREST:
            best = max(inside, key=lambda p: _nearness(asked, source, p, hit))
            found = merge([*found, citation(source, best)])
    return found


def _nearness(asked: Sequence[str], article: Article, paragraph: Paragraph, hit: Hit) -> tuple[int, int]:
    """Order paragraphs of a passage: shared words, then how much of the passage they are."""
    told = fold(article.text[paragraph.start : paragraph.end])
    overlap = min(paragraph.end, hit.passage.end) - max(paragraph.start, hit.passage.start)
    return sum(word in told for word in asked), overlap
