"""What one line gives away by its look: its numbering, a date, an issue, a page number, a label and its value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.articles.lines import finished, width
from rag.text import squeeze

_DASH = re.compile(r"(?:[—–―]|--)+\s*(?=\S)")
RUBRIC = re.compile(r"[【\[〖「](?P<name>[^】\]〗」]{2,16})[】\]〗」]")
_HAN_NUMBER = "[〇零一二三四五六七八九十百千两]"
_NUMBERINGS = (
    ("chapter", rf"第(?:{_HAN_NUMBER}+|\d+)[章节編编篇部](?:分)?(?=[\s　]|$)"),
    ("clause", rf"第(?:{_HAN_NUMBER}+|\d+)条(?=[\s　])"),
    ("ordinal", rf"第{_HAN_NUMBER}{{1,3}}[，,、：:]"),
    ("han", rf"{_HAN_NUMBER}{{1,3}}[、．.]"),
    ("paren", rf"[（(]{_HAN_NUMBER}{{1,3}}[)）]"),
    ("dparen", r"[（(]\d{1,2}[)）]|\d{1,2}[)）]"),
    ("digit", r"\d{1,2}(?:[、．]|\.(?!\d)|(?:\.\d{1,2})+\.?\s+(?![元个万亿米吨件名人家部次度倍分公平毫立千百%％]))"),
    ("roman", r"[IVX]{1,5}\.\s"),
    ("circle", "[①-⑳]"),
    ("reference", r"\[\d{1,3}\]"),
)
_NUMBERING = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _NUMBERINGS))
_DAY = r"(?:19|20)\d{2}\s*(?:[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}|年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)"
_HAN_DAY = r"[二一][〇○零0Oo九一二三四五六七八]{3}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_LATIN_DAY = rf"{_MONTH}\s+\d{{1,2}},?\s+(?:19|20)\d{{2}}|\d{{1,2}}\s+{_MONTH}\s+(?:19|20)\d{{2}}"
_DATE = re.compile(f"{_DAY}|{_HAN_DAY}|{_LATIN_DAY}")
_DATE_LINE = re.compile(
    rf"[（(【\[]?\s*(?:发布时间|发布日期|出版日期|时间|日期|Date|Published)?\s*[:：]?\s*(?P<date>{_DATE.pattern})"
    r"(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?\s*[)）】\]]?",
    re.I,
)
_ISSUE = re.compile(
    r"(?:19|20)\d{2}\s*年?\s*[,，]?\s*第\s*[\d一二三四五六七八九十]{1,4}\s*期|(?:19|20)\d{2}\s*[·•・.]\s*(?:0?[1-9]|1\d|2[0-4])(?![\d.])|"
    r"第\s*[\d一二三四五六七八九十]{1,4}\s*期|(?:Vol(?:ume)?\.?\s*\d+\s*,?\s*)?\b(?:No\.|Issue)\s*\d{1,4}(?:\s*,?\s*(?:19|20)\d{2})?",
    re.I,
)
_TOTAL = re.compile(r"[（(]?总\s*第?\s*\d{1,5}\s*期[)）]?")
_DECORATED_NUMBER = re.compile(
    r"(?:[-—–·•~～\[（(]+\s*\d{1,4}\s*[-—–·•~～\]）)]+|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|Page\s+\d{1,4}(?:\s+of\s+\d{1,4})?|\d{1,4}\s*/\s*\d{1,4})",
    re.I,
)
_LABELS = {
    "title": "标\\s*题|题\\s*目|题名|Title|Headline",
    "author": "作\\s*者|撰稿|发布单位|发布机构|发文单位|供稿单位|Authors?|By(?=\\s*[:：])",
    "affiliation": "作者单位|工作单位|所在单位|Affiliation",
    "date": "发布时间|发布日期|发表时间|出版日期|日\\s*期|时\\s*间|Date|Published",
    "journal": "刊\\s*名|期刊|刊物|杂志|Journal|Magazine",
    "issue": "刊\\s*期|期\\s*号|期\\s*次|期\\s*数|Issue",
    "column": "栏\\s*目|Column|Section",
    "page": "页\\s*码|版\\s*次|Page",
    "subtitle": "副\\s*标\\s*题|副题|Subtitle",
    "": "来\\s*源|浏览次数|阅读次数|点击数?|字\\s*号|编\\s*辑|责任编辑|Source|正\\s*文|关键词|Keywords",
}
_LABEL = re.compile(
    "(?<![^\\s　|｜【（(])(?:"
    + "|".join(f"(?P<{k or 'other'}>{v})" for k, v in _LABELS.items())
    + r")[】]?\s*[:：]\s*",
    re.I,
)

_IMPRINT = re.compile(
    r"(?:主\s*管|主\s*办|承\s*办|协\s*办|编\s*印|编\s*辑|出\s*版|印\s*刷|发\s*行|总\s*编|主\s*编|副主编|编\s*委|地\s*址|邮\s*编|邮政编码|"
    r"电\s*话|传\s*真|电子邮[件箱]|邮\s*箱|E-?mail|国\s*内|国\s*际|统一刊号|刊\s*号|ISSN|CN|定\s*价|印\s*数|准印证)[^：:]{0,8}[:：]",
    re.I,
)


def numbering(text: str) -> str | None:
    """Name the style of the number a line begins with: "一、" is "han", "（一）" "paren", "第三条 " "clause"…"""
    found = _NUMBERING.match(text)
    return found.lastgroup if found else None


def date_line(text: str) -> str | None:
    """Return the date when the line holds nothing else (a label, brackets or a time of day aside)."""
    found = _DATE_LINE.fullmatch(text.strip())
    return squeeze_han(found["date"]) if found else None


def find_date(text: str) -> str | None:
    found = _DATE.search(text)
    return squeeze_han(found.group()) if found else None


def without_date(text: str) -> str:
    return _DATE.sub(" ", text, count=1)


def find_issue(text: str) -> str | None:
    """Return the issue as printed, without white space ("2024·3", "2024年第3期"), or None."""
    found = _ISSUE.search(_TOTAL.sub(" ", text))
    return squeeze_han(found.group()) if found else None


def is_issue_line(text: str) -> bool:
    """Tell whether the line holds an issue number and nothing else."""
    return bool(_ISSUE.search(text) or _TOTAL.search(text)) and not squeeze(_ISSUE.sub("", _TOTAL.sub("", text))).strip(
        "·|/—-（）()，,"
    )


def without_issue(text: str) -> str:
    return _ISSUE.sub(" ", _TOTAL.sub(" ", text))


def page_number(text: str) -> int | None:
    """Return the number of a line that is a bare or decorated page number."""
    if len(text) > 24 or not re.search(r"\d", text):
        return None
    if text.isdecimal() or _DECORATED_NUMBER.fullmatch(text.strip()):
        found = re.search(r"\d{1,4}", text)
        return int(found.group()) if found and len(text) < 24 else None
    return None


def labelled(text: str) -> dict[str, str]:
    """Read a line of labels ("作者：… 时间：…"): field to value, "" for what is not kept; no label first, no fields."""
    found = list(_LABEL.finditer(text)) if _LABEL.match(text) else []
    return dict(_label_values(text, found)) if found else {}


def _label_values(text: str, found: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    for match, following in zip(found, [*found[1:], None], strict=True):
        value = text[match.end() : following.start() if following else len(text)].strip(" \t　|｜（(")
        name = match.lastgroup or "other"
        yield ("" if name == "other" else name), value


def title_like(text: str) -> bool:
    """Tell whether a line could be a title or an unnumbered heading: short, without a stop, more than a label."""
    size = width(text)
    if not 2.5 <= size <= 60 or (finished(text, pauses=True) and text.rstrip()[-1] not in "！？!?…"):
        return False
    if text[-1] in "，,、—-·" or re.search(r"[。；;]", text) or text.count("，") + text.count(",") > 2:
        return False
    if text[0] in "，。、；：）)》”’…·" or not any(c.isalpha() for c in text):
        return False
    plain = (
        numbering(text) is None and not RUBRIC.fullmatch(text) and page_number(text) is None and date_line(text) is None
    )
    return plain and not is_issue_line(text) and not labelled(text)


def squeeze_han(text: str) -> str:
    """Drop white space, except beside Latin letters and after Latin commas and stops."""
    return re.sub(r"(?<![A-Za-z,.])\s+(?![A-Za-z])", "", text.strip())


def is_imprint(text: str) -> bool:
    """Tell whether a line names the journal's editors, printer, address or price."""
    return bool(_IMPRINT.match(text))


def is_subtitle(text: str) -> bool:
    return bool(_DASH.match(text)) and width(text) <= 45


def undashed(text: str) -> str:
    """Return a subtitle without the dash it begins with."""
    return _DASH.sub("", text, count=1)
