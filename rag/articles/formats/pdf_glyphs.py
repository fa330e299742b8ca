"""One page of a PDF to its characters, each with its place, turned so that its line runs from left to right.

Vertical writing is turned too: its columns become lines, the rightmost one the first.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any, NamedTuple, TypeAlias

Box: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top

_FONT_NAME = 128  # bytes
_TINY = 1.5  # points; no reader sees smaller type
_HUGE = 2000.0  # points; more is a fault
_WHITE = 250  # of 255, in red, green and blue
_INVISIBLE = 3  # a text rendering mode of the format: neither filled nor drawn
_SLANTED = 12  # degrees off a quarter turn
_MAX_SHAPES = 3000  # a page with more is a map or a drawing
_SAMPLE = 1000  # steps that tell vertical writing
_MIN_VERTICAL = 12  # steps from one character down to the next
_HYPHENS = frozenset({0x02, 0xAD, 0xFFFE})  # the engine's signs for a hyphen at a line's end, and the soft one
_SPACES = frozenset({0x20, 0xA0, 0x3000, 0x09, 0x0A, 0x0D, 0x200B})
_UNKNOWN = frozenset({0x00, 0xFFFD, 0xFFFF})


class Glyph(NamedTuple):
    """``x0``, ``x1`` and ``base`` are points, ``base`` growing upwards; ``em`` is the type size in points.

    ``spaced`` says that white space came before it, ``run`` which drawing command drew it.
    """

    char: str
    x0: float
    x1: float
    base: float
    em: float
    font: str
    spaced: bool
    run: int


class _Style(NamedTuple):
    em: float
    turn: int | None  # quarter turns anticlockwise, None for text that runs aslant
    base: float
    font: str
    marks: tuple[str, ...]


@dataclass(slots=True)
class Sheet:
    """The characters of one page by the direction they run in, the most frequent first, and the page's box.

    ``frames`` are what is drawn besides pictures: rules, boxes, shades. A ``damaged`` page could not be opened.
    ``counts`` tells how many are "invisible", "white", "tiny", "outside" the page, "unmapped" to any letter,
    and "all"; the tiny ones and those outside are left out of ``glyphs``.
    """

    glyphs: list[list[Glyph]] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    box: Box = (0.0, 0.0, 0.0, 0.0)
    vertical: bool = False
    damaged: bool = False


def read_sheet(page: Any) -> Sheet:
    """Read one page; the engine's objects are used here and not kept."""
    sheet = Sheet(box=page.get_bbox(), frames=list(_frames(page)))
    turned: defaultdict[int | None, list[tuple[Glyph, Box]]] = defaultdict(list)
    textpage = page.get_textpage()
    try:
        for glyph, box, turn in _glyphs(textpage, sheet):
            turned[turn].append((glyph, box))
    finally:
        textpage.close()
    for turn, found in sorted(turned.items(), key=lambda item: -len(item[1])):
        if turn:
            found = [(glyph._replace(x0=box[0], x1=box[2]), box) for glyph, b in found for box in (_turned(b, turn),)]
        if turn and not sheet.glyphs:
            sheet.box, sheet.frames = _turned(sheet.box, turn), [_turned(frame, turn) for frame in sheet.frames]
        if turn is not None and _is_vertical(found):
            sheet.vertical = True
            found = [_from_vertical(glyph, box) for glyph, box in found]
        sheet.glyphs.append([glyph for glyph, _ in found])
    return sheet


def _frames(page: Any) -> Iterator[Box]:
    import pypdfium2.raw as raw

    edges = [ctypes.c_float() for _ in range(4)]
    for index in range(min(raw.FPDFPage_CountObjects(page), _MAX_SHAPES)):
        shape = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(shape) == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPageObj_GetBounds(shape, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            yield left, bottom, right, top


def _glyphs(textpage: Any, sheet: Sheet) -> Iterator[tuple[Glyph, Box, int | None]]:
    """Yield the characters that can be seen on the page, as drawn, and count those that cannot."""
    import pypdfium2.raw as raw

    left, bottom, right, top = sheet.box
    rect = raw.FS_RECTF()
    at, spaced, run, high = None, False, 0, 0
    style = _Style(0.0, 0, 0.0, "", ())
    counts, total = sheet.counts, 0
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if code in _SPACES:
            spaced = spaced or not raw.FPDFText_IsGenerated(textpage, index)
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
        here = ctypes.cast(raw.FPDFText_GetTextObject(textpage, index), ctypes.c_void_p).value
        if here != at or here is None:
            at, run = here, run + 1
            style = _style(raw, textpage, index)
        raw.FPDFText_GetLooseCharBox(textpage, index, rect)
        x0, y0, x1, y1 = rect.left, rect.bottom, rect.right, rect.top
        seen = left - 1 <= (x0 + x1) / 2 <= right + 1 and bottom - 1 <= (y0 + y1) / 2 <= top + 1
        marks = style.marks if seen else (*style.marks, "outside")
        if code in _UNKNOWN or 0xE000 <= code < 0xF900:
            marks = (*marks, "unmapped")
        total += 1
        for mark in marks:
            counts[mark] += 1
        if seen and code and "tiny" not in marks:
            yield (
                Glyph(_char(code), x0, x1, style.base, style.em, style.font, spaced, run),
                (x0, y0, x1, y1),
                style.turn,
            )
        spaced = False
    counts["all"] = total


def _char(code: int) -> str:
    """Return the character; a ligature as its letters and a radical of the Kangxi block as the character it prints."""
    if code in _HYPHENS:
        return "-"
    char = chr(code)
    return unicodedata.normalize("NFKC", char) if 0xFB00 <= code <= 0xFB06 or 0x2F00 <= code <= 0x2FD5 else char


def _style(raw: Any, textpage: Any, index: int) -> _Style:
    """Measure what all characters of one drawing command share."""
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(textpage, index, matrix)
    em = raw.FPDFText_GetFontSize(textpage, index) * math.hypot(matrix.c, matrix.d)
    degrees = math.degrees(math.atan2(matrix.b, matrix.a)) if math.isfinite(matrix.a + matrix.b) else 0.0
    turn = round(degrees / 90)
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(textpage, index, ctypes.byref(x), ctypes.byref(y))
    base = (y.value, -x.value, -y.value, x.value)[turn % 4]
    marks = [] if _TINY <= em < _HUGE and math.isfinite(base) else ["tiny"]
    shape = raw.FPDFText_GetTextObject(textpage, index)
    if shape and raw.FPDFTextObj_GetTextRenderMode(shape) == _INVISIBLE:
        marks.append("invisible")
    elif _is_white(raw, textpage, index):
        marks.append("white")
    name = ctypes.create_string_buffer(_FONT_NAME)
    length = raw.FPDFText_GetFontInfo(textpage, index, name, _FONT_NAME, None)
    font = name.value.decode("utf-8", "replace") if 0 < length <= _FONT_NAME else ""
    aslant = abs(degrees - 90 * turn) > _SLANTED
    return _Style(round(em, 1), None if aslant else turn % 4, base, font, tuple(marks))


def _is_white(raw: Any, textpage: Any, index: int) -> bool:
    parts = [ctypes.c_uint() for _ in range(4)]
    known = raw.FPDFText_GetFillColor(textpage, index, *(ctypes.byref(part) for part in parts))
    return bool(known) and (min(part.value for part in parts[:3]) >= _WHITE or parts[3].value == 0)


def _turned(box: Box, turn: int) -> Box:
    """Turn a place on the page clockwise by so many quarters."""
    x0, y0, x1, y1 = box
    return (box, (y0, -x1, y1, -x0), (-x1, -y1, -x0, -y0), (-y1, x0, -y0, x1))[turn]


def _is_vertical(found: Sequence[tuple[Glyph, Box]]) -> bool:
    """Tell whether one character mostly stands below the one drawn before it."""
    down = along = 0
    for (a, above), (b, below) in islice(pairwise(found), _SAMPLE):
        aside = abs((below[0] + below[2]) - (above[0] + above[2])) / 2
        drop = (above[1] + above[3] - below[1] - below[3]) / 2
        down += aside < 0.2 * a.em and 0.7 * a.em < drop < 1.9 * a.em and a.em == b.em
        along += drop < 0.2 * a.em and 0 < b.x0 - a.x0 < 2 * a.em
    return down >= _MIN_VERTICAL and down > along


def _from_vertical(glyph: Glyph, box: Box) -> tuple[Glyph, Box]:
    x0, y0, x1, y1 = box
    middle = (x0 + x1) / 2
    return glyph._replace(x0=-y1, x1=-y0, base=middle - glyph.em / 2), (-y1, x0, -y0, x1)
