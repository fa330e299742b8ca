"""Several short contributions under one title or rubric, of which the contents list the common title alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.articles.lines import Line, width
from rag.articles.segment.cuts import Cut
from rag.articles.segment.rubrics import rubric_name
from rag.articles.segment.witness import Start

_MAX_INTRODUCTION = 8  # lines of an editor's note between the common title and the first contribution
_MAX_RUBRIC = 8.0  # full-width characters
_NOT_TITLES = frozenset({"run", "torn", "bare", "lower"})
_EDITORS = re.compile(r"[【\[（(]?(?:编者按|编者的话|本刊按|按语|Editor)")
_BRIEFS = re.compile(r".{0,4}(?:简讯|简报|短讯|快讯|动态|资讯|短波|集锦|要闻|要览|信息)|(?:News )?in brief", re.I)


def split_umbrellas(lines: Sequence[Line], cuts: Sequence[Cut], starts: Sequence[Start]) -> list[Cut]:
    """Cut what follows a common title without a text of its own at the titles in it."""
    return [part for cut in cuts for whole in _with_briefs(lines, cut) for part in _split(lines, whole, starts)]


def _with_briefs(lines: Sequence[Line], cut: Cut) -> Iterator[Cut]:
    """Part the short news at the end of an article, below a rubric that says so."""
    for i in range(cut.first + 1, cut.last - 1):
        name = rubric_name(lines[i].text) or lines[i].text
        if i not in cut.title_lines and width(name) <= _MAX_RUBRIC and _BRIEFS.fullmatch(name):
            yield replace(cut, last=i)
            yield Cut(i, cut.last, (i,), title=name)
            return
    yield cut


def _split(lines: Sequence[Line], cut: Cut, starts: Sequence[Start]) -> Iterator[Cut]:
    top = cut.title_lines[-1] + 1 if cut.title_lines else cut.last
    inside = [start for start in starts if top <= start.first < cut.last]
    introduction = lines[top : inside[0].first] if inside else ()
    spoken = bool(introduction) and _EDITORS.match(introduction[0].text) is not None
    common = _is_common(lines, cut)
    inside = [start for start in inside if start.weight > 0 or (common and not start.signs & _NOT_TITLES)]
    if len(inside) < 2 or len(introduction) > (_MAX_INTRODUCTION if spoken else 0):
        yield cut
        return
    column = cut.title or " ".join(lines[i].text for i in cut.title_lines)
    if spoken:
        yield replace(cut, last=inside[0].first)
    firsts = [inside[0].first if spoken else cut.first, *(start.first for start in inside[1:]), cut.last]
    for start, (first, last) in zip(inside, pairwise(firsts), strict=True):
        yield Cut(first, last, tuple(range(start.first, start.stop)), column=column)


def _is_common(lines: Sequence[Line], cut: Cut) -> bool:
    """Tell whether the title of ``cut`` is the name of a column."""
    name = "".join(lines[i].text for i in cut.title_lines)
    return rubric_name(name) is not None or (width(name) <= _MAX_RUBRIC and _BRIEFS.fullmatch(name) is not None)
