"""Put a part in the place of its like: 济宁 into 济南市建了多少个联络站？, "2023" into a question about 2022."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.converse import english_parts
from rag.converse.again import INTERROGATIVE
from rag.converse.nouns import alike, is_verb, noun_replaced, same_head
from rag.converse.terms import NO_PLACE_END, YEAR, Term, TermKind, names_of, tagged
from rag.text import language

_LIKE: dict[TermKind, tuple[TermKind, ...]] = {
    "place": ("place", "name"),
    "person": ("person", "name"),
    "year": ("year",),
    "title": ("title", "name"),
    "body": ("body",),
    "name": ("name", "title", "place", "person"),
}
_WHOLE = frozenset("全" + level for level in "国省市州县区乡镇村")
_SCOPES = _WHOLE | {"城区", "市区", "郊区", "城镇", "农村"}
_IN_ALL = re.compile("^(?:累计|合计|总计|共计|总共|一共|平均)$")
_DAY = re.compile(r"月\d{1,2}[日号]$")
_MONTH = re.compile(r"(?<=年)\d{1,2}月.*$")


def replaced(full: str, part: str) -> str:
    """Return the question ``full`` with ``part`` in it.

    Each name of the part takes the place of a name of its kind; what is no name, that of the noun most like it, else
    of the noun that is asked about. What has no like is put in front.
    """
    if language(full) == "en":
        return english_parts.replaced(full, part)
    bare = part.strip(" ，,").removesuffix("的")
    if _IN_ALL.match(bare):
        return _in_all(full, bare)
    whole = same_head(full, bare)
    if whole:
        return full[: whole[0]] + bare + full[whole[1] :]
    rest, done = part, ""
    scope = [Term(bare, "place")] if bare in _SCOPES else []
    for name in sorted([*scope, *names_of(part), *_unknown(part), *_times(part)], key=lambda term: -len(term.text)):
        if name.text in done:
            continue
        done += name.text + "，"
        rest = rest.replace(name.text, "，")
        like = _like(name, [*names_of(full), *_times(full)], full)
        if like:
            full = full.replace(like, _in_year(name.text, like), 1)
        elif name.text not in full:
            full = _put_in(full, name)
    rest, telling = re.sub(r"^[的在到，,\s]+|[，,\s]+$", "", rest), rest.rstrip("，, ").endswith("的")
    rest = re.sub("一共|总共", "", rest.removesuffix("的"))
    return noun_replaced(full, rest, done, telling) if len(rest) > 1 else full


def sort_of(part: str) -> frozenset[str]:
    """Tell what sort of thing ``part`` is: two of one sort may stand in one place."""
    kinds = frozenset(term.kind for term in [*names_of(part), *_unknown(part), *_times(part)])
    return kinds or frozenset(["verb" if is_verb(part.removesuffix("的")) else "noun"])


def has_noun(part: str) -> bool:
    """Tell whether ``part`` says something besides its names."""
    rest = part
    for name in sorted([*names_of(part), *_unknown(part), *_times(part)], key=lambda term: -len(term.text)):
        rest = rest.replace(name.text, "")
    return any(tag.startswith(("n", "v")) and len(word) > 1 for word, tag in tagged(rest))


def _in_all(full: str, word: str) -> str:
    """Ask for the sum: 累计 goes before what is counted, and takes the place of a day."""
    day = next((term.text for term in names_of(full) if term.kind == "year" and _DAY.search(term.text)), "")
    if day:
        return full.replace(day, word, 1)
    asked = INTERROGATIVE.search(full)
    return full[: asked.start()] + word + full[asked.start() :] if asked else word + full


def _in_year(date: str, like: str) -> str:
    """Return ``date`` with the year of ``like``, where it is a month or day without one: 2024年7月 for 2024年6月底."""
    month = _MONTH.search(like)
    return like[: month.start()] + date if month and re.match(r"\d{1,2}月", date) else date


def _put_in(full: str, name: Term) -> str:
    """Put a name that takes nothing's place in front, a body or 城区 behind its place."""
    places = [term.text for term in names_of(full) if term.kind == "place"]
    if places and (name.kind == "body" or name.text in _SCOPES):
        return full.replace(places[0], places[0] + name.text, 1)
    return name.text + full


def _like(name: Term, known: Sequence[Term], full: str) -> str | None:
    if name.text in _SCOPES:
        scope = next((word for word, _ in tagged(full) if word in _SCOPES), None)
        if scope or name.text not in _WHOLE:
            return scope
    for kind in _LIKE.get(name.kind, ()):
        of_kind = [term.text for term in known if term.kind == kind and term.text in full]
        if of_kind:
            return max(of_kind, key=lambda text: (text[-1:] == name.text[-1:], alike(text, name.text)))
    guessed = [term.text for term in _unknown(full)] if name.kind in ("place", "person", "name") else []
    return max(guessed, key=len, default=None)


def _unknown(text: str) -> list[Term]:
    """Return the words that jieba guesses to be names without knowing them."""
    return [
        Term(word, "place")
        for word, tag in tagged(YEAR.sub("，", text))
        if (tag in ("ns", "nr", "nt") and len(word) > 1 and word[-1] not in NO_PLACE_END) or word in _SCOPES
    ]


def _times(text: str) -> list[Term]:
    """Return the words that tell a time without its number: 去年, 现在."""
    return [Term(word, "year") for word, tag in tagged(YEAR.sub("，", text)) if tag == "t" and len(word) > 1]
