"""The page to sign in."""

from __future__ import annotations

from ui.parts.bare import bare_html
from ui.parts.markup import escape
from ui.words import say


def signin_html(lang: str, root: str, onward: str, name: str = "", trouble: str = "") -> str:
    """Return the page; ``onward`` is where to go then, ``trouble`` the key of what to say of the last try."""
    said = f'<p role="alert">{escape(say(lang, trouble))}</p>' if trouble else ""
    focus = ("", " autofocus") if name else (" autofocus", "")
    form = (
        f'{said}<form method="post" action="{escape(root)}/sign-in">'
        f'<input type="hidden" name="next" value="{escape(onward)}">'
        f'<label for="name">{escape(say(lang, "signin_name"))}</label>'
        f'<input id="name" name="name" value="{escape(name)}" autocomplete="username" maxlength="64" required'
        f'{focus[0]}><label for="password">{escape(say(lang, "signin_password"))}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1000" required'
        f"{focus[1]}><button>{escape(say(lang, 'signin_go'))}</button></form>"
    )
    return bare_html(lang, say(lang, "signin"), form)
