"""Where an article comes from: datelines ("本报青山3月5日讯"), and the place that an affiliation begins with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.articles.signs.names import is_person, names_an_office, split_names
from rag.text import HAN

_PROVINCE = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|"
    "台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_RANK = "特别行政区|自治区|自治州|自治县|自治旗|地区|街道|[省市县区盟州旗乡镇村]"
_UNIT = rf"[{HAN}]县|[{HAN}]{{2,10}}?(?:{_RANK})"
_WORDS = (
    "园区|社区|校区|景区|灾区|山区|牧区|辖区|县区|市区|城区|城市|乡村|农村|新村|本市|"
    "全省|全市|全县|全区|我省|我市|我县|我区|我镇|我乡|我村"
)
_PLACE = re.compile(rf"(?:{_PROVINCE})?(?:(?!{_WORDS})(?:{_UNIT}))+")
_SHORT = 4  # characters of a place named without its rank ("江苏", "呼和浩特")
_AGENCY = rf"(?:本[报刊网台]|新华[社网]|中新[社网]|[{HAN}]{{2,8}}(?:[报网社台]|日报|晚报)|据)"
_DATED = r"(?:(?:19|20)\d{2}\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*日"
_DATELINE = re.compile(
    rf"[（(【]?\s*{_AGENCY}\s*(?P<place>[{HAN}]{{2,8}}?(?:[、\s][{HAN}]{{2,8}}?)?)?\s*(?P<date>{_DATED})?\s*(?:专?电|讯)\s*[）)】]?"
    r"\s*(?:[（(](?P<names>[^（）()。]{2,60})[)）])?"
)
_LATIN_DATE = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s+\d{1,2}(?:,\s*(?:19|20)\d{2})?"
_LATIN_DATELINE = re.compile(
    r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ.' -]+[A-ZÀ-Þ])(?:,\s+[A-Z][A-Za-z.]+(?:\s[A-Z][a-z]+)?)??"
    rf"(?:,\s+(?P<date>{_LATIN_DATE}))?\s*(?:\([A-Za-z ]+\)\s*)?(?:—|–|--?)\s"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """The beginning of a report: where and when it was sent, and by whom, each only if it is printed."""

    place: str | None
    date: str | None
    authors: tuple[str, ...] = ()


def read_dateline(text: str) -> Dateline | None:
    """Read the dateline that ``text`` begins with."""
    found = _DATELINE.match(text)
    if found:
        people, units = split_names(found["names"] or "")
        place = " ".join(found["place"].split()) if found["place"] else None
        return Dateline(place, found["date"], people or units or ())
    found = _LATIN_DATELINE.match(text)
    return Dateline(found["place"], found["date"]) if found and len(found["place"]) > 3 else None


def place_in(affiliation: str) -> str | None:
    """Return the place that an affiliation is or begins with: "河口市人大常委会" gives "河口市"."""
    text = affiliation.strip().removeprefix("中共")
    unknown = re.fullmatch(rf"[{HAN}]{{2,{_SHORT}}}", text) and not is_person(text) and not names_an_office(text)
    bare = unknown or re.fullmatch(_PROVINCE, text)
    found = _PLACE.match(text)
    return found.group() if found else text if bare else None
