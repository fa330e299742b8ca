"""A question as answering sees it: the kind and the sort of answer it wants, how many, and the words it quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.answer.heads import NOUN_KINDS, sort_by_noun
from rag.query import Kind, kind_of
from rag.read.asked import head_of, sort_of, unit_of
from rag.read.tagged import Tagged, tagged
from rag.text import fold, language

Group = Literal["fact", "clause", "list"]  # words, a clause or a sentence, several items

_DIGITS = {char: n for n, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_ENGLISH = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_NUMERAL = r"[两二三四五六七八九十]|(?<!\d)(?:[2-9]|10)(?![\d.%+])"
_ASKED = re.compile(rf"(?:哪|这|那|的)[“\"]?({_NUMERAL})|({_NUMERAL})(?:个|大|位|条|项|种|类|方面|点|者|部|样|座|家)")
_COUNT = re.compile(r"\b(?:which|what|the|whose|these|name|list)(?: other)? ({})\b".format("|".join(_ENGLISH)))
_QUOTED = re.compile("“([^“”]{1,30})”|《([^《》]{2,40})》|「([^「」]{1,30})」|\"([^\"]{1,40})\"|'([^']{4,40})'(?!\\w)")
_VERBS = "did|does|do|is|are|was|were|has|have|had|must|should|can|could|may|will|would|of|in|on|at|by|to|from|that|who"
_HOW_MANY = re.compile(
    rf"\bhow (?:many|much)\b((?: (?!(?:{_VERBS})\b)[a-z'-]+){{1,3}})|(?:多少|几)[^\W\d_]?([^，,。？?的]{{1,10}})"
)
_PART = "([一二三四五六七八九十])[^\\W\\d一二三四五六七八九十]"
_GROUPED = re.compile(f"(?:{_PART}{{1,2}})+|{_PART}{{1,4}}")  # 六大工程, 三点一站
_LAW = "条例|办法|法规|规定|决定|文件|意见|章程|法律|规则|刊物|报纸|杂志|电影|著作|文章"
_ENGLISH_LAW = (
    "regulations?|laws?|rules|ordinances?|acts?|bills?|documents?|newspapers?|journals?|books?|films?|decisions?"
)
# sorts beyond those the reader is told of, and some that it is told otherwise; first match wins
_SORTS = (
    (
        "place",
        re.compile(
            r"哪[一两二三四五六七八九十几些\d]*[个座]?(?:地方|地区|城市|国家|省|市|县|区|乡|镇|村|街道)"
            r"|\b(?:which|what)(?: [a-z'-]+){0,3}?"
            r" (?:cities|counties|provinces|countries|districts|towns|villages|places)\b"
        ),
    ),
    (
        "person",
        re.compile(
            r"哪[一两二三四五六七八九十几\d]*(?:个人|位|名)"
            r"|\b(?:which|what)(?: [a-z'-]+){0,3}? (?:officials?|people|persons?|leaders?|deput(?:y|ies)|presidents?)\b"
        ),
    ),
    ("address", re.compile(r"邮箱|邮件|网址|网站|电话|e-?mail|website|phone number")),
    ("number", re.compile(r"多久(?!.{0,8}一次)|(?<!哪)几(?:年|天|个月|小时|分钟|周)|多长时间$")),
    ("date", re.compile(r"啥时|多[久长].{0,8}一次|how often|时间节点|什么阶段")),
    (
        "title",
        re.compile(
            rf"(?:哪|什么)[^，？?的]{{0,4}}(?:{_LAW})|(?:{_LAW})[^，？?]{{0,8}}(?:叫什么|叫啥|名称|名字|全名)"
            rf"|\b(?:which|what)(?: [a-z'-]+){{0,3}}? (?:{_ENGLISH_LAW})\b|title of"
        ),
    ),
    (
        "name",
        re.compile(r"叫什么|叫啥|叫做?什么|名字|全名|什么名|称为什么|\b(?:called|named?|slogan|nickname|known as)\b"),
    ),
)
_AUTHOR = re.compile(r"作者|撰写|谁写|写[^，？?]*(?:文章|报道|经验)|\b(?:author|wrote|written by)\b")
_KIND_GROUP: dict[Kind, Group] = {"why": "clause", "how": "clause", "definition": "clause", "list": "list"}


@dataclass(frozen=True, slots=True)
class Question:
    """``counts`` are the numbers of items that would fit, empty where the question names none.

    ``terms`` are the words it quotes, folded, without their marks.
    """

    text: str
    lang: str
    kind: Kind
    sort: str | None
    unit: str
    counts: frozenset[int]
    terms: tuple[str, ...]

    @property
    def group(self) -> Group:
        return _KIND_GROUP.get(self.kind, "fact")

    @property
    def authors(self) -> bool:
        """Is it asked who wrote something?"""
        return bool(_AUTHOR.search(fold(self.text)))

    @property
    def head(self) -> str:
        """Return the noun that the answer is one of, the 条例 of 哪部条例, or ""."""
        return _head(self.text)

    @property
    def nouns(self) -> tuple[int, ...]:
        """Return which ``content`` words name the things asked for: votes of "how many votes", 条例 of 哪部条例."""
        content = self.words.content
        counted = _HOW_MANY.search(fold(self.text))
        if self.sort in ("number", "share") and counted:
            begin, end = counted.span(1 if counted[1] else 2)
            found = [n for n, (_, start, kind) in enumerate(content) if begin <= start < end and kind in NOUN_KINDS]
            return tuple(found[:2])
        head = self.head
        return tuple(n for n, (word, _, _) in enumerate(content) if head and word == head)

    @property
    def words(self) -> Tagged:
        return tagged(self.text)


@lru_cache(maxsize=256)  # asked for by each candidate
def _head(text: str) -> str:
    return head_of(fold(text), tagged(text).words)


@lru_cache(maxsize=256)
def understand(text: str) -> Question:
    """Return what can be told of a question by rules."""
    folded = fold(text)
    terms = tuple(next(part for part in found.groups() if part) for found in _QUOTED.finditer(folded))
    kind = kind_of(text)
    sort = _sort(text, folded, kind)
    if kind == "list" and sort in ("number", "share"):  # 哪几个: the number is not what is asked for
        sort = None
    return Question(
        text,
        language(text),
        kind,
        sort,
        unit_of(folded) if sort == "number" else "",
        _counts(folded, terms),
        terms,
    )


def _sort(text: str, folded: str, kind: Kind) -> str | None:
    told = sort_of(folded)
    if told in ("person", "place", "share"):  # what the reader is told of comes first
        return told
    found = next((sort for sort, pattern in _SORTS if pattern.search(folded)), told)
    if found not in (None, "name") or _KIND_GROUP.get(kind) == "clause":
        return found
    return sort_by_noun(text, tagged(text)) or found


def _counts(folded: str, terms: tuple[str, ...]) -> frozenset[int]:
    """Return how many items may be meant: 哪三个 is 3, “六大工程” is 6, “三点一站” is 3 or 4."""
    found = [part for match in _ASKED.finditer(folded) for part in match.groups() if part]
    counts = {_number(part) for part in found} | {_ENGLISH[match[1]] for match in _COUNT.finditer(folded)}
    for term in terms:
        if _GROUPED.fullmatch(term):
            numbers = [_DIGITS[char] for char in term if char in _DIGITS]
            counts |= {numbers[0], sum(numbers)}
    return frozenset(n for n in counts if n > 1)


def _number(printed: str) -> int:
    return int(printed) if printed.isdigit() else _DIGITS[printed]
