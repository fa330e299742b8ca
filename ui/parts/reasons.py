"""Why a file could not be read, in the language of the page; the library and the command line say it in English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ui.parts.markup import escape
from ui.parts.reasons_zh import REASONS, STAYS, WAYS

# a path from the root of a disk; only its last name is told
_PATH = re.compile(r"(?<![\w/.:%#-])(?:[A-Za-z]:\\|/)(?:[^\s/\\:\"'`，。;,()]+[/\\])*([^\s/\\:\"'`，。;,()]+)")
_LONGEST = 2000  # characters of a reason worth looking at


def plain(text: str) -> str:
    """Return ``text`` with the last name of each absolute path instead of the whole of it."""
    return _PATH.sub(lambda found: found[1], text)


def reason_html(tag: str, reason: str, lang: str) -> str:
    """Return a reason as an element, or nothing for ""; one that stays English says so to whoever has it read out."""
    if not reason:
        return ""
    told = in_words(reason, lang)
    english = ' lang="en"' if told == plain(reason) else ""
    return f'<{tag} class="says"{english}>{escape(told)}</{tag}>'


def in_words(reason: str, lang: str) -> str:
    """Return a reason or a remark in the language of the page, or as it is where nobody has said it there.

    What a parser or the system says within it may stay English. No path of this machine is told.
    """
    told = _chinese(reason) if lang == "zh" and len(reason) <= _LONGEST else ""
    return plain(told or reason)


def _chinese(reason: str) -> str:
    """Return what went wrong, where, and how to mend it, the last two if told; "" where a part of it is not known."""
    body = reason.removesuffix(STAYS[0])
    stays = STAYS[1] if body != reason else ""
    mend = ""
    for pattern, way in _known(WAYS, begin=r"(?<=\.) ", end=r"\.?$"):
        if found := pattern.search(body):
            body, mend = body[: found.start()], _filled(way, found)
            break
    what, full = body.removesuffix("."), body.endswith(".")  # a full sentence may name the file at its end
    told = (_with_place(what) if full else "") or _said(what) or _of_member(body)
    return f"{told.removesuffix('。')}{'。' if full else ''}{mend}{stays}" if told else ""


def _with_place(what: str) -> str:
    """Return what went wrong and, in brackets, where; "" without brackets at the end, or where it is not known."""
    depth = 0
    for at in range(len(what) - 1, 0, -1):
        depth += (what[at] == ")") - (what[at] == "(")
        if depth == 0:
            told = _said(what[:at].rstrip()) if what[at] == "(" else ""
            return f"{told}（{what[at + 1 : -1]}）" if told else ""
    return ""


def _said(what: str) -> str:
    """Return what went wrong, or how to mend it; "" where nobody has said it in Chinese."""
    for pattern, chinese in (*_known(REASONS), *_known(WAYS)):
        if found := pattern.fullmatch(what):
            return _filled(chinese, found)
    return ""


def _of_member(remark: str) -> str:
    """Return a remark on a file within an archive, which begins with its name."""
    name, _, rest = remark.partition(": ")
    told = _chinese(rest) if rest and "." in name else ""
    return f"{name}：{told}" if told else ""


def _filled(chinese: str, found: re.Match[str]) -> str:
    return chinese.format(*(_chinese(part).removesuffix("。") or part.removesuffix(".") for part in found.groups()))


@cache
def _known(table: Sequence[tuple[str, str]], begin: str = "", end: str = "") -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the table with its English as patterns, in which each {} is as short as it can be."""
    return tuple((re.compile(begin + _pattern(english) + end, re.I | re.S), chinese) for english, chinese in table)


def _pattern(english: str) -> str:
    first, *others = map(re.escape, english.removesuffix(".").split("{}"))
    return first + "".join(f"(.+?){rest}" for rest in others)
