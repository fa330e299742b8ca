"""Whether a line end fell inside a word or a sentence."""

from __future__ import annotations

import re

from rag.articles.lines import finished

_PAIRS = tuple(zip("“‘（(《「『【〈", "”’）)》」』】〉", strict=True))
_JOINING = "，,、（(《“‘「『〈"
_BELONGS_BEFORE = "，。、；：！？）》”’」』…·,;)"


def inside_word(before: str, after: str) -> bool:
    """Tell whether a dictionary word reaches from the end of ``before`` into ``after``."""
    import rjieba

    left, right = before[-6:], after[:6]
    position = 0
    for word in rjieba.cut(left + right, hmm=False):
        if position == len(left):
            return False
        position += len(word)
    return position > len(left)


def surely_continues(before: str, after: str) -> bool:
    """Tell whether ``after`` must go on from ``before``, whatever stands between them on the page."""
    if finished(before, pauses=True):
        return False
    if before[-1] in _JOINING or after[0] in _BELONGS_BEFORE:
        return True
    if re.search(r"[a-z,-]$", before) and after[0].islower() and after[0].isascii():
        return True
    tail = before[-60:]
    if any(tail.rfind(o) > tail.rfind(c) and c in after and not 0 <= after.find(o) < after.find(c) for o, c in _PAIRS):
        return True
    return not before[-1].isascii() and inside_word(before, after)
