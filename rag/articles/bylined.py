"""Cut a file without contents at its bylines ("■ 王小明（某省）", "作者：…", a name under a title).

In magazines set in columns the title stands in the middle of its page. Recognition software then puts it
after the article, or into it; the byline is what marks the beginning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.articles.cuts import Cut
from rag.articles.lines import Line, finished, width
from rag.articles.marks import RUBRIC, date_line, is_subtitle, title_like
from rag.articles.names import Byline, author_note, is_common_word, read_byline

_MAX_TITLE_LINES = 3
_MAX_RUBRIC = 14.0  # full-width characters
_MIN_BODY_LINE = 24.0  # full-width characters: a line of running text, not of a list, unless the columns are narrower
_MIN_COLUMN = 9.0


def cut_at_bylines(lines: Sequence[Line]) -> list[Cut]:
    """Return the articles that begin at bylines; none when no byline goes with a title."""
    read = {i: byline for i, line in enumerate(lines) if not line.level and (byline := read_byline(line.text))}
    sure = [i for i, byline in read.items() if byline.sure]
    markup = any(line.level for line in lines)
    if sure and not markup:
        below = _titles_below(lines, sure)
        if below:
            return below
    weak = [] if markup else _weak(lines, read)
    marks = sorted({*sure, *weak})
    above = {i: title_above(lines, i) for i in marks}
    if not any(above.values()) or (not sure and len(marks) < 2):
        return []
    return _titles_above(lines, above, read)


def header_below(lines: Sequence[Line], i: int) -> bool:
    """Tell whether line ``i`` is a byline or a date with running text below it."""
    if i + 1 >= len(lines) or is_common_word(lines[i].text):
        return False
    if not (read_byline(lines[i].text) or date_line(lines[i].text)):
        return False
    below = lines[i + 1 : i + 5]
    if (
        below[0].gap == 0
        and not below[0].indented
        and width(below[0].text) < max(_MIN_BODY_LINE, 1.3 * width(lines[i].text))
    ):
        return False  # the first line of a paragraph
    if any(width(line.text) >= _MIN_BODY_LINE or finished(line.text) for line in below):
        return True
    sizes = [width(line.text) for line in below]  # a narrow column: lines of about one width
    return len(below) == 4 and min(sizes) >= _MIN_COLUMN and max(sizes) - min(sizes) <= 4


def title_above(lines: Sequence[Line], end: int) -> tuple[int, ...]:
    """Return the lines of the title that ends right above line ``end``."""
    i = end - 1
    if i < 0 or lines[i].kind != "text":
        return ()
    rank = lines[i].level
    if not rank and (not title_like(lines[i].text) or ((read := read_byline(lines[i].text)) and read.sure)):
        return ()
    first = i
    while first > 0 and end - first < _MAX_TITLE_LINES and lines[first - 1].level == rank:
        below_title = lines[first].gap == 0 or is_subtitle(lines[first].text)
        closer = rank or (below_title and title_like(lines[first - 1].text))
        if not closer or finished(lines[first - 1].text):
            break
        first -= 1
    return tuple(range(first, end))


def _weak(lines: Sequence[Line], read: Mapping[int, Byline]) -> list[int]:
    """Return names and dates that stand alone between a title and running text."""
    dates = (i for i, line in enumerate(lines) if date_line(line.text))
    found = []
    for i in sorted({*read, *dates}):
        title = title_above(lines, i) if header_below(lines, i) else ()
        if title and not any(j in read for j in title) and _opens(lines, title[0]):
            found.append(i)
    return found


def _opens(lines: Sequence[Line], i: int) -> bool:
    """Tell whether something new can begin at line ``i``: the text above is complete, a rubric between them aside."""
    if i == 0:
        return True
    before = lines[i - 1].text
    if lines[i].gap > 0 and (finished(before, pauses=True) or RUBRIC.fullmatch(before) or author_note(before)):
        return True
    rubric = lines[i].gap > 0 and lines[i - 1].gap > 0 and width(before) <= _MAX_RUBRIC
    return rubric and (i == 1 or finished(lines[i - 2].text))


def _titles_below(lines: Sequence[Line], marks: Sequence[int]) -> list[Cut]:
    """Cut a file that begins with a byline and ends in a title: every title stands under its article."""
    titles = [title_above(lines, i) for i in [*marks[1:], len(lines)]]
    if marks[0] != 0 or not all(titles) or titles[-1][0] <= marks[-1] + 1:
        return []
    return [Cut(first, title[-1] + 1, title) for first, title in zip(marks, titles, strict=True)]


def _titles_above(lines: Sequence[Line], above: Mapping[int, tuple[int, ...]], read: Mapping[int, Byline]) -> list[Cut]:
    usual = Counter(lines[title[0]].level for title in above.values() if title).most_common(1)[0][0]
    starts: dict[int, tuple[int, ...]] = {}
    for mark, title in above.items():
        if title or usual or (mark in read and read[mark].marked):  # a name alone is a signature
            starts[title[0] if title else mark] = title
    if usual:  # an article without a byline still has a title of the same rank
        taken = {i for title in above.values() for i in title}
        ranked = [i for i, line in enumerate(lines) if 0 < line.level <= usual and i not in taken]
        untitled = sorted(mark for mark, title in above.items() if not title)
        starts |= {i: (i,) for i in ranked if not _belongs_above(i, untitled, sorted(starts))}
    cuts = [Cut(a, b, starts[a]) for a, b in pairwise([*sorted(starts), len(lines)])]
    return _merged([cut if cut.title_lines else _title_inside(lines, cut) for cut in cuts], read)


def _belongs_above(i: int, untitled: Sequence[int], starts: Sequence[int]) -> bool:
    """Tell whether the heading in line ``i`` is the title that the article before it lacks."""
    before = max((start for start in starts if start < i), default=None)
    return before is not None and before in untitled


def _title_inside(lines: Sequence[Line], cut: Cut) -> Cut:
    """Find the title of an article that begins with its byline: its one highest heading, or its one lone line."""
    ranks = Counter(lines[i].level for i in range(cut.first, cut.last) if lines[i].level)
    if ranks:
        places = [i for i in range(cut.first, cut.last) if lines[i].level == min(ranks)]
    else:
        places = [
            i
            for i in range(cut.first + 1, cut.last - 1)
            if lines[i].gap and lines[i + 1].gap and title_like(lines[i].text) and width(lines[i].text) >= _MIN_COLUMN
        ]
    return replace(cut, title_lines=tuple(places)) if len(places) == 1 else cut


def _merged(cuts: Sequence[Cut], read: Mapping[int, Byline]) -> list[Cut]:
    """Give a stretch without title or printer's mark back to the article before it: its byline was a signature."""
    merged: list[Cut] = []
    for cut in cuts:
        if merged and not cut.title_lines and not (cut.first in read and read[cut.first].marked):
            merged[-1] = replace(merged[-1], last=cut.last)
        else:
            merged.append(cut)
    return merged
