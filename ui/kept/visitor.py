"""Whose request it is: a name that signed in, else a browser by an opaque number in a cookie."""

from __future__ import annotations

import re
import secrets

OWNER = "x-wenju-owner"  # set by ui.server.entrance on every request and never taken from outside
READER = "x-wenju-reads"  # likewise, where who asks may not change the archive
BROWSER = "wenju-browser"
_NUMBER = re.compile(r"[A-Za-z0-9_-]{43}")


def owner_of(request: object) -> str:
    """Return who asks, as history and feedback know them; "" where nothing tells, and nothing is to be kept.

    The request may be Gradio's or Starlette's.
    """
    headers = getattr(request, "headers", None)
    found = headers.get(OWNER) if headers is not None else None
    return found if isinstance(found, str) else ""


def may_manage(request: object) -> bool:
    """Tell whether who asks may change the archive, where anybody may."""
    headers = getattr(request, "headers", None)
    return headers is None or headers.get(READER) is None


def new_browser() -> str:
    """Return a number for a browser that has none."""
    return secrets.token_urlsafe(32)


def is_browser(number: str) -> bool:
    """Tell whether ``number`` may be one of ``new_browser``."""
    return _NUMBER.fullmatch(number) is not None
