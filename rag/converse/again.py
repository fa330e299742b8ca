"""Ask the same again with another question word: 为什么 for 缩小了多少, "why" for "in which year"."""

from __future__ import annotations

import re

from rag.text import language

_MEASURE = (
    r"(?:平方|立方)?(?:公里|千米|厘米|毫米|米)|[万亿]?(?:人次|元|亩|吨|人|件|册|户|只|份|公顷)|小时|分钟|"
    r"[个家名次条部项处座所篇期张辆支种本台间里场届岁天年]"
)
COUNTED = re.compile(rf"(多少|几)({_MEASURE})?")
INTERROGATIVE = re.compile(
    r"[，,]?(?:一共|总共|共)?(?:大约|大概)?(?:有|是|为|达到?|叫做?|在|由|到了?)?"
    r"(?:多少|几|哪(?:个|里|儿|些|一?[年天月位家种部条座所]|几)?|什么(?:时[候间]|地方|人|样)?|谁|何时|何处|为什么|为何|"
    r"怎么样?|如何|多[长大高远重久深宽])"
)
_AUXILIARY = r"(?:was|were|is|are|did|does|do|has|have|had|can|could|will|would|must|should|may|might)"
_WH = re.compile(
    rf"^(?:(?:in|on|by|at|since|for|to|from|of)\s+)?(?:who|whom|whose|what|which|when|where|why|how)\b.*?\b(?={_AUXILIARY}\b)|"
    r"^(?:who|what|which|how)\b(?: (?:many|much))?\s*",
    re.IGNORECASE,
)
_WH_WORDS = re.compile(
    r"^(?:(?:in|on|by|at|since|for|to|from|of)\s+)?"
    r"(?:how (?:many|much|long|far|old|often|high)|\w+(?: (?:year|date|day))?)\b",
    re.IGNORECASE,
)


def asked_with(full: str, word: str) -> str:
    """Return what ``full`` says, asked with another question word: 为什么 for 缩小了多少, "why" for "in which year"."""
    if language(full) == "en":
        full = full.rstrip(" ?")
        found = _WH.match(full)
        rest = full[found.end() :] if found else full
        thing = _WH_WORDS.sub("", found.group()).strip() if found else ""
        return " ".join(filter(None, (word[:1].upper() + word[1:], rest, thing))) + "?"
    found = INTERROGATIVE.search(full)
    rest = full
    if found:
        counted = COUNTED.match(full, found.end() - len(found[0].lstrip("，,一共总大约概有是为达到叫做在由了")))
        rest = full[: found.start()] + full[max(found.end(), counted.end() if counted else 0) :]
    rest = rest.rstrip("?？。，, ")
    return f"{word}{rest}？" if word.startswith(("为", "什么原因")) else f"{rest}{word}？"


def asked_for(question: str) -> str:
    """Return what a Chinese question asks for: the measure of what it counts, else its question word."""
    counted, asked = COUNTED.search(question), INTERROGATIVE.search(question)
    return counted[2] or "" if counted else asked.group().lstrip("，,是有在") if asked else ""
