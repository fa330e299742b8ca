"""What speaks for a proposal, as numbers: what the reader says, where it stands, what stands round it, its shape."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from rag.answer.cues import changed, cues
from rag.answer.held import of_shape, of_words
from rag.answer.likeness import Likeness
from rag.answer.marked import edge_features
from rag.answer.measures import measure_features
from rag.answer.proposals import Proposal
from rag.answer.question import Question
from rag.answer.shapes import joined
from rag.articles.signs.names import is_person
from rag.read.tagged import pairs
from rag.types import Article, Hit, Range

Features = Mapping[str, float]

_SHORT = {"fact": 8, "clause": 20, "list": 30}  # characters of a usual answer of each group
_MARKS = "，,。；;：:、！!？?\n“”《》（）()「」 \t"
_LOWEST, _HIGHEST = -10.0, 30.0  # of margins
_VERB = 6
_BY_GROUP = (
    *("margin", "longer", "shorter", "open_start", "open_end", "echo_all"),
    *("exact", "exact_behind", "exact_off", "begins", "ends"),
)
_TITLE = re.compile("《|(?:条例|办法|法|规定|决定|意见|规则|章程|细则|通知|方案)”?$")
_ONLY_ECHO = 0.8  # share of an answer that repeats the question, from which it says nothing of its own


def hit_features(one: Likeness, first: Hit) -> dict[str, float]:
    """Return what can be said of a passage for its question, whatever the place in it; ``first`` is the best hit."""
    hit = one.hit
    return {
        "rank": 1.0 / hit.rank,
        "closeness": hit.score / first.score if first.score > 0 else 0.0,
        "legs": sum(rank <= 3 for rank in hit.ranks.values()) / max(1, len(hit.ranks)),
        "passage": one.passage(),
        "foreign": float(one.crossed),
    }


def features_of(
    question: Question, proposal: Proposal, article: Article, best: float, fullest: float
) -> dict[str, float]:
    """Return the features of one proposal; ``best`` is the best margin of all, ``fullest`` what a sentence holds."""
    one = proposal.likeness
    start, end = proposal.within()
    text = one.hit.passage.text
    margin = min(max(proposal.margin, _LOWEST), _HIGHEST)
    size = proposal.span[1] - proposal.span[0]
    long = math.log(max(1, size) / _SHORT[question.group])
    before, after = text[start - 1 : start] or "\n", text[end : end + 1] or "\n"
    kinds = one.kinds(start, end)
    echo = one.echo(start, end)
    sentence = _sentence(one, start, end)
    found = {
        "margin": margin,
        "behind": max(proposal.margin - best, _LOWEST),
        "unread": float(proposal.agreed == 0),
        "agreed": proposal.agreed,
        "sentence": one.within(*sentence),
        "near": one.near(start, end),
        "echo": echo,
        "echo_all": float(echo > _ONLY_ECHO),
        "longer": max(0.0, long),
        "shorter": max(0.0, -long),
        "open_start": float(before not in _MARKS),
        "open_end": float(after not in _MARKS),
        "verb_first": float(kinds[0] == _VERB),
        "verb_last": float(kinds[1] == _VERB),
        "marked": float(
            (before in "“《「" and after in "”》」") or (text[start] in "“《「" and text[end - 1] in "”》」")
        ),
        "front": float(article.kind == "front"),
        "table": float(any(p.kind == "table" and p.start <= proposal.span[0] < p.end for p in article.paragraphs)),
        **_of_sort(question, one, start, end),
        **of_shape(question, one, start, end),
        **of_words(one, start, end, sentence),
        **cues(question.kind, one.told.folded, start, end),
        **changed(question.words.folded, one.told.folded, start),
        **(measure_features(question.text, one.told.folded[start:end]) if question.group == "fact" else {}),
        **_of_term(question, one, start, end),
        **edge_features(proposal, best),
    }
    found["less_full"] = found["sentence"] - fullest
    group = question.group
    found |= {f"{name}@{group}": found[name] for name in _BY_GROUP if name in found}
    found |= {f"{proposal.origin}@{group}": 1.0}
    if group == "fact":
        found |= {f"{name}@{question.sort or 'any'}": found[name] for name in ("marked", "longer", "shorter")}
    if question.lang == "en":
        found |= {f"{name}@en": found[name] for name in ("margin", "sentence", "near")}
    if question.authors:
        found["byline"] = float(
            any(p.kind == "byline" and p.start <= proposal.span[0] < p.end for p in article.paragraphs)
        )
    if proposal.count > 1:
        found |= _of_list(question, proposal)
    return found


def _sentence(one: Likeness, start: int, end: int) -> tuple[int, int]:
    touched = [r for r in one.told.sentences if r[0] < end and start < r[1]]
    return (touched[0][0], touched[-1][1]) if touched else (start, end)


def _of_sort(question: Question, one: Likeness, start: int, end: int) -> dict[str, float]:
    """Does it hold what was asked for: a date for "when", a person for "who", the unit of "how many"?"""
    sort = question.sort
    found = {}
    text = one.told.folded[start:end].strip("“”《》「」的等 ")
    if question.head and not question.head.isascii():
        found["head"] = float(text.endswith(question.head[-2:])) + 0.5 * float(text.endswith(question.head[-1]))
    if sort == "person":
        bare = "".join(text.split())
        found["name_of_person"] = float(is_person(bare))
    if sort is None or (sort not in one.told.sorts and sort != "body"):
        return found
    places = joined(one.places) if sort in ("body", "place") else one.told.sorts[sort]
    covered = _covered(places, start, end)
    share = min(1.0, covered / max(1, end - start))
    found |= {f"is_{sort}": share, "fits": share, f"no_{sort}": float(not covered)}
    if question.unit:
        found["unit"] = float(question.unit in one.told.folded[max(start, end - 3) : end])
    return found


def _of_term(question: Question, one: Likeness, start: int, end: int) -> dict[str, float]:
    """Does a term that the question quotes stand right beside it: “六大工程”, or its explanation?"""
    if not question.terms:
        return {}
    folded = one.told.folded
    beside = max((_beside(folded, term, start, end) for term in question.terms), default=0.0)
    inside = any(len(pairs(term) & pairs(folded[start:end])) > len(pairs(term)) / 2 for term in question.terms)
    return {"term": beside, "term_inside": float(inside)}


def _beside(folded: str, term: str, start: int, end: int) -> float:
    """Return 1 for a term at most three characters away, less further off, 0 where it is not at all."""
    gaps = []
    at = folded.find(term)
    while at >= 0:
        gaps.append(max(start - at - len(term), at - end, 0))
        at = folded.find(term, at + 1)
    return math.exp(-max(0, min(gaps) - 3) / 10) if gaps else 0.0


def _of_list(question: Question, proposal: Proposal) -> dict[str, float]:
    sizes = [end - start for start, end in proposal.ranges]
    found = {
        "counted": float(proposal.count in question.counts),
        "miscounted": float(bool(question.counts) and proposal.count not in question.counts),
        f"items@{proposal.origin}": math.log(proposal.count),
        "pair": float(proposal.count == 2),
    }
    if len(sizes) > 1:
        found["uneven"] = (max(sizes) - min(sizes)) / max(sizes)
        if question.sort in ("person", "body", "place", "title"):
            found["items_fit"] = _items_fit(question, proposal)
    return found


def _items_fit(question: Question, proposal: Proposal) -> float:
    """Return how much of a list's items is what was asked for, 1 where all of each is; of titles, how many are one."""
    one = proposal.likeness
    begin = one.hit.passage.start
    places = joined(one.places if question.sort in ("body", "place") else one.told.sorts.get(question.sort or "", []))
    text = one.hit.passage.text
    fits = [
        float(bool(_TITLE.search(text[max(0, start - begin) : end - begin])))
        if question.sort == "title"
        else _covered(places, start - begin, end - begin) / max(1, end - start)
        for start, end in proposal.ranges
    ]
    return sum(fits) / len(fits)


def _covered(places: Sequence[Range], start: int, end: int) -> int:
    return sum(max(0, min(e, end) - max(s, start)) for s, e in places)
