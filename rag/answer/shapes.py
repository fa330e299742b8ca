"""Words of the shape that a question asks for: numbers with their units, times, names, titles, clauses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from rag.answer.heads import sort_of
from rag.index.numerals import MEASURES, MONTHS
from rag.read.asked import LATIN, NAME, PLACE
from rag.read.tagged import Tagged
from rag.text import sentences
from rag.types import Range

_HAN_DIGITS = "〇○零一二两三四五六七八九十百千万亿"
_UNITS = (
    "个百分点|平方公里|平方米|立方米|公里|公斤|公顷|万元|亿元|美元|欧元|人次|人民币|小时|分钟|个月|周年|季度|学分|余[件人名个次]|"
    f"[{MEASURES}亩斤克瓦度秒分钟层级套支批款株棵头只辆台艘架枚票宗起幅份笔列把串类字课堂册本封栋幢]"
)
_NUMBER = re.compile(
    rf"(?:第|百分之)?(?:[0-9０-９][0-9０-９,，.．]*[0-9０-９]|[0-9０-９]|[{_HAN_DIGITS}]{{1,9}})"
    rf"(?:[万亿千百]+)?(?:[%％‰]|(?:[余多几]|以[上下])?(?:{_UNITS})?)(?:[余多])?"
)
_DAY = r"(?:[上中下]旬|[初底末]|(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})[日号])"
_DATE = re.compile(
    rf"(?:[0-9０-９〇○零一二三四五六七八九]{{4}}|今|去|前|明|同|当|次|翌)年(?:度)?(?:(?:[0-9０-９]{{1,2}}|[一二三四五六七八九十]{{1,2}})月份?{_DAY}?|[初底末]|[上下]半年)?"
    rf"(?:(?:至|到|[-—－~～])(?:[0-9０-９]{{4}}年)?(?:[0-9０-９]{{1,2}}月)?(?:[0-9０-９]{{1,2}}[日号])?)?"
    rf"|(?:[0-9０-９]{{1,2}}|[一二三四五六七八九十]{{1,2}})月份?{_DAY}?(?:(?:至|到|[-—－~～])(?:[0-9０-９]{{1,2}}月)?[0-9０-９]{{1,2}}[日号])?"
    rf"|[0-9０-９]{{1,2}}[日号]|每(?:[两三半0-9０-９]?(?:年|个?季度|个?月|周|日|天|星期))|(?:上|下|本)(?:周|个?月|半年|一?届)"
    rf"|(?:周|星期)[一二三四五六日天]|(?:凌晨|早上|上午|中午|下午|晚上)?[0-9０-９]{{1,2}}(?:时|点)(?:[0-9０-９]{{1,2}}分|半|许|左右)?"
    rf"|[0-9０-９]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}"
)
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_ENGLISH_DATE = re.compile(
    rf"\b(?:{_NTH}(?: of)? )?(?:{MONTHS})\b\.?(?: {_NTH}\b(?!:))?(?:,? \d{{4}}\b)?|\b(?:19|20)\d{{2}}\b(?![年\d.,])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}|(?:https?://|www\.)[A-Za-z0-9./_-]+|\d{3,4}-\d{7,8}"
)
_CLAUSE = re.compile(r"[^，,；;。！？!?\n：:]+")
_MARKED = re.compile("《[^《》\n]{2,40}》|“[^“”\n]{1,30}”|「[^「」\n]{1,30}」")
_LEADING = re.compile(
    r"(?:即|就是|也就是|为(?!了)|由|在|从|于|的|了|对|把|被|将|和|与|及|是|以|向|■|●|\s)+(?=[^\W_]{2}|[“《「])"
)
_TRAILING = re.compile(r"(?:[的了等和与及在、，,；;。：:！？!?\s]|进行)+$")
_MARKS = "、，,；;。：:！!？? \n"

_SOME = "(?:[全各本该我此某外]|有关|相关|其[他余它]|所有|一些|上述)"
_UNNAMED = re.compile(
    f"{_SOME}+[国省市县区州乡镇村地]|{_SOME}*(?:部门|单位|机[关构]|企业|组织|地区|地方|城市)|[国省市县区州乡镇村]{{2,4}}|当地"
)  # a place or a body without its name
_NOUN_KINDS = frozenset({PLACE, NAME, LATIN})
_PARTS = 4  # nouns in a row that a name is made of, at most

_SORTED = {
    "date": (_DATE, _ENGLISH_DATE),
    "number": (_NUMBER,),
    "share": (_NUMBER,),
    "title": (_MARKED,),
    "address": (_ADDRESS,),
}


def shaped(sort: str | None, text: str, told: Tagged) -> list[Range]:
    """Return the places of ``text`` that have the shape of an answer of ``sort``, in order; none for no sort."""
    if sort in _SORTED:
        found = sorted(match.span() for pattern in _SORTED[sort] for match in pattern.finditer(text))
        if sort == "number":  # the figures of a date count nothing
            dates = [match.span() for match in _ENGLISH_DATE.finditer(text)]
            return [r for r in found if not any(s < r[1] and r[0] < e for s, e in dates)]
        if sort == "share":
            return [r for r in found if re.search("[%％‰成倍]|百分|分之", text[slice(*r)])]
        return found
    if sort is None:
        return [match.span() for pattern in (_MARKED, _ADDRESS) for match in pattern.finditer(text)]
    if sort == "reason":
        return []
    names = told.sorts.get(sort, [])
    marked = (m.span() for m in _MARKED.finditer(text) if sort == "name")
    places = dict.fromkeys([*joined(names), *names, *marked, *_called(sort, told)])
    return [place for place in places if not _UNNAMED.fullmatch(text, *place)]


def _called(sort: str, told: Tagged) -> Iterator[Range]:
    """Yield rows of nouns that end in a body or a place, and without their first parts: 市财政局, 财政局."""
    if sort not in ("body", "place"):
        return
    row: list[Range] = []
    for word, start, kind in told.words:
        adjoins = bool(row) and row[-1][1] == start
        row = [*(row if adjoins else []), (start, start + len(word))] if kind in _NOUN_KINDS else []
        if row and not word.isascii() and sort_of(word) == sort:
            yield from ((begin, start + len(word)) for begin, _ in row[-_PARTS:])


def joined(names: Sequence[Range]) -> list[Range]:
    """Return runs of names that overlap or stand side by side, such as the parts of an address."""
    runs: list[Range] = []
    for start, end in sorted(names):
        if runs and runs[-1][1] >= start:
            runs[-1] = (runs[-1][0], max(runs[-1][1], end))
        else:
            runs.append((start, end))
    return runs


def trimmed_words(text: str, start: int, end: int, words: Collection[int]) -> Range:
    """Leave out particles and marks at the ends of an answer; quotes and brackets stay as they are.

    ``words`` are the places where words begin: what begins a longer word, as in 在线, is no particle.
    """
    lead = _LEADING.match(text, start, end)
    if lead and lead.end() in words:
        start = lead.end()
    trail = _TRAILING.search(text[start:end])
    if trail and trail.start() and (trail[0][0] in _MARKS or start + trail.start() in words):
        end = start + trail.start()
    return start, end


def clauses(text: str, start: int, end: int) -> list[Range]:
    """Return the clauses of ``text[start:end]``, white space around them left out."""
    found = []
    for match in _CLAUSE.finditer(text, start, end):
        inner = match[0].strip()
        if inner:
            begin = match.start() + match[0].index(inner)
            found.append((begin, begin + len(inner)))
    return found


def around(text: str, start: int, end: int) -> Iterator[Range]:
    """Yield what ``text[start:end]`` grows to: its clauses whole, then its sentences, without their last mark."""
    touched = [r for r in sentences(text) if r[0] < end and start < r[1]]
    if not touched:
        return
    parts = [r for r in clauses(text, touched[0][0], touched[-1][1]) if r[0] < end and start < r[1]]
    if parts:
        yield parts[0][0], parts[-1][1]
    whole = text[touched[0][0] : touched[-1][1]]
    begin = touched[0][0] + len(whole) - len(whole.lstrip())
    yield begin, begin + len(whole.strip().rstrip("。；;！？!?"))
