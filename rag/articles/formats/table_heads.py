"""What the rows of a table stand under: column heads, by the format's word or by their look, unit and caption."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rag.articles.lines import width
from rag.text import squeeze
from rag.types import ParagraphKind

_MAX_HEADS = 3  # rows of column heads
_MAX_NOTES = 2  # lines of caption and unit above a table
_MAX_NOTE = 60  # characters of a caption or unit line
_MAX_HEAD_CELL = 12.0  # full-width characters
BARS = "|｜│┃║"
_PARTS = re.compile(rf"\s*[{BARS}]\s*|\t+")
_YEAR = re.compile(r"(?:19|20)\d\d\s*(?:年度?|[-—–]\s*(?:19|20)?\d\d年?)?|\d{1,2}\s*(?:月份?|季度)|Q[1-4]|FY\d{2,4}")
_FIGURE = re.compile(
    r"[-+−±<>≤≥≈约¥$€￥]?\s*\d[\d,，.\s]*(?:[%％‰℃]|[十百千万亿]*(?:元|人|个|户|亩|吨|公里|平方米|平方公里|件|次|项|名|家|天|岁|辆|台|套|米)?)?"
    r"(?:\s*[(（][^)）]{0,12}[)）])?"
)
_CAPTION = re.compile(r"(?:续|附)?表\s*(?:[\d一二三四五六七八九十]{1,4}|[:：])|(?:Table|TABLE)\s+[\dIVX]+")
_UNIT = re.compile(r"[（(\[【]?\s*(?:(?:计量|数量|金额|货币)?单\s*位|Units?)\s*[:：].{1,30}")
_CONTINUED = re.compile(r"[（(]?\s*(?:续\s*(?:上\s*)?表|接上表|上接|continued)", re.I)
HEAD_WORDS = re.compile(
    r"(?:序\s*号|编\s*号|姓\s*名|性\s*别|单\s*位|部\s*门|职\s*务|职\s*称|时\s*间|日\s*期|地\s*点|地\s*区|内\s*容|项\s*目|名\s*称|类\s*别|指\s*标|"
    r"年\s*份|数\s*量|金\s*额|合\s*计|备\s*注|No\.?|Name|Date|Item|Year|Unit|Place|Total|Type|Notes?)",
    re.I,
)


class Row(NamedTuple):
    """What is known of a paragraph before tables are looked for; ``head`` is the format's own word for column heads."""

    kind: ParagraphKind
    text: str
    head: bool = False


def table_notes(rows: Sequence[Row]) -> set[int]:
    """Find captions and unit lines right above a table."""
    found: set[int] = set()
    for i in range(len(rows) - 1, -1, -1):
        over = i + 1 < len(rows) and (rows[i + 1].kind == "table" or i + 1 in found)
        if over and rows[i].kind != "table" and len(rows[i].text) <= _MAX_NOTE and says_of_table(rows[i].text):
            found.add(i)
    return found


def says_of_table(text: str) -> bool:
    return bool(_CAPTION.match(text) or _UNIT.fullmatch(text.strip()) or _CONTINUED.match(text))


def table_heads(rows: Sequence[Row]) -> list[int | None]:
    """Return for each row of a table the position of what stands over it, None for all else.

    A row of figures stands under the last row of column heads, that one under the row of heads above it, the first
    under the unit, the unit under the caption. A table without column heads stands under its unit. A table
    that goes on over the page keeps its heads until they are printed again.
    """
    over: list[int | None] = [None] * len(rows)
    table = _Table()
    i = 0
    while i < len(rows):
        if rows[i].kind != "table":
            if not _CONTINUED.match(rows[i].text) and not (rows[i].kind == "note" and _UNIT.fullmatch(rows[i].text)):
                table = _Table()
            i += 1
            continue
        end = i
        while end < len(rows) and rows[end].kind == "table":
            end += 1
        heads = [i + k for k in _head_rows(rows[i:end])]
        columns = len(cells_of(rows[i].text))
        if not heads and columns != table.columns:
            table = _Table()
        if table.top is None or (heads and squeeze(rows[heads[0]].text) not in table.printed):
            table = _Table(_stack(over, _notes_above(rows, i)))
        for place in range(i, end):
            table.add(over, place, squeeze(rows[place].text), place in heads or rows[place].head)
        table.columns = len(cells_of(rows[end - 1].text))
        i = end
    return over


@dataclass(slots=True)
class _Table:
    """One table while its rows are read: what the next row stands under, and the head rows printed so far."""

    top: int | None = None
    columns: int = 0
    printed: dict[str, int | None] = field(default_factory=dict)

    def add(self, over: list[int | None], place: int, text: str, head: bool) -> None:
        if text in self.printed:  # printed again on the next page; the second of two rows stands under the first
            first = next(iter(self.printed))
            over[place] = self.printed[first] if text == first else self.top
            self.top = place
        else:
            over[place] = self.top
            if head:
                self.printed[text] = self.top
                self.top = place


def _stack(over: list[int | None], places: Sequence[int]) -> int | None:
    """Put each place under the one before it; return the last."""
    last: int | None = None
    for place in places:
        over[place] = last
        last = place
    return last


def _notes_above(rows: Sequence[Row], i: int) -> list[int]:
    first = i
    while first and i - first < _MAX_NOTES and _is_table_note(rows[first - 1], i - first):
        first -= 1
    return list(range(first, i))


def _is_table_note(row: Row, distance: int) -> bool:
    """Tell whether a line above a table is its caption or unit; right above it, any short note is."""
    if row.kind not in {"note", "heading", "body"} or len(row.text) > _MAX_NOTE:
        return False
    return says_of_table(row.text) or (row.kind == "note" and distance < _MAX_NOTES)


def _head_rows(rows: Sequence[Row]) -> list[int]:
    """Return the places of the column heads among the first rows of a table: by the format's word, or by their look.

    By look they are rows without figures over rows with figures, or a first row of the usual words.
    """
    told = [i for i, row in enumerate(rows[: _MAX_HEADS + 1]) if row.head]
    if told:
        return list(range(told[-1] + 1))
    plain = 0
    while plain < len(rows) and not _has_figures(rows[plain].text):
        plain += 1
    if 0 < plain <= _MAX_HEADS and plain < len(rows):
        return list(range(plain))
    first = cells_of(rows[0].text)
    worded = any(HEAD_WORDS.fullmatch(cell) for cell in first) and all(width(cell) <= _MAX_HEAD_CELL for cell in first)
    return [0] if worded and len(first) > 1 and len(rows) > 1 and plain > 0 else []


def _has_figures(text: str) -> bool:
    """Tell whether a cell of a row is a figure; a year or month may head a column."""
    return any(_FIGURE.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in cells_of(text))


def cells_of(text: str) -> list[str]:
    """Return the cells of a row, the empty ones too."""
    parts = _PARTS.split(text)
    if len(parts) == 1:
        parts = re.split(r"\s{2,}|\u3000+", text)
    return [part.strip() for part in (text.split() if len(parts) == 1 else parts)]
