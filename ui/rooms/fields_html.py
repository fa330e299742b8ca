"""An article of the archive to correct, as HTML: its fields to type over."""

from __future__ import annotations

from ui.archive.holdings import Fields
from ui.parts.markup import button, element, escape
from ui.rooms.manage_view import View, actions, resume, trouble_html, whole
from ui.words import say


def fields_html(view: View, fields: Fields, lang: str) -> str:
    """Return an article's fields to type over, and what else can be corrected of it."""
    typed = dict(view.changed)
    rows = "".join(_field(name, typed.get(name), fields, lang) for name in fields.values)
    split = (
        f'<label for="fix-split">{escape(say(lang, "fix_split"))}</label>'
        f'<input id="fix-split" data-say="split" maxlength="200" value="{escape(view.split)}">'
    )
    leave = resume(view, "manage_no", lang) or button("unfix", say(lang, "manage_no"))
    ways = [button("save", say(lang, "fix_save"), kind="primary"), leave]
    others = [button("alter", say(lang, f"fix_{one}"), what=one) for one in ("join", "front")]
    if fields.corrected:
        others.append(button("alter", say(lang, "fix_undo"), what="undo"))
    back = resume(view, "fix_back", lang) or button("unfix", f"← {view.name}")
    return whole(
        lang,
        f'<nav class="trail">{back}</nav>',
        f'<div class="name"><h3 tabindex="-1">{escape(say(lang, "fix_head"))}</h3></div>',
        f'<p class="says">{element("bdi", fields.id)}</p>',
        trouble_html(view, lang),
        element("p", say(lang, "fix_how")),
        f'<div class="fixes">{rows}{split}</div>',
        f'<div class="foot">{actions(*ways)}{actions(*others)}</div>',
        kind=" inside",
    )


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
