"""A source as a card: who wrote it, where it was printed, the paragraph with its marks, what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from rag.references import Style, reference
from rag.retrieve.explain import Explanation, Reason
from rag.types import Article, Citation, Hit
from ui.archive.originals import is_shown, page_of
from ui.parts.markup import button, element, escape, folded, line, marked_html, tongue
from ui.parts.places import Group
from ui.parts.why import why_html
from ui.words import say

COPIED: tuple[Style, ...] = ("gbt7714", "footnote")

Key = tuple[str, int]  # the group of a card and its number in it, from 0


@dataclass(slots=True)
class Asked:
    """What was asked of the cards of one answer: the neighbours of a paragraph, and why it was found.

    It grows in place, so that of two clicks at once neither undoes the other.
    """

    around: dict[Key, tuple[Sequence[str], Sequence[str]]] = field(default_factory=dict)
    why: dict[Key, tuple[Explanation, Reason | None]] = field(default_factory=dict)


def citation_html(
    citation: Citation,
    lang: str,
    group: Group = "cited",
    number: int = 0,
    asked: Asked | None = None,
    originals: bool = False,
) -> str:
    """Return one card; those of the group "cited" show their number, counted from 1.

    With ``originals`` it leads to the file, which the server must then give.
    """
    asked = asked or Asked()
    badge = f'<span class="number">{number + 1}</span>' if group == "cited" else ""
    who = [*citation.authors, *([citation.affiliation] if citation.affiliation else [])]
    before, behind = asked.around.get((group, number), ((), ()))
    parts = [
        f"<h3>{badge}{element('bdi', citation.title or say(lang, 'untitled'))}</h3>",
        line("who", who),
        line("place", place_of(citation, lang)),
        *(_neighbour(text) for text in before),
        line("head", (citation.head or "").splitlines()),
        _words(citation),
        *(_neighbour(text) for text in behind),
        line("dated", _dated(citation, lang)),
        _actions(citation, lang, group, number, asked, originals),
        why_html(*asked.why[group, number], lang) if (group, number) in asked.why else "",
        _file(citation.source, citation.file_page, lang),
    ]
    return f'<article class="card">{"".join(parts)}</article>'


def hit_html(hit: Hit, lang: str, number: int) -> str:
    """Return one retrieved passage: rank, title, text, file."""
    passage = hit.passage
    return (
        f'<article class="card hit"><h3><span class="number">{hit.rank}</span>'
        f"{element('bdi', passage.title or say(lang, 'untitled'))}</h3>"
        f'<p class="text" dir="auto" lang="{tongue(passage.text)}">{escape(passage.text)}</p>'
        f'<div class="actions">{_open(lang, "hit", number)}</div>{_file(passage.source, None, lang)}</article>'
    )


def printed_in(of: Article | Citation, lang: str) -> list[str]:
    """Return where an article was printed, widest first; only what the source says."""
    place = [value for value in (of.journal, of.issue, of.date) if value]
    if of.column:
        place.append(say(lang, "column", value=of.column))
    if of.page:
        place.append(say(lang, "page", value=of.page))
    return place


def place_of(citation: Citation, lang: str) -> list[str]:
    """Return where the paragraph was printed, widest first; only what the source says."""
    return [*printed_in(citation, lang), say(lang, "paragraph", value=citation.paragraph)]


def _words(citation: Citation) -> str:
    inner = marked_html(citation.text, citation.marks)
    return f'<p class="text" dir="auto" lang="{tongue(citation.text)}">{inner}</p>'


def _neighbour(text: str) -> str:
    return f'<p class="text near" dir="auto" lang="{tongue(text)}">{escape(text)}</p>'


def _actions(citation: Citation, lang: str, group: Group, number: int, asked: Asked, originals: bool) -> str:
    """Return the row of buttons, and the references behind the last of them."""
    key = (group, number)
    told: dict[str, Any] = {"group": group, "n": number}
    parts = [_open(lang, group, number)]
    if key not in asked.around:
        parts.append(button("around", say(lang, "around"), **told))
    if key not in asked.why:
        parts.append(button("why", say(lang, "why"), **told))
    if originals:
        parts.append(original_html(citation.article_id, citation.source, citation.file_page, lang))
    rows = [_reference(citation, style, lang) for style in COPIED]
    parts.append(folded(say(lang, "cite"), [f"<ul>{''.join(rows)}</ul>"], f"cite-{group}-{number}", "cite"))
    return f'<div class="actions">{"".join(parts)}</div>'


def original_html(article_id: str, source: str, page: int | None, lang: str) -> str:
    """Return the way to the file of an article, at a page of it where a browser can open one."""
    at = page_of(source, page)
    label = say(lang, "original") if at is None else say(lang, "original_page", value=at)
    longer = escape(say(lang, "original_open" if is_shown(source) else "original_save", what=source))
    to = f"api/originals/{quote(article_id)}?lang={lang}{'' if at is None else f'#page={at}'}"
    return (
        f'<a class="original" href="{escape(to)}" target="_blank" rel="noopener" title="{longer}">{escape(label)}</a>'
    )


def _open(lang: str, group: Group, number: int) -> str:
    return button("open", say(lang, "open"), kind="open", group=group, n=number)


def _reference(citation: Citation, style: Style, lang: str) -> str:
    made = reference(citation, style)
    lacks = ""
    if made.missing:
        names = say(lang, "between").join(say(lang, f"field_{name}") for name in made.missing)
        lacks = f'<small class="lacks">{escape(say(lang, "lacks", what=names))}</small>'
    copy = (
        f'<button type="button" data-copy="{escape(made.text)}" data-copied="{escape(say(lang, "copied"))}">'
        f"{escape(say(lang, 'copy'))}</button>"
    )
    return f"<li><b>{escape(say(lang, f'style_{style}'))}</b>{copy}<bdi>{escape(made.text)}</bdi>{lacks}</li>"


def _dated(citation: Citation, lang: str) -> list[str]:
    """Return what words like 今年 stand for, each word once."""
    readings = {citation.text[start:end]: when for start, end, when in citation.dated}
    return [say(lang, "dated", word=word, value=when) for word, when in readings.items()]


def _file(source: str, page: int | None, lang: str) -> str:
    where = f" · {say(lang, 'file_page', value=page)}" if page is not None else ""
    name = element("bdi", source)
    return f'<p class="file"><span>{escape(say(lang, "file"))}</span> <code>{name}</code>{escape(where)}</p>'
