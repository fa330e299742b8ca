"""All passages that say something: counted, by year, article by article, with the words marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.errors import ConfigError, WenjuError
from rag.index.surfaces import places as standing
from rag.index.wordlist import WordList
from rag.retrieve.matches import Group, Matches
from rag.retrieve.wanted import wants
from rag.types import Passage, Range
from ui.parts.markup import button, element, escape, line, marked_html, tongue
from ui.parts.places import Place, passage_place
from ui.parts.troubles import sentence
from ui.words import say

_NONE = WordList()  # words that mean the same are in ``Matches.wanted`` already

Terms = Sequence[tuple[str, str]]  # (field, term) as the index knows them


def passages_html(found: Matches | None, error: WenjuError | str | None, lang: str) -> str:
    """Return the counts, the years and one page of matches; or what went wrong; or nothing before anything is asked."""
    if error is not None:
        return _room(f'<p class="trouble" role="alert">{escape(sentence(error, lang))}</p>', lang)
    if found is None:
        return _room("", lang)
    wanted = " + ".join("/".join(one) for one in found.wanted)
    if not found.passages:
        return _room(f'<p class="count" role="status">{escape(say(lang, "passages_none", wanted=wanted))}</p>', lang)
    count = say(lang, "passages_found", n=f"{found.passages:,}", articles=f"{found.articles:,}")
    numbers = iter(range(found.passages))
    terms = sought(found)
    groups = "".join(_group(group, terms, numbers, lang) for group in found.groups)
    return _room(
        f'<p class="count" role="status"><b>{escape(count)}</b>'
        f"<span>{escape(say(lang, 'passages_wanted', wanted=wanted))}</span></p>"
        f"{_years(found, lang)}{groups}{_pager(found, lang)}",
        lang,
    )


def places(found: Matches | None) -> list[Place]:
    """Return where the passages of a page of matches stand, in their order, with the words marked."""
    if found is None:
        return []
    terms = sought(found)
    return [passage_place(one, said(one.text, terms)) for group in found.groups for one in group.passages]


def sought(found: Matches) -> Terms:
    """Return the terms by which the passages were found: what was asked for, and the ways in which it may be said."""
    try:
        asked = wants(found.query, _NONE)
    except ConfigError:  # a list of one's own made a question of what is none without it
        asked = []
    ways = [way for want in asked for way in want.ways]
    terms = [term for way in ways for term in ([("words", way.literal)] if way.literal else way.terms)]
    return list(dict.fromkeys([*(("words", word) for words in found.wanted for word in words), *terms]))


def said(text: str, terms: Terms) -> list[Range]:
    """Return where ``text`` says one of ``terms``, in whatever form."""
    return [place for field, term in terms for place in standing(field, term, text, _NONE)]


def _room(body: str, lang: str) -> str:
    return f'<div class="found" lang="{say(lang, "tag")}">{body}</div>'


def _group(group: Group, terms: Terms, numbers: Iterator[int], lang: str) -> str:
    about = [group.date or say(lang, "undated"), *group.authors, say(lang, "passages_total", n=group.total)]
    cards = "".join(_passage(passage, terms, next(numbers), lang) for passage in group.passages)
    return (
        f'<section class="card group"><h3>{element("bdi", group.title or say(lang, "untitled"))}</h3>'
        f"{line('place', about)}{cards}"
        f'<p class="file"><code>{element("bdi", group.source)}</code></p></section>'
    )


def _passage(passage: Passage, terms: Terms, number: int, lang: str) -> str:
    text = marked_html(passage.text, said(passage.text, terms))
    way = button("open", say(lang, "open"), kind="open", n=number)
    return (
        f'<div class="passage"><p class="text" dir="auto" lang="{tongue(passage.text)}">{text}</p>'
        f'<div class="actions">{way}</div></div>'
    )


def _years(found: Matches, lang: str) -> str:
    """Return how many passages each year has, as bars."""
    most = max((count for _, count in found.years), default=0)
    if len(found.years) < 2:
        return ""
    bars = "".join(
        f'<li><span class="year">{escape(year or say(lang, "undated"))}</span>'
        f'<span class="bar" style="width:{max(2, round(160 * count / most))}px"></span>'
        f'<span class="n">{count:,}</span></li>'
        for year, count in found.years
    )
    return f'<ul class="years" aria-label="{escape(say(lang, "by_year"))}">{bars}</ul>'


def _pager(found: Matches, lang: str) -> str:
    if found.pages < 2:
        return ""
    parts = []
    if found.page > 1:
        parts.append(button("leaf", say(lang, "page_previous"), n=found.page - 1))
    parts.append(f"<span>{escape(say(lang, 'page_of', n=found.page, total=found.pages))}</span>")
    if found.page < found.pages:
        parts.append(button("leaf", say(lang, "page_next"), n=found.page + 1))
    return f'<div class="pager">{"".join(parts)}</div>'
