"""Spans and hits to an Answer: which words, how sure, and the paragraphs that prove them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answer.authorship import authored
from rag.answer.calibrate import Calibration
from rag.answer.candidates import Candidate, GetArticle, candidates, evidence, overlapping
from rag.answer.cells import cell_of
from rag.answer.checks import lacks_post
from rag.answer.cite import cite, home, merge
from rag.answer.features import hit_features
from rag.answer.gather import gathered
from rag.answer.homes import unplaced
from rag.answer.likeness import Likeness
from rag.answer.nearest import nearest
from rag.answer.proposals import Proposal
from rag.answer.question import Question, understand
from rag.answer.sources import answer_key, is_figure, same
from rag.dates import date_of
from rag.types import Answer, Article, Cell, Citation, Figure, Hit, Span, Status

_MAX_ALTERNATIVES = 4
_MAX_PLACES = 5  # that say the same
_NO_SPAN = -6.0  # the margin of a question for which nothing was proposed
_JOINED = 600  # characters that a list may span, to be shown as one run of text
_NEAR_STANDING = 3.0  # a place whose standing is lower by more is no second source and no rival figure


def compose(
    query: str,
    hits: Sequence[Hit],
    spans: Sequence[Span],
    article: GetArticle,
    calibration: Calibration,
) -> Answer:
    """Decide between the three outcomes, and cite."""
    question = understand(query)
    ranked = candidates(question, hits, spans, article, calibration)
    written = authored(question, hits, article)
    if written:
        ranked, confidence = [written[0], *ranked], written[1]
    else:
        confidence = _confidence(question, ranked, hits, article, calibration)
    chosen = gathered(question, ranked, hits, article) if ranked and not written else ranked[:1]
    lacking = not chosen or lacks_post(question, article(chosen[0].article_id)) or unplaced(question, chosen, article)
    status = _status(confidence, bool(written) or not lacking, bool(hits), calibration)
    if status != "answered":
        near = tuple(nearest(query, hits, article)) if status == "related" else ()
        return Answer(query, status, confidence, citations=near, hits=tuple(hits))
    places = [span for one in chosen for span in _spans(one.places[0], article)]
    if len(chosen) == 1 and len(places) == 1 and not written:
        places += [span for other in _further(ranked) for span in _spans(other, article)]
    is_list = question.group == "list" and (len(chosen) > 1 or len(chosen[0].ranges) > 1)
    proving = [span for one in chosen for span in _proving(one, article)]
    cited = merge(c for span in [*proving, *places] for c in cite(article(span.passage.article_id), span))
    rest = _apart([one for one in ranked if one not in chosen and not _told(one, places)])
    return Answer(
        query,
        status,
        confidence,
        _text(places, article) if is_list else places[0].text,
        tuple(places),
        tuple(cited),
        tuple(_first_citation(one, article) for one in rest),
        hits=tuple(hits),
        items=tuple(places) if is_list else (),
        figures=() if is_list else _figures(ranked, article),
        cell=None if is_list else _cell(places[0], article),
    )


def together(query: str, answers: Sequence[Answer]) -> Answer | None:
    """Return one answer to a line of several questions: the places that answer them as its items, in their order.

    It is as sure as its least sure part. A part whose words are in part those of an earlier one is left out. None where
    fewer than two are left.
    """
    given: list[Answer] = []
    for one in answers:
        if one.status == "answered" and not any(_touch(one, other) for other in given):
            given.append(one)
    if len(given) < 2:
        return None
    milliseconds = {name: sum(one.milliseconds.get(name, 0.0) for one in answers) for name in answers[0].milliseconds}
    places = tuple(span for one in given for span in one.items or one.spans[:1])
    return replace(
        given[0],
        query=query,
        confidence=min(one.confidence for one in given),
        spans=places,
        items=places,
        citations=tuple(merge(cited for one in given for cited in one.citations)),
        alternatives=tuple(cited for one in given for cited in one.alternatives)[:_MAX_ALTERNATIVES],
        figures=(),
        cell=None,
        carried=(),
        asked=None,
        corrected=tuple(change for one in answers for change in one.corrected),
        milliseconds=milliseconds,
    )


def _touch(one: Answer, other: Answer) -> bool:
    return any(a.touches(b) for a in one.spans for b in other.spans)


def _confidence(
    question: Question, ranked: Sequence[Candidate], hits: Sequence[Hit], article: GetArticle, calibration: Calibration
) -> float:
    if ranked:
        return calibration.confidence(evidence(question, ranked, article))
    if hits:
        return calibration.confidence({**hit_features(Likeness(question, hits[0]), hits[0]), "margin": _NO_SPAN})
    return 0.0


def _status(confidence: float, has_span: bool, has_hits: bool, calibration: Calibration) -> Status:
    if has_span and confidence >= calibration.answer_threshold:
        return "answered"
    return "related" if has_hits and confidence >= calibration.related_threshold else "not_found"


def _further(ranked: Sequence[Candidate]) -> Iterator[Proposal]:
    """Yield places in further articles that say what the best one says, in its spelling or another."""
    first, known = ranked[0], {ranked[0].article_id}
    for one in ranked:
        near = one is first or (
            one.standing >= first.standing - 2 * _NEAR_STANDING
            and same(answer_key(one.text), answer_key(first.text), figures=is_figure(first.text))
        )
        for place in one.places if near else ():
            if place.article_id not in known and len(known) < _MAX_PLACES:
                known.add(place.article_id)
                yield place


def _figures(ranked: Sequence[Candidate], article: GetArticle) -> tuple[Figure, ...]:
    """Return the different figures that different articles give for the same question, where they do."""
    first = ranked[0]
    if not is_figure(first.text):
        return ()
    found = [first]
    for other in ranked[1:]:
        rival = (
            other.standing >= first.standing - _NEAR_STANDING
            and is_figure(other.text)
            and other.article_id not in {one.article_id for one in found}
            and answer_key(other.text)[-1] == answer_key(first.text)[-1]
            and not any(same(answer_key(other.text), answer_key(one.text), figures=True) for one in found)
            and other.features.get("sentence", 0.0) >= 0.9 * first.features.get("sentence", 0.0)
        )
        if rival:
            found.append(other)
    if len(found) < 2:
        return ()
    told = [Figure(one.text, _first_citation(one, article), date_of(article(one.article_id))) for one in found]
    return tuple(sorted(told, key=lambda one: one.date or ""))


def _spans(proposal: Proposal, article: GetArticle) -> list[Span]:
    text = article(proposal.article_id).text
    passage = proposal.likeness.hit.passage
    return [Span(passage, start, end, text[start:end], proposal.margin) for start, end in proposal.ranges]


def _proving(one: Candidate, article: GetArticle) -> list[Span]:
    """Return what is to be cited for an answer: its places, before them what shows it where they do not."""
    spans = _spans(one.places[0], article)
    if one.proof is None:
        return spans
    start, end = one.proof
    return [replace(spans[0], start=start, end=end, text=article(one.article_id).text[start:end]), *spans]


def _text(items: Sequence[Span], article: GetArticle) -> str:
    """Return the text from the first item to the last where that is one stretch of a paragraph, else the first."""
    first, last = items[0], items[-1]
    source = article(first.passage.article_id)
    if last.passage.article_id != first.passage.article_id or not 0 < last.end - first.start <= _JOINED:
        return first.text
    one = home(source, first.start, first.end) is home(source, last.start, last.end)
    return source.text[first.start : last.end] if one else first.text


def _told(one: Candidate, places: Sequence[Span]) -> bool:
    start, end = one.places[0].span
    return any(span.passage.article_id == one.article_id and span.start < end and start < span.end for span in places)


def _apart(found: Sequence[Candidate]) -> list[Candidate]:
    """Leave out what overlaps an earlier one: 1.86 beside 1.86 亿元."""
    kept: list[Candidate] = []
    for one in found:
        if len(kept) < _MAX_ALTERNATIVES and not any(overlapping(one, other) for other in kept):
            kept.append(one)
    return kept


def _first_citation(one: Candidate, article: GetArticle) -> Citation:
    source = article(one.article_id)
    found = merge(c for span in _spans(one.places[0], article) for c in cite(source, span))
    return found[0]


def _cell(span: Span, article: GetArticle) -> Cell | None:
    source: Article = article(span.passage.article_id)
    return cell_of(source, home(source, span.start, span.end), span.start, span.end)
