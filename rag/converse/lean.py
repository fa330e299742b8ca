"""Does a question need the earlier ones to be understood?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rag.converse.terms import Term, names_of
from rag.query import content_words, kind_of
from rag.text import HAN, fold

Leaning = Literal["no", "perhaps", "surely"]

_MANY_WORDS = 8  # with more content words than this, 那个 and "it" most likely point within the question
_FEW_WORDS = 4  # a question without a name and with no more content words than this may be unfinished

PLACE_BACK = re.compile(
    r"那里|那儿|这里|这儿|当地|(?:该|[那这]个?)[省市州县区乡镇村盟旗](?!场)|"
    r"\b(?:over )?there\b|\b(?:in )?th(?:at|is|e same) (?:city|county|town|district|province|village|place)\b"
)
POINTS_BACK = re.compile(
    PLACE_BACK.pattern + r"|[它她他]们?|当[时年天日月](?!选)|上述|前者|后者|"
    rf"该(?=[{HAN}])(?![怎如不])|(?<![尤极])其(?![实它他次])|此(?![外后前刻])|"
    r"[那这](?:[个些位家座部项次种类年天时场篇套批所条件份]|一[年天次家位个项行种])|"
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|those|these)\b|"
    r"\b(?:does|did|do|is|was|has|had|can|of|in|at|for|from|with|by|about|on|during|after|before) (?:that|this)\b"
    r"(?! year)|"
    r"\bthe same\b"
)
YEAR_BACK = re.compile(r"[那这]一?[年次场届天]|当[年时天日月]|\bthat (?:same )?year\b|\bthen\b")
FRAGMENT = re.compile(r"呢[?？。]?$|^(?:还有|另外|那么|其他)|^(?:and|or|but|what about|how about)\b")
_NO_SUBJECT = re.compile("^(?:是(?!否)|由|被|比)")  # 是哪一年当上市长的？
_OWN_SCOPE = re.compile(r"全国|全球|世界|我国|中国|\b(?:nationwide|worldwide|the (?:whole )?(?:country|world))\b")
_EXISTENTIAL = re.compile(r"\b(?:is|are|was|were|be|been) there\b|\bthere (?:is|are|was|were)\b")
_THE_NOUN = re.compile(r"\bthe ([a-z]+)\b(?! of\b)")
_THE_ONE = re.compile(
    r"\bthe (?:ship|company|firm|city|town|county|district|village|country|club|team|film|book|show|law|bill|bylaw|"
    r"project|report|survey|study|author|writer|man|woman|party|school|hospital|university|bank|agency)\b(?! of\b)"
)


def leans_back(question: str, topic: Sequence[Term] = ()) -> Leaning:
    """Tell whether ``question`` needs an earlier one to be understood."""
    folded = without_existential(question)
    pointer = POINTS_BACK.search(folded)
    names = [term.text for term in names_of(question) if term.kind not in ("year", "body")]
    if pointer:
        # "Lixia District launched its app": a pointer behind a name points to that name
        before = folded[: pointer.start()]
        if not any(fold(name) in before for name in names):
            return "surely" if len(content_words(question)) <= _MANY_WORDS else "perhaps"
    if names and _NO_SUBJECT.search(folded) and not folded.rstrip("?？ ").endswith(tuple(map(fold, names))):
        return "perhaps"
    if names or kind_of(question) == "definition":
        return "surely" if FRAGMENT.search(folded) and len(content_words(question)) <= 1 else "no"
    if FRAGMENT.search(folded):
        return "surely"
    if _OWN_SCOPE.search(folded):
        return "no"
    known = {word for term in topic for word in fold(term.text).split()}
    if known.intersection(_THE_NOUN.findall(folded)) or (known and _THE_ONE.search(folded)):
        return "perhaps"
    return "perhaps" if len(content_words(question)) <= _FEW_WORDS else "no"


def without_existential(question: str) -> str:
    """Fold for the patterns; "there are" points nowhere."""
    return _EXISTENTIAL.sub("", fold(question).strip())
