"""The title of a file that is one article: the first heading, or a line at the top that stands out as a title."""

from __future__ import annotations

from collections.abc import Sequence

from rag.articles.lines import Line, finished, width
from rag.articles.segment.cuts import Cut
from rag.articles.signs.marks import date_line, is_issue_line, is_subtitle, labelled, numbering, title_like
from rag.articles.signs.names import read_byline

_HEAD_LINES = 12  # of a file in which a single article's title may stand
_MIN_BODY_LINE = 24.0  # full-width characters: a line of running text rather than a title


def cut_single(lines: Sequence[Line], first: int, last: int) -> Cut:
    """Take all of it for one article; its title is a heading or a title-like line at the top, whichever comes first."""
    journal: int | None = None  # a title-like line above an issue number: a masthead, if a title follows
    for i in range(first, min(last, first + _HEAD_LINES)):
        line = lines[i]
        if line.level and numbering(line.text) is None:
            return _titled(lines, first, last, _same_rank(lines, i, last))
        if line.level:
            break
        if not title_like(line.text):
            if width(line.text) > _MIN_BODY_LINE and not labelled(line.text) and not is_issue_line(line.text):
                break
        elif i + 1 < last and is_issue_line(lines[i + 1].text):
            journal = i
        elif read_byline(line.text) or _outranked(lines[i + 1 : i + _HEAD_LINES]):
            continue
        elif title := _block(lines, i, last):
            return _titled(lines, first, last, title)
        else:
            break
    return _titled(lines, first, last, (journal,)) if journal is not None else Cut(first, last)


def _titled(lines: Sequence[Line], first: int, last: int, title: tuple[int, ...]) -> Cut:
    """Cut the article off a masthead printed above its title, if there is one."""
    masthead = any(is_issue_line(line.text) for line in lines[first : title[0]])
    return Cut(title[0] if masthead else first, last, title)


def _same_rank(lines: Sequence[Line], i: int, last: int) -> tuple[int, ...]:
    """Return line ``i`` with the half-titles of its rank right below it, leaving something for the text."""
    end = i + 1
    while end < last - 1 and end - i < 3 and lines[end].level == lines[i].level and lines[end].gap <= 1:
        end += 1
    return tuple(range(i, end))


def _block(lines: Sequence[Line], i: int, last: int) -> tuple[int, ...]:
    """Return the title of one to three lines that begins at line ``i``; nothing where it does not stand out."""
    end = i
    while end < last - 1 and end - i < 3 and title_like(lines[end].text) and not read_byline(lines[end].text):
        end += 1
        if _stands_out(lines, end - 1, last):
            return tuple(range(i, end))
        if lines[end].gap or width(lines[end].text) > _MIN_BODY_LINE:
            break
    return ()


def _outranked(below: Sequence[Line]) -> bool:
    """Tell whether a title by markup follows before any text."""
    for line in below:
        if line.level == 1 and numbering(line.text) is None:
            return True
        if line.level or finished(line.text):
            return False
    return False


def _stands_out(lines: Sequence[Line], i: int, last: int) -> bool:
    """Tell whether line ``i`` is set apart from the text below it: by a blank line, an indent, or the text's length."""
    if i + 1 >= last:
        return False
    below = lines[i + 1]
    apart = below.gap > 0 or (below.indented and not lines[i].indented)
    sign = read_byline(below.text) or date_line(below.text) or labelled(below.text) or is_subtitle(below.text)
    if apart or sign or numbering(below.text) in {"chapter", "clause", "han"}:
        return True
    return width(below.text) > max(_MIN_BODY_LINE, 1.3 * width(lines[i].text))
