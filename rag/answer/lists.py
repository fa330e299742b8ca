"""Enumerations in a text: which items stand side by side, and where each begins and ends.

Nothing is put together: an item is a range of the text. An enumeration is told by its marks (、 between items, quotes
set one after the other, 一是 … 二是, （一） … （二）, 1. … 2.), by 和 and its like between two things, or by clauses
that begin or end alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from rag.answer.edges import AND, Edges, Items, trimmed
from rag.read.asked import Word
from rag.types import Range

_OPENING, _CLOSING = "“《「（(‘", "”》」）)’"
_BREAKS = "，,。；;：:！!？?\n…"
_SENTENCE_END = re.compile(r"[。！？!?\n]")
_CLAUSE = re.compile(r"[^，,；;。！？!?\n：:]+")
_MAX_ITEMS, _MAX_ITEM = 30, 120  # beyond, it is a text and no list
_HEAD, _LONG_ITEM = 16, 40  # an item that goes on at length is named by its first clause
_ORDINALS = (
    re.compile(r"(?<![一二三四五六七八九十])([一二三四五六七八九十])(?:是|要|则)"),
    re.compile(r"第([一二三四五六七八九十])(?:[，,、：:是]|个?方面)"),
    re.compile(r"[（(]([一二三四五六七八九十])[）)]"),
    re.compile(r"(?:^|(?<=[\n。；：]))([一二三四五六七八九十])、"),
    re.compile(r"(?:^|(?<=[\n\s。；：:]))([1-9]|1\d)[.．、](?!\d)"),
    re.compile(r"[（(]([1-9]|1\d)[）)]"),
    re.compile("([①-⑳])"),
    re.compile(r"其([一二三四五六七八九十])[，,、]"),
    re.compile("(首先|其次|再次|最后)[，,]?"),
)
_VALUES = (
    {char: n for n, char in enumerate("一二三四五六七八九十", 1)}
    | {str(n): n for n in range(1, 20)}
    | {chr(0x2460 + n): n + 1 for n in range(20)}
    | {"首先": 1, "其次": 2, "再次": 3, "最后": 4}
)


def enumerations(text: str, words: Sequence[Word], counts: Collection[int] = ()) -> list[Items]:
    """Return every enumeration of ``text``, in order of its first item; ``words`` are the text's own, in order.

    Where the question names a number of items, so many clauses one after the other are one as well.
    """
    edges = Edges(text, words)
    found: list[Items] = []
    for pieces in chains(text):
        found += edges.settled(pieces)
    found += [items for pair in _pairs(text, words) for items in edges.settled(pair)]
    found += [items for run in _alike(text) for items in (run, edges.cut(run))]
    found += [edges.cut(run) for run in _runs(text, counts)]
    found += list(ordinals(text))
    fit = {items for items in found if 1 < len(items) <= _MAX_ITEMS and all(0 < e - s <= _MAX_ITEM for s, e in items)}
    return sorted(fit)


def chains(text: str) -> list[Items]:
    """Return the pieces that 、 or adjoining quotes divide, each up to the next mark; brackets keep theirs together."""
    found: list[Items] = []
    stack: list[list[int]] = [[0]]  # of each depth: where its pieces begin

    def close(at: int) -> None:
        begins = stack[-1]
        if len(begins) > 1:
            ends = [*(b - (text[b - 1] == "、") for b in begins[1:]), at]
            found.append(tuple(zip(begins, ends, strict=True)))

    for at, char in enumerate(text):
        if char == "、":
            stack[-1].append(at + 1)
        elif char in _OPENING:
            if at and text[at - 1] in _CLOSING and char in "“《「" and stack[-1][-1] < at - 1:
                stack[-1].append(at)
            stack.append([at + 1])
        elif char in _CLOSING:
            close(at)
            stack.pop()
            stack = stack or [[at + 1]]
        elif char in _BREAKS:
            close(at)
            stack = [[at + 1]] if char in "。\n" else [*stack[:-1], [at + 1]]
    close(len(text))
    return found


def _pairs(text: str, words: Sequence[Word]) -> Iterator[Items]:
    """Yield the two sides of each 和 within its clause."""
    for word, start, _ in words:
        if word in AND and word not in ("并", "同", "跟"):
            left = max((text.rfind(mark, 0, start) for mark in _BREAKS + "、"), default=-1) + 1
            ends = [place for mark in _BREAKS + "、" if (place := text.find(mark, start)) >= 0]
            yield (left, start), (start + len(word), min(ends, default=len(text)))


def _alike(text: str) -> Iterator[Items]:
    """Yield runs of clauses that begin with the same character, or end with the same two."""
    for sentence in _sentences(text):
        clauses = [found.span() for found in _CLAUSE.finditer(text, *sentence)]
        for same in (_first, _last_two):
            run: list[Range] = []
            for clause in [*clauses, None]:
                if clause and run and same(text, clause) == same(text, run[-1]) and clause[1] - clause[0] > 2:
                    run.append(clause)
                    continue
                if len(run) > 1:
                    yield tuple(run)
                run = [clause] if clause else []


def _first(text: str, clause: Range) -> str:
    return text[clause[0]]


def _last_two(text: str, clause: Range) -> str:
    return text[max(clause[0], clause[1] - 2) : clause[1]]


def _runs(text: str, counts: Collection[int]) -> Iterator[Items]:
    """Yield clauses in a row, as many as are asked for, or up to one with 等."""
    for sentence in _sentences(text):
        clauses = [found.span() for found in _CLAUSE.finditer(text, *sentence)]
        for at in range(len(clauses)):
            for count in (n for n in counts if 2 < n <= len(clauses) - at):
                yield tuple(clauses[at : at + count])
        for at, (start, end) in enumerate(clauses):
            if "等" in text[start + 2 : end] and at > 1:
                yield tuple(clauses[at - 2 : at + 1])
                yield tuple(clauses[max(0, at - 3) : at + 1])


def _sentences(text: str) -> Iterator[Range]:
    start = 0
    for found in _SENTENCE_END.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)


def ordinals(text: str) -> Iterator[Items]:
    """Yield what stands behind 一是 … 二是 …, （一） … （二） … and their like, over paragraphs too."""
    for pattern in _ORDINALS:
        run: list[re.Match[str]] = []
        for found in [*pattern.finditer(text), None]:
            if found and run and _VALUES[found[1]] == _VALUES[run[-1][1]] + 1:
                run.append(found)
                continue
            if len(run) > 1:
                yield tuple(_told(text, one, after) for one, after in zip(run, [*run[1:], None], strict=True))
            run = [found] if found and _VALUES[found[1]] == 1 else []


def _told(text: str, marker: re.Match[str], following: re.Match[str] | None) -> Range:
    start = marker.end()
    stop = re.compile("[；;。\n]").search(text, start + 1)
    end = min(following.start() if following else len(text), stop.start() if stop else len(text))
    clause = re.compile("[，,：:]").search(text, start, end)
    if clause and end - start > _LONG_ITEM and 1 < clause.start() - start <= _HEAD:
        end = clause.start()
    return trimmed(text, start, end)
