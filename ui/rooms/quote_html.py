"""What came of a quote check: the verdict, and quotation and source one under the other with what differs marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.errors import WenjuError
from rag.quote import Place as Found
from rag.quote import QuoteCheck
from rag.quote.align import Difference
from ui.parts.cards import place_of
from ui.parts.markup import button, element, escape, folded, line, marked_html, tongue
from ui.parts.places import Place
from ui.parts.troubles import sentence
from ui.words import say

SIGNS = {"exact": "✓", "altered": "≠", "not_found": "∅"}
UNFOLDED = 3  # places shown at once


def quotes_html(checks: Sequence[QuoteCheck], error: WenjuError | str | None, lang: str) -> str:
    """Return the verdict on each piece of a quotation, or what went wrong; nothing before anything is checked."""
    if error is not None:
        body = f'<p class="trouble" role="alert">{escape(sentence(error, lang))}</p>'
    else:
        numbers = iter(range(sum(len(check.places) for check in checks)))
        body = "".join(_check(check, numbers, at, lang) for at, check in enumerate(checks))
    return f'<div class="found" lang="{say(lang, "tag")}">{body}</div>'


def places(checks: Sequence[QuoteCheck]) -> list[Place]:
    """Return where the quoted words stand, in the order of the cards."""
    return [
        Place(found.article_id, found.text, ((0, len(found.text)),), start=found.start)
        for check in checks
        for found in check.places
    ]


def _check(check: QuoteCheck, numbers: Iterator[int], at: int, lang: str) -> str:
    sign = f'<span class="sign" aria-hidden="true">{SIGNS[check.verdict]}</span>'
    verdict = f'<p class="verdict" role="status">{sign}<b>{escape(say(lang, f"quote_{check.verdict}"))}</b></p>'
    piece = f'<blockquote dir="auto" lang="{tongue(check.piece)}">{escape(check.piece)}</blockquote>'
    if not check.places:
        how = element("p", say(lang, "quote_none_how"))
        return f'<section class="check {check.verdict}">{verdict}{piece}{how}</section>'
    cards = [_place(check.piece, place, next(numbers), lang) for place in check.places]
    more = folded(say(lang, "more_sources", n=len(cards) - UNFOLDED), cards[UNFOLDED:], f"check-{at}")
    return f'<section class="check {check.verdict}">{verdict}{"".join(cards[:UNFOLDED])}{more}</section>'


def _place(piece: str, found: Found, number: int, lang: str) -> str:
    cited = found.citations[0] if found.citations else None
    title = (cited.title if cited else "") or say(lang, "untitled")
    ours = [d.quote for d in found.differences]
    theirs = [(d.source[0] - found.start, d.source[1] - found.start) for d in found.differences]
    rows = [(say(lang, "quote_source"), found.text, theirs)]
    if found.differences:
        rows.insert(0, (say(lang, "quote_yours"), piece, ours))
    drawn = "".join(
        f"<div>{element('dt', name)}"
        f'<dd class="text" dir="auto" lang="{tongue(text)}">{marked_html(text, marks)}</dd></div>'
        for name, text, marks in rows
    )
    listed = "".join(element("li", _difference(d, piece, found, lang)) for d in found.differences)
    count = say(lang, "quote_differences", n=len(found.differences))
    changes = f'<p class="count">{escape(count)}</p><ul class="changes">{listed}</ul>' if listed else ""
    return (
        f'<article class="card"><h3>{element("bdi", title)}</h3>'
        f"{line('who', cited.authors) if cited else ''}{line('place', place_of(cited, lang)) if cited else ''}"
        f'<dl class="compared">{drawn}</dl>{changes}'
        f'<div class="actions">{button("open", say(lang, "open"), kind="open", n=number)}</div></article>'
    )


def _difference(difference: Difference, piece: str, found: Found, lang: str) -> str:
    key = {"replaced": "change_replaced", "added": "change_added", "left out": "change_left"}[difference.change]
    start, end = (at - found.start for at in difference.source)
    return say(lang, key, quote=piece[slice(*difference.quote)], source=found.text[start:end])
