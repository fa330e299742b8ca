"""Articles that begin with their bylines ("■ 王小明（某省）"), their titles printed below or in the text.

In magazines set in columns the title stands in the middle of its page. Recognition software then puts it
after the article, or into it; the byline is what marks the beginning.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from rag.articles.lines import Line, finished, width
from rag.articles.segment.cuts import Cut
from rag.articles.segment.witness import Start
from rag.articles.signs.marks import is_subtitle, title_like
from rag.articles.signs.names import read_byline

_MAX_TITLE_LINES = 3
_MAX_HEADER = 4  # lines between a title and its byline, the byline included
_MIN_USUAL = 2  # bylines of one form under titles that make it the file's form
_MAX_REST = 2  # characters of a title too long for its line
_MIN_TITLE = 9.0  # full-width characters of a title that only its white space sets apart


def cut_above_titles(lines: Sequence[Line]) -> list[Cut]:
    """Cut a file that begins with a byline and ends in a title: every title stands under its article."""
    forms = _forms(lines)
    marks = [i for i, form in forms.items() if form == forms.get(0)]
    if not marks or any(line.level for line in lines) or (len(marks) < _MIN_USUAL and not forms[0].strip("()")):
        return []
    titles = [_title_above(lines, i) for i in [*marks[1:], len(lines)]]
    if not all(titles) or titles[-1][0] <= marks[-1] + 1:
        return []
    return [Cut(first, title[-1] + 1, title) for first, title in zip(marks, titles, strict=True)]


def cut_at_starts(lines: Sequence[Line], starts: Sequence[Start]) -> list[Cut]:
    """Return the articles that begin at titles, and those that begin at bylines of their form, the titles inside."""
    forms = _forms(lines)
    headers = {i for start in starts for i in _around(lines, start)}
    usual = Counter(forms[i] for i in headers if i in forms)
    untitled = [i for i, form in forms.items() if i not in headers and _begins(lines, i, form, usual[form])]
    lacking = set(untitled)
    begins: dict[int, tuple[int, ...]] = dict.fromkeys(untitled, ())
    last = -1  # where the title above begins
    for start in starts:
        k = bisect_left(untitled, start.first)
        before = max(last, untitled[k - 1] if k else -1)
        last = start.first
        if before in lacking and not start.signs & {"signed", "above", "page", "rubric"}:
            lacking.discard(before)
            begins[before] = tuple(range(start.first, start.stop))
        else:
            begins[start.first] = tuple(range(start.first, start.stop))
    cuts = [Cut(a, b, begins[a]) for a, b in pairwise([*sorted(begins), len(lines)])]
    return [cut if cut.title_lines else _title_inside(lines, cut) for cut in cuts]


def _around(lines: Sequence[Line], start: Start) -> list[int]:
    """Return the lines around a title in which its byline may stand: above it, and below as far as no text begins."""
    below = takewhile(
        lambda i: not finished(lines[i].text), range(start.stop, min(start.stop + _MAX_HEADER, len(lines)))
    )
    return [*range(start.first - 2, start.first), *below]


def _forms(lines: Sequence[Line]) -> dict[int, str]:
    """Return what is printed around the names of each byline: a mark, the brackets of a place."""
    forms: dict[int, str] = {}
    for i, line in enumerate(lines):
        other = line.level or line.kind != "text" or line.text[0] in "（("  # in brackets it signs the text above
        byline = None if other else read_byline(line.text)
        if byline and byline.personal:
            forms[i] = (line.text[0] if byline.marked else "") + ("()" if line.text[-1] in ")）" else "")
    return forms


def _begins(lines: Sequence[Line], i: int, form: str, usual: int) -> bool:
    """Tell whether a byline without a title above it begins an article; a bare name may also sign the text above."""
    if form.strip("()"):
        return True
    return usual >= _MIN_USUAL and (bool(form) or (i > 0 and not finished(lines[i - 1].text)))


def _title_above(lines: Sequence[Line], end: int) -> tuple[int, ...]:
    """Return the lines of the title that ends right above line ``end``."""
    i = end - 1
    rest = i > 0 and len(lines[i].text) <= _MAX_REST and lines[i].text.isalpha() and lines[i].gap == 0
    if i < 0 or lines[i].kind != "text" or not (rest or title_like(lines[i].text)) or read_byline(lines[i].text):
        return ()
    first = i
    while first > 0 and end - first < _MAX_TITLE_LINES:
        below_title = lines[first].gap == 0 or is_subtitle(lines[first].text)
        above = lines[first - 1].text
        if not below_title or not title_like(above) or finished(above) or is_subtitle(above):
            break
        first -= 1
    return tuple(range(first, end))


def _title_inside(lines: Sequence[Line], cut: Cut) -> Cut:
    """Find the title of an article that begins with its byline: its one highest heading, or its one lone line."""
    ranks = Counter(lines[i].level for i in range(cut.first, cut.last) if lines[i].level)
    if ranks:
        places = [i for i in range(cut.first, cut.last) if lines[i].level == min(ranks)]
    else:
        places = [
            i
            for i in range(cut.first + 1, cut.last - 1)
            if lines[i].gap and lines[i + 1].gap and title_like(lines[i].text) and width(lines[i].text) >= _MIN_TITLE
        ]
    return replace(cut, title_lines=tuple(places)) if len(places) == 1 else cut
