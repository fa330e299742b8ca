"""Put a noun or a verb in the place of its like in a Chinese question: 副组长 for 组长, 已开工 for 已投用."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from rag.converse.again import COUNTED, INTERROGATIVE
from rag.converse.terms import names_of, tagged

_ALIKE = 0.4  # share of characters in common, from which two nouns may stand for one another
_NOMINAL = ("n", "vn", "j", "f", "b", "s", "zg", "l")
_BEING = frozenset("有是为叫在")


def noun_replaced(full: str, noun: str, taken: str, telling: bool) -> str:
    """Put ``noun`` for the run of nouns most like it, else for the noun that is counted or asked about.

    A ``telling`` one, 线上的, goes before the noun that is counted; a verb takes the place of a verb.
    """
    runs = _noun_runs(full, taken)
    best = max(runs, key=lambda run: (alike(run, noun), len(run)), default="")
    if best and alike(best, noun) >= _ALIKE:
        return full.replace(best, noun, 1)
    like = _same_end(full, noun)
    if like:
        return full[: like[0]] + noun + full[like[1] :]
    with_verb = _verb_replaced(full, noun, telling) if is_verb(noun) else ""
    if with_verb:
        return with_verb
    counted = COUNTED.search(full)
    if counted:
        after = full[counted.end() :]
        behind = next((run for run in sorted(runs, key=len, reverse=True) if after.startswith(run)), "")
        if behind and telling:
            return full[: counted.end()] + noun + after
        if behind:
            return full[: counted.end(1)] + noun + after[len(behind) :]
    return _subject_replaced(full, noun, taken, telling)


def _verb_replaced(full: str, verb: str, telling: bool) -> str:
    """Put a verb for that which is counted or dated; "" where ``full`` has none.

    受伤 for 死了多少人, 落马 for what follows 哪一年; 已开工的 tells what is counted: 多少台已开工的电梯.
    """
    bare = verb.removeprefix("已")
    asked, counted = INTERROGATIVE.search(full), COUNTED.search(full)
    verbs = [(start, word) for start, word, tag in _placed(full) if tag == "v" and word not in _BEING]
    if asked and not counted:
        dated = re.search("[年月天日时]", asked.group())
        first = asked.end() if dated else next((start for start, _ in verbs if start >= asked.end()), None)
        ending = "的？" if full.rstrip("?？").endswith("的") else "？"
        return full[:first] + bare + ending if first is not None else ""
    before = [
        (start, word) for start, word in verbs if counted and full[start + len(word) : counted.start()] in ("", "了")
    ]
    if before:
        start, word = before[0]
        return full[:start] + bare + full[start + len(word) :]
    if counted and telling:
        told = next((start for start, _, tag in _placed(full) if start > counted.end() and tag == "d"), len(full))
        return full[: counted.end()] + verb + "的" + full[counted.end() : told].rstrip("?？") + "？"
    last = [word for _, word in verbs if len(word) > 1]
    return bare.join(full.rsplit(last[-1], 1)) if last else ""


def _subject_replaced(full: str, noun: str, taken: str, telling: bool) -> str:
    """Put ``noun`` for the last noun before what is asked: 组长 of 检查组的组长是谁, 保险板块 of 保险板块上涨多少.

    A ``telling`` one takes the place of what tells of it, 保险. Where there is none, it is asked for itself.
    """
    asked, counted = INTERROGATIVE.search(full), COUNTED.search(full)
    runs = [run for run in _maximal_runs(full, taken) if asked and run[-1][0] < asked.start()]
    if asked and runs:
        start, (last, head) = runs[-1][0][0], runs[-1][-1]
        end = last if telling and last > start else last + len(head)
        return full[:start] + noun + full[end:]
    if counted:
        verbs = [start for start, word, tag in _placed(full) if tag == "v" and start < counted.start()]
        return full[: verbs[-1] if verbs else counted.start()] + noun + "是多少？"
    return f"{noun}，{full}"


def _same_end(full: str, noun: str) -> tuple[int, int] | None:
    """Return where ``full`` has words as long as ``noun`` with its last character: 城乡建设类 for 农业农村类."""
    starts = {start for start, _, _ in _placed(full)}
    ends = [end for end in range(len(noun), len(full)) if full[end - 1] == noun[-1]]
    return next(((end - len(noun), end) for end in ends if end - len(noun) in starts), None)


def same_head(full: str, part: str) -> tuple[int, int] | None:
    """Return where ``full`` has a named thing that ends in the word that ``part`` ends in: 市第一医院 for 方舱医院."""
    words = tagged(part)
    head, tag = words[-1]
    if len(words) < 2 or not tag.startswith("n") or not names_of(part):
        return None
    places = list(_placed(full))
    for number in (number for number, (_, word, _) in enumerate(places) if len(word) > 1 and head.endswith(word)):
        first = number
        while first and (places[first - 1][2].startswith(_NOMINAL) or places[first - 1][1].startswith("第")):
            first -= 1
        start, end = places[first][0], places[number][0] + len(places[number][1])
        if names_of(full[start:end]) and first < number:
            return start, end
    return None


def _placed(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (start, word, tag) of jieba's words of ``text``."""
    at = 0
    for word, tag in tagged(text):
        yield at, word, tag
        at += len(word)


def _maximal_runs(full: str, taken: str) -> list[list[tuple[int, str]]]:
    """Return the runs of neighbouring nouns that are no names, each as (start, word)."""
    names = {taken, *(term.text for term in names_of(full) if term.kind != "body")}
    runs: list[list[tuple[int, str]]] = [[]]
    for start, word, tag in _placed(full):
        if tag.startswith(_NOMINAL) and not any(word in name for name in names):
            runs[-1].append((start, word))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if sum(len(word) for _, word in run) > 1]


def _noun_runs(full: str, taken: str) -> list[str]:
    """Return every run of neighbouring nouns of ``full`` that are no names, parts of longer runs too; and verbs."""
    names = {taken, *(term.text for term in names_of(full) if term.kind != "body")}
    runs = [
        "".join(word for _, word in run[i:j])
        for run in _maximal_runs(full, taken)
        for i in range(len(run))
        for j in range(i + 1, len(run) + 1)
    ]
    others = [word for _, word, tag in _placed(full) if tag.startswith(("v", "a", "m", "t"))]
    runs += [word for word in others if not any(word in name for name in names)]
    return [text for text in dict.fromkeys(runs) if len(text) > 1]


def is_verb(part: str) -> bool:
    """Tell whether ``part`` is a verb, with nothing but adverbs: 已开工."""
    return bool(part) and all(tag in ("v", "d") for _, tag in tagged(part))


def alike(one: str, other: str) -> float:
    """Return the share of characters that two words have in common, in their order."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
