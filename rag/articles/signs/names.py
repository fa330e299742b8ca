"""Who wrote it: people, organisations and the lines that name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.articles.lines import width
from rag.text import HAN

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈姚卢傅钟姜崔谭廖范"
    "汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪"
    "庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房"
    "滕屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戈岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙"
    "荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花"
    "權王李張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭葉蘇呂盧鐘鍾譚陸賈韋鄒閻龍陶賀顧龔邵萬錢嚴湯顏龐莊聶魯歐關蘭紀駱藍遊單文赖賴萧習习闫閆洪常阳陽付慕贝貝隗漆亓茅戎薄逯芮鹿亢"
)
_COMPOUND = frozenset(
    {
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "司徒",
        "令狐",
        "夏侯",
        "端木",
        "歐陽",
        "司馬",
    }
)
_ORGANISATION = re.compile(
    r"(?:人大常委会|常委会|委员会|办公室|办公厅|研究[室会院所]|研究中心|编辑部|[题研查作]组|评论员|党组|党委|工委|政府|人大|政协|法院|检察院|"
    r"大学|学院|学校|中学|小学|党校|医院|公司|集团|银行|协会|学会|中心|机关|[部厅局处科]|[报杂]社|杂志社|本刊)$"
)
_POSITION = re.compile(
    r"(?:主任|书记|局长|厅长|部长|院长|校长|所长|处长|科长|会长|教授|研究员|主席|组长|主编|[市县区镇乡省州]长|检察长|秘书长|代表)$"
)
_TASK = re.compile(r"(?:记者|通讯员|评论员|学者|作家|摄影|摄|图|文|整理|编译|口述|译|供稿|执笔|撰稿|画|办)$")
_LATIN_ORGANISATION = re.compile(
    r"(?:[A-Z][\w'’&.-]*|of|the|for|and|on|in)(?:\s+(?:[A-Z][\w'’&.-]*|of|the|for|and|on|in))+"
)
_INSTITUTION = re.compile(
    r"\b(?:University|College|School|Institute|Cent(?:re|er)|Department|Office|Council|Committee|Congress|Ministry|"
    r"Association|Society|Bureau|Agency|Board|Commission|Company|Press|Foundation|Academy|Library|Laboratory)\b"
)
_NO_NAME = re.compile(
    r"\b(?:A|An|The|On|In|At|How|Why|What|When|Who|Where|Of|For|From|To|City|Town|County|Note|Report|Minutes)\b|"
    r"\b(?:THE|THIS|IN|ISSUE|CONTENTS|PAGE|Vol|Volume|Gazette)\b"
)
_ROLE = re.compile(r"^(?:.{0,8}(?:记者|通讯员|特约评论员|撰稿人?|撰稿)|作者|文|图|整理|编译)$")
_MARK = r"[■□●◆◇▲△★☆◎○◤▍※⊙]"
_LABEL = r"作\s*者|文\s*[/／]\s*图|图\s*[/／]\s*文|文|撰\s*文|撰\s*稿|执\s*笔|记者|通讯员|Authors?|By|Written by"
_BYLINE = re.compile(
    rf"(?P<mark>{_MARK}\s*)?(?:(?P<label>{_LABEL})\s*(?P<colon>[:：/／|｜])?\s*)?"
    r"(?P<names>[^（(]+?)\s*(?:[（(](?P<place>[^（）()]{1,30})[)）])?",
    re.I,
)
_HAN_NAME = re.compile(rf"[{HAN}]{{2,4}}")
_HAN_NAMES = re.compile(rf"[{HAN}]{{2,4}}(?:[\s　]+[{HAN}]{{2,4}}){{0,3}}|[{HAN}](?:[\s　]+[{HAN}]){{1,2}}")
_FOREIGN_HAN = re.compile(rf"[{HAN}]{{1,8}}(?:[·•・.][{HAN}]{{1,8}})+")
_LATIN_NAME = re.compile(r"[A-ZÀ-Þ][\w'’.-]*(?:\s+(?:[A-ZÀ-Þ][\w'’.-]*|de|van|von|der|la|bin|al)){1,4}")
_AUTHOR_NOTE = re.compile(
    r"^[（(【\[]?\s*(?:(?:本文|第一)?\s*作\s*者\s*(?P<verb>系|为|单位|简介|是|[:：])|(?P<unit>(?:作者)?单位)\s*[:：])\s*[:：]?\s*(?P<rest>.*?)[)）】\]]?$",
    re.S,
)
_EDITOR = re.compile(
    r"^[（(【\[]?\s*(?:(?:责任编辑|责编)(?=[\s:：/／|｜])|(?:编辑|编校|校对|审核|供稿|来稿|摄影)\s*[:：/／|｜]|Editor:)"
)
_SEPARATOR = re.compile(r"[、，,;；/／|｜]|\band\b(?=\s+[A-Z][\w.-]*\s+[A-Z])|&")
_MAX_ORGANISATION = 26.0  # full-width characters
_MAX_BYLINE = 40.0  # longer lines are prose


@dataclass(frozen=True, slots=True)
class Byline:
    """``marked`` is a line with a printer's mark ("■"); ``sure`` one that can be nothing else: marked, or labelled.

    ``personal`` is false when only organisations are named.
    """

    authors: tuple[str, ...]
    affiliation: str | None = None
    sure: bool = False
    marked: bool = False
    personal: bool = True


def read_byline(text: str) -> Byline | None:
    """Read a line as a byline; None when it does not look like one."""
    return None if len(text) > 2 * _MAX_BYLINE else _read_byline(text)


@lru_cache(maxsize=1 << 12)
def _read_byline(text: str) -> Byline | None:
    if width(text) > _MAX_BYLINE or re.search(r"[。！？!?；;…]", text):
        return None
    text = text[1:-1].strip() if text[0] in "（(" and text[-1] in ")）" else text
    found = _BYLINE.fullmatch(text)
    if not found:
        return None
    people, organisations = split_names(found["names"])
    if people is None and found["mark"] and found["place"] and _HAN_NAMES.fullmatch(found["names"]):
        people = tuple(_unspaced(found["names"].split()))  # whatever the surname
    if people is None:
        return None
    label = bool(found["label"] and found["colon"]) or bool(found["label"] and found["label"][0].isascii())
    if found["label"] and not label and not found["mark"] and len(people) == 0:
        return None
    place, marked = found["place"], found["mark"] is not None
    if people:
        return Byline(people, place or " ".join(organisations) or None, marked or label, marked)
    listed = re.search(r"[，、]", found["names"]) or width(found["names"]) > _MAX_ORGANISATION
    if not organisations or listed or _POSITION.search(organisations[-1]):
        return None
    return Byline(organisations, place, marked or label, marked, personal=False)


def split_names(text: str) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Return people and organisations; people is None when a word is neither."""
    people: list[str] = []
    organisations: list[str] = []
    for part in _SEPARATOR.split(text):
        part = part.strip()
        if _LATIN_ORGANISATION.fullmatch(part) and _INSTITUTION.search(part):
            organisations.append(part)
            continue
        if _LATIN_NAME.fullmatch(part) and not _NO_NAME.search(part):
            people.append(part)
            continue
        for word in _unspaced(part.split()):
            if _ROLE.match(word):
                continue
            if is_person(word):
                people.append(word)
            elif len(word) > 2 and (_ORGANISATION.search(word) or _POSITION.search(word)):
                organisations.append(word)
            else:
                return None, ()
    return tuple(people), tuple(organisations)


def names_an_office(word: str) -> bool:
    """Tell whether ``word`` ends like an organisation, a position, or what someone did for the page ("摄影")."""
    return bool(_ORGANISATION.search(word) or _POSITION.search(word) or _TASK.search(word))


def is_person(word: str) -> bool:
    """Tell whether ``word`` has the form of a Chinese name: a surname and one to three characters, or a dotted one."""
    if _FOREIGN_HAN.fullmatch(word):
        return True
    named = (word[:1] in _SURNAMES and len(word) <= 3) or (word[:2] in _COMPOUND and len(word) > 2)
    return bool(_HAN_NAME.fullmatch(word)) and named and not (len(word) > 2 and _ORGANISATION.search(word))


def author_note(text: str) -> str | None:
    """Return the affiliation that a note like "（作者系…）" or "作者单位：…" gives, None for any other text."""
    found = _AUTHOR_NOTE.match(text)
    if not found or len(found["rest"]) < 3 or (found["verb"] in {":", "："} and text[0] not in "（(【["):
        return None
    return found["rest"].strip(" 。：:")


def is_editor_note(text: str) -> bool:
    return bool(_EDITOR.match(text)) and width(text) <= _MAX_BYLINE


def _unspaced(words: list[str]) -> list[str]:
    """Join letter-spaced names: single characters in a row are one name, four of them two names of two."""
    joined: list[str] = []
    run = ""
    for word in [*words, ""]:
        if len(word) == 1:
            run += word
            continue
        step = 2 if len(run) == 4 else 3
        joined += [run[i : i + step] for i in range(0, len(run), step)] if len(run) > 3 else [run] * bool(run)
        run = ""
        joined += [word] * bool(word)
    return joined


def is_common_word(text: str) -> bool:
    """Tell whether ``text`` is one dictionary word that is no person's name ("方法", "高峰")."""
    import rjieba

    tagged = rjieba.tag(text, hmm=False) if len(text) <= 4 else []
    return len(tagged) == 1 and not tagged[0][1].startswith("nr")
