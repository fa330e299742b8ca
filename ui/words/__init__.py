"""Every sentence of the page, in Chinese and English, and which of the two to speak."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ui.words.en import EN
from ui.words.zh import ZH

DEFAULT = "zh"
WORDS: Mapping[str, Mapping[str, str]] = {"zh": ZH, "en": EN}


def say(lang: str, key: str, **values: object) -> str:
    """Return the sentence ``key`` with ``values`` put in; plain text, to be escaped by whoever shows it.

    ``n`` decides the English plural.
    """
    return WORDS[lang][key].format(s="" if str(values.get("n")) == "1" else "s", **values)


def preferred(accept_language: str | None) -> str:
    """Return "zh" or "en", whichever an Accept-Language header wants more; DEFAULT when it names neither."""
    ranked: list[tuple[float, int, str]] = []
    for position, item in enumerate((accept_language or "").split(",")):
        tag, _, parameters = item.strip().partition(";")
        base = tag.split("-")[0].strip().lower()
        weight = re.fullmatch(r"q=([01](?:\.\d{0,3})?)", parameters.strip())
        quality = float(weight[1]) if weight else 1.0
        if base in WORDS and quality > 0:
            ranked.append((-quality, position, base))
    return min(ranked)[2] if ranked else DEFAULT
