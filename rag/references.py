"""A citation as a bibliography prints it: GB/T 7714-2015, footnote, BibTeX. What is not known is named, never made up.

GB/T 7714-2015, 4.4 (article in a serial): authors. title[J]. journal, year, volume(issue): pages. An article of which
a full date is known but no issue is one of a newspaper [N]: paper, date(page). One without a journal is a document of
its own [Z]. Of more than three authors the first three are named (8.1.2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from rag import dates
from rag.dates import date_of, iso_date
from rag.text import HAN, language, quoted_title

Style = Literal["gbt7714", "footnote", "bibtex"]
STYLES: tuple[Style, ...] = get_args(Style)

_NAMED = 3  # authors; further ones are "and others"
_YEAR_ISSUE = re.compile(r"(?:19|20)\d\d\s*(?:年\s*)?[·•.,，/\-第]*\s*第?\s*(\d{1,3})\s*期?")
_ISSUE = re.compile(
    r"(?<!总)第\s*(\d{1,4}(?:\s*[-—~]\s*\d{1,4})?)\s*期|(总第\s*\d+)\s*期|\bno\.?\s*(\d+)|\bissue\s+(\d+)", re.I
)
_VOLUME = re.compile(r"第\s*(\d{1,4})\s*卷|\bvol\.?\s*(\d+)", re.I)
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_LATEX = {**{char: f"\\{char}" for char in "&%$#_{}"}, "\\": r"\textbackslash{}", "~": r"\textasciitilde{}",
          "^": r"\textasciicircum{}"}  # fmt: skip


class Printed(dates.Printed, Protocol):
    """What both an Article and a Citation tell."""

    @property
    def title(self) -> str: ...
    @property
    def authors(self) -> tuple[str, ...]: ...
    @property
    def journal(self) -> str | None: ...
    @property
    def page(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Reference:
    """``text`` is ready to paste; ``missing`` are the fields it should have had: author, journal, year, issue, page."""

    style: Style
    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    title: str
    authors: tuple[str, ...]
    journal: str
    year: str
    volume: str
    issue: str
    date: str  # ISO, of the day; "" where only year or month is known
    page: str
    chinese: bool


def reference(of: Printed, style: Style) -> Reference:
    """Return ``of`` in one style; ``page`` is where the article begins, as printed."""
    known = _known(of)
    write = {"gbt7714": _gbt7714, "footnote": _footnote, "bibtex": _bibtex}[style]
    wanted = {"author": known.authors, "journal": known.journal, "year": known.year, "page": known.page}
    if known.journal and not known.date:
        wanted["issue"] = known.issue
    return Reference(style, write(known), tuple(name for name, value in wanted.items() if not value))


def _known(of: Printed) -> _Known:
    issue = of.issue or ""
    day = iso_date(of.date) or iso_date(issue) or ""
    within = _YEAR_ISSUE.search(issue) if not _ISSUE.search(issue) else None
    number = within[1] if within and iso_date(issue) in (None, issue[:4]) else _first(_ISSUE, issue)
    return _Known(
        title=" ".join(of.title.split()),
        authors=of.authors,
        journal=of.journal or "",
        year=(date_of(of) or "")[:4],
        volume=_first(_VOLUME, issue),
        issue=number or ("" if iso_date(issue) or not any(map(str.isdigit, issue)) else issue),
        date=day if len(day) == 10 and not number else "",
        page=of.page or "",
        chinese=language(of.title) != "en",
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return next((part for part in found.groups() if part), "") if found else ""


def _gbt7714(known: _Known) -> str:
    kind = "Z" if not known.journal else "N" if known.date else "J"
    title = f"{known.title}[{kind}]"
    if kind == "N":
        place = f"{known.journal}, {known.date}" + (f"({known.page})" if known.page else "")
    else:
        whole = "期" if known.issue.startswith("总第") else ""
        number = f"({known.issue}{whole})" if known.issue else ""
        when = ", ".join(filter(None, (known.year, known.volume))) + number
        place = ", ".join(filter(None, (known.journal, when)))
        place += f": {known.page}" if known.page and place else ""
    return ". ".join(filter(None, (_people(known), title, place))) + "."


def _people(known: _Known) -> str:
    named = ", ".join(known.authors[:_NAMED])
    others = ", 等" if known.chinese else ", et al"
    return named + (others if len(known.authors) > _NAMED else "")


def _footnote(known: _Known) -> str:
    if not known.chinese:
        issue = f"no. {known.issue}" if known.issue else ""
        volume = f"vol. {known.volume}" if known.volume else ""
        page = f"p. {known.page}" if known.page else ""
        title = quoted_title(known.title)
        when = known.date or known.year
        return (
            ", ".join(filter(None, (" and ".join(known.authors), title, known.journal, volume, issue, when, page)))
            + "."
        )
    people = f"{'、'.join(known.authors)}：" if known.authors else ""
    issue = (f"第{known.volume}卷" if known.volume else "") + (_ordinal(known.issue) if known.issue else "")
    when = _spoken(known.date) if known.date else f"{known.year}年" if known.year else ""
    journal = f"《{known.journal}》" if known.journal else ""
    page = f"第{known.page}页" if known.page else ""
    return people + "，".join(filter(None, (quoted_title(known.title), journal + when + issue, page))) + "。"


def _ordinal(issue: str) -> str:
    return f"{issue}期" if issue.startswith("总第") else f"第{issue}期"


def _spoken(date: str) -> str:
    year, month, day = date.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def _bibtex(known: _Known) -> str:
    fields = {
        "author": " and ".join(map(_bibtex_name, known.authors)),
        "title": f"{{{_latex(known.title)}}}",
        "journal": _latex(known.journal),
        "year": known.year,
        "volume": known.volume,
        "number": _latex(known.issue),
        "pages": _latex(known.page),
        "date": known.date,
    }
    rows = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    kind = "article" if known.journal else "misc"
    return f"@{kind}{{{_key(known)},\n" + ",\n".join(rows) + "\n}"


def _bibtex_name(name: str) -> str:
    """Put into braces what BibTeX would take apart at the wrong place: Chinese names, organisations."""
    whole = re.search(rf"[{HAN},&]| and | of ", name)
    return f"{{{_latex(name)}}}" if whole else _latex(name)


def _latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in text)


def _key(known: _Known) -> str:
    """Return first author, year and the title's first word, in Latin letters."""
    author = _latin(known.authors[:1])
    first = re.match(rf"[{HAN}]{{1,4}}|\w+", re.sub(r"^\W+", "", known.title))
    return "".join((author, known.year, _latin([first[0]] if first else []))) or "untitled"


def _latin(words: Sequence[str]) -> str:
    from pypinyin import lazy_pinyin

    return _NOT_KEY.sub("", "".join(lazy_pinyin(list(words), errors="default")).lower())
