"""Whether a line end fell inside a word or a sentence."""

from __future__ import annotations

import re

from rag.articles.lines import finished

_PAIRS = tuple(zip("“‘（(《「『【〈", "”’）)》」』】〉", strict=True))
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
_MAX_DOUBLED = 4  # characters
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


def doubled(before: str, after: str) -> tuple[int, int]:
    """Return how many characters at the end of ``before`` and at the beginning of ``after`` were printed twice.

    At most one of the two is above 0: the last character of the page again at its end ("从严治党党|主体"), or the last
    ones again at the top of the next ("党中央|党中央"). Words that repeat a character by nature ("天天", "发展|展现")
    do not count, nor do figures and Latin letters.
    """
    for size in range(_MAX_DOUBLED, 1, -1):
        again = after[:size]
        if len(again) == size and before.endswith(again) and _HAN_RUN.fullmatch(again) and again[0] not in "一每各":
            return (0, 0) if inside_word(before, after) else (0, size)
    if before[-1:] == after[:1] and _HAN_RUN.fullmatch(after[:1]) and not inside_word(before, after):
        return (0, 1) if _needless(before[-6:], after[:1], after[1:6]) else (0, 0)
    if len(before) > 2 and before[-1] == before[-2] and _HAN_RUN.fullmatch(before[-1]):
        return (1, 0) if _needless(before[-7:-1], before[-1], after[:6]) else (0, 0)
    return 0, 0


def _needless(left: str, char: str, right: str) -> bool:
    """Tell whether ``left + char + right`` has one word more than without ``char``: the character by itself."""
    import rjieba

    with_it = rjieba.cut(left + char + right, hmm=False)
    without = rjieba.cut(left + right, hmm=False)
    alone = sum(word == char for word in with_it) > sum(word == char for word in without)
    return alone and len(with_it) == len(without) + 1


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


def open_pair(text: str) -> bool:
    """Tell whether a quotation or bracket that ``text`` opens is still open at its end."""
    return any(text.rfind(o) > text.rfind(c) for o, c in _PAIRS)
