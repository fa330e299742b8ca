"""Where articles begin and end, as corrected by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from rag.articles.corrections.anchors import Place, Stream, nearest, split_line
from rag.articles.corrections.sidecar import Correction, Value
from rag.articles.lines import Line, finished
from rag.articles.segment.cuts import Cut
from rag.articles.segment.single import cut_single
from rag.text import squeeze

_HEAD = 8  # lines in which a corrected title may be printed
_TITLE_LINES = 4
_ALIKE = 0.5  # share of its characters a printed title has in common with its correction
_SHOWN = 20  # characters of an anchor in a message


class Boundaries:
    """The lines and cuts of one file, being corrected. ``fields`` are those of each article by number, from 1."""

    def __init__(self, lines: Sequence[Line], cuts: Sequence[Cut]) -> None:
        self.lines, self.cuts = list(lines), list(cuts)
        self.fields: Mapping[int, Mapping[str, Value]] = {}
        self.unapplied: list[str] = []
        self._moved = False

    def apply(self, corrections: Sequence[Correction]) -> None:
        """Apply all of them; a correction whose words are not found, or that cannot be, is told in ``unapplied``."""
        placed = self._placed(corrections)
        firsts = [self._begin(line) for _, line in placed]
        for (one, line), first in zip(placed, firsts, strict=True):
            if line == first:
                self._headed(one, first)
        for (one, _), first in zip(placed, firsts, strict=True):
            if one.front:
                self._drop(first)
        for (one, _), first in sorted(zip(placed, firsts, strict=True), key=lambda pair: pair[1]):
            if one.joins:
                self._join(one, first)
        numbers = {cut.first: n for n, cut in enumerate(self.cuts, 1)}
        fields: dict[int, dict[str, Value]] = {}
        for (one, _), first in zip(placed, firsts, strict=True):
            if first in numbers and not one.joins:
                fields.setdefault(numbers[first], {}).update(one.fields)
        self.fields = fields
        for number, told in fields.items():
            if title := told.get("title"):
                self.cuts[number - 1] = self._titled(self.cuts[number - 1], str(title))

    def front(self, front: list[Line]) -> list[Line]:
        """Return the lines that belong to no article; ``front`` where nothing moved."""
        if not self._moved:
            return front
        taken = {i for cut in self.cuts for i in range(cut.first, cut.last)}
        return [line for i, line in enumerate(self.lines) if i not in taken]

    def _placed(self, corrections: Sequence[Correction]) -> list[tuple[Correction, int]]:
        """Find the line of each correction; lines are parted where one begins within them."""
        stream = Stream(self.lines)
        heads = frozenset(i for cut in self.cuts for i in (cut.first, *cut.title_lines))
        found: list[tuple[Correction, Place]] = []
        for one in corrections:
            places = stream.places(one.begins)
            place = nearest(places, one.at, heads, self.lines)
            if place:
                found.append((one, place))
                continue
            why = "stand only within a sentence" if places else "no longer stand in this file"
            words = one.begins if len(one.begins) <= _SHOWN else one.begins[:_SHOWN] + "…"
            self.unapplied.append(f"line {one.line}: the words “{words}” {why}")
        inside = sorted({(place.line, place.char) for _, place in found if place.char})
        for line, char in reversed(inside):
            self._part(line, char)
        return [(one, p.line + sum(part <= (p.line, p.char) for part in inside)) for one, p in found]

    def _part(self, i: int, char: int) -> None:
        self._moved = True
        self.lines[i : i + 1] = split_line(self.lines[i], char)

        def shifted(k: int) -> int:
            return k + (k > i)

        self.cuts = [
            replace(
                cut,
                first=shifted(cut.first),
                last=shifted(cut.last),
                title_lines=tuple(map(shifted, cut.title_lines)),
            )
            for cut in self.cuts
        ]

    def _begin(self, line: int) -> int:
        """Let an article begin at ``line`` and return its first line: an earlier one where the line is its title."""
        k = next((k for k, cut in enumerate(self.cuts) if cut.first <= line < cut.last), None)
        if k is None:
            end = min((cut.first for cut in self.cuts if cut.first > line), default=len(self.lines))
            self.cuts = sorted([*self.cuts, self._single(line, end)], key=lambda cut: cut.first)
            return line
        cut = self.cuts[k]
        if line == cut.first or line in cut.title_lines:
            return cut.first
        above = tuple(i for i in cut.title_lines if i < line)
        if cut.title_lines and not above:  # the title stands in the second part and is its own
            halves = [self._single(cut.first, line), replace(cut, first=line)]
        else:
            halves = [replace(cut, last=line, title_lines=above), self._single(line, cut.last)]
        self._moved = True
        self.cuts[k : k + 1] = halves
        return line

    def _headed(self, one: Correction, first: int) -> None:
        """Take a whole line that is given as first words for the title of an article without one."""
        k = next(k for k, cut in enumerate(self.cuts) if cut.first == first)
        text, untitled = self.lines[first].text, not self.cuts[k].title_lines and self.cuts[k].title is None
        if untitled and not finished(text) and squeeze(text) == squeeze(one.begins):
            self.cuts[k] = replace(self.cuts[k], title_lines=(first,))

    def _single(self, first: int, last: int) -> Cut:
        self._moved = True
        return replace(cut_single(self.lines, first, last), first=first)

    def _drop(self, first: int) -> None:
        self._moved = True
        self.cuts = [cut for cut in self.cuts if cut.first != first]

    def _join(self, one: Correction, first: int) -> None:
        k = next((k for k, cut in enumerate(self.cuts) if cut.first == first), 0)
        if k and self.cuts[k - 1].last == first:
            self._moved = True
            self.cuts[k - 1 : k + 1] = [replace(self.cuts[k - 1], last=self.cuts[k].last)]
        else:
            self.unapplied.append(f"line {one.line}: there is no article before this one to join it with")

    def _titled(self, cut: Cut, title: str) -> Cut:
        """Give ``cut`` its title; a printed line that is no likeness of it stays in the text."""
        wanted = squeeze(title)
        for first in range(cut.first, min(cut.last, cut.first + _HEAD)):
            for last in range(first + 1, min(cut.last, first + _TITLE_LINES) + 1):
                if squeeze("".join(line.text for line in self.lines[first:last])) == wanted:
                    return replace(cut, title=title, title_lines=tuple(range(first, last)))
        printed = squeeze("".join(self.lines[i].text for i in cut.title_lines))
        alike = SequenceMatcher(None, printed, wanted, autojunk=False).ratio() >= _ALIKE
        return replace(cut, title=title, title_lines=cut.title_lines if alike else ())
