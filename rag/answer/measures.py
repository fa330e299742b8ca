"""What a figure counts: money, people, time, … as a question asks for it and as an answer gives it; and days or years.

A question for years is not answered by a number of people, and one for a year not by a day.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.index.numerals import MONTHS
from rag.text import fold

_N = r"[\d〇○零一二三四五六七八九十百千万亿两.,]"
_ABOUT = "(?:余|多|几|来)?"
# what the figure of an answer counts, told by its unit
_GIVEN = {
    "money": rf"{_N}\s*{_ABOUT}(?:美|欧|日|港|加|澳)?(?:元|英镑|卢布|法郎|港币|块钱)|yuan|dollars|\$|¥|￥|€",
    "share": r"[%％‰]|百分|分之|[\d一二三四五六七八九十两]成(?![立员])|percent",
    "people": rf"{_N}\s*{_ABOUT}个?(?:人|名|位)|people|persons",
    "time": rf"{_N}\s*{_ABOUT}(?:周?年|个?多?月|天|日|个?小时|分钟?|秒|周|个?星期)|(?:year|month|day|hour|minute)s?",
    "age": rf"{_N}\s*{_ABOUT}周?岁",
    "length": rf"{_N}\s*{_ABOUT}(?:公里|千米|厘米|毫米|米|里|海里)(?!\w*²)|km\b",
    "area": rf"{_N}\s*{_ABOUT}(?:万?亩|平方|公顷|平米|㎡)",
    "weight": rf"{_N}\s*{_ABOUT}(?:万?吨|公斤|千克|斤|克)",
    "times": rf"{_N}\s*{_ABOUT}(?:次|场|轮|遍|回)",
}  # fmt: skip
_GIVEN["date"] = rf"(?:19|20)\d\d年|\d月\d|\b(?:{MONTHS})\b"
_GIVEN_AS = {name: re.compile(pattern) for name, pattern in _GIVEN.items()}
_COUNTED = re.compile(rf"{_N}\s*{_ABOUT}[^\W\d_]")
_HOW = r"(?:多少|几)"
_FUNDS = "钱|元|金(?![牌属字星])|款|费|投资|外资|补贴|补助|补偿|赔偿|损失|产值|收入|利润|金额|资产|税|预算|工资"
_FUNDED = "罚|赔|花费|花了|价格?|收入|投资|产值|(?<!名)额|成本|工资|薪|支出|投入|拨付?|捐|获利|受贿|贪污|骗|损失|租金"
_FOLK = (
    "人(?!大|民)|代表|委员|队员|学生|老人|专家|党员|干部|志愿者|群众|孩子|居民|村民|职工|员工|教师|医生|选手|观众|成员|市民"
    "|会员"
)
_ENDS = "(?=[^\\w]|$|[在是参被获报从到了来去受因当加选能都会分通有曾还组])"
# classifiers that count things of one sort; 个 counts anything
_CLASSES = (
    *("名位人", "件条项部篇份宗起笔", "家户间所座栋幢处", "辆台架艘列", "种类样"),
    *("本册卷", "枚块张幅", "头只匹", "次场轮遍回届"),
)
_CLASS = {char: number for number, chars in enumerate(_CLASSES) for char in chars}
_ASKED_CLASS = re.compile(rf"{_HOW}([{''.join(_CLASSES)}])")
_GIVEN_CLASS = re.compile(rf"{_N}\s*{_ABOUT}([{''.join(_CLASSES)}])")
_SPENT = (
    "yuan|dollars?|money|fund|fined?|cost|pa(?:id|y)|invest|len[dt]|spen[dt]|worth|loan|price|earn|income|bonus"
    "|compensation|subsid|bribe|loss|losses|recover|raise[ds]?|donat|revenue|rent|wages?|salar|fees?"
)
_ENGLISH_FOLK = (
    "people|persons|deput|members?|staff|officials|residents|students|soldiers|villagers|workers|employees|volunteers"
    "|patients|children|experts|cadres|representatives|men|women|athletes|players|teachers|doctors|victims|participants|prosecutors"
)
# what a question counts, first match wins
_ASKED = (
    ("share", r"比例|百分|占比|比重|[增降涨跌]幅|率(?:是|为|达|有)|percent|share of|\brate\b"),
    ("money", rf"{_HOW}[^，？?个名位]{{0,6}}(?:{_FUNDS})|(?:{_FUNDED})[^，？?]{{0,6}}{_HOW}(?![个名人位家件次])"
              rf"|(?<!by )how much\b[^?]*\b(?:{_SPENT})|how many (?:\w+ )?(?:yuan|dollars?)"),
    ("age", rf"{_HOW}岁|年龄|how old"),
    ("time", rf"{_HOW}个?(?:年|天|小时|分钟|月|周|星期)(?!度)|多久|多长时间"
             r"|how many (?:\w+ )?(?:years|months|weeks|days|hours|minutes)|how long"),
    ("length", rf"{_HOW}(?:公里|千米|米|里)|多[长远高宽深](?!时间)|how (?:far|tall|wide|deep)"
               r"|how many (?:km|kilomet|met(?:er|re)s|miles)"),
    ("area", rf"{_HOW}万?(?:亩|平方|公顷)|多大(?:一片|面积)|面积[^，？?]{{0,4}}(?:{_HOW}|多大)"
             r"|how many (?:mu|hectares|square)"),
    ("weight", rf"{_HOW}万?(?:吨|公斤|千克|斤|克)|how many (?:ton|kilogram|kg)"),
    ("times", rf"{_HOW}(?:次|场|轮|遍|回)|how (?:many times|often)"),
    ("people", rf"{_HOW}个?(?:{_FOLK}){_ENDS}|{_HOW}(?:名|位)"
               rf"|how many (?:[\w-]+ ){{0,3}}?(?:{_ENGLISH_FOLK})\w*\b(?!')"),
)  # fmt: skip
_ASKED_AS = tuple((name, re.compile(pattern)) for name, pattern in _ASKED)
_ANY = re.compile(
    r"多少|几(?![点日号时])|比例|百分|占比|多[久长远高宽深大]|percent"
    r"|(?<!by )how (?:many|much|old|long|far|often|tall)\b"
)
_OPEN = re.compile(r"(?:多少|几|多大|how much)(?!\w| \w)")  # 占多少？ leaves open what is counted
_NOT_THINGS = frozenset(("money", "share", "time", "length", "area", "weight", "age", "date"))
_VAGUE = re.compile("^(?:多|数|若干|几|一些|部分|许多|不少|近日|日前|近期|目前|当天|某)|several|many")
_GRAINS = (
    ("日", re.compile(r"几[日号]|哪一?天|哪日|哪一日|(?:what|which) (?:exact )?(?:date|day)")),
    ("月", re.compile(r"几月|哪一?个?月|(?:what|which) month")),
    ("年", re.compile(r"哪一?年|几几年|(?:what|which) year")),
)
_GIVEN_GRAINS = {
    "日": re.compile(rf"[日号天旬]|\d-\d+-\d|\d (?:of )?(?:{MONTHS})\b|\b(?:{MONTHS})\b\.? \d"),
    "月": re.compile(rf"月|\d-\d|\b(?:{MONTHS})\b"),
    "年": re.compile(r"年|\d{4}"),
}


@lru_cache(maxsize=256)
def asked_measure(question: str) -> str | None:
    """Return what ``question`` wants counted, "things" where that is nothing with a name here; None where it does not
    say, or wants no figure.
    """
    folded = fold(question)
    if not _ANY.search(folded):
        return None
    named = next((name for name, pattern in _ASKED_AS if pattern.search(folded)), None)
    return named or (None if _OPEN.search(folded) else "things")


def measure_features(question: str, answer: str) -> dict[str, float]:
    """Return whether an answer, folded, gives the measure that is asked for or another, counts people where things are
    asked for, is vague, or misses the day, the month or the year asked for; {} for a question of none."""
    found: dict[str, float] = {}
    wanted = asked_measure(question)
    if wanted:
        given = {name for name, pattern in _GIVEN_AS.items() if pattern.search(answer)}
        other = bool(given & _NOT_THINGS) if wanted == "things" else wanted not in given
        told = bool(given) or bool(_COUNTED.search(answer))
        found |= _class_features(question, answer)
        found |= {
            "measured": float(wanted in given),
            "mismeasured": float(told and other),
            "peopled": float(wanted == "things" and "people" in given),
            "vague": float(bool(_VAGUE.search(answer))),
        }
    grain = _grain(question)
    if grain:
        found["coarse"] = float(bool(_VAGUE.search(answer)) or not _GIVEN_GRAINS[grain].search(answer))
    return found


def _class_features(question: str, answer: str) -> dict[str, float]:
    """Tell whether an answer has a classifier of the same sort as the question, 名 for 多少人; {} if one has none."""
    asked = _ASKED_CLASS.search(fold(question))
    given = {_CLASS[char] for char in _GIVEN_CLASS.findall(answer)}
    if not (asked and given):
        return {}
    same = _CLASS[asked[1]] in given
    return {"classed": float(same), "misclassed": float(not same)}


@lru_cache(maxsize=256)
def _grain(question: str) -> str | None:
    folded = fold(question)
    return next((grain for grain, pattern in _GRAINS if pattern.search(folded)), None)
