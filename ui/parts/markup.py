"""Text made safe as HTML, with marks; the few shapes that all parts of the page share.

Marks are ranges of code points and are cut in Python: JavaScript would count UTF-16 units.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

from rag.text import language
from rag.types import Range
from ui.words import say


def escape(text: object) -> str:
    """Return ``text`` safe between tags and inside a quoted attribute; a lone surrogate becomes "?"."""
    # a lone surrogate cannot be sent as UTF-8 and would lose the whole page
    return html.escape(str(text).encode("utf-8", "replace").decode("utf-8"), quote=True)


def marked_html(text: str, marks: Iterable[Range], here: Iterable[Range] = ()) -> str:
    """Return ``text`` escaped, with ``marks`` inside <mark>; ranges are clipped to it, overlaps joined.

    Those of ``here`` are of class "here" and win over the others where they overlap.
    """
    chosen = joined(here, len(text))
    drawn = [(*one, ' class="here"') for one in chosen]
    drawn += [(*rest, "") for one in joined(marks, len(text)) for rest in _outside(one, chosen)]
    pieces: list[str] = []
    position = 0
    for start, end, kind in sorted(drawn):
        pieces += [escape(text[position:start]), f"<mark{kind}>", escape(text[start:end]), "</mark>"]
        position = end
    return "".join([*pieces, escape(text[position:])])


def joined(marks: Iterable[Range], length: int) -> list[Range]:
    """Return ``marks`` in order, clipped to a text of ``length`` characters, those that touch as one."""
    found: list[Range] = []
    for start, end in sorted((max(0, start), min(length, end)) for start, end in marks):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _outside(one: Range, others: Sequence[Range]) -> list[Range]:
    """Return what is left of ``one`` outside ``others``, which are in order and apart."""
    left: list[Range] = []
    start, end = one
    for first, last in others:
        if first < end and start < last:
            left.append((start, first))
            start = last
    return [(first, last) for first, last in (*left, (start, end)) if first < last]


def element(tag: str, text: object) -> str:
    """Return ``text`` within a tag."""
    return f"<{tag}>{escape(text)}</{tag}>"


def line(kind: str, values: Sequence[str]) -> str:
    """Return the values side by side, each isolated, so that none can turn the direction of its neighbours."""
    return f'<p class="{kind}">{"".join(element("bdi", value) for value in values)}</p>' if values else ""


def folded(summary: str, parts: Sequence[str], key: str, kind: str = "") -> str:
    """Return ``parts`` behind a line that opens them, or nothing; ``key`` tells the browser which one was open."""
    if not parts:
        return ""
    named = f' class="{kind}"' if kind else ""
    return f'<details{named} data-key="{escape(key)}"><summary>{escape(summary)}</summary>{"".join(parts)}</details>'


def button(does: str, label: str, *, kind: str = "", title: str = "", **told: Any) -> str:
    """Return a button that starts the event ``does`` and tells it ``told``; ``title`` is its longer name."""
    named = f' class="{kind}"' if kind else ""
    longer = f' title="{escape(title)}" aria-label="{escape(title)}"' if title else ""
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in told.items())
    return f'<button type="button"{named} data-do="{does}"{data}{longer}>{escape(label)}</button>'


def chip(label: str, lang: str, does: str, **told: Any) -> str:
    """Return a word that can be taken away again."""
    off = button(does, "×", title=say(lang, "remove", what=label), **told)
    return f'<li class="chip">{element("bdi", label)}{off}</li>'


def tongue(text: str) -> str:
    """Return the language of ``text``, which decides the font and the shape of its quotation marks."""
    return language(text)
