"""Where the first item of an enumeration begins and where its last one ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from rag.read.asked import Word
from rag.types import Range

Items = tuple[Range, ...]

AND = frozenset("和 与 及 以及 或 或者 并 跟 同".split())  # noqa: SIM905
_ETC = ("等", "……")
_LEADS = frozenset(
    "了 的 括 即 为 是 在 从 以 按照 按 对 把 将 由 如 向 给 使 于 到 有 及其 名 个 家 项 条 位 种 类 包括 分别".split()  # noqa: SIM905
)
_TRAILS = frozenset(
    [
        "的",
        "“",
        "（",
        "(",
        "工作",
        "方面",
        "领域",
        "原则",
        "特点",
        "形式",
        "方式",
        "问题",
        "关系",
        "内容",
        "制度",
        "措施",
        "机制",
        "环节",
        "部门",
        "服务",
        "活动",
        "材料",
        "因素",
        "方法",
        "情况",
        "事项",
        "要求",
        "条件",
        "处理",
        "报告",
        "为",
        "中",
        "后",
        "时",
        "并",
        "将",
        "共同",
        "联合",
        "举办",
        "主办",
        "出席",
        "列席",
        "热情",
        "向",
        "在",
        "对",
        "于",
        "进行",
        "组成",
    ]
)  # words that follow a list and are no part of it
_VERB = 6  # rag.read.tagged's kind of verbs and their like


def trimmed(text: str, start: int, end: int) -> Range:
    """Leave out white space and marks at both ends, but no quotes."""
    while start < end and (text[start].isspace() or text[start] in "，,。；;：:、！？"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "，,。；;：:、！？"):
        end -= 1
    return start, end


def _open(text: str) -> bool:
    """Does a bracket or quote begin in ``text`` and not end?"""
    return any(text.count(one) > text.count(two) for one, two in ("（）", "()", "“”", "《》"))


@dataclass(frozen=True, slots=True)
class Edges:
    """Where the first item begins and the last one ends: at a word, near the length of the other items."""

    text: str
    words: Sequence[Word]

    def settled(self, pieces: Items) -> list[Items]:
        """Return the items of ``pieces``: as they stand divided, and with the last one divided at its 和."""
        ways = [pieces, *((*pieces[:-1], *parts) for parts in self._divided(pieces[-1]))]
        return [items for way in ways if len(way) > 1 and (items := self.cut(way))]

    def _divided(self, piece: Range) -> Iterator[Items]:
        """Yield the parts of ``piece`` at its 以及, or else at its first 和, outside quotes, and at both."""
        places = []
        for word, start, _ in self.words:
            if piece[0] < start < piece[1] - len(word) and word in AND:
                before = self.text[piece[0] : start]
                if not _open(before):
                    places.append((start, start + len(word)))
        strong = [place for place in places if place[1] - place[0] > 1]
        for cuts in (strong[:1] or places[:1], places[:2]):
            if cuts:
                yield tuple(zip((piece[0], *(e for _, e in cuts)), (*(s for s, _ in cuts), piece[1]), strict=True))

    def cut(self, pieces: Items) -> Items:
        """Leave out what leads up to the first item and what follows the last; () where one would vanish."""
        middle = [e - s for s, e in pieces[1:-1]]
        inner = [(s, e) for s, e in pieces[1:-1]]
        first = self._first(pieces[0], pieces[1], middle)
        last = self._last(pieces[-1], pieces[-2] if inner else first, middle or [first[1] - first[0]])
        if not middle:  # a pair: now that the second is cut, the first can be measured by it
            first = self._first(pieces[0], last, [last[1] - last[0]])
        items = tuple(trimmed(self.text, *item) for item in (first, *inner, last))
        return items if all(s < e for s, e in items) else ()

    def _first(self, piece: Range, second: Range, sizes: Sequence[int]) -> Range:
        typical = median(sizes) if sizes else None
        like = next(((w, k) for w, s, k in self.words if s >= second[0]), ("", 0))
        best = (9.0, piece[0])
        before: Word = ("", 0, 0)
        for word in self.words:
            if piece[0] <= word[1] < piece[1] and not _open(self.text[piece[0] : word[1]]):
                cost = abs(piece[1] - word[1] - typical) / max(typical, 4) if typical else 0.0
                if word[1] > piece[0]:
                    cost += 0.2 if before[2] == _VERB or before[0] in _LEADS else 0.6
                cost -= 0.8 * (word[0][:1] == like[0][:1]) + 0.2 * (word[2] == like[1])
                best = min(best, (cost, word[1]))
            before = word
        return best[1], piece[1]

    def _last(self, piece: Range, other: Range, sizes: Sequence[int]) -> Range:
        typical = median(sizes) if sizes else None
        ending = self.text[other[1] - 1 : other[1]]
        best = (9.0, piece[1])
        for at, (word, start, _) in enumerate(self.words):
            end = start + len(word)
            if not piece[0] < end <= piece[1]:
                continue
            following = self.words[at + 1] if at + 1 < len(self.words) else ("", 0, 0)
            cost = abs(end - piece[0] - typical) / max(typical, 4) if typical else 0.0
            if end < piece[1]:
                cost += 0.2 if following[2] == 1 or following[0] in _TRAILS else 0.6
                cost -= 1.5 * following[0].startswith(_ETC)
            cost -= 0.8 * (self.text[end - 1] == ending)
            best = min(best, (cost, end))
        return piece[0], best[1]
