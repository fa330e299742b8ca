"""The conversations that were kept, as a list beside the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from ui.kept.talk import Talk
from ui.parts.markup import button, element, escape, folded
from ui.words import say

FORMS = (("md", "Markdown"), ("docx", "Word"), ("json", "JSON"))


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies open of the list: the words it is searched by, and the conversation to be renamed or deleted."""

    query: str = ""
    renaming: str = ""
    deleting: str = ""


def talks_html(listing: Listing | None, talks: Sequence[Talk], current: str | None, lang: str) -> str:
    """Return the list, newest first, or nothing while it is closed; ``current`` is the conversation that is shown."""
    if listing is None:
        return ""
    name = escape(say(lang, "history_search"))
    value = escape(listing.query)
    find = f'<input type="search" data-say="find" value="{value}" aria-label="{name}" placeholder="{name}">'
    rows = "".join(_row(talk, listing, current, lang) for talk in talks)
    none = say(lang, "history_not_found" if listing.query else "history_none")
    body = f"<ul>{rows}</ul>" if rows else f'<p class="empty" role="status">{escape(none)}</p>'
    close = button("shut", "×", kind="close", title=say(lang, "history_close"))
    head = escape(say(lang, "history_open"))
    return (
        f'<section class="talks" role="dialog" aria-modal="false" aria-label="{head}" lang="{say(lang, "tag")}"'
        f' data-key="talks"><header><h2 tabindex="-1">{head}</h2>{close}</header>{find}{body}</section>'
    )


def _row(talk: Talk, listing: Listing, current: str | None, lang: str) -> str:
    if talk.id == listing.renaming:
        field = (
            f'<input type="text" data-say="name" data-talk="{escape(talk.id)}" value="{escape(talk.title)}"'
            f' maxlength="80" aria-label="{escape(say(lang, "history_name"))}">'
        )
        return f'<li class="renaming">{field}</li>'
    here = ' aria-current="true"' if talk.id == current else ""
    when = datetime.fromtimestamp(talk.changed).strftime("%Y-%m-%d %H:%M")
    about = f"{when} · {say(lang, 'history_turns', n=talk.turns)}"
    title = (
        f'<button type="button" class="talk" data-do="talk" data-talk="{escape(talk.id)}"{here}>'
        f"{element('bdi', talk.title)}{element('small', about)}</button>"
    )
    sure = talk.id == listing.deleting
    erase = button("erase" if sure else "delete", say(lang, "history_sure" if sure else "history_delete"), talk=talk.id)
    links = "".join(
        f'<a href="api/history/{quote(talk.id)}/export?as={form}&amp;lang={lang}" download>{named}</a>'
        for form, named in FORMS
    )
    export = folded(say(lang, "history_export"), [f'<span class="forms">{links}</span>'], f"export-{talk.id}")
    rename = button("rename", say(lang, "history_rename"), talk=talk.id)
    return f'<li>{title}<div class="does">{rename}{erase}{export}</div></li>'
