"""Lines to articles: where each begins and ends, and what of the file belongs to none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.articles.bylined import cut_at_bylines, header_below
from rag.articles.cuts import Cut
from rag.articles.lines import Line, finished, width
from rag.articles.listed import cut_at_contents
from rag.articles.marks import (
    RUBRIC,
    find_issue,
    labelled,
    numbering,
    title_like,
)
from rag.articles.single import HEAD_LINES, cut_single
from rag.text import squeeze

_MAX_RUBRIC = 14.0  # full-width characters
_IMPRINT = re.compile(
    r"(?:主\s*管|主\s*办|承\s*办|协\s*办|编\s*印|编\s*辑|出\s*版|印\s*刷|发\s*行|总\s*编|主\s*编|副主编|编\s*委|地\s*址|邮\s*编|邮政编码|"
    r"电\s*话|传\s*真|电子邮[件箱]|邮\s*箱|E-?mail|国\s*内|国\s*际|统一刊号|刊\s*号|ISSN|CN|定\s*价|印\s*数|准印证)[^：:]{0,8}[:：]",
    re.I,
)


def segment(lines: Sequence[Line], native: Mapping[str, str]) -> tuple[list[Cut], list[Line], tuple[str, ...]]:
    """Return the articles, the lines of the front matter, and what a reader of the report should know."""
    listed = cut_at_contents(lines)
    notes: tuple[str, ...] = ()
    if listed:
        cuts, missing = listed
        notes = (f"{len(cuts)} of {len(cuts) + len(missing)} contents entries found",)
        notes += tuple(f"listed but not found: {title}" for title in missing)
    else:
        cuts = _with_rubrics(_cut(lines), lines)
    if len(cuts) == 1:
        cuts = [_named(cuts[0], lines, native)]
    if len(cuts) > 1 and _is_masthead(lines, cuts[0]):
        cuts = cuts[1:]
    cuts, back = _without_imprint(lines, cuts)
    return cuts, [*lines[: cuts[0].first], *back], notes


def _cut(lines: Sequence[Line]) -> list[Cut]:
    cuts = _labelled(lines) or cut_at_bylines(lines) or _headed(lines)
    if not cuts:
        return [cut_single(lines, 0, len(lines))]
    before = lines[: cuts[0].first]
    prose = sum(finished(line.text) and width(line.text) > 3 for line in before)
    return [cut_single(before, 0, len(before)), *cuts] if prose >= 2 else cuts


def _is_masthead(lines: Sequence[Line], cut: Cut) -> bool:
    """Tell whether the first "article" is the journal's name and issue with an imprint, without any text."""
    title = " ".join(lines[i].text for i in cut.title_lines)
    body = lines[cut.first + len(cut.title_lines) : cut.last]
    return find_issue(title) is not None and not any(finished(line.text) and width(line.text) > 12 for line in body)


def _with_rubrics(cuts: Sequence[Cut], lines: Sequence[Line]) -> list[Cut]:
    """Give rubrics in brackets printed above a title ("【特稿】") to the article below them."""
    moved = list(cuts)
    if moved[0].first and RUBRIC.fullmatch(lines[moved[0].first - 1].text):
        moved[0] = replace(moved[0], first=moved[0].first - 1)
    above = [_rubric_above(lines, cut.first) for cut in moved]
    for k in range(1, len(moved)):
        line_above = moved[k].first - 1
        if line_above in moved[k - 1].title_lines:
            continue
        first = moved[k].first - (above[k] == "sure" or (above[k] == "likely" and above.count("likely") > 1))
        moved[k - 1], moved[k] = replace(moved[k - 1], last=first), replace(moved[k], first=first)
    return moved


def _rubric_above(lines: Sequence[Line], first: int) -> str:
    """Say how surely the line above an article names its column: brackets do, a lone short line may."""
    before = lines[first - 1] if first > 1 else None
    if before is None:
        return ""
    if RUBRIC.fullmatch(before.text):
        return "sure"
    lone = before.gap > 0 and lines[first].gap > 0 and width(before.text) <= _MAX_RUBRIC
    return "likely" if lone and title_like(before.text) and finished(lines[first - 2].text) else ""


def _labelled(lines: Sequence[Line]) -> list[Cut]:
    """Cut at lines "标题：…"."""
    starts = [i for i, line in enumerate(lines) if labelled(line.text).get("title")]
    return [Cut(a, b, (a,), labelled(lines[a].text)["title"]) for a, b in pairwise([*starts, len(lines)]) if b - a > 1]


def _headed(lines: Sequence[Line]) -> list[Cut]:
    """Cut at headings of the highest rank, where several of them are titles rather than sections."""
    top = min((line.level for line in lines if line.level), default=0)
    heads = [i for i, line in enumerate(lines) if top and line.level == top]
    titles: list[tuple[int, ...]] = [(i,) for i in heads]
    for k in range(len(heads) - 1, 0, -1):  # half-titles on lines of their own
        if heads[k] == heads[k - 1] + 1:
            titles[k - 1] += titles.pop(k)
    bylined = [title for title in titles if header_below(lines, title[-1] + 1)]
    numbered = sum(numbering(lines[title[0]].text) is not None for title in titles)
    ends = [title[0] for title in titles[1:]] + [len(lines)]
    filled = sum(end > title[-1] + 1 for title, end in zip(titles, ends, strict=False))
    measured = lines[0].page is not None  # large type in a PDF may be a pull quote
    collection = top == 1 and not measured and numbered == 0 and filled >= 0.7 * len(titles)
    if len(titles) < 2 or not (len(bylined) >= max(2, 0.5 * len(titles)) or collection):
        return []
    return [Cut(title[0], end, title) for title, end in zip(titles, ends, strict=True)]


def _without_imprint(lines: Sequence[Line], cuts: list[Cut]) -> tuple[list[Cut], list[Line]]:
    """Split off an imprint at the end of the file: at least three of its last lines name editors, printer, price."""
    first, last = cuts[-1].first, cuts[-1].last
    i = last
    while i > first + 2 and width(lines[i - 1].text) <= 40 and not finished(lines[i - 1].text):
        i -= 1
    while i < last and not _IMPRINT.match(lines[i].text):
        i += 1
    if sum(bool(_IMPRINT.match(line.text)) for line in lines[i:last]) < 3:
        return cuts, []
    return [*cuts[:-1], replace(cuts[-1], last=i)], list(lines[i:last])


def _named(cut: Cut, lines: Sequence[Line], native: Mapping[str, str]) -> Cut:
    """Add to a file's only article what the format says of it, where nothing is printed."""
    title = native.get("title")
    if title and not cut.title_lines and cut.title is None:
        at = next(
            (
                i
                for i in range(cut.first, min(cut.last, cut.first + HEAD_LINES))
                if squeeze(lines[i].text) == squeeze(title)
            ),
            None,
        )
        cut = replace(cut, title=title, title_lines=(at,) if at is not None else ())
    return cut
