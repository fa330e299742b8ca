"""Pieces of a page to columns, in reading order.

An empty strip that parts pieces of running text on both sides is a gutter; what stands across it (a title, a box,
a rule) parts the page above from the page below. What no gutter parts is read from the top down.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from rag.articles.formats.pdf_pieces import COLUMN, Piece

_MIN_ROWS = 3  # rows on both sides that prove a gutter
_MIN_GAP = 0.6  # ems
_LEVEL = 0.5  # ems by which a piece beside a title may be off
_FULL = 0.8  # share of its column that a full line fills
_INDENT = 2.6  # ems by which lines of one column begin apart
_LARGE = 1.3  # times the usual type: a title
_MAX_PLACES = 12  # candidates for a gutter
_MAX_PIECES = 1500  # more are a drawing
_DEEP = 40  # gutters within gutters


class Gutter(NamedTuple):
    """An empty strip around ``place``; ``left`` and ``right`` are where the lines on its sides begin."""

    place: float
    left: float
    right: float


def ordered(pieces: Sequence[Piece], em: float, known: list[Gutter], depth: int) -> Iterator[list[Piece]]:
    """Yield the blocks of a region in reading order; gutters found are added to ``known``."""
    gutter = _gutter(pieces, em, known) if depth < _DEEP and len(pieces) < _MAX_PIECES else None
    if gutter is None:
        if pieces:
            yield list(pieces)
        return
    known.append(gutter)
    for across, band in _bands(pieces, gutter.place, em):
        if across and len(band) == len(pieces):
            yield band
        elif across:
            yield from ordered(band, em, known, depth + 1)
        else:
            for side in (True, False):
                column = [p for p in band if (p.x1 <= gutter.place + em / 2) == side]
                yield from ordered(column, em, known, depth + 1)


def _gutter(pieces: Sequence[Piece], em: float, known: Sequence[Gutter]) -> Gutter | None:
    """Return the place of the strip that best parts these pieces into columns of text, or None."""
    pairs = _neighbours(pieces)
    found: Gutter | None = None
    best = (False, 0)
    for place in _places(pairs, em):
        beside = [(a, b) for a, b in pairs if a.x1 <= place <= b.x0]
        if not beside:
            continue
        crossing = sum(_crosses(p, place, em) for p in pieces)
        if len(beside) >= _MIN_ROWS:
            sure = all(_is_column(side, em) for side in zip(*beside, strict=True))
        else:
            sure = _recurs(place, beside, known, em) or (not crossing and _overflows(pieces, place, em))
        if not sure:
            continue
        rank = (not crossing, 2 * len(beside) - crossing)
        enough = min(len(beside), _MIN_ROWS)
        level = {id(a) for a, _ in beside}
        bands = [band for across, band in _bands(pieces, place, em) if not across]
        if (found is None or rank > best) and any(sum(id(p) in level for p in band) >= enough for band in bands):
            left, right = (median(p.x0 for p in side) for side in zip(*beside, strict=True))
            best, found = rank, Gutter(place, left, right)
    return found


def _places(pairs: Sequence[tuple[Piece, Piece]], em: float) -> list[float]:
    """Return the middles of the gaps that occur most often."""
    groups: defaultdict[int, list[float]] = defaultdict(list)
    for a, b in pairs:
        place = (a.x1 + b.x0) / 2
        groups[round(place / em)].append(place)
    often = sorted(groups.values(), key=len, reverse=True)[:_MAX_PLACES]
    return [median(group) for group in often]


def _neighbours(pieces: Sequence[Piece]) -> list[tuple[Piece, Piece]]:
    """Pair each piece with the nearest one to its right that stands level with it."""
    rows = sorted((p for p in pieces if p.glyphs), key=lambda p: -p.base)
    pairs: list[tuple[Piece, Piece]] = []
    for i, piece in enumerate(rows):
        level = []
        for step in (-1, 1):
            j = i + step
            while 0 <= j < len(rows) and abs(rows[j].base - piece.base) < 0.7 * max(piece.em, rows[j].em):
                if rows[j].x0 >= piece.x1 - 0.2 * piece.em:
                    level.append(rows[j])
                j += step
        if level:
            nearest = min(level, key=lambda p: p.x0)
            if nearest.x0 - piece.x1 > _MIN_GAP * min(piece.em, nearest.em):
                pairs.append((piece, nearest))
    return pairs


def _is_column(side: Sequence[Piece], em: float) -> bool:
    """Tell whether pieces look like lines of a column: wide, most of them full, beginning at one edge."""
    widths = sorted(p.size() for p in side)
    usual = widths[int(0.75 * len(widths))]
    edge = median(p.x0 for p in side)
    full = sum(width >= _FULL * usual for width in widths)
    flush = sum(abs(p.x0 - edge) < _INDENT * em for p in side)
    return usual >= COLUMN * em and full >= 0.5 * len(side) and flush >= 0.7 * len(side)


def _recurs(place: float, beside: Sequence[tuple[Piece, Piece]], known: Sequence[Gutter], em: float) -> bool:
    """Tell whether a few lines stand on both sides of a gutter as those that proved it do."""
    return any(
        max(abs(a.x0 - gutter.left), abs(b.x0 - gutter.right)) < _INDENT * em
        for gutter in known
        if abs(place - gutter.place) < em
        for a, b in beside
    )


def _overflows(pieces: Sequence[Piece], place: float, em: float) -> bool:
    """Tell whether the last line or two of a column went over into the next one."""
    left = [p for p in pieces if p.glyphs and p.x1 <= place]
    right = max((p for p in pieces if p.glyphs and p.x0 >= place), key=lambda p: p.base)
    first = max(left, key=lambda p: p.base)
    flush = first.x0 - min(p.x0 for p in left) < _INDENT * em and abs(first.base - right.base) < em
    return len(left) >= _MIN_ROWS and _is_column(left, em) and flush and right.size() >= COLUMN * em


def _crosses(piece: Piece, place: float, em: float) -> bool:
    return piece.x0 < place - em / 4 and piece.x1 > place + em / 4


def _bands(pieces: Sequence[Piece], gutter: float, em: float) -> list[tuple[bool, list[Piece]]]:
    """Cut a region from the top down where pieces stand across the gutter; True marks a band that does.

    Pieces between two such ones are columns only if both sides have some that stand level.
    """
    rows = sorted(pieces, key=lambda p: -p.base)
    across = [p for p in rows if _crosses(p, gutter, em)] + _lone_titles(rows, gutter, em)
    crossing = {id(p) for p in across}
    heights = sorted(p.base for p in across if p.glyphs)
    bands: list[tuple[bool, list[Piece]]] = []
    for piece in rows:
        near = bisect(heights, piece.base - _LEVEL * em)
        level = id(piece) in crossing or (near < len(heights) and heights[near] < piece.base + _LEVEL * em)
        if not bands or bands[-1][0] != level:
            bands.append((level, []))
        bands[-1][1].append(piece)
    merged: list[tuple[bool, list[Piece]]] = []
    for level, band in bands:
        level = level or not _two_sided(band, gutter)
        if merged and merged[-1][0] and level:
            merged[-1][1].extend(band)
        else:
            merged.append((level, list(band)))
    return merged


def _two_sided(band: Sequence[Piece], gutter: float) -> bool:
    left = [p for p in band if p.glyphs and p.x1 <= gutter]
    right = [p for p in band if p.glyphs and p.x0 >= gutter]
    return any(abs(a.base - b.base) < 0.7 * a.em for a in left for b in right)


def _lone_titles(rows: Sequence[Piece], gutter: float, em: float) -> list[Piece]:
    """Find large type on one side with nothing level on the other and text below: a title over both.

    On the right, with nothing above on the left, it must be wider than its column: else an article begins there.
    """
    usual = median(p.size() for p in rows)
    found = []
    for piece in (p for p in rows if p.glyphs and p.em >= _LARGE * em):
        right = piece.x0 >= gutter
        other = [p.base - piece.base for p in rows if p.glyphs and (p.x0 >= gutter) != right]
        level = any(-0.9 * piece.em < rise < 1.4 * piece.em for rise in other)
        above = any(rise > 0 for rise in other) or not right or piece.size() > usual
        if not level and above and any(rise < 0 for rise in other):
            found.append(piece)
    return found
