"""The archive to manage, as HTML: collections, their files and articles, an article to correct."""

from __future__ import annotations

from collections.abc import Collection as Collected
from collections.abc import Sequence
from dataclasses import dataclass

from rag.articles import SUFFIXES
from rag.errors import WenjuError
from ui.archive.holdings import Collection, Fields, File
from ui.archive.known import Entry
from ui.parts.markup import button, element, escape, folded, line
from ui.parts.places import Opened
from ui.parts.reasons import reason_html
from ui.parts.troubles import sentence
from ui.words import say

SHOWN, LISTED = 500, 2000  # files of a collection, and their articles, that are listed
FILE_SIGNS = {
    "waiting": "…",
    "reading": "↻",
    "read": "✓",
    "skipped": "!",
    "indexed": "✓",
    "new": "…",
    "unreadable": "!",
}


@dataclass(frozen=True, slots=True)
class View:
    """What a visitor looks at: nothing, a collection, or an article of it to correct.

    ``sure`` is what is only done when asked twice; ``changed`` are the fields that were typed over. ``reading`` is an
    article that lay open in ``room``, to go back to.
    """

    name: str = ""
    article: str = ""
    sure: str = ""
    changed: tuple[tuple[str, str], ...] = ()
    split: str = ""
    seen: str = ""
    trouble: WenjuError | str | None = None
    reading: Opened | None = None
    room: str = ""


def whole(lang: str, *parts: str, kind: str = "") -> str:
    """Return a part of the room; ``kind`` are further classes, each behind a space."""
    return f'<div class="manage{kind}" lang="{say(lang, "tag")}">{"".join(parts)}</div>'


def _actions(*ways: str) -> str:
    return f'<div class="actions">{"".join(ways)}</div>'


def trouble_html(view: View, lang: str) -> str:
    """Return what went wrong last, or nothing."""
    if view.trouble is None:
        return ""
    return f'<p class="trouble" role="alert">{escape(sentence(view.trouble, lang))}</p>'


def collections_html(view: View, collections: Sequence[Collection], lang: str) -> str:
    """Return the list of collections."""
    rows = "".join(_collection(one, view, lang) for one in collections)
    empty = "" if rows or view.trouble else f'<p class="empty">{escape(say(lang, "manage_empty"))}</p>'
    shelf = f'<ul class="rows shelf">{rows}</ul>' if rows else ""
    every = _actions(button("reindex", say(lang, "manage_reindex"))) if rows else ""
    return whole(lang, trouble_html(view, lang), empty, shelf, every)


def _collection(one: Collection, view: View, lang: str) -> str:
    ways = [button("look", say(lang, "manage_look"), title=say(lang, "manage_look_at", what=one.name), name=one.name)]
    if one.own:
        ways.append(_twice("remove", one.name, view, lang))
    counts = f"{say(lang, 'files', n=one.files)} · {say(lang, 'articles', n=one.articles)}"
    foreign = "" if one.own else f" · {say(lang, 'manage_foreign')}"
    return (
        f"<li><h3>{element('bdi', one.name)}</h3><p>{escape(counts + foreign)}</p>"
        f'<div class="actions">{"".join(ways)}</div></li>'
    )


def _twice(does: str, name: str, view: View, lang: str) -> str:
    """Return a button that asks first, or what it asks."""
    if view.sure != f"{does} {name}":
        return button(
            "ask", say(lang, f"manage_{does}"), title=say(lang, f"manage_{does}_what", what=name), what=f"{does} {name}"
        )
    return (
        f'<span class="sure" role="alert">{escape(say(lang, f"manage_{does}_sure", what=name))}</span>'
        f"{button(does, say(lang, 'manage_yes'), kind='danger', name=name)}"
        f"{button('ask', say(lang, 'manage_no'), what='')}"
    )


def collection_html(
    view: View,
    own: bool,
    files: Sequence[File],
    articles: Sequence[tuple[str, Sequence[Entry]]],
    most: int,
    lang: str,
) -> str:
    """Return one collection: where to drop files of up to ``most`` bytes, its files, and the articles of each."""
    of: dict[str, list[Entry]] = {}
    names = {one.name for one in files}
    for source, entries in articles:
        of.setdefault(_file_in(source, names), []).extend(entries)
    listed, rows = 0, []
    for one in files[:SHOWN]:
        entries = of.get(one.name, [])
        listed += len(entries)
        rows.append(_file(one, own, view, entries if listed <= LISTED else [], lang))
    more = f"<p>{escape(say(lang, 'and_more', n=len(files) - SHOWN))}</p>" if len(files) > SHOWN else ""
    return whole(
        lang,
        f'<nav class="trail">{_resume(view, "fix_back", lang)}{button("back", say(lang, "manage_back"))}</nav>',
        f'<div class="name"><h3>{element("bdi", view.name)}</h3>',
        f"{_actions(button('index', say(lang, 'manage_index'), kind='index', name=view.name))}</div>",
        trouble_html(view, lang),
        _drop(view.name, most, lang) if own else "",
        f'<ul class="rows shelf files">{"".join(rows)}</ul>{more}' if rows else "",
        kind=" inside",
    )


def _file_in(source: str, names: Collected[str]) -> str:
    """Return the file, as its collection names it, that a source is or is packed in; "" for none of ``names``."""
    parts = source.split("/")[1:] or [source]
    ways = ("/".join(parts[:depth]) for depth in range(len(parts), 0, -1))
    return next((way for way in ways if way in names), "")


def _drop(name: str, most: int, lang: str) -> str:
    how = say(lang, "manage_drop_how", n=most // 1_000_000)
    suffixes = ",".join(sorted(SUFFIXES))
    return (
        f'<label class="drop" data-upload="{escape(name)}" data-failed="{escape(say(lang, "manage_not_taken"))}">'
        f"<b>{escape(say(lang, 'manage_drop'))}</b><span>{escape(how)}</span>"
        f'<input type="file" multiple accept="{suffixes}"></label>'
    )


def _file(one: File, own: bool, view: View, entries: Sequence[Entry], lang: str) -> str:
    state = say(lang, "manage_fresh" if one.state == "new" else f"manage_{one.state}")
    count = f" · {say(lang, 'articles', n=one.articles)}" if one.articles and not entries else ""
    gone = f'<div class="actions">{_twice("erase", one.name, view, lang)}</div>' if own else ""
    listed = f'<ul class="rows">{"".join(_article(entry, lang) for entry in entries)}</ul>'
    held = folded(say(lang, "manage_articles", n=len(entries)), [listed], f"file-{one.name}") if entries else ""
    return (
        f'<li class="{one.state}"><h4>{sign(FILE_SIGNS[one.state])}{element("bdi", one.name)}</h4>'
        f"<p>{escape(state + count)}</p>{gone}{reason_html('p', one.says, lang)}{held}</li>"
    )


def sign(shown: str) -> str:
    """Return the sign of a state."""
    return f'<span class="sign" aria-hidden="true">{shown}</span>'


def _article(entry: Entry, lang: str) -> str:
    title = entry.title or say(lang, "untitled")
    about = [*entry.authors, *([say(lang, "page", value=entry.page)] if entry.page else [])]
    ways = button("open", say(lang, "manage_read"), article=entry.id)
    ways += button("fix", say(lang, "manage_fix"), title=say(lang, "manage_fix_what", what=title), article=entry.id)
    return f'<li><h5>{element("bdi", title)}</h5>{line("who", about)}<div class="actions">{ways}</div></li>'


def fields_html(view: View, fields: Fields, lang: str) -> str:
    """Return an article's fields to type over, and what else can be corrected of it."""
    typed = dict(view.changed)
    rows = "".join(_field(name, typed.get(name), fields, lang) for name in fields.values)
    split = (
        f'<label for="fix-split">{escape(say(lang, "fix_split"))}</label>'
        f'<input id="fix-split" data-say="split" maxlength="200" value="{escape(view.split)}">'
    )
    leave = _resume(view, "manage_no", lang) or button("unfix", say(lang, "manage_no"))
    ways = [button("save", say(lang, "fix_save"), kind="primary"), leave]
    others = [button("alter", say(lang, f"fix_{one}"), what=one) for one in ("join", "front")]
    if fields.corrected:
        others.append(button("alter", say(lang, "fix_undo"), what="undo"))
    back = _resume(view, "fix_back", lang) or button("unfix", f"← {view.name}")
    return whole(
        lang,
        f'<nav class="trail">{back}</nav>',
        f'<div class="name"><h3 tabindex="-1">{escape(say(lang, "fix_head"))}</h3></div>',
        f'<p class="says">{element("bdi", fields.id)}</p>',
        trouble_html(view, lang),
        element("p", say(lang, "fix_how")),
        f'<div class="fixes">{rows}{split}</div>',
        f'<div class="foot">{_actions(*ways)}{_actions(*others)}</div>',
        kind=" inside",
    )


def _resume(view: View, label: str, lang: str) -> str:
    """Return the way back to the article that was being read, or nothing."""
    if view.reading is None:
        return ""
    elsewhere = {} if view.room == "manage" else {"room": view.room}
    return button("resume", say(lang, label), **elsewhere)


def _field(name: str, typed: str | None, fields: Fields, lang: str) -> str:
    held = fields.values[name]
    value = typed if typed is not None else held if isinstance(held, str) else "；".join(held)
    found = fields.found.get(name)
    tip = f' title="{escape(say(lang, "fix_found", what=found))}"' if found else ""
    return (
        f'<label for="fix-{name}"{tip}>{escape(say(lang, f"fix_{name}"))}</label>'
        f'<input id="fix-{name}" data-say="field" data-field="{name}" maxlength="1000" dir="auto"'
        f' value="{escape(value)}">'
    )
