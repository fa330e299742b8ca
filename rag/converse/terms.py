"""The terms of a question: places, people, years, titles, bodies and other names, and the words that tell of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.query import content_words
from rag.text import HAN, fold, language

TermKind = Literal["place", "person", "year", "title", "body", "name", "word"]

QUOTED = re.compile(r"《[^《》]{2,40}》|“[^“”]{2,20}”")
YEAR = re.compile(
    r"(?<!\d)(?:19|20)\d\d ?(?:年(?:\d{1,2}月(?:\d{1,2}[日号]|[初底末中])?|[初底末中])?|(?=\D|$))|"
    r"[一二][〇○零一二三四五六七八九]{3}年[初底末中]?|(?<![\d个])(?:1[0-2]|[1-9])月(?:[1-3]?\d[日号]|[份初底末中])?"
)
_LATIN_NAME = re.compile(r"\b[A-Z][\w-]*(?: [A-Z][\w-]*)*")
_OPENING = (
    "a an and are at but by can did do does for from had has have how in is it name no of on or so the there these "
    "they this those to was were what when where which who whom whose why would"
)
OPENERS = frozenset(_OPENING.split())
_MONTHS = "January February March April May June July August September October November December"
_CALENDAR = frozenset(f"{_MONTHS} Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
LEVELS = "省市州县区乡镇村盟旗"  # after a noun, the two together are a place
_SCOPES = (scope + level for scope in "全我本该各" for level in "国省市州县区乡镇村")  # 全市, 我省
_NO_PLACE = frozenset(("中国", "城市", "自治区", "开发区", "示范区", "保护区", "地区", "小区", "社区", *_SCOPES))
NO_PLACE_END = "度建本量型式滩线"  # the dictionary calls 长度 and 新建 places
# a name and what it is the name of, in one word: 芦渡 + 大桥
_THINGS = (
    *"桥湖河江山岛路街楼馆院校站厂寺塔港库",
    "公司",
    "集团",
    "条例",
    "水库",
    "渡口",
    "街道",
    "大学",
    "公园",
)
_BODY = re.compile(
    "(?:人民代表大会|人大)?(?:常务委员会|常委会)|(?:财经|法制|法)工?委(?:员会)?|人民代表大会(?!代表)|人大(?!代表)|"
    "(?:人民)?(?:政府|法院|检察院)|监察委|监委|政协|党委"
)
# whom jieba takes for a person must at least have a family name
_FAMILY = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文殷温祝骆尚严"
    "章纪樊康欧阳司马上官诸葛慕容尉迟"
)
_ASKED = re.compile(r"[哪几某每]|.*[一二三四五六七八九十百千万几两][次个条本种部家座名]$")
# a place that jieba cuts wrongly, where what stands round it tells: 2023年底，南麓区有多少
_MARKED_PLACE = re.compile(
    f"(?:^|[，,。、在和与到的对从为底末年])([{HAN}]{{2,3}}(?:自治[州县]|[市县区乡镇州]))(?=[的有在，,是和与设建共人一全呢？?]|$)"
)
_NO_SUBJECT = frozenset(("一共", "总共", "目前", "时候", "什么"))


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is talked about, as written, and what kind of thing it is."""

    text: str
    kind: TermKind


def terms_of(question: str) -> list[Term]:
    """Return the names of ``question``, then its content words."""
    words = content_words(YEAR.sub("，", question))
    return [*names_of(question), *(Term(word, "word") for word in words if not _ASKED.match(word))]


def names_of(text: str) -> list[Term]:
    """Return the places, people, titles, bodies, years and other proper names of ``text``, each once."""
    quoted = QUOTED.findall(text)
    rest = QUOTED.sub("，", text)
    names = [Term(year.strip(), "year") for year in YEAR.findall(rest)]
    if language(text) == "en":
        names += _latin_names(rest)
    else:
        # a title names its place: 《济宁市大运河岸线保护管理条例》
        places = [name for title in quoted for name in _chinese_names(title) if name.kind == "place"]
        bodies = [Term(body, "body") for body in _BODY.findall(rest)]
        marked = [
            Term(name, "place")
            for name in _MARKED_PLACE.findall(rest)
            if name not in _NO_PLACE and name[0] not in "那这该本各全我每哪在到从"
        ]
        names = [*_chinese_names(YEAR.sub("，", rest)), *marked, *names, *places, *bodies]
    return distinct([*(Term(title, "title") for title in quoted), *names])


def _latin_names(text: str) -> list[Term]:
    found = []
    for match in _LATIN_NAME.finditer(text):
        first, _, rest = match.group().partition(" ")
        name = rest if first.lower() in OPENERS else match.group()
        if name and name not in _CALENDAR:
            found.append(Term(name, "name"))
    return found


@lru_cache(maxsize=256)
def tagged(text: str) -> tuple[tuple[str, str], ...]:
    """Return jieba's words of ``text`` with their tags."""
    import rjieba

    return tuple((str(word), str(tag)) for word, tag in rjieba.tag(text))


def _chinese_names(text: str) -> list[Term]:
    """Return the words that jieba takes for places or names; places in a row are one: 山东省 + 济南市."""
    import rjieba

    names: list[Term] = []
    place = noun = guess = ""  # guess: what jieba takes for a person, which may be part of a name
    for word, tag in [*tagged(text), ("", "")]:
        # a place that is neither in the dictionary nor called a county is a guess, and mostly wrong
        governed = len(word) > 2 and word[-1] in LEVELS and tag.startswith("n")
        known = tag == "ns" and word[-1] not in NO_PLACE_END and rjieba.has_word(word)
        thing = word.endswith(_THINGS) and (tag.startswith("n") or len(word) == 1)
        if guess and thing:
            names.append(Term(guess + word, "name"))
            guess = ""
        elif (governed or known or (place and tag == "nr" and word[-1] in LEVELS)) and word not in _NO_PLACE:
            place += word
        elif word and word in LEVELS and (place or noun):
            place = place + word if place else noun + word
            guess = ""
        else:
            if place:
                names.append(Term(place, "place"))
                names += [Term(place + word, "name")] if thing else []
            if guess:
                names += _guessed(guess, tag)
            place, guess = "", word if tag.startswith("nr") and len(word) > 1 else ""
            if tag == "nz" and len(word) > 2:
                names.append(Term(word, "name"))
        noun = word if tag.startswith(("n", "f")) and len(word) > 1 and word not in _NO_PLACE else ""
    return names


def _guessed(word: str, after: str) -> list[Term]:
    """Return what jieba takes for a person: one, another name, or, before a noun, a word like 养老 and no name."""
    import rjieba

    if word[0] in _FAMILY and (len(word) > 2 or not after.startswith("n")):
        return [Term(word, "person")]
    return [] if after.startswith("n") and rjieba.has_word(word) else [Term(word, "name")]


def distinct(terms: Iterable[Term]) -> list[Term]:
    """Drop words that stand inside a name, and what was there already; keep names before words."""
    kept: list[Term] = []
    for term in sorted(terms, key=lambda t: t.kind == "word"):
        text = fold(term.text)
        known = [fold(other.text) for other in kept if term.kind == "word" or other.kind == term.kind]
        if not any(text in other for other in known):
            kept.append(term)
    return kept


def subject_of(question: str) -> str:
    """Return the first noun phrase of a Chinese ``question``, its 的 included, or "" where it has none.

    东营的社会建设基层联系点有几家？ gives 东营的社会建设基层联系点.
    """
    phrase: list[tuple[str, str]] = []
    quoted = False
    for word, tag in tagged(YEAR.sub("，", question)):
        quoted = (quoted or word in "“《") and word not in "”》"
        nominal = quoted or word in "”》" or tag.startswith(("n", "j", "vn", "eng", "zg", "f")) or word == "的"
        nominal = nominal and word not in _NO_SUBJECT
        if nominal:
            phrase.append((word, tag))
        elif phrase and len("".join(w for w, _ in phrase)) > 1:
            break
        else:
            phrase = []
    while phrase and (phrase[-1][0] == "的" or phrase[-1][1] == "f"):
        phrase.pop()
    return "".join(word for word, _ in phrase).lstrip("的").rstrip("是")


def kinds_in(terms: Sequence[Term], *kinds: TermKind) -> list[Term]:
    """Return the terms of these kinds, in their order."""
    return [term for term in terms if term.kind in kinds]


def is_family(name: str) -> bool:
    """Tell whether ``name`` begins with a family name."""
    return name[:1] in _FAMILY
