"""What one question scores: retrieval, span and citation measures, each a pure function.

Comparisons ignore white space, and those of answers also case, width and punctuation.
For retrieval, a ranking is a list of sets, best hit first: the positions of the evidence quotes
that each hit covers. ``[set(), {0}, {0, 1}]`` is a ranking whose second hit covers the first quote.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from rag.train.overlap import bare as bare
from rag.train.overlap import exact_match as exact_match
from rag.train.overlap import span_f1 as span_f1
from rag.train.overlap import tokens as tokens

COVERED = 0.5  # share of a quote that a text must hold in one run; passages may cut a long quote in two

Ranking = Sequence[AbstractSet[int]]


def squeeze(text: str) -> str:
    """Fold width and drop white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def covers(text: str, quote: str) -> bool:
    """Tell whether ``text`` holds at least COVERED of ``quote`` in one run."""
    there, wanted = squeeze(text), squeeze(quote)
    length = math.ceil(COVERED * len(wanted))
    return any(wanted[i : i + length] in there for i in range(len(wanted) - length + 1))


def same_file(source: str, file: str) -> bool:
    """Tell whether the last part of the path ``source`` begins with ``file``."""
    return re.split(r"[/\\]", source)[-1].startswith(file)


def success(ranking: Ranking, k: int) -> float:
    """R@k: 1 if any of the first k hits covers any quote.

    Source: "top-k accuracy" of Karpukhin et al., EMNLP 2020, doi:10.18653/v1/2020.emnlp-main.550.
    """
    return float(any(ranking[:k]))


def reciprocal_rank(ranking: Ranking, k: int) -> float:
    """1 / rank of the first of k hits that covers a quote, or 0.

    Source: Voorhees, TREC-8 (1999), "The TREC-8 Question Answering Track Report".
    """
    return next((1 / rank for rank, covered in enumerate(ranking[:k], 1) if covered), 0.0)


def ndcg(ranking: Ranking, quotes: int, k: int) -> float:
    """Discounted gain of the first k hits against the best order of the same, with binary gain.

    A hit gains 1 if it covers a quote that no earlier hit covers: passages overlap, and a second copy
    tells nothing new. The best order has those hits first, then one hit for each quote still missing.
    With a single quote at rank r this is 1 / log2(1 + r).

    Source: Järvelin and Kekäläinen, TOIS 20(4), 2002, doi:10.1145/582415.582418.
    """
    seen: set[int] = set()
    gain_ranks = []
    for rank, covered in enumerate(ranking[:k], 1):
        if covered - seen:
            gain_ranks.append(rank)
        seen |= covered
    best = min(k, len(gain_ranks) + quotes - len(seen))
    return _discounted(gain_ranks) / _discounted(range(1, best + 1)) if best else 0.0


def quote_recall(ranking: Ranking, quotes: int, k: int) -> float:
    """Share of all quotes that the first k hits cover together; for answers that need several places."""
    return len(set().union(*ranking[:k])) / quotes if quotes else 0.0


def list_f1(items: Sequence[str], gold: Sequence[str]) -> float:
    """F1 of a list: recall in items, precision in characters.

    A gold item is found when it stands inside a given item, so that one given sentence may hold
    several; what it holds besides costs precision.
    """
    given = [bare(item) for item in items if item]
    found = [item for item in map(bare, gold) if item and any(item in one for one in given)]
    if not found:
        return 0.0
    recall = len(found) / len(gold)
    precision = min(1.0, sum(map(len, found)) / sum(map(len, given)))
    return 2 * precision * recall / (precision + recall)


def verbatim(answer: str, items: Sequence[str], citations: Sequence[str]) -> float:
    """1 if the answer, or else every one of its items, stands in the text of a citation as it is."""
    texts = [squeeze(text) for text in citations]

    def stands(words: str) -> bool:
        return any(squeeze(words) in text for text in texts)

    return float(stands(answer) or (bool(items) and all(map(stands, items))))


def _discounted(ranks: Sequence[int]) -> float:
    return sum(1 / math.log2(1 + rank) for rank in ranks)
