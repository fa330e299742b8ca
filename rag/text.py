"""All that depends on language: folding, cutting into words, sentences, telling languages apart.

Folding serves search and comparison only; what is shown and quoted is always the source's text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from rag.types import Range

SIMPLIFIED = Path(__file__).parent / "simplified.txt"  # made by rag.train.simplified
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_HAN_RUN = re.compile(f"[{HAN}]+")
_WORD = re.compile(r"[^\W_]+(?:[.%][0-9]+|%)*")
# a sentence ends after its stop and the marks that close with it
_CHINESE_END = "。！？!?；;…"
# what a Latin full stop before a Chinese character ends: a Chinese word, a small Latin one, a year; not 3.5亿, 1.坚持,
# 一.坚持, No.5号 or Inc.的
_BEFORE_STOP = re.compile(
    rf"(?:(?![一二三四五六七八九十])[{HAN}][”’」』》）)\]】]?|(?<![A-Za-z])[a-z]{{3,}}|[a-z] (?:19|20)\d\d)$"
)
_NAMING = (("《", "》"), ("【", "】"))  # a full stop within these is a dot between names
_AFTER_END = frozenset(_CHINESE_END + "”’」』》）)]】\"'")  # further stops, and what closes with them


@cache
def _simplified() -> dict[str, str]:
    couples = "".join(SIMPLIFIED.read_text(encoding="utf-8").split())
    return dict(zip(couples[::2], couples[1::2], strict=True))


@cache
def _fold_char(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).lower()
    folded = folded if len(folded) == 1 else char.lower() if len(char.lower()) == 1 else char
    return _simplified().get(folded, folded) if folded >= "\u3400" else folded


class _Folding(dict[int, int]):
    """Filled as characters are met: ``str.translate`` is twice as fast as a call for each of them."""

    def __missing__(self, code: int) -> int:
        self[code] = ord(_fold_char(chr(code)))
        return self[code]


_FOLDING = _Folding()


@lru_cache(maxsize=16)  # each field of the word index folds the same passage
def fold(text: str) -> str:
    """Fold width, case and script, traditional to simplified, character by character: the length stays."""
    return text.translate(_FOLDING)


def simplified(text: str) -> str:
    """Return ``text`` in simplified characters, one for one, and otherwise as it is."""
    return text.translate(_table())


@cache
def _table() -> dict[int, int]:
    return {ord(char): ord(other) for char, other in _simplified().items()}


def quoted_title(title: str) -> str:
    """Put a title into the marks of its language; one that holds 《》 itself gets “” round it. Empty stays empty."""
    if not title:
        return ""
    return f"《{title}》" if language(title) != "en" and "《" not in title else f"“{title}”"


def squeeze(text: str) -> str:
    """Return ``text`` without any white space."""
    return "".join(text.split())


def language(text: str) -> str:
    """Guess "zh", "ja" or "en" by script; text without letters counts as "zh".

    Han characters outweigh Latin words one to one, so a Chinese sentence with a few Latin
    names is Chinese, and an English question that quotes one Chinese term is English.
    """
    han = len(_HAN.findall(text))
    kana = len(_KANA.findall(text))
    if kana > 0.1 * (han + kana):
        return "ja"
    return "en" if len(_LATIN_WORD.findall(text)) > han else "zh"


def words(text: str) -> list[str]:
    """Cut folded ``text`` for keyword search: jieba's search-mode words, Latin words and numbers whole.

    Long Chinese words come with the shorter dictionary words inside them. Punctuation is dropped.
    """
    import rjieba  # Rust jieba: same dictionary as jieba, some thirty times faster

    return [w for w in rjieba.cut_for_search(fold(text), hmm=False) if w.isalnum() or _WORD.fullmatch(w)]


def bigrams(text: str) -> list[str]:
    """Return the overlapping two-character runs of each stretch of Han; a lone character stands by itself."""
    grams: list[str] = []
    for run in _HAN_RUN.findall(fold(text)):
        grams += [run[i : i + 2] for i in range(len(run) - 1)] if len(run) > 1 else [run]
    return grams


def _ends_before_han(text: str, begin: int, position: int) -> bool:
    """Tell whether the full stop before ``position``, typed for 。, ends the sentence from ``begin``."""
    if not _HAN.match(text, position):
        return False
    before = text[begin : position - 1]
    named = any(before.count(opening) > before.count(closing) for opening, closing in _NAMING)
    return not named and bool(_BEFORE_STOP.search(before, max(0, len(before) - 40)))


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Range]:
    """Cut ``text[start:end]`` into sentences; the ranges adjoin, cover it all, and are never empty.

    Chinese stops end a sentence at once; a Latin full stop only before white space, or before a Chinese character where
    a sentence can end, so that decimals and addresses stay whole. Closing quotes and brackets stay with their sentence.
    """
    end = len(text) if end is None else end
    ranges: list[Range] = []
    begin = position = start
    while position < end:
        char = text[position]
        position += 1
        stop = char in _CHINESE_END or char == "\n"
        if char == "." and not stop:
            stop = position == end or text[position].isspace() or _ends_before_han(text, begin, position)
        if not stop:
            continue
        while position < end and (text[position] in _AFTER_END or text[position].isspace()):
            position += 1
        ranges.append((begin, position))
        begin = position
    if begin < end:
        ranges.append((begin, end))
    return ranges
