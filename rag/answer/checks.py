"""Is the answer about what was asked? The question's names, years, sessions and laws, looked for in the article.

A near miss has the right words and the wrong city, year or law. What the question names must stand in the passage,
in what stands over it, or at least in the article: in any spelling, traditional script, an abbreviation, or Pinyin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.answer.question import Question
from rag.dates import date_of
from rag.index.numerals import number_terms
from rag.read.asked import NAME, PERSON, PLACE
from rag.read.tagged import tagged
from rag.text import fold, language
from rag.types import Article

Sort = Literal["place", "year", "session", "title", "person", "term"]

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_SESSION = re.compile(r"第?([一二三四五六七八九十百\d]{1,4})(?:届|次|批|期|个?五年)")
_POST = re.compile(
    "副?(?:[省市县区乡镇州盟旗村]长|主任(?:委员)?|主席|书记|院长|检察长|秘书长|局长|厅长|部长|会长|校长|总理|委员长|董事长|经理"
    r"|站长|所长|处长|科长|队长|社长|议长)|\b(?:vice|deputy)?[ -]?(?:mayor|governor|chair(?:man|woman)?|president"
    r"|director|secretary|minister|principal|magistrate|speaker|treasurer)\b"
)
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth",
)  # fmt: skip
_ORDINAL = re.compile(r"\b(?:(\d{{1,3}})(?:st|nd|rd|th)|({}))\b".format("|".join(_ORDINALS)))
_TITLE = re.compile("《([^《》]{2,40})》")
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,}")
_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|自治县|街道|省|市|区|县|州|乡|镇|村|盟|旗)$")
_BODIES = {
    "人大常委会": ("人民代表大会常务委员会",), "人大": ("人民代表大会",), "政协": ("政治协商会议",),
    "检察院": ("人民检察院",), "法院": ("人民法院",), "公安局": ("公安",), "纪委": ("纪律检查委员会",),
    "国办": ("国务院办公厅",), "中办": ("中共中央办公厅", "中央办公厅"),
    "发改委": ("发展和改革委员会", "发展改革委"), "团委": ("共青团",),
}  # fmt: skip
_ENGLISH_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][a-z]{2,}(?:'an)?\b")
_NO_NAME = frozenset(
    """
    People Congress Standing Committee National City County Province District Party State Council The Chinese China
    Central Government Law Regulation Deputies Deputy President Premier Which What How Who When Where Why Street
    Community Town Village Township Subdistrict January February March April May June July August September October
    November December Municipal Provincial Court Procuratorate Office Bureau Sessions Session Meeting Beijing's
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Name:
    """``forms`` are the folded spellings of which one must stand there; for a year or a session, its number."""

    sort: Sort
    forms: tuple[str, ...]


@lru_cache(maxsize=256)
def names_of(question: Question) -> tuple[Name, ...]:
    """Return what the question names, each once, in no particular order."""
    return tuple(
        dict.fromkeys([*_plain_names(question), *(_english(question) if question.lang == "en" else _chinese(question))])
    )


def _plain_names(question: Question) -> Iterator[Name]:
    folded = fold(question.text)
    for found in _YEAR.finditer(" ".join([folded, *number_terms(folded)])):
        yield Name("year", (found[1],))
    for found in _SESSION.finditer(folded):
        yield Name("session", _numbers(found[1]))
    for found in _ORDINAL.finditer(folded):
        yield Name("session", _numbers(found[1] or str(_ORDINALS.index(found[2]) + 1)))
    for found in _TITLE.finditer(folded):
        yield Name("title", (found[1],))
    for term in question.terms:
        if _HAN_NAME.search(term) and f"《{term}》" not in folded:
            yield Name("term", (term,))


def _chinese(question: Question) -> Iterator[Name]:
    for word, start, kind in question.words.words:
        if kind in (PLACE, PERSON) and len(word) > 1:
            bare = _SUFFIX.sub("", word)
            yield Name(
                "place" if kind == PLACE else "person", tuple(dict.fromkeys([word, bare] if len(bare) > 1 else [word]))
            )
        elif kind == NAME and len(word) > 1 and start >= 0:
            yield Name("term", (word, *_BODIES.get(word, ())))


def _english(question: Question) -> Iterator[Name]:
    for found in _ENGLISH_NAME.finditer(question.text):
        if found[0] not in _NO_NAME:
            yield Name("place", (found[0].lower().replace("'", ""),))


def _numbers(printed: str) -> tuple[str, ...]:
    """Return the spellings of a number of one or two digits: 12 and 十二."""
    digits = "零一二三四五六七八九"
    if printed.isdigit() and int(printed) < 100:
        tens, ones = divmod(int(printed), 10)
        han = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
            digits[ones] if ones or not tens else ""
        )
        return printed, han
    plain = next(iter(number_terms(printed + "个")), "")
    return (printed, plain) if plain and plain != printed else (printed,)


def checks(question: Question, near: str, sentence: str, article: Article) -> dict[str, float]:
    """Return, as features, how many of the question's names are missing near the answer and in the whole article.

    ``other_year`` tells that the question names years and the passage only others; ``other_session`` and
    ``other_place`` that what it names is not near and ``sentence`` has another of the kind: 第二十四次 for 第二十五次;
    ``other_post`` the same of the posts it names: a 副主任 for a 市长.
    """
    near, sentence, whole = fold(near), fold(sentence), _whole(article)
    year = (date_of(article) or "")[:4]
    missing = {"place": 0, "person": 0, "year": 0, "session": 0, "title": 0, "term": 0}
    far = dict(missing)
    names = names_of(question)
    for name in names:
        told = [f"{near} {year}", f"{whole} {year}"] if name.sort == "year" else [near, whole]
        missing[name.sort] += not stands(name, told[0], question.lang)
        far[name.sort] += not stands(name, told[1], question.lang)
    years = {name.forms[0] for name in names if name.sort == "year"}
    printed = set(_YEAR.findall(near)) | {year} - {""}
    return {
        "missing_here": float(min(3, sum(missing.values()))),
        "missing_places": float(min(2, far["place"] + far["person"])),
        "missing_titles": float(min(2, far["title"] + far["term"])),
        "missing_numbers": float(min(2, far["year"] + far["session"])),
        "other_year": float(bool(years) and bool(printed) and not years & printed),
        "other_session": float(any(_rivalled(name, near, sentence, question.lang) for name in names)),
        "other_post": float(_other_post(question, sentence)),
        "other_place": float(any(_displaced(name, near, sentence, question.lang) for name in names)),
        "named": 1.0 - sum(far.values()) / len(names) if names else 0.5,
    }


def _rivalled(name: Name, near: str, sentence: str, lang: str) -> bool:
    return name.sort == "session" and not stands(name, near, lang) and bool(_SESSION.search(sentence))


def _other_post(question: Question, sentence: str) -> bool:
    asked, told = _posts(fold(question.text)), _posts(sentence)
    return bool(asked) and not asked & told and any(post.isascii() == (question.lang == "en") for post in told)


def lacks_post(question: Question, article: Article) -> bool:
    """Tell whether a Chinese article names none of the posts that a Chinese question does."""
    asked = _posts(fold(question.text))
    same = question.lang == "zh" == language(article.text)
    return same and bool(asked) and not asked & _posts(_whole(article))


def _posts(told: str) -> set[str]:
    return {post.strip() for post in _POST.findall(told)}


def _displaced(name: Name, near: str, sentence: str, lang: str) -> bool:
    """Is a place of the question not near, and another of its kind in the sentence: 棠垭村 for 插旗村?"""
    if name.sort != "place" or stands(name, near, lang):
        return False
    suffix = _SUFFIX.search(name.forms[0])
    rivals = [word for word, _, kind in tagged(sentence).words if kind == PLACE and len(word) > 1]
    return any(not suffix or word.endswith(suffix[0]) for word in rivals)


def stands(name: Name, told: str, lang: str) -> bool:
    """Tell whether one of the forms of ``name`` stands in ``told``, folded; for an English one, by its sound too."""
    if name.sort == "session":
        return any(re.search(rf"{form}(?:届|次|批|期|个?五年)", told) for form in name.forms)
    if lang == "en" and name.sort == "place":
        return name.forms[0] in told or name.forms[0] in _sounds(told)
    return any(form in told for form in name.forms)


@lru_cache(maxsize=256)
def _sounds(told: str) -> str:
    """Return the Pinyin of the Chinese characters of ``told``, one by one, run together."""
    return "".join(_sound(char) if char >= "\u3400" else " " for char in told)


@lru_cache(maxsize=32768)
def _sound(char: str) -> str:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(char)[0]


@lru_cache(maxsize=64)
def _folded(text: str) -> str:
    return fold(text)


def _whole(article: Article) -> str:
    parts = [article.title, article.subtitle or "", *article.authors, article.affiliation or "", article.place or "",
             article.journal or "", article.issue or "", article.date or ""]  # fmt: skip
    return _folded(article.text) + "\n" + fold("\n".join(parts))
