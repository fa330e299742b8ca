"""What stands around a line that could be a title: the signs by which titles are told from headings and text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.articles.lines import Line, finished, width
from rag.articles.segment.metadata import Header, read_header
from rag.articles.segment.rubrics import is_decorated, is_short
from rag.articles.signs.marks import (
    date_line,
    find_date,
    find_issue,
    is_imprint,
    is_issue_line,
    is_subtitle,
    labelled,
    numbering,
    title_like,
)
from rag.articles.signs.names import author_note, is_editor_note, is_person, read_byline
from rag.articles.signs.places import read_dateline
from rag.text import squeeze

_MAX_TITLE_LINES = 3
_MIN_BODY_LINE = 24.0  # full-width characters: a line of running text, not of a list, unless the columns are narrower
_MIN_COLUMN = 9.0
_MAX_RUBRIC = 8.0
_OPENING = re.compile(
    r"[\[【（(]?(?:内容)?(?:摘\s*要|提\s*要|关键词|Abstract|Keywords)|(?:同志们|各位\S{2,12})[:：，,]|编者按|"
    r"第[一1](?:条|章)[\s　]|(?:Members|Ladies|Dear|Colleagues)\b.{0,40}[:,]$",
    re.I,
)
_REFERENCE = re.compile(r"[\[［]\d{1,3}[\]］]\s*\S")


@dataclass(frozen=True, slots=True)
class Start:
    """A title: ``lines[first:stop]``, and how much more likely it is one than not (logarithm)."""

    first: int
    stop: int
    signs: frozenset[str]
    weight: float = 0.0


class Witness:
    """See what stands around each line that could be a title."""

    def __init__(self, lines: Sequence[Line], pages: Collection[int], listed: Collection[int]) -> None:
        self._lines, self._pages, self._listed = lines, frozenset(pages), frozenset(listed)
        self._top = min((line.level for line in lines if line.level), default=0)
        self._counts = Counter(squeeze(line.text) for line in lines if len(line.text) <= 80)
        self._text = next((i for i, line in enumerate(lines) if finished(line.text)), len(lines))

    def candidates(self) -> list[Start]:
        found = []
        for i in range(len(self._lines)):
            if not self._may_begin(i):
                continue
            for stop in range(i + 1, min(i + _MAX_TITLE_LINES, len(self._lines)) + 1):
                if stop > i + 1 and not self._may_go_on(i, stop - 1):
                    break
                found.append(Start(i, stop, self._signs(i, stop)))
        return found

    def _may_begin(self, i: int) -> bool:
        line = self._lines[i]
        if i in self._listed:
            return True
        outside = is_subtitle(line.text) or find_issue(line.text) is not None or is_imprint(line.text)
        outside = outside or numbering(line.text) is not None or self._signature(i)
        outside = outside or (i < self._text and find_date(line.text) is not None)  # when the journal came out
        if line.kind != "text" or outside or line.text[0] in "（(" or (self._rubric(i) and not line.level):
            return False
        if line.level or labelled(line.text).get("title"):
            return True
        byline = read_byline(line.text)
        signed = byline is not None and (byline.sure or byline.personal)
        return title_like(line.text) and not signed and (line.gap > 0 or i in self._pages or self._complete(i))

    def _signature(self, i: int) -> bool:
        """Tell whether line ``i`` names who issued the text above, a date below it, or the journal, above its issue."""
        below = self._lines[i + 1].text if i + 1 < len(self._lines) else ""
        if i < self._text and is_issue_line(below):
            return True
        return date_line(below) is not None and read_byline(self._lines[i].text) is not None

    def _may_go_on(self, first: int, i: int) -> bool:
        line, rank = self._lines[i], self._lines[first].level
        if rank or line.level:
            return line.level == rank and line.gap <= 1 and numbering(line.text) is None
        byline = read_byline(line.text)
        signed = (byline is not None and (byline.sure or byline.personal)) or find_issue(line.text) is not None
        if line.indented and not self._lines[first].indented:
            return False
        rest = len(line.text) < 3 and line.text.isalpha()  # the last characters of a title too long for its line
        return line.gap == 0 and line.kind == "text" and (title_like(line.text) or rest) and not signed

    def _complete(self, i: int) -> bool:
        """Tell whether the text above line ``i`` is at an end."""
        if i <= self._text:
            return True  # above it stands a masthead
        above = self._lines[i - 1]
        lone = above.gap > 0 and self._lines[i].gap > 0 and width(above.text) <= _MAX_RUBRIC
        done = bool(above.level) or above.kind != "text" or finished(above.text, pauses=True)
        short = i > 1 and is_short(above.text) and finished(self._lines[i - 2].text)
        return done or lone or short or self._rubric(i - 1) or self._closed(i)

    def _closed(self, i: int) -> bool:
        text = self._lines[i - 1].text if i else ""
        if not text or len(text) > 100:
            return False
        bracketed = text[0] in "（(【[" and text[-1] in "）)】]"
        noted = author_note(text) is not None or is_editor_note(text) or date_line(text) is not None
        return noted or bool(_REFERENCE.match(text)) or (bracketed and width(text) <= 30)

    def _rubric(self, i: int) -> bool:
        """Tell whether line ``i`` names a column."""
        if (
            i < 0
            or not (2 <= width(self._lines[i].text) <= 2 * _MAX_RUBRIC)
            or finished(self._lines[i].text, pauses=True)
        ):
            return False
        text = self._lines[i].text
        byline = read_byline(text)
        named = byline is not None and (byline.personal or not is_short(text))
        return is_decorated(text) or (self._counts[squeeze(text)] > 1 and not named)

    def _signs(self, i: int, stop: int) -> frozenset[str]:
        lines, line = self._lines, self._lines[i]
        rubric = self._rubric(i - 1)
        above = i - 1 if rubric else i
        unit = line.gap == 0 and read_byline(line.text) is not None  # whose the names above it are
        named = above > 0 and not unit and self._named(lines[above - 1].text)
        header = read_header(lines[stop : stop + 8])
        rest = stop + len(header.kinds)
        signs = {
            "first": i == 0,
            "page": above in self._pages or i in self._pages,
            "gap": line.gap > 0,
            "rubric": rubric,
            "closed": above > 0 and self._closed(above),
            "torn": above > 0 and not self._complete(above) and not named,
            "above": named,
            "indented": line.indented,
            "top": bool(line.level) and line.level == self._top,
            "lower": self._top > 0 and line.level != self._top,
            "run": self._runs_on(i, stop),
            "bare": not self._prose(rest),
            "again": self._counts[squeeze(line.text)] > 1,
            "listed": i in self._listed,
            "label": bool(labelled(line.text).get("title")),
            "opened": rest < len(lines) and self._opens(lines[rest].text),
        } | self._header_signs(header, stop)
        return frozenset(name for name, present in signs.items() if present)

    def _header_signs(self, header: Header, stop: int) -> dict[str, bool]:
        kinds = len(header.kinds)
        sure = any((b := read_byline(line.text)) and b.sure for line in self._lines[stop : stop + kinds])
        personal = any(is_person(name) or name.isascii() for name in header.authors)
        return {
            "signed": bool(header.authors),
            "person": personal,
            "marked": sure,
            "dated": "date" in header.fields,
            "subtitle": "subtitle" in header.fields,
        }

    def _named(self, text: str) -> bool:
        byline = read_byline(text)
        return byline is not None and byline.personal

    def _opens(self, text: str) -> bool:
        return bool(_OPENING.match(text)) or read_dateline(text[:200]) is not None

    def _runs_on(self, first: int, stop: int) -> bool:
        """Tell whether the line above ``stop`` is as wide as the one below it, without anything that parts them."""
        if stop >= len(self._lines) or self._lines[stop - 1].level:
            return False
        below = self._lines[stop]
        if below.gap or below.indented:
            return False
        sizes = [width(line.text) for line in self._lines[first : stop + 1]]
        if stop - first > 1 and finished(below.text):
            return max(sizes[:-1]) - min(sizes[:-1]) <= 1.5
        return sizes[-2] >= _MIN_COLUMN and abs(sizes[-2] - sizes[-1]) <= max(2.5, 0.15 * sizes[-2])

    def _prose(self, i: int) -> bool:
        below = self._lines[i : i + 4]
        if any(width(line.text) >= _MIN_BODY_LINE or finished(line.text, pauses=True) for line in below):
            return True
        sizes = [width(line.text) for line in below]
        return len(below) == 4 and min(sizes) >= _MIN_COLUMN and max(sizes) - min(sizes) <= 4
