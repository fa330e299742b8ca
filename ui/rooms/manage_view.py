"""What a visitor of the archive looks at, and the pieces of HTML that all its views share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rag.errors import WenjuError
from ui.parts.markup import button, escape
from ui.parts.places import Opened
from ui.parts.troubles import sentence
from ui.words import say

SHOWN = 500  # files of a collection or a job that are listed
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

    def typed_over(self, fields: Mapping[str, str]) -> View:
        """Return it with what was typed since the last step."""
        changed = {**dict(self.changed), **{name: value for name, value in fields.items() if name != "split"}}
        return replace(self, changed=tuple(changed.items()), split=fields.get("split", self.split))

    def left(self) -> View:
        """Return the collection of an article that was corrected, still with the way back to where it was read."""
        return View(self.name, reading=self.reading, room=self.room)


def whole(lang: str, *parts: str, kind: str = "") -> str:
    """Return a part of the room; ``kind`` are further classes, each behind a space."""
    return f'<div class="manage{kind}" lang="{say(lang, "tag")}">{"".join(parts)}</div>'


def actions(*ways: str) -> str:
    """Return buttons side by side."""
    return f'<div class="actions">{"".join(ways)}</div>'


def trouble_html(view: View, lang: str) -> str:
    """Return what went wrong last, or nothing."""
    if view.trouble is None:
        return ""
    return f'<p class="trouble" role="alert">{escape(sentence(view.trouble, lang))}</p>'


def sign(shown: str) -> str:
    """Return the sign of a state."""
    return f'<span class="sign" aria-hidden="true">{shown}</span>'


def resume(view: View, label: str, lang: str) -> str:
    """Return the way back to the article that was being read, or nothing."""
    if view.reading is None:
        return ""
    elsewhere = {} if view.room == "manage" else {"room": view.room}
    return button("resume", say(lang, label), **elsewhere)
