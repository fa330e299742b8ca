"""Words that lead up to an answer of its kind: 因为 and 为了 to a reason, 通过 to a means, 是指 to a meaning."""

from __future__ import annotations

import re

from rag.query import Kind

_CUES: dict[Kind, str] = {
    "why": "因为|由于|因(?![此而为])|为了?(?![止期首主例数])|针对|鉴于|出于|得益于|有赖于|缘于|源于|基于|旨在"
    "|[目原][的因][是在]|以便|以期|避免|防止|满足|保障|解决|because(?: of)?|since|due to|so that|in order to"
    "|owing to|thanks to|to",
    "how": "通过|采取|采用|运用|利用|依托|借助|按照?|依照|根据|以|靠|凭|经|用|实行|实施|推行|推广|建立|建|设立"
    "|组织|开展|加强|制定|要|应当?|必须|by|through|using|with|via",
    "definition": "是指|指的?是|指|即|就是|也就是|意思是|称为|是|为|意味着|means?|refers? to|is|are|was|were"
    "|stands for",
}  # fmt: skip
_CHANGE = "多|少|增加|增长|增|新增|减少|减|下降|上升|提高|降低|降|涨|跌"
_CHANGE_ASKED = re.compile(rf"(?:{_CHANGE})了?(?:多少|几)|[增降涨跌]幅|\bby how (?:much|many)\b|\bhow many more\b")
_CHANGE_TOLD = re.compile(rf"(?:{_CHANGE})了?(?:约|近|超过?|了近|逾)?\s*$")
_STARTS = {kind: re.compile(cue) for kind, cue in _CUES.items()}
_ENDS = {kind: re.compile(rf"(?:{cue})[“‘《（(：:，,\s]{{0,2}}$") for kind, cue in _CUES.items()}
_REACH = 14  # characters before a place in which a word may lead up to it
_COLON = re.compile(r"[：:（(—－-]\s*$")


def cues(kind: Kind, folded: str, start: int, end: int) -> dict[str, float]:
    """Return whether such a word begins ``folded[start:end]`` or stands right before it; {} for kinds without any.

    A mark that explains, a colon, a bracket or a dash, counts before a meaning as well.
    """
    if kind not in _STARTS:
        return {}
    before = folded[max(0, start - _REACH) : start]
    led = bool(_ENDS[kind].search(before)) or (kind == "definition" and bool(_COLON.search(before)))
    return {f"cue@{kind}": float(bool(_STARTS[kind].match(folded, start, end))), f"led@{kind}": float(led)}


def changed(question: str, folded: str, start: int) -> dict[str, float]:
    """Return whether words of more or less lead up to ``folded[start:]``, for a question after a difference; else {}.

    "鸟多了几种" does not ask for all of them. ``question`` is folded too.
    """
    if not _CHANGE_ASKED.search(question):
        return {}
    return {"changed": float(bool(_CHANGE_TOLD.search(folded, max(0, start - _REACH), start)))}
