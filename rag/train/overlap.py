"""Answers compared as CMRC 2018 compares them, by the longest run of tokens in common, and as SQuAD, by words."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

_TOKEN = re.compile(r"[a-z0-9.%]+|[^\W_]")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLE = re.compile(r"\b(a|an|the)\b")


def bare(text: str) -> str:
    """Fold width and case, and keep letters and digits only: what an exact match compares."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text))).lower()


def tokens(text: str) -> list[str]:
    """Cut into Latin words and numbers, whole, and other letters one by one."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


def span_f1(answer: str, gold: Sequence[str]) -> float:
    """F1 of the longest common run of tokens, the best over ``gold``, which are alternatives; 0 without any.

    Source: Cui et al., EMNLP 2019, doi:10.18653/v1/D19-1600 (CMRC 2018), and its evaluation script.
    """
    given = tokens(answer)
    return max((_run_f1(given, tokens(other)) for other in gold), default=0.0)


def word_f1(answer: str, gold: Sequence[str]) -> float:
    """F1 of the words in common in any order, without articles and ASCII marks, the best over ``gold``.

    Words are what stands between white space: a Chinese answer is one word. Source: Rajpurkar et al., EMNLP 2016,
    doi:10.18653/v1/D16-1264 (SQuAD), and its evaluation script.
    """
    given = _words(answer)
    return max((_word_f1(given, _words(other)) for other in gold), default=0.0)


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1 if ``answer`` is one of ``gold``, which are alternatives."""
    return float(any(bare(answer) == bare(other) for other in gold))


def _run_f1(answer: list[str], gold: list[str]) -> float:
    # autojunk would leave out tokens that are frequent, as 的 is, in texts over 200 tokens
    run = SequenceMatcher(None, answer, gold, autojunk=False).find_longest_match().size
    return 2 * run / (len(answer) + len(gold)) if run else 0.0


def _words(text: str) -> list[str]:
    return _ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def _word_f1(answer: list[str], gold: list[str]) -> float:
    if not answer or not gold:
        return float(answer == gold)
    return 2 * (Counter(answer) & Counter(gold)).total() / (len(answer) + len(gold))
