"""Why a passage was found, in words a reader of articles knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rag.retrieve.explain import Explanation, Matched, Reason
from rag.types import Article, Range
from ui.parts.markup import element, escape, joined
from ui.parts.places import Place, stands_at
from ui.words import say

SHOWN = 8  # words named for one field
LEGS = ("words", "vectors")


def reason_for(explanation: Explanation, article: Article, place: Place) -> Reason | None:
    """Return the reason of the best hit that holds ``place``, or a part of it; None where no hit does."""
    start = stands_at(article, place)
    if start is None:
        return None
    end = start + len(place.text)
    marks = [(start + first, start + last) for first, last in place.marks] or [(start, end)]
    near = [r for r in explanation.reasons if r.hit.passage.article_id == article.id]
    holding = [r for r in near if _meets(r, marks)] or [r for r in near if _meets(r, [(start, end)])]
    return min(holding, key=lambda reason: reason.hit.rank, default=None)


def _meets(reason: Reason, ranges: Sequence[tuple[int, int]]) -> bool:
    passage = reason.hit.passage
    return any(passage.start < end and start < passage.end for start, end in ranges)


def why_html(explanation: Explanation, reason: Reason | None, lang: str) -> str:
    """Return the words that matched, the ranks of the two ways to search, and what the reading model made of it."""
    if reason is None:
        return f'<div class="why"><p>{escape(say(lang, "why_none"))}</p></div>'
    text, context = reason.hit.passage.text, reason.hit.passage.context
    rows = [(say(lang, "why_words"), _words(text, _of(reason, "words", "grams"), lang))]
    about = _of(reason, "about_words", "about_grams")
    if about:
        rows.append((say(lang, "why_about"), _words(context, about, lang)))
    other = _of(reason, "spelled", "own")
    if other:
        rows.append((say(lang, "why_other"), _words(f"{text}\n{context}", other, lang)))
    if explanation.meant:
        named = "; ".join("/".join(group) for group in explanation.meant)
        rows.append((say(lang, "why_meant"), element("bdi", named)))
    rows.append((say(lang, "why_ranks"), escape(_ranks(explanation, reason, lang))))
    read = say(lang, "why_unread") if reason.reading is None else say(lang, "why_read", n=f"{reason.reading:+.1f}")
    rows.append((say(lang, "why_reader"), escape(read)))
    if reason.factor < 0.999:
        rows.append((say(lang, "why_factor"), escape(f"× {reason.factor:.2f}")))
    drawn = "".join(f"<div><dt>{escape(name)}</dt><dd>{said}</dd></div>" for name, said in rows)
    return f'<div class="why"><h4>{escape(say(lang, "why_head"))}</h4><dl>{drawn}</dl></div>'


def _of(reason: Reason, *fields: str) -> list[Matched]:
    return [one for one in reason.matched if one.field in fields]


def _words(text: str, found: Iterable[Matched], lang: str) -> str:
    """Name what matched as ``text`` prints it, in its order: pairs of characters that overlap are one word."""
    ranges = [range_ for one in found for word in one.words for range_ in _standing(text, word)]
    words = list(dict.fromkeys(text[start:end] for start, end in joined(ranges, len(text))))
    if not words:
        return escape(say(lang, "why_no_word"))
    more = f" {escape(say(lang, 'and_more', n=len(words) - SHOWN))}" if len(words) > SHOWN else ""
    return " ".join(element("span", word) for word in words[:SHOWN]) + more


def _standing(text: str, word: str) -> Iterator[Range]:
    at = text.find(word) if word else -1
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + 1)


def _ranks(explanation: Explanation, reason: Reason, lang: str) -> str:
    said = []
    for leg in LEGS:
        place = reason.legs.get(leg)
        found = explanation.found.get(leg, 0)
        key = "why_leg" if place else "why_leg_none"
        said.append(say(lang, key, leg=say(lang, f"leg_{leg}"), rank=place.rank if place else "", found=f"{found:,}"))
    return say(lang, "why_rank", n=reason.hit.rank) + say(lang, "semicolon") + say(lang, "semicolon").join(said)
