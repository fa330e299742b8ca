"""Filters as the page offers them: a few lists to choose from, and what was chosen as words that can be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rag.filters.conditions import Condition, Filter, Joined
from rag.text import fold
from ui.archive.known import Known
from ui.parts.markup import chip, escape, folded
from ui.words import say

Chosen = tuple[tuple[str, str], ...]  # (field, value), in the order chosen

FIELDS = ("since", "until", "issue", "column", "author")
LISTED = 300  # values of a list that are offered; more are typed


def add(chosen: Chosen, field: str, value: str, known: Known) -> Chosen:
    """Return ``chosen`` with one more; a value that the archive does not have changes nothing.

    Of the first and the last year there is one each.
    """
    if field not in FIELDS or value not in dict(_values(field, known)) or (field, value) in chosen:
        return chosen
    kept = tuple(one for one in chosen if one[0] != field or field not in ("since", "until"))
    return (*kept, (field, value))


def without(chosen: Chosen, number: int) -> Chosen:
    """Return ``chosen`` less the one of that number, counted from 0."""
    return tuple(one for at, one in enumerate(chosen) if at != number)


def where_of(chosen: Chosen) -> Filter | None:
    """Return the filter: of values of one field, one is enough; None where nothing was chosen."""
    parts: list[Filter] = []
    for _, group in groupby(sorted(chosen, key=lambda one: FIELDS.index(one[0])), lambda one: one[0]):
        either = [_condition(field, value) for field, value in group]
        parts.append(either[0] if len(either) == 1 else Joined("or", tuple(either)))
    return None if not parts else parts[0] if len(parts) == 1 else Joined("and", tuple(parts))


def _condition(field: str, value: str) -> Filter:
    if field == "since":
        return Condition("year", ">=", value)
    if field == "until":
        return Condition("year", "<=", value)
    if field == "issue" and "\n" in value:
        journal, _, issue = value.partition("\n")
        return Joined("and", (_equal("journal", journal), _equal("issue", issue)))
    return _equal(field, value)


def _equal(field: str, value: str) -> Condition:
    return Condition(field, "=", fold(" ".join(value.split())))


def label(field: str, value: str, lang: str) -> str:
    """Return what was chosen, in words."""
    return say(lang, f"only_{field}", value=value.replace("\n", " "))


def chips_html(chosen: Chosen, lang: str) -> str:
    """Return what was chosen, each to be taken away."""
    if not chosen:
        return ""
    chips = "".join(chip(label(*one, lang), lang, "widen", n=number) for number, one in enumerate(chosen))
    return f'<ul class="chips" aria-label="{escape(say(lang, "filters_chosen"))}">{chips}</ul>'


def panel_html(chosen: Chosen, known: Known | None, lang: str, key: str = "filters") -> str:
    """Return the lists to choose from, folded, and what was chosen; nothing where there is nothing to choose."""
    fields = [_field(field, known, lang, key) for field in FIELDS] if known else []
    fields = [field for field in fields if field]
    if not fields:
        return ""
    lists = folded(say(lang, "filters"), [f'<div class="fields">{"".join(fields)}</div>'], key)
    return f'<div class="narrow" lang="{say(lang, "tag")}">{lists}{chips_html(chosen, lang)}</div>'


def _field(field: str, known: Known, lang: str, key: str) -> str:
    values = _values(field, known)
    if not values:
        return ""
    name, said = f"{key}-{field}", escape(say(lang, f"filter_{field}"))
    if field == "author":
        options = "".join(f'<option value="{escape(value)}"></option>' for value, _ in values)
        return (
            f'<label for="{name}">{said}</label><input id="{name}" type="text" data-choose="{field}" list="{name}-all"'
            f' autocomplete="off" placeholder="{escape(say(lang, "filter_type"))}">'
            f'<datalist id="{name}-all">{options}</datalist>'
        )
    options = "".join(
        f'<option value="{escape(value)}">{escape(_counted(value, count, lang))}</option>'
        for value, count in values[:LISTED]
    )
    first = f'<option value="">{escape(say(lang, "filter_any"))}</option>'
    return f'<label for="{name}">{said}</label><select id="{name}" data-choose="{field}">{first}{options}</select>'


def _counted(value: str, count: int, lang: str) -> str:
    return say(lang, "counted", what=value.replace("\n", " "), n=f"{count:,}")


def _values(field: str, known: Known) -> Sequence[tuple[str, int]]:
    return known.facets["year" if field in ("since", "until") else field]
