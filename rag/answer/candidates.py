"""Proposals weighed and folded: one candidate for each distinct answer, the likeliest first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.answer.calibrate import Calibration
from rag.answer.checks import checks
from rag.answer.features import Features, features_of, hit_features
from rag.answer.likeness import Likeness, best_sentence, overlap, weigh
from rag.answer.proposals import Proposal, proposals
from rag.answer.question import Question
from rag.answer.sources import answer_key, same
from rag.types import Article, Hit, Range, Span

GetArticle = Callable[[str], Article]

_RIVALS = 12  # candidates looked at for a rival, and for further sources
# of the features of ranking, those that say something of being right; more of them only fit their noise
_EVIDENCE = (
    "margin", "behind", "agreed", "unread", "sentence", "near", "passage", "echo_all", "rank", "closeness", "legs",
    "fits", "unit", "counted", "miscounted", "term", "front", "marked", "open_start", "open_end", "longer", "changed",
    "shapeless", "shape_whole", "measured", "mismeasured", "misclassed", "peopled", "vague", "coarse", "clause",
    "less_full", "names_held", "numbers_held", "rarest_held", "noun", "noun_behind", "exact", "exact_behind",
    "exact_off", "begins", "ends",
)  # fmt: skip
_WEIGHED, _HEAT = 14, 1.2  # candidates that vote on the best one, and how evenly
_OTHER_FORM = 0.8
_LARGEST_LEAD = 6.0  # an answer without a rival leads by this much


@dataclass(frozen=True, slots=True)
class Candidate:
    """One distinct answer: the places that say it, best first, and what speaks for it.

    ``features`` are those of the best place. ``expected`` is the F1 to be expected of it, were each candidate as likely
    to be the answer as its standing says; 0 for those far behind. ``proof`` is what shows that the place is the answer,
    where it stands elsewhere in the article.
    """

    places: tuple[Proposal, ...]
    text: str
    standing: float
    features: Features
    expected: float = 0.0
    proof: Range | None = None

    @property
    def ranges(self) -> tuple[Range, ...]:
        return self.places[0].ranges

    @property
    def article_id(self) -> str:
        return self.places[0].article_id


def candidates(
    question: Question, hits: Sequence[Hit], spans: Sequence[Span], article: GetArticle, calibration: Calibration
) -> list[Candidate]:
    """Return what the read passages propose, each distinct answer once, by standing; ties as they stand in the text."""
    return ranked(weighed(question, hits, spans, article), calibration, article)


def weighed(
    question: Question, hits: Sequence[Hit], spans: Sequence[Span], article: GetArticle
) -> list[tuple[Proposal, Features]]:
    """Return every proposal with its features. Read are the passages up to the last that has a span."""
    read = _read(hits, spans)
    likenesses = [Likeness(question, hit) for hit in read]
    weigh(likenesses)
    proposed = proposals(question, likenesses, spans, [article(hit.passage.article_id) for hit in read])
    best = max((proposal.margin for proposal in proposed), default=0.0)
    fullest = best_sentence(likenesses)
    of_hits = {id(one): hit_features(one, hits[0]) for one in likenesses}
    return [
        (one, features_of(question, one, article(one.article_id), best, fullest) | of_hits[id(one.likeness)])
        for one in proposed
    ]


def ranked(
    proposed: Sequence[tuple[Proposal, Features]], calibration: Calibration, article: GetArticle
) -> list[Candidate]:
    """Fold proposals that say the same and order them: by the F1 to be expected, those far behind by standing.

    Of places that say the same, an article proves better than front matter.
    """
    ordered = [(calibration.standing(features), proposal, features) for proposal, features in proposed]
    ordered.sort(key=lambda one: -one[0])
    groups: dict[tuple[str, int], list[tuple[float, Proposal, Features]]] = {}
    for one in ordered:
        groups.setdefault((answer_key(_text(one[1], article)), len(one[1].ranges)), []).append(one)
    found = []
    for group in groups.values():
        places = sorted((proposal for _, proposal, _ in group), key=lambda p: article(p.article_id).kind == "front")
        standing, _, features = group[0]
        found.append(Candidate(tuple(places), _text(places[0], article), standing, features))
    return [*_by_expectation(found[:_WEIGHED]), *found[_WEIGHED:]]


def _by_expectation(found: Sequence[Candidate]) -> list[Candidate]:
    """Order candidates by how much they share with those that are likely: of many near answers, the middle one."""
    likely = [math.exp((one.standing - found[0].standing) / _HEAT) for one in found]
    told = [
        replace(
            one, expected=sum(p * _shared(one, other) for p, other in zip(likely, found, strict=True)) / sum(likely)
        )
        for one in found
    ]
    return sorted(told, key=lambda one: -one.expected)


def _shared(one: Candidate, other: Candidate) -> float:
    """Return the F1 of the places of two candidates; a list and one run of text share less than they overlap."""
    if one is other:
        return 1.0
    if one.article_id != other.article_id:
        return float(one.text == other.text)
    shared = overlap((one.ranges[0][0], one.ranges[-1][1]), (other.ranges[0][0], other.ranges[-1][1]))
    return shared * (1.0 if (len(one.ranges) > 1) == (len(other.ranges) > 1) else _OTHER_FORM)


def _text(proposal: Proposal, article: GetArticle) -> str:
    return article(proposal.article_id).text[slice(*proposal.span)]


def _read(hits: Sequence[Hit], spans: Sequence[Span]) -> list[Hit]:
    marked = {span.passage.id for span in spans}
    last = max((n for n, hit in enumerate(hits, 1) if hit.passage.id in marked), default=0)
    return list(hits[:last])


def evidence(question: Question, ranked: Sequence[Candidate], article: GetArticle) -> dict[str, float]:
    """Return what speaks for the first candidate being right: its features, its lead, and the checks."""
    one = ranked[0]
    proposal = one.places[0]
    passage = proposal.likeness.hit.passage
    key = answer_key(one.text)
    further = {p.article_id for other in ranked[:_RIVALS] if same(answer_key(other.text), key) for p in other.places}
    rivals = [
        other.standing
        for other in ranked[1 : 1 + _RIVALS]
        if not same(answer_key(other.text), key) and not overlapping(one, other)
    ]
    lead = one.standing - rivals[0] if rivals else _LARGEST_LEAD
    wants = {f"wants_{question.group}": 1.0}
    told = checks(question, passage.text + "\n" + passage.context, _sentence(proposal), article(one.article_id))
    # Chinese names stand there as they are asked for, English ones only by their sound
    told |= {f"{name}@zh": value for name, value in told.items() if question.lang == "zh"}
    return {
        **{name: one.features[name] for name in _EVIDENCE if name in one.features},
        **told,
        **wants,
        "misfits": float(any(value for name, value in one.features.items() if name.startswith("no_"))),
        "standing": one.standing,
        "expected": one.expected,
        "lead": min(lead, _LARGEST_LEAD),
        "sources": float(min(3, len(further | {one.article_id}) - 1)),
        "english": float(question.lang == "en"),
        "standing_english": one.standing * (question.lang == "en"),
    }


def _sentence(proposal: Proposal) -> str:
    """Return the sentences that a proposal touches."""
    start, end = proposal.within()
    touched = [r for r in proposal.likeness.told.sentences if r[0] < end and start < r[1]]
    text = proposal.likeness.hit.passage.text
    return text[touched[0][0] : touched[-1][1]] if touched else text[start:end]


def overlapping(one: Candidate, other: Candidate) -> bool:
    """Tell whether two candidates' best places share a character."""
    return one.article_id == other.article_id and any(
        a[0] < b[1] and b[0] < a[1] for a in one.ranges for b in other.ranges
    )
