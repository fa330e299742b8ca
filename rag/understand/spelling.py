"""Slips of typing, put right by the archive's own words.

Only what the archive does not hold is changed, only where one small change makes it what the archive says, and what was
changed is told. Chinese is looked at by pairs of characters: a dictionary does not know the names that matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.text import HAN, fold
from rag.understand.archive import ArchiveWords
from rag.understand.homophones import alike
from rag.understand.latin import near_word

_RUN = re.compile(f"[{HAN}]+")
# what a question is made of besides what it asks about
_MEASURES = "个家名人次条件部项处座所篇期张辆支种本亩台户间元米里吨只份场届位岁年月天"
_PHRASES = (
    rf"什么时[候间]|为什么|什么|哪[些里儿几]|哪一?[{_MEASURES}]?|(?:多少|几)[{_MEASURES}]?|怎么样?|如何|是否|有没有|请问|"
    "一共|总共|目前|现在|告诉我|想知道"
)
_ASKING = re.compile(rf"{_PHRASES}|[的了吗呢吧啊谁是和与或及有在从到被把对为由向于这那个们就都也还又很]")
_ASKING_PHRASE = re.compile(rf"{_PHRASES}|[的了吗呢吧啊谁]")
_ACROSS = 4  # characters that a slip among words like 是 and 为 must make of what a passage says
_MAX_RUN = 40  # characters; a question has no longer name
_MAX_CHANGES = 3
# kinds of slip, the likeliest first, and how many characters must then agree with what a passage says
_SHORTEST = {
    "sound": 3,
    "sound at the end": 3,
    "near sound": 4,
    "double": 3,
    "turned": 3,
    "missing": 5,
    "two sounds": 4,
    "wrong": 4,
}
_SIDES = frozenset("东西南北中上下左右前后内外大小新老正副")
_COUNTING = frozenset("一二三四五六七八九十百千万亿两〇零东西南北中上下左右前后")
_LOOSE_WORDS = frozenset("时处者所后前里内外间当")
_FREE_INSIDE, _FREE_AT_END = 5, 7  # characters that must agree before a word like 讲 or 办 is taken for a slip
_FREE = ("v", "a", "p", "d", "u", "c", "m", "q", "r", "f")  # jieba's tags of what is a word by itself
_SHORT = 4  # characters; as many of a large archive agree by chance
_NAMES = ("nr", "ns", "nt", "nz")  # jieba's tags of names
# a wrong character of these is another thing asked for, not a slip
_TELLING = frozenset(
    "一二三四五六七八九十百千万亿两〇零省市县区乡镇村州东西南北中上下左右前后内外大小新老男女年月日正副不无"
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A question as it was meant; ``changes`` are (as typed, as looked up), empty where nothing was changed."""

    text: str
    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    """``text[start:end]`` gives way to ``put``; ``kind`` is the sort of slip, ``weight`` how common the words are."""

    start: int
    end: int
    put: str
    kind: str
    weight: int = 0


def corrected(question: str, archive: ArchiveWords) -> Corrected:
    """Return ``question`` with its slips put right, at most three of them."""
    text, changes = question, []
    for _ in range(_MAX_CHANGES):
        found = _in_chinese(text, archive)
        if not found:
            break
        text, change = found
        changes.append(change)
    text, latin = _in_latin(text, archive)
    return Corrected(text, (*changes, *latin))


def _in_chinese(text: str, archive: ArchiveWords) -> tuple[str, tuple[str, str]] | None:
    folded = fold(text)
    best: tuple[tuple[bool, int, int, int], _Change, int, int] | None = None
    for start, end, across in _segments(folded):
        run = folded[start:end]
        free = {at for at in _singles(run, free=True) if not _tag(run[at]).startswith(("a", "q", "m"))}
        for change in _changes(run, archive):
            if across and change.kind != "sound":
                continue
            window = _said(run, change, archive, _ACROSS if across else _SHORTEST[change.kind])
            if window is None or not _likely(run, change, window, free, archive):
                continue
            first, last = window
            typed = last - first - len(change.put) + change.end - change.start
            order = (not across, typed, -list(_SHORTEST).index(change.kind), change.weight)
            if best is None or order > best[0]:
                moved = _Change(start + change.start, start + change.end, change.put, change.kind)
                best = order, moved, start + first, start + last
    if best is None:
        return None
    _, change, first, last = best
    grown = len(change.put) - (change.end - change.start)
    whole = text[: change.start] + change.put + text[change.end :]
    return whole, (text[first : last - grown], whole[first:last])


def _segments(folded: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the ranges of Chinese between the words that only ask, then those that run across words like 是 and 为."""
    for across, pattern in ((False, _ASKING), (True, _ASKING_PHRASE)):
        for run in _RUN.finditer(folded):
            start = run.start()
            for asking in [*pattern.finditer(folded, run.start(), run.end()), None]:
                end = asking.start() if asking else run.end()
                if 2 <= end - start <= _MAX_RUN and (not across or _ASKING.search(folded, start, end)):
                    yield start, end, across
                start = asking.end() if asking else end


def _changes(run: str, archive: ArchiveWords) -> Iterator[_Change]:
    """Yield the small changes that make pairs of characters which the archive has of those it has not."""
    bad = [at for at in range(len(run) - 1) if not archive.pairs(run[at : at + 2])]
    for at in sorted({one for first in bad for one in (first, first + 1)}):
        yield from _sounding(run, at, archive)
        if at and run[at] == run[at - 1]:
            yield _Change(at, at + 1, "", "double")
    loose = _singles(run, free=False)
    for at in bad:
        yield _Change(at, at + 2, run[at + 1] + run[at], "turned")
        yield from _two_sounding(run, at, archive)
        for char in archive.following(run[at]) if at in loose else ():
            if archive.pairs(char + run[at + 1]) and _makes_word(run[: at + 1] + char + run[at + 1 :], at + 1):
                yield _Change(at + 1, at + 1, char, "missing", archive.pairs(char + run[at + 1]))
        for char in archive.following(run[at]) if at + 1 in bad and at + 1 in loose else ():
            if archive.pairs(char + run[at + 2]) and char not in _TELLING:
                yield _Change(at + 1, at + 2, char, "wrong", archive.pairs(char + run[at + 2]))


def _singles(run: str, *, free: bool) -> set[int]:
    """Return where characters stand by themselves: those that are words (``free``), or the others."""
    import rjieba

    found, at = set(), 0
    for word in rjieba.cut(run, False):
        if len(word) == 1 and (_tag(word).startswith(_FREE) or word in _TELLING or word in _LOOSE_WORDS) == free:
            found.add(at)
        at += len(word)
    return found


def _tag(word: str) -> str:
    import rjieba

    return str(rjieba.tag(word)[0][1])


def _makes_word(text: str, at: int) -> bool:
    """Tell whether the character ``at`` stands in a dictionary word of three characters or more."""
    import rjieba

    return any(
        rjieba.has_word(text[first : first + length])
        for length in (3, 4, 5, 6)
        for first in range(max(0, at - length + 1), at + 1)
        if first + length <= len(text)
    )


def _likely(run: str, change: _Change, window: tuple[int, int], free: set[int], archive: ArchiveWords) -> bool:
    """Tell whether what was typed is a slip rather than another word: 书记讲 is no slip for 书记江."""
    first, last = window
    if any(_makes_word(run, at) for at in range(change.start, change.end)):
        return False  # a dictionary has it as it is: 人代会
    inside = first < change.start and change.end < last
    telling = last - first >= _FREE_AT_END or (inside and last - first >= _FREE_INSIDE)
    if not _mends(run, change, window, archive, telling=telling):
        return False
    if change.kind not in ("sound", "sound at the end", "near sound"):
        return True
    if run[change.start] in _TELLING - _SIDES or change.put in _COUNTING:
        return False
    if (
        change.kind == "sound at the end"
        and last - first < _FREE_INSIDE
        and (_tag(run[change.start]).startswith(_FREE) or run[change.start] in _LOOSE_WORDS)
    ):
        return False
    return telling or (change.start not in free and run[change.start] not in _LOOSE_WORDS)


def _mends(run: str, change: _Change, window: tuple[int, int], archive: ArchiveWords, *, telling: bool) -> bool:
    """Tell whether a change joins pieces to words, or at least breaks none.

    A slip cuts words to pieces. A word as good as the one put for it, 累计 for 累积, gives way only where the archive
    has it nowhere and much around it is ``telling``; a name in pieces gives way to one that sounds alike, and to a
    short one only where it is all that agrees.
    """
    import rjieba

    typed = rjieba.cut(run, False)
    meant = rjieba.cut(run[: change.start] + change.put + run[change.end :], False)
    if len(meant) != len(typed):
        return len(meant) < len(typed)
    if change.kind in ("turned", "missing", "wrong"):
        return False
    known = [word for word in _over(typed, change.start, change.end) if _is_word(word)]
    if known:
        return telling and change.kind in ("sound", "two sounds") and not any(map(archive.says, known))
    first, last = window
    return last - first >= _SHORT or not any(map(_is_word, _over(typed, first, last)))


def _over(words: Sequence[str], start: int, end: int) -> Iterator[str]:
    """Yield those of ``words``, which adjoin, that reach into [start, end)."""
    at = 0
    for word in words:
        if at < end and start < at + len(word):
            yield word
        at += len(word)


def _is_word(word: str) -> bool:
    """Tell whether a piece of a cut is a word of the dictionary, and no name."""
    return len(word) > 1 and not _tag(word).startswith(_NAMES)


def _sounding(run: str, at: int, archive: ArchiveWords) -> Iterator[_Change]:
    before, after = run[at - 1 : at] if at else "", run[at + 1 : at + 2]
    lone = not any(len(pair) == 2 and archive.pairs(pair) for pair in (before + run[at], run[at] + after))
    for char, exactly in alike(run[at]).items():
        sides = [archive.pairs(pair) for pair in (before + char, char + after) if len(pair) == 2]
        if all(sides):
            yield _Change(at, at + 1, char, "sound" if exactly else "near sound", min(sides))
        elif exactly and lone and any(sides):  # the next word may stand beside it in the question alone
            yield _Change(at, at + 1, char, "sound at the end", max(sides))


def _two_sounding(run: str, at: int, archive: ArchiveWords) -> Iterator[_Change]:
    before, after = run[at - 1 : at] if at else "", run[at + 2 : at + 3]
    firsts = [char for char in (run[at], *alike(run[at])) if not before or archive.pairs(before + char)]
    seconds = [char for char in (run[at + 1], *alike(run[at + 1])) if not after or archive.pairs(char + after)]
    for first in firsts:
        for second in seconds:
            count = archive.pairs(first + second)
            if count and first != run[at] and second != run[at + 1]:
                yield _Change(at, at + 2, first + second, "two sounds", count)


def _said(run: str, change: _Change, archive: ArchiveWords, shortest: int) -> tuple[int, int] | None:
    """Return the longest range of the changed ``run`` around the change that a passage says as it is.

    None where it would be shorter than ``shortest``.
    """
    text = run[: change.start] + change.put + run[change.end :]
    start, end = change.start, change.start + len(change.put)
    while start and archive.pairs(text[start - 1 : start + 1]):
        start -= 1
    while end < len(text) and (end == 0 or archive.pairs(text[end - 1 : end + 1])):
        end += 1
    inner = change.start, change.start + max(1, len(change.put))
    for length in range(end - start, shortest - 1, -1):
        for first in range(max(start, inner[1] - length), min(inner[0], end - length) + 1):
            if archive.says(text[first : first + length]):
                return first, first + length
    return None


def _in_latin(text: str, archive: ArchiveWords) -> tuple[str, list[tuple[str, str]]]:
    changes = []
    for match in reversed(list(re.finditer(r"(?<![^\W_])[A-Za-z]{4,}(?![^\W_])", text))):
        better = near_word(match.group(), archive)
        if better:
            text = text[: match.start()] + better + text[match.end() :]
            changes.append((match.group(), better))
    return text, changes[::-1]
