"""What sort of follow-up a question is, read off its first and last words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.converse.terms import names_of
from rag.text import fold

Move = Literal["alone", "carried", "replaced", "corrected", "more", "asked again", "item"]

_END = r"[\s?？。.!！]*$"
_CORRECTION = re.compile(
    r"^(?:(?:不是|不对|不|错了|没有)[，,。、\s！!]*)?我(?:(?:想?要?[问说指]|想知道|要找)的?是|是想?[问说指])[，,\s]*(.+)|"
    r"^(?:不是|不对|不|错了)[，,。\s！!]+(?:应该?是|而?是|问的是)?[，,\s]*(.+)|"
    r"^(?:no|nope|sorry|wrong|not that)[,.;:!\s]+"
    r"(?:i (?:meant|mean|was asking about|asked about|am asking about)\s+)?(.+)|"
    r"^i (?:meant|mean|was asking about|asked about|am asking about)\s+(.+)",
    re.IGNORECASE,
)
_NOT_BUT = re.compile(
    r"^(?:不是|没问|不问)?\s*(.{1,20}?)[，,]\s*(?:而?是|问的是)\s*(.{1,30})$|"
    r"^not\s+(.{1,40}?)[,;]?\s+but\s+(.{1,40})$|^(.{1,40}?),\s*not\s+.{1,40}$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^(?:那么?)?(?:还有(?:呢|吗|没有|别的吗?|其他的?吗?|哪些|什么|谁)?|别的呢|其[他它余]的?(?:呢|还有吗)|另外(?:的)?呢|再有呢|"
    r"还有(?:别的|其他)(?:说法|地方|出处|来源|文章)?(?:吗|呢)?|"
    r"(?:and )?(?:any(?:thing|one|body| others?| more)?(?: else)?|what else|who else|where else|more|"
    r"others?|the others?|"
    r"are there (?:any )?(?:others?|more)|is there (?:any(?:thing)? )?(?:else|more)|and the rest))" + _END,
    re.IGNORECASE,
)
_ASKING = (
    r"为什么|为啥|为何|什么原因|(?:是)?什么时[候间]|何时|(?:是)?哪一?[年天月]|(?:在|是)?哪里|(?:在|是)?哪儿|在哪|什么地方|"
    r"(?:是|由)?谁(?:[说提写做讲]的?)?|哪位|多少(?:[个名人件条家元])?|几[个名家条]|怎么[做办样]?|如何|什么意思"
)
_SLUICE = re.compile(
    rf"^(?:那么?|又|这)?(?:是)?({_ASKING})(?:呢|的|啊|了)?{_END}|"
    r"^(?:and |but )?(why|when|where|who|how|how many|how much|how long|since when|by whom|"
    r"in (?:what|which|how many) [a-z]+|what for)(?: (?:is|was|did) (?:that|this|it|so)| exactly| so| not)?" + _END,
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"^(?:那么?|而)?(.{2,14}?)(?:又|一共|共)?(?:有|是)?(?:多少|几)(?:[个名人件条家元座部台])?(?:呢)?[\s?？]*$|"
    r"^(?:and|but)\s+(?:how many|how much|when|where|who|what)(?: (?:is|was) it)? ((?:in|at|for|of|on) .+?)[\s?]*$",
    re.IGNORECASE,
)
_LONE = re.compile(
    rf"{_ASKING}|哪|什么|几|谁|多[长大高远重久深宽少]|吗{_END}|\b(?:who|what|which|when|where|why|how|is|are|was|were|do|does|did)\b"
)
_FRAGMENT = re.compile(
    rf"^(?:那么?|还有|而|至于|还是)?[，,\s]*(.+?)(?:的?情况)?(?:又|怎么样)?呢{_END}|^(?:那么?|至于|换成|改成)[，,\s]*(.+?){_END}|"
    rf"^(?:and|but|or|so)?,?\s*(?:what|how) about (.+?){_END}|^(?:and|but|or)\s+(.+?){_END}",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"第([一二三四五六七八九十]|\d{1,2})([个条项种本类步点件座家位名次句])|(最后)[一]?([个条项种本类步点件座家位名])|(前者|后者)|"
    r"\bthe (first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|former|latter)"
    r"(?: (?:one|item|point|rule|lesson|step))?\b(?! [a-z]+ (?:of|in))",
    re.IGNORECASE,
)
_HAN_ORDINALS = "一二三四五六七八九十"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_TOPIC_FIRST = re.compile(
    r"^(?:那么?|至于)?[，,]?(.{2,20}?)呢[，,]\s*(.{2,})$|^(?:and|what about|how about) ([^,?]{2,40})[,?] (.{4,})$",
    re.IGNORECASE,
)
_AREA = re.compile(r"(?:那边|这边|那儿|方面|的?话)$")
COMPARED = re.compile(
    rf"^(?:那么?)?(?:跟|和|与|同|比起)(.+?)(?:相比|比较|比)(?:呢|起来|怎么样|如何)*{_END}|"
    rf"^(.+?)比(?:它|那里|这里|那儿|他们)?(?:更|还)?[多少大小高低长短早晚](?:吗|么|还是少){_END}|"
    rf"^(?:and )?(?:compared (?:with|to)|versus|vs\.?) (.+?){_END}",
    re.IGNORECASE,
)
AMONG = re.compile("^(?:其中的?|里面的?)")
_LITTLE = re.compile(r"[\s，,的在底末初年]|\b(?:in|at|for|of|on|the|by)\b", re.IGNORECASE)
_MAX_FRAGMENT = 24  # characters of Chinese, and twice as many of English; longer is a question of its own


@dataclass(frozen=True, slots=True)
class Correction:
    """What was meant instead; ``instead`` is what it takes the place of, where that was said."""

    meant: str
    instead: str | None = None


def correction(question: str) -> Correction | None:
    """Read "no, I meant Jining", 不是，我问的是济宁 and the like; None for anything else."""
    found = _CORRECTION.match(question.strip())
    if not found:
        return None
    meant = next(group for group in found.groups() if group).strip(" ?？。.!！，,")
    both = _NOT_BUT.match(meant)
    if both and both[2]:
        return Correction(both[2].strip(), both[1].strip())
    if both and both[4]:
        return Correction(both[4].strip(), both[3].strip())
    return Correction(both[5].strip() if both else meant)


def asks_for_more(question: str) -> bool:
    """Tell whether it is 还有呢 or "anything else?", and nothing besides."""
    return bool(_MORE.match(question.strip()))


def sluice(question: str) -> str | None:
    """Return the question word of a question that has nothing besides: 为什么呢？ "Since when?"; else None."""
    found = _SLUICE.match(question.strip())
    return next(group for group in found.groups() if group) if found else None


def fragment(question: str) -> str | None:
    """Return the part that a question without a verb puts for another: 济宁 of 那济宁呢？, "2023" of "and 2023?"."""
    text = AMONG.sub("", question.strip())
    found = COMPARED.match(text) or _FRAGMENT.match(text)
    part = next((group for group in found.groups() if group), "").strip(" ，,") if found else ""
    part = part if part and not asks(part) else _bare(text)
    if not part or len(part) > _MAX_FRAGMENT * (2 if part.isascii() else 1) or asks(part):
        return None
    return _AREA.sub("", part)


def topic_and_rest(question: str) -> tuple[str, str] | None:
    """Cut 那永安大桥呢，有多长？ into 永安大桥 and 有多长？; None for what is not of that form."""
    found = _TOPIC_FIRST.match(question.strip())
    topic, rest = (found[1] or found[3], found[2] or found[4]) if found else ("", "")
    return (topic, rest) if found and not asks(topic) and asks(rest) else None


def _bare(text: str) -> str:
    """Return a question that is nothing but a name, or that asks the same of another: 济宁？ 济宁有多少？"""
    found = _ELSEWHERE.match(text)
    part = next((group for group in found.groups() if group), "") if found else text.rstrip("？?。. ")
    names = names_of(part)
    rest = part
    for name in names:
        rest = rest.replace(name.text, "")
    return part if names and len(_LITTLE.sub("", rest)) == 0 else ""


def asks(text: str) -> bool:
    """Tell whether ``text`` holds a question word, or a verb that an English question begins with."""
    return bool(_LONE.search(fold(text)))


def item_asked(question: str, items: Sequence[str]) -> tuple[int, int, str] | None:
    """Return (start, end, item) of the words that point to one of the ``items`` of a list: 第二个, "the last"."""
    found = _ORDINAL.search(question)
    if not found or len(items) < 2:
        return None
    number = _number(found, len(items))
    if number is None or not -1 <= number < len(items):
        return None
    item, end = items[number], found.end()
    while end < len(question) and item.endswith(question[found.end() : end + 1]):
        end += 1  # 第三本账 of 民情账、交办账、督办账
    return found.start(), end, item


def _number(found: re.Match[str], count: int) -> int | None:
    said = fold(found[1] or found[3] or found[5] or found[6])
    if said in ("最后", "last"):
        return -1
    if said in ("前者", "former", "后者", "latter"):
        return (0 if said in ("前者", "former") else 1) if count == 2 else None
    if said in _ORDINALS:
        return _ORDINALS.index(said)
    return _HAN_ORDINALS.index(said) if said in _HAN_ORDINALS else int(said) - 1
