"""Numbers and dates in one spelling: 二〇二四年, 1,200, 1.5万, 百分之三十 and March 5, 2024 as search terms.

Works on folded text. Nothing here is shown: a term stands beside the words of the text, in index and query alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from rag.dates import iso_date

_DIGITS = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_MAX_DIGITS = 18  # a longer one is an account or a serial number, and has no other spelling

_HAN_NUMBER = re.compile(r"(百分之)?([〇○零一二三四五六七八九十百千万亿两]{2,})|(百分之)([一二三四五六七八九十])")
_YEAR = re.compile(r"(?<![〇○零一二三四五六七八九十百千万亿])([一二][〇○零一二三四五六七八九]{3})(?=年)")
MEASURES = "年月日号天周岁届期个名位人家户座所处条件项次批种类篇章倍元米里吨亩辆张份"
_ONE_DIGIT = re.compile(
    r"(?<![〇○零一二三四五六七八九十百千万亿两])(?:(一)(?=[月日号])|([二两三四五六七八九])"
    rf"(?=[{MEASURES}]))"
)  # 一个, 一次 and their like count nothing
_COMMAS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?!\d)")
_NUMBER = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?: ?(万亿|亿|万|千万|百万|千|%))?(?![\d])")
_SCALES = {"万亿": 10**12, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3}
MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d{2} ?(?:年 ?\d{1,2} ?月(?: ?\d{1,2} ?[日号])?|([-/.])\d{1,2}\1\d{1,2}(?!\d))"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)? (?:{MONTHS})\.?,? (?:19|20)\d{{2}}\b"
    rf"|\b(?:{MONTHS})\.? (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?(?:19|20)\d{{2}}\b"
)
_HAN_DATE = re.compile(
    r"[一二][〇○零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}[日号])?"
)


def number_terms(folded: str) -> list[str]:
    """Return the values of the numbers, and the dates, that a plain cut would miss or leave in another spelling.

    Each once: a page of figures is no longer a text for it.
    """
    return list(dict.fromkeys(term for _, _, term in spelled_numbers(folded)))


def without_commas(folded: str) -> str:
    """Write 1,200 as 1200."""
    return _COMMAS.sub(lambda found: found[0].replace(",", ""), folded)


def spelled_numbers(folded: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, term) of each number whose value is not just its digits, and of each date."""
    for found in _YEAR.finditer(folded):
        yield *found.span(1), "".join(str(_DIGITS[char]) for char in found[1])
    for found in _ONE_DIGIT.finditer(folded):
        yield *found.span(), str(_DIGITS[found[0]])
    for found in _HAN_NUMBER.finditer(folded):
        value = _value(found[2]) if found[2] else _DIGITS.get(found[4], 10)
        if value is not None:
            yield *found.span(), f"{value}%" if found[1] or found[3] else str(value)
    for found in _NUMBER.finditer(folded):
        term = _plain(found)
        if term != found[0]:
            yield *found.span(), term
    for found in (*_DATE.finditer(folded), *_HAN_DATE.finditer(folded)):
        yield from ((*found.span(), term) for term in _date_terms(found[0]))


def _date_terms(printed: str) -> Iterator[str]:
    when = iso_date(printed.title())  # names of months begin with a capital
    if when and len(when) > 4:
        yield when
    if when and len(when) > 7:
        yield when[:7]


def _plain(found: re.Match[str]) -> str:
    """Return the value of a number in digits: 1,200 -> 1200, 1.50 万 -> 15000, 50 % -> 50%."""
    digits, fraction, scale = found[1].replace(",", ""), found[2] or "", found[3]
    if len(digits) > _MAX_DIGITS or scale in (None, "%"):
        return digits + fraction + (scale or "")
    value = Decimal(digits + fraction) * _SCALES[scale]
    return str(int(value)) if value == int(value) else str(value.normalize())


def _value(han: str) -> int | None:
    """Return the number that Chinese numerals write; None for what is none, such as 十四五 or 五六."""
    if all(char in _DIGITS for char in han):
        return None  # years are read elsewhere; the rest are enumerations and guesses: 五六, 一二三
    total = section = 0
    digit: int | None = None
    last, level = 10**4, 10**12
    for char in han:
        if char in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[char]
        elif char in _UNITS:
            if _UNITS[char] >= last or digit == 0 or (digit is None and (char != "十" or section)):
                return None
            section += (digit or 1) * _UNITS[char]
            digit, last = None, _UNITS[char]
        else:
            section += digit or 0
            if not section or _MYRIADS[char] >= level:
                return None
            total, section = (total + section) * _MYRIADS[char] if char == "亿" else total + section * _MYRIADS[char], 0
            digit, last, level = None, 10**4, _MYRIADS[char]
    return total + section + _tail(digit, last, han)


def _tail(digit: int | None, last: int, han: str) -> int:
    """Return what a last digit counts: 三百五 is 350, 三百零五 is 305."""
    if not digit:
        return 0
    before = han[-2]
    if before in _MYRIADS:
        return digit * _MYRIADS[before] // 10
    return digit * last // 10 if before in "百千" else digit
