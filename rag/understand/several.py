"""Several questions in one line, apart: "when and where was it held?", …是谁？在哪里？"""

from __future__ import annotations

import re

from rag.text import fold, language

_MAX = 5
_ASKING = re.compile(
    r"什么|哪|谁|多少|几[个家名人次条件年月天岁点号日]|怎么|如何|为何|何[时处人]|多[长大高远重久深宽]|"
    r"\b(?:who|whom|whose|what|which|when|where|why|how)\b"
)
_STOP = re.compile(r"(?<=[？?；;。])\s*")
_COMMA = re.compile(r"[，,]\s*(?:(?:以及|并且|还有|又|那么?)\s*)?|、(?=(?:有|是|共|一共)?(?:多少|几|谁|哪))")
# asks, but only within a noun phrase: 一天几个价的问题，…
_INNER = re.compile(r"(?:什么|哪|谁|多少|几|怎么|如何)[^，,]*的[^，,的了吗呢]{1,6}$")
_WH = r"(?:who|whom|what|which|when|where|why|how(?: many| much| long| far| old)?)"
_AND_WH = re.compile(rf",?\s+(?:and|or)\s+(?=(?:(?:in|on|at|by|for|to) )?{_WH}\b)", re.IGNORECASE)
_BOTH_WH = re.compile(rf"^({_WH}) (?:and|or) ({_WH})\b(.+)$", re.IGNORECASE)
_HAN_WORD = r"什么时候|何时|哪一?[年天月]|在?哪里|在?哪儿|在?什么地方|何处|谁|什么人|多少(?:人|钱)|为什么|怎么"
_BOTH_HAN = re.compile(rf"(是|由|在|于)?({_HAN_WORD})(?:、|和|与|以及)(?:又|是|由)?({_HAN_WORD})")


def several(question: str) -> list[str]:
    """Return the questions of ``question``, in their order; itself alone where it is one.

    Later ones may lean on the earlier: 芦渡大桥是哪年开工的，有多长？ gives 有多长？ as its second.
    """
    parts: list[str] = []
    for sentence in filter(None, (part.strip() for part in _STOP.split(question.strip()))):
        english = language(sentence) == "en"
        both = _both(sentence, english)
        parts += both if len(both) > 1 else _cut(sentence, english)
    parts = _asking(parts)
    return parts if 1 < len(parts) <= _MAX else [question]


def _cut(sentence: str, english: bool) -> list[str]:
    """Cut between two clauses that both ask."""
    pattern = _AND_WH if english else _COMMA
    for mark in pattern.finditer(sentence):
        before, after = sentence[: mark.start()], sentence[mark.end() :]
        if asks(before) and asks(after) and len(before) > 3 and not _INNER.search(before):
            return [_whole(before, english), *_cut(after, english)]
    return [sentence]


def _both(part: str, english: bool) -> list[str]:
    found = (_BOTH_WH if english else _BOTH_HAN).search(part)
    if not found or (not english and found[2] == found[3]):
        return [part]
    if english:
        return [found[1] + found[3], found[2][:1].upper() + found[2][1:] + found[3]]
    lead = found[1] or ""
    return [part[: found.start()] + lead + word + part[found.end() :] for word in (found[2], found[3])]


def _asking(parts: list[str]) -> list[str]:
    """Join what asks nothing to the question behind it: 请看清楚。谁是作者？"""
    joined: list[str] = []
    held = ""
    for part in parts:
        held += part
        if asks(part):
            joined.append(held)
            held = ""
    if held and joined:
        joined[-1] += held
    return joined


def asks(text: str) -> bool:
    """Tell whether ``text`` holds a question word."""
    return bool(_ASKING.search(fold(text)))


def _whole(part: str, english: bool) -> str:
    part = part.rstrip(" ,，、")
    return part if part.endswith(("?", "？")) else part + ("?" if english else "？")
