"""The archive to manage, as HTML: collections, their files and articles."""

from __future__ import annotations

from collections.abc import Collection as Collected
from collections.abc import Sequence

from rag.articles import SUFFIXES
from ui.archive.holdings import Collection, File
from ui.archive.known import Entry
from ui.parts.markup import button, element, escape, folded, line
from ui.parts.reasons import reason_html
from ui.rooms.manage_view import FILE_SIGNS, SHOWN, View, actions, resume, sign, trouble_html, whole
from ui.words import say

LISTED = 2000  # articles of a collection


def collections_html(view: View, collections: Sequence[Collection], lang: str) -> str:
    """Return the list of collections."""
    rows = "".join(_collection(one, view, lang) for one in collections)
    empty = "" if rows or view.trouble else f'<p class="empty">{escape(say(lang, "manage_empty"))}</p>'
    shelf = f'<ul class="rows shelf">{rows}</ul>' if rows else ""
    every = actions(button("reindex", say(lang, "manage_reindex"))) if rows else ""
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
        f'<nav class="trail">{resume(view, "fix_back", lang)}{button("back", say(lang, "manage_back"))}</nav>',
        f'<div class="name"><h3>{element("bdi", view.name)}</h3>',
        f"{actions(button('index', say(lang, 'manage_index'), kind='index', name=view.name))}</div>",
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


def _article(entry: Entry, lang: str) -> str:
    title = entry.title or say(lang, "untitled")
    about = [*entry.authors, *([say(lang, "page", value=entry.page)] if entry.page else [])]
    ways = button("open", say(lang, "manage_read"), article=entry.id)
    ways += button("fix", say(lang, "manage_fix"), title=say(lang, "manage_fix_what", what=title), article=entry.id)
    return f'<li><h5>{element("bdi", title)}</h5>{line("who", about)}<div class="actions">{ways}</div></li>'
