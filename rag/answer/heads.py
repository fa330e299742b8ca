"""The noun that a question asks for tells the sort of answer: the 州长 of 州长叫什么, "authority" of "which authority".

Chinese nouns of one sort end alike; of the English ones there is a list. A noun that is in neither tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from rag.read.asked import AFTER_HEAD, LATIN, NAME, PERSON, PLACE
from rag.read.tagged import Tagged

Sort = str  # "person", "body", "place", "number"

_CALLED = re.compile(
    "(?:的?名字?)?[都又]?(?:名?叫(?:做|作)?|是)(?:什么|啥)(?:名字?)?[？?]?$|叫(?:什么|啥)(?:名字?)?(?=[，,；;])"
)
_WHICH = re.compile("(?:哪|什么|啥)[一两二三四五六七八九十几]*[个家所座位支名间条片块些]?(?=[^\\W\\d_])")
_PERSONS = (
    "[员长师者人士警官匠兵嫂友民]|[政旅游顾]客|[明歌影球]星|[选歌助旗]手|[学医先考新]生|[作专画科]家|书记|主任|主席|代表|常委"
    "|总统|总理|经理|教练|教授|总监|女士|丈夫|妻子|夫人|父亲|母亲|儿子|女儿|孩子|冠军|院士"
)
_BODIES = (
    "部门|机[构关]|单位|公司|企业|集团|组织|[协学商]会|[合金促统员]会|人大|政协|政府|法院|检察院|办公室|政党|银行|[^内外全东西南北中上下]部"
    "|[局厅署委队团]|小组|[报旅讯]社|(?:派出|律|事务|研究|税务)所"
)
_PLACES = (
    "地[方点]|位置|[区省市县州乡镇村街巷馆站园港湖河江岛桥城屯湾楼厦寺庙国]|广场|[海沙]滩|医院|学[校院]|大学|[中小]学|机场"
    "|[酒饭]店|餐厅|基地|中心|[景站网置]点|附近|国家|[^思出套]路"
)
_CHINESE = tuple(
    (sort, re.compile(f"(?:{ends})$")) for sort, ends in (("person", _PERSONS), ("body", _BODIES), ("place", _PLACES))
)
_NO_NOUN = frozenset("情况 方面 方法 东西 人口 机器人 特长 增长 误区".split())  # noqa: SIM905
_FIGURE = re.compile(
    "(?:[金总数]额|价[格钱]?|[^\\W质]量|[人件张次总]数|费用|收入|利润|面积|[气水]?温度?|[长宽高深]度|水位)(?:是|为|有)?[？?]?$"
)
_ENGLISH_NOUNS = {
    "person": """
        person man woman official leader member professor teacher student volunteer lawyer judge procurator prosecutor
        chairman chairwoman chair president premier minister spokesman spokeswoman spokesperson director manager
        secretary mayor governor driver coach player athlete actor actress singer writer author scholar expert engineer
        doctor officer deputy candidate politician resident journalist reporter founder chief king prince winner
        people staff clerk soldier villager farmer commentator representative commissioner
    """,
    "body": """
        authority body agency bureau company firm committee department ministry organisation organization court
        procuratorate institution institute association union council commission party government bank team club group
        office troupe enterprise
    """,
    "place": """
        city town village county province country district subdistrict street road community park square venue
        hospital school university college museum hotel station airport port beach resort area region base bridge river
        lake island building centre center church temple factory workshop place restaurant capital location site
    """,
    "number": """
        price profit revenue amount number cost temperature rainfall population size fee term salary budget sum total
        score distance height length area depth width weight speed range
    """,
}
_SORT_OF = {noun: sort for sort, nouns in reversed(_ENGLISH_NOUNS.items()) for noun in nouns.split()}
_ENGLISH = re.compile(r"\b(?:[Ww]hich|[Ww]hat)\b(?: (?:is|was|are|were) the)?((?: [\w'’-]+){1,8})")
_PLURALS = (("s", ""), ("es", ""), ("ies", "y"), ("men", "man"))
NOUN_KINDS = frozenset({LATIN, NAME, PERSON, PLACE})


def sort_by_noun(text: str, words: Tagged) -> Sort | None:
    """Return the sort that the nouns of the question ``text`` tell, or None; ``words`` are its own."""
    for row in _rows(words):
        if sort := _last([sort_of(noun) for noun in row]):
            return sort
    if _FIGURE.search(words.folded):
        return "number"
    # what is written with a capital, or owns the next word, is part of a name or none
    english = (takewhile(lambda word: word not in AFTER_HEAD, m[1].split()) for m in _ENGLISH.finditer(text))
    found = (_last([_sort_of_english(word) for word in row]) for row in english)
    return next(filter(None, found), None)


def _sort_of_english(noun: str) -> Sort | None:
    """Return the sort of a noun as it stands or, where it is a plural, of its singular: city of "cities"."""
    singulars = (noun.removesuffix(ending) + one for ending, one in _PLURALS if noun.endswith(ending))
    return next((_SORT_OF[form] for form in (noun, *singulars) if form in _SORT_OF), None)


def sort_of(noun: str) -> Sort | None:
    """Return the sort of a Chinese noun by how it ends, or None."""
    return None if noun in _NO_NOUN else next((sort for sort, ends in _CHINESE if ends.search(noun)), None)


def _rows(words: Tagged) -> Iterator[list[str]]:
    """Yield the noun before "叫什么", then the nouns in a row after each "哪个" or "什么"."""
    folded = words.folded
    if called := _CALLED.search(folded):
        yield [word for word, start, _ in words.words if start + len(word) <= called.start()][-1:]
    for asked in _WHICH.finditer(folded):
        after = [one for one in words.words if one[1] >= asked.end()]
        row = takewhile(lambda one: one[2] in NOUN_KINDS, after[1:])
        yield [word for word, _, _ in (*after[:1], *row)]


def _last(sorts: Sequence[Sort | None]) -> Sort | None:
    """Return the sort of the first noun right behind which no other has one: 教授 of 大学教授, 部门 of 部门主管全国."""
    for at, sort in enumerate(sorts):
        if sort and not any(sorts[at + 1 : at + 2]):
            return sort
    return None
