"""Score how a file was cut: articles, titles, authors, affiliation, column, page, paragraphs.

title recall and precision: articles whose title is the gold title or a variant of it, signs and white space aside;
authors, affiliation, column, page, subtitle: right where gold has them, over the gold articles; body: share of an
article's text that landed in the right article (F1 of 8-character runs, mean over gold articles); paragraphs: F1 of
exact body paragraphs, white space aside, but for a character or two in long ones. Loose text and loose titles count
neither way. None: nothing of the kind in gold.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from statistics import mean
from typing import Any, TypeAlias

from eval.bench.issue_types import GoldArticle, Issue

Exported: TypeAlias = Mapping[str, Any]  # an article as `wenju export` writes it
Row: TypeAlias = dict[str, float | None]
MEASURES = (
    "title recall",
    "title precision",
    "title F1",
    "authors",
    "affiliation",
    "column",
    "page",
    "subtitle",
    "body",
    "paragraphs",
)


def squeeze(text: str | None) -> str:
    """Return the text in compatibility form without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def bare(text: str | None) -> str:
    """Return letters and digits alone, in lower case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text or "")).lower()


def score(issue: Issue, exported: Sequence[Exported]) -> Row:
    """Return the measures of one file."""
    loose_titles = {bare(title) for title in issue.loose_titles}
    by_title: dict[str, Exported] = {}
    for article in exported:
        by_title.setdefault(bare(article.get("title")), article)
    found = [_found(gold, by_title) for gold in issue.articles]
    hits = sum(article is not None for article in found)
    judged = sum(bare(article.get("title")) not in loose_titles for article in exported)
    recall, precision = hits / len(found), min(1.0, hits / max(1, judged))
    row: Row = {"title recall": recall, "title precision": precision, "title F1": f1(recall, precision)}
    pairs = list(zip(issue.articles, found, strict=True))
    for field, same in _SAME.items():
        cells = [(getattr(gold, field), (article or {}).get(field)) for gold, article in pairs]
        right = [same(want, given) for want, given in cells if want]
        row[field] = mean(right) if right else None
    loose = "".join(bare(text) for text in issue.loose)
    given = [[p for p in body(article) if not bare(p) or bare(p) not in loose] for article in exported]
    return row | _text(issue.articles, given)


def f1(recall: float, precision: float) -> float:
    """Return the harmonic mean."""
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def body(article: Exported) -> list[str]:
    """Return the body paragraphs of an exported article, tables included."""
    kept = (p for p in article.get("paragraphs", ()) if p.get("kind", "body") in ("body", "table"))
    return [squeeze(p["text"]) for p in kept]


def matched(gold: Sequence[str], given: Sequence[str]) -> int:
    """Return how many gold paragraphs are given, exactly or, in long ones, but for a character or two."""
    pool = Counter(given)
    exact = Counter(gold) & pool
    left = list((pool - exact).elements())
    hits = exact.total()
    for want in (Counter(gold) - exact).elements():
        near = next((text for text in left if _near(want, text)), None)
        if near is not None:
            left.remove(near)
            hits += 1
    return hits


def _near(want: str, given: str) -> bool:
    if abs(len(want) - len(given)) > 4 or len(want) <= 40:
        return False
    matcher = SequenceMatcher(None, want, given, False)
    return matcher.quick_ratio() > 0.985 and matcher.ratio() > 0.985


def _found(gold: GoldArticle, by_title: Mapping[str, Exported]) -> Exported | None:
    return next((by_title[bare(t)] for t in (gold.title, *gold.variants) if bare(t) in by_title), None)


def _text(gold: Sequence[GoldArticle], given: Sequence[Sequence[str]]) -> Row:
    bodies = ["".join(paragraphs) for paragraphs in given]
    flat = [p for article in gold for p in article.paragraphs]
    total = len(flat) + sum(len(paragraphs) for paragraphs in given)
    hits = matched(flat, [p for paragraphs in given for p in paragraphs])
    shares = [max((overlap("".join(a.paragraphs), text) for text in bodies), default=0.0) for a in gold]
    return {"body": mean(shares), "paragraphs": 2 * hits / max(1, total)}


def overlap(left: str, right: str) -> float:
    """Return the F1 of the runs of 8 characters of two texts."""
    common = (_runs(left) & _runs(right)).total()
    return 2 * common / (max(1, len(left) - 7) + max(1, len(right) - 7))


@lru_cache(maxsize=256)
def _runs(text: str) -> Counter[str]:
    return Counter(text[n : n + 8] for n in range(len(text) - 7))


def _same_people(want: Sequence[str], given: Sequence[str] | None) -> bool:
    return {bare(name) for name in want} == {bare(name) for name in given or ()}


def _contains(want: str, given: str | None) -> bool:
    return bool(given) and (bare(want) in bare(given) or bare(given) in bare(want))


def _same_page(want: str, given: str | None) -> bool:
    return bare(want).lstrip("0") == bare(str(given or "")).lstrip("0")


def _equal(want: str, given: str | None) -> bool:
    return bare(want) == bare(given)


_SAME: dict[str, Callable[[Any, Any], bool]] = {
    "authors": _same_people, "affiliation": _contains, "column": _equal, "page": _same_page, "subtitle": _equal,
}  # fmt: skip
