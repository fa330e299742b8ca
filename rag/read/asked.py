"""What sort of answer a question asks for, and which words of a passage are of that sort."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Range

Word = tuple[str, int, int]  # as folded, start, kind
NUMBER, PERSON, PLACE, NAME, LATIN = 1, 2, 3, 4, 5  # kinds; NAME is of a body or anything else, LATIN any noun

_Patterns = tuple[tuple[str, re.Pattern[str]], ...]
# first match wins
_CHINESE: _Patterns = (
    ("date", re.compile(r"什么时[候间]|何时|哪一?[年天日]|哪个(?:月|年|时)|几[年月日号点]|什么日[子期]|哪些年")),
    ("share", re.compile(r"比例|百分之|百分比|占比|[增降涨跌]幅|率(?:是|为|达)")),
    ("number", re.compile(r"多少|第?几|多[大长高远重久深宽]")),
    ("person", re.compile(r"谁|哪位|何人|什么人|哪些人|哪个人")),
    (
        "place",
        re.compile(
            r"哪里|哪儿|何[处地]|什么地[方点]|在哪(?:$|[？?，])"
            r"|哪[个座一]+(?:地方|地区|城市|国家|省|市|县|区|乡|镇|村|国)|哪国"
        ),
    ),
    ("title", re.compile(r"哪[部本篇首]|什么(?:条例|办法|规定|文件|电影|书|歌)|哪[个项些](?:条例|办法|规定|文件|法)")),
    ("name", re.compile(r"叫什么|什么名|名称|名字|叫啥|叫做什么|称为什么|被称")),
    ("reason", re.compile(r"为什么|为何|原因|缘何|何故|因为什么|怎么会")),
)
# from the first question word on
_ENGLISH: _Patterns = (
    ("date", re.compile(r"when\b|(?:what|which|what's the) (?:year|date|day|month|time)\b")),
    ("share", re.compile(r"(?:what|which)(?: was| is|'s)?(?: the)? (?:percent|percentage|share|proportion|rate)")),
    ("number", re.compile(r"how (?:many|much|long|far|old|large|big|often|high|tall|wide|deep|heavy)\b")),
    ("person", re.compile(r"who(?:m|se)?\b")),
    (
        "place",
        re.compile(r"where\b|(?:what|which) (?:city|country|province|county|town|village|place|district)\b"),
    ),
    ("title", re.compile(r"(?:what|which) (?:law|regulation|book|film|song|document)")),
    ("reason", re.compile(r"why\b")),
)
_WH = re.compile(r"\b(?:when|what|which|how|who(?:m|se)?|where|why)\b")
_CALLED = re.compile(r"\b(?:called|names?|title|known as)\b")
_UNIT = re.compile(r"(?:多少|几)([^\W\d_])")
_NO_UNIT = frozenset("是为有的被在")
_HEAD = re.compile(
    r"(?:哪|什么|何种|啥)[一两二三四五六七八九十几]*"
    r"(?:个|家|所|部|项|条|座|位|种|些|类|支|只|款|批|份|次|场|届|门|片|方面的)?"
)
_HEAD_END = re.compile(r"[，,。；;：:？?！!]|的|是|会|能|可以|被|由|在|对|与|和|了|过|要|应|才|以")
_ENGLISH_HEAD = re.compile(r"\b(?:what|which)\b([^?,]*)")
_LATIN_WORD = re.compile("[a-z]+")
AFTER_HEAD = frozenset(
    """
    did does do is are was were has have had must should can could may might will would
    of in on at for by with to from that who
    """.split()  # noqa: SIM905
)
_QUOTED = re.compile('《[^《》]{2,40}》|“[^“”]{2,30}”|"[^"]{2,60}"')
_DATED = re.compile("[年月日号时点周]")
_SHARE = re.compile("[%％成倍]|百分|分之")
_REASON = re.compile("因为|由于|因此|所以|原因|为了|为[^期时]|鉴于|导致|because|since|due to|so that", re.IGNORECASE)
_CLAUSE_END = re.compile("[，。；！？,;]")


def sort_of(question: str) -> str | None:
    """Return the sort of answer that the folded ``question`` asks for: a key of ``sorts_of``, or None."""
    for sort, pattern in _CHINESE:
        if pattern.search(question):
            return sort
    first = _WH.search(question)
    if not first:
        return None
    for sort, pattern in _ENGLISH:
        if pattern.match(question, first.start()):
            return sort
    return "name" if _CALLED.search(question) else None


def unit_of(question: str) -> str:
    """Return the character that "how many" counts, the 人 of 多少人, or ""."""
    found = _UNIT.search(question)
    return found[1] if found and found[1] not in _NO_UNIT else ""


def head_of(question: str, words: Sequence[Word]) -> str:
    """Return the noun that the answer is one of: the 制度 of 哪项制度, the belt of "which economic belt", or ""."""
    found = _HEAD.search(question)
    if found:
        rest = question[found.end() : found.end() + 12]
        stop = _HEAD_END.search(rest)
        end = found.end() + (stop.start() if stop else len(rest))
        inside = [word for word in words if found.end() <= word[1] < end and len(word[0]) > 1]
        second = len(inside) > 1 and any(w == inside[1][0] and kind in (PLACE, NAME, LATIN) for w, _, kind in words)
        return inside[second][0] if inside else ""
    first = _ENGLISH_HEAD.search(question)
    nouns: list[str] = []
    for word in _LATIN_WORD.findall(first[1])[:5] if first else ():
        if word in AFTER_HEAD:
            break
        nouns.append(word)
    return nouns[-1] if 0 < len(nouns) < 5 else ""


def sorts_of(words: Sequence[Word], text: str) -> dict[str, list[Range]]:
    """Return for each sort the ranges of ``text`` that could be an answer of that sort."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    found: dict[str, list[Range]] = {"date": [], "share": [], "number": []}
    run: Range | None = None
    for word, start, kind in [*words, ("", len(text), 0)]:
        end = start + len(word)
        if kind == NUMBER:
            run = (run[0], end) if run else (start, end)
        elif run:  # the word after a number may be its unit
            dated = _DATED.search(text[run[0] : run[1]])
            found["date" if dated else "share" if _SHARE.search(text[run[0] : end]) else "number"].append(run)
            run = None

    def of(*kinds: int) -> list[Range]:
        return [(start, start + len(word)) for word, start, kind in words if kind in kinds]

    latin = [(start, start + len(word)) for word, start, kind in words if kind == NAME and word.isascii()]
    return found | {
        "number": found["number"] + found["share"],
        "person": of(PERSON) + latin,  # a capitalised word could be a person or a place
        "place": of(PLACE, NAME),
        "title": quoted,
        "name": of(PERSON, PLACE, NAME) + quoted,
        "reason": list(_reasons(text)),
    }


def _reasons(text: str) -> list[Range]:
    """Return the clauses that begin with a word for a reason."""
    ranges = []
    for match in _REASON.finditer(text):
        stop = _CLAUSE_END.search(text, match.end() + 2)
        ranges.append((match.start(), stop.start() if stop else len(text)))
    return ranges
