"""Finding the beat again in damaged text of two-byte characters.

Where one byte of such a text is broken, every pair after it is taken wrongly until the line ends, and most of those
wrong pairs are characters too. Of all ways to part a damaged line into characters and lost bytes, the one that gives
the commonest characters is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

PAIRED = frozenset({"gb18030", "big5hkscs", "cp949", "euc_jp"})
_MOST = 2_000_000  # bytes of damaged lines; what is beyond is decoded as it stands
_LONGEST = 100_000  # bytes of a line
_COMMON, _RARE, _LOST_BYTE = 1.0, 3.0, 4.0  # costs; an everyday character costs nothing
# first bytes of the characters and signs that a language needs most
_FRAMES = {
    "gb18030": frozenset((*range(0xA1, 0xA4), *range(0xB0, 0xD8))),
    "big5hkscs": frozenset(range(0xA1, 0xC7)),
    "cp949": frozenset((0xA1, 0xA3, *range(0xB0, 0xC9))),
    "euc_jp": frozenset((*range(0xA1, 0xA6), *range(0xB0, 0xD0))),
}


def resync(data: bytes, encoding: str, everyday: Callable[[str], bool], lost: str) -> str:
    """Decode text in one of ``PAIRED``, damaged lines anew; ``lost`` stands for each byte that fits no character."""

    @cache
    def pair(two: bytes) -> tuple[float, str] | None:
        try:
            character = two.decode(encoding)
        except UnicodeDecodeError:
            return None
        if len(character) != 1:
            return None
        return (0.0 if everyday(character) else _COMMON if two[0] in _FRAMES[encoding] else _RARE), character

    parts = []
    left = _MOST
    for line in data.splitlines(keepends=True):
        try:
            parts.append(line.decode(encoding))
        except UnicodeDecodeError:
            left -= len(line)
            anew = left > 0 and len(line) < _LONGEST
            parts.append(_line(line, pair, lost) if anew else line.decode(encoding, "replace").replace("\ufffd", lost))
    return "".join(parts)


def _line(line: bytes, pair: Callable[[bytes], tuple[float, str] | None], lost: str) -> str:
    """Part a line the cheapest way; of equal ways, the one with longer characters earlier."""
    costs = [0.0] * (len(line) + 1)  # of the rest of the line from each byte on
    steps = [""] * len(line)
    for place in range(len(line) - 1, -1, -1):
        byte = line[place]
        cost, step = (costs[place + 1], chr(byte)) if byte < 0x80 else (_LOST_BYTE + costs[place + 1], lost)
        if byte >= 0x80 and (found := pair(line[place : place + 2])) and found[0] + costs[place + 2] <= cost:
            cost, step = found[0] + costs[place + 2], found[1]
        costs[place], steps[place] = cost, step
    text, place = [], 0
    while place < len(line):
        step = steps[place]
        text.append(step)
        place += 1 if step == lost or line[place] < 0x80 else 2
    return "".join(text)
