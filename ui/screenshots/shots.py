"""The pictures of the page: what is seen on each, in which language and light."""

from __future__ import annotations

from typing import Literal, NamedTuple

WIDE, PHONE = (1360, 850), (390, 844)


class Shot(NamedTuple):
    """One picture: what is seen, in which language and light, on what screen."""

    state: str
    lang: str
    scheme: Literal["light", "dark"] = "light"
    size: tuple[int, int] = WIDE

    @property
    def name(self) -> str:
        return f"{self.state}-{self.lang}-{self.scheme}{'-phone' if self.size == PHONE else ''}.png"


SHOTS = (
    *(Shot(state, lang) for state in ("welcome", "answered", "article") for lang in ("zh", "en")),
    *(Shot(state, lang, "dark") for state in ("welcome", "answered", "article") for lang in ("zh", "en")),
    *(Shot(state, "zh") for state in ("related", "not_found", "why", "filters", "follow_up", "history")),
    *(Shot(state, "zh") for state in ("passages", "quote", "status", "correct")),
    *(Shot(state, "en", "dark") for state in ("related", "passages", "quote")),
    *(Shot(state, "zh", "light", PHONE) for state in ("answered", "article")),
    Shot("welcome", "zh", "dark", PHONE),
    Shot("manage", "zh"),  # last, for these add to the archive
    Shot("manage", "en", "dark"),
)
