"""Printed dates in a normal form, and the years that "今年" or "last year" stand for in an issue of a known date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Protocol

_DIGITS = str.maketrans("〇○零Ｏ一二三四五六七八九０１２３４５６７８９", "0000123456789" + "0123456789")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HAN_TEN = re.compile(r"([二三])?十([一二三四五六七八九])?(?=[月日号])")
_YEAR = r"(?<!\d)((?:19|20)\d{2})"
_FORMS = (
    re.compile(rf"{_YEAR}\s*年\s*(?:(\d{{1,2}})\s*月\s*(?:(\d{{1,2}})\s*[日号])?)?"),
    re.compile(rf"{_YEAR}([-/.])(\d{{1,2}})(?:\2(\d{{1,2}}))?(?!\d)"),
    re.compile(rf"{_YEAR}(\d{{2}})(\d{{2}})(?!\d)"),
)
_LATIN = (
    re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+([A-Z][a-z]{{2,8}})\.?,?\s+{_YEAR}\b"),
    re.compile(rf"\b([A-Z][a-z]{{2,8}})\.?\s+(?:(\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?{_YEAR}\b"),
)
_BARE_YEAR = re.compile(rf"{_YEAR}(?!\d)")

_YEARS = {"今年": 0, "本年度": 0, "本年": 0, "去年": -1, "上年度": -1, "上年": -1, "前年": -2, "明年": 1, "后年": 2}
_LATIN_YEARS = {"this year": 0, "last year": -1, "next year": 1}
_MONTHLY = {"本月": 0, "上个月": -1, "上月": -1, "下个月": 1, "下月": 1}
_LATIN_MONTHLY = {"this month": 0, "last month": -1, "next month": 1}
_YEAR_WORD = re.compile(
    rf"(?<![\u5f53\u540c])({'|'.join(_YEARS)})(?:\s*(\d{{1,2}}|十[一二]?|[一二三四五六七八九])\s*月(?:\s*(\d{{1,2}})\s*[日号])?)?"
    rf"|\b({'|'.join(_LATIN_YEARS)})\b",
    re.I,
)
_MONTH_WORD = re.compile(rf"{'|'.join(_MONTHLY)}|\b(?:{'|'.join(_LATIN_MONTHLY)})\b", re.I)


class Printed(Protocol):
    """An article, whole or as listed, with its date and issue as printed."""

    @property
    def date(self) -> str | None: ...
    @property
    def issue(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Dated:
    """``text[start:end]`` speaks of ``when``: "2024", "2024-03" or "2024-03-05"."""

    start: int
    end: int
    when: str


def iso_date(printed: str | None) -> str | None:
    """Return the first date in ``printed`` as "2024-03-05", "2024-03" or "2024", as much of it as is there.

    Arabic or Chinese numerals, Chinese, numeric and English order. None where there is no year from 1900 to 2099, or
    the day does not exist.
    """
    text = _arabic(printed or "")
    for form in _FORMS:
        if found := form.search(text):
            year, *rest = (part for part in found.groups() if part is None or part.isdigit())
            return _iso(year, *rest)
    for form in _LATIN:
        if (found := form.search(text)) and (month := _month(next(g for g in found.groups() if g and g.isalpha()))):
            day = next((g for g in found.groups() if g and g.isdigit() and len(g) < 3), None)
            return _iso(found[3], month, day)
    bare = _BARE_YEAR.search(text)
    return bare[1] if bare else None


def date_of(about: Printed) -> str | None:
    """Return the ISO date of an article, or of its issue, as far as known: relative dates count from it."""
    return iso_date(about.date) or iso_date(about.issue)


def relative_dates(text: str, today: str | None) -> list[Dated]:
    """Return what words like 今年, 去年3月, 上月 and "last year" stand for, were they printed on ``today``.

    ``today`` is an ISO date, whole or its beginning; words that need more than it tells are left out. Words within a
    quotation or a retrospect may mean another year: show them as a reading, not as a fact.
    """
    if not today:
        return []
    year, month = int(today[:4]), int(today[5:7] or 0)
    found = []
    for word in _YEAR_WORD.finditer(text):
        name = word[1] or word[4].lower()
        then = year + (_YEARS[name] if word[1] else _LATIN_YEARS[name])
        month_named = _arabic(f"{word[2]}月")[:-1] if word[2] else None
        found.append(Dated(*word.span(), _iso(str(then), month_named, word[3]) or str(then)))
    for word in _MONTH_WORD.finditer(text) if month else ():
        name = word[0].lower()
        months = year * 12 + month - 1 + (_MONTHLY[name] if name in _MONTHLY else _LATIN_MONTHLY[name])
        found.append(Dated(*word.span(), f"{months // 12:04d}-{months % 12 + 1:02d}"))
    return sorted(found, key=lambda dated: dated.start)


def _arabic(text: str) -> str:
    """Write Chinese numerals of dates in Arabic ones; other text may suffer, none of it is kept."""

    def ten(found: re.Match[str]) -> str:
        return f"{'一二三'.find(found[1] or '一') + 1}{found[2] or '0'}"

    return _HAN_TEN.sub(ten, text).translate(_DIGITS)


def _month(name: str) -> str | None:
    short = name[:3].lower()
    return str(_MONTHS.index(short) + 1) if short in _MONTHS else None


def _iso(year: str, month: str | None = None, day: str | None = None) -> str | None:
    """Return the date as far as it is known; None for one that is in no calendar."""
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join(part.zfill(2) for part in (year, month, day if month else None) if part)
