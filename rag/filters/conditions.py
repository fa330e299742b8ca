"""What a filter asks of an article: conditions on what is known of it, joined."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeAlias

from rag.dates import iso_date
from rag.text import fold


class About(Protocol):
    """What a filter asks of an article; Article and Listed both tell it."""

    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def authors(self) -> tuple[str, ...]: ...
    @property
    def column(self) -> str | None: ...
    @property
    def journal(self) -> str | None: ...
    @property
    def issue(self) -> str | None: ...
    @property
    def date(self) -> str | None: ...
    @property
    def page(self) -> str | None: ...
    @property
    def place(self) -> str | None: ...


def date_told(about: About) -> str:
    """Return the ISO date of an article, or that of its issue, as much of it as is known; "" for none."""
    return _date_told(about.date, about.issue)


@lru_cache(maxsize=65536)
def _date_told(date: str | None, issue: str | None) -> str:
    return iso_date(date) or iso_date(issue) or ""


FIELDS: dict[str, Callable[[About], tuple[str, ...]]] = {
    "source": lambda about: (about.source,),
    "collection": lambda about: (about.source.partition("/")[0],),  # the folder that was indexed
    "article": lambda about: (about.id,),
    "title": lambda about: (about.title,),
    "author": lambda about: about.authors,
    "column": lambda about: (about.column or "",),
    "journal": lambda about: (about.journal or "",),
    "issue": lambda about: (about.issue or "",),
    "place": lambda about: (about.place or "",),
    "date": lambda about: (date_told(about),),
    "year": lambda about: (date_told(about)[:4],),
    "page": lambda about: (about.page or "",),
    "lang": lambda about: (about.lang,),
    "kind": lambda about: (about.kind,),
}
# what each of them looks at; "part" is what an id has behind the source
ASKS: dict[str, tuple[str, ...]] = {field: (field,) for field in FIELDS} | {
    "collection": ("source",), "article": ("source", "part"), "author": ("authors",),
    "date": ("date", "issue"), "year": ("date", "issue"),
}  # fmt: skip
NAMES = dict.fromkeys(FIELDS, "") | {
    "来源": "source", "文件": "source", "文集": "collection", "文章": "article", "标题": "title", "题名": "title",
    "作者": "author", "authors": "author", "栏目": "column", "刊名": "journal", "期刊": "journal", "期": "issue",
    "期号": "issue", "地点": "place", "日期": "date", "年": "year", "年份": "year", "页": "page", "页码": "page",
    "语言": "lang", "language": "lang", "类型": "kind",
}  # fmt: skip
NUMBERS = ("year", "page")
ORDERED = (*NUMBERS, "date")


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared with one value."""

    field: str
    sign: str
    value: str

    def fields(self) -> set[str]:
        """Return the fields that it asks for."""
        return {self.field}

    def meets(self, about: About) -> bool:
        """Tell whether the article meets it; of several authors, one is enough, and for != none may be."""
        held = [fold(one) for one in FIELDS[self.field](about) if one] or [""]
        if self.sign == "!=":
            return not any(self._holds("=", one) for one in held)
        return any(self._holds(self.sign, one) for one in held)

    def _holds(self, sign: str, held: str) -> bool:
        if sign == "=":
            return self._equal(held)
        if sign == "~":
            return bool(held) and self.value in held
        if not held:
            return False
        if self.field in NUMBERS:
            number = re.search(r"\d+", held)
            return number is not None and _compared(int(number[0]), sign, int(self.value))
        short = held[: len(self.value)]  # 2024-03-05 lies in 2024-03, not after it
        return len(held) >= len(self.value) and _compared(short, sign, self.value)

    def _equal(self, held: str) -> bool:
        if self.field == "date" and self.value:
            return held.startswith(self.value)
        return held == self.value


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a filter."""

    inner: Filter

    def fields(self) -> set[str]:
        """Return the fields that it asks for."""
        return self.inner.fields()

    def meets(self, about: About) -> bool:
        """Tell whether the article fails the inner filter."""
        return not self.inner.meets(about)


@dataclass(frozen=True, slots=True)
class Joined:
    """Several filters, of which all ("and") or one at least ("or") must be met."""

    joint: str
    parts: tuple[Filter, ...]

    def fields(self) -> set[str]:
        """Return the fields that they ask for."""
        return set().union(*(part.fields() for part in self.parts))

    def meets(self, about: About) -> bool:
        """Tell whether the article meets them."""
        return (all if self.joint == "and" else any)(part.meets(about) for part in self.parts)


Filter: TypeAlias = Condition | Not | Joined


def _compared(one: int | str, sign: str, other: int | str) -> bool:
    order = (one > other) - (one < other)  # type: ignore[operator]  # both are of one type
    return {">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[sign]
