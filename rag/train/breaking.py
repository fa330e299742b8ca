"""Break clean articles the way printing and recognition break them, so that repair can be measured and trained.

Every break keeps the characters of the text, those documented aside: page numbers and running heads between
two pages, characters printed twice at a page join, hyphens at the ends of English lines, spaces between letters.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.train.printing import Setting
from rag.types import Range

_NO_START = "，。、；：！？）》”’」』】…·,.;:!?)]}%"
_NO_END = "（《“‘「『【(["
_VOWELS = frozenset("aeiouy")
_PAGE = (600, 900)  # characters
_MIN_PART = 10  # characters of a paragraph at a page's end or beginning


@dataclass(frozen=True, slots=True)
class Piece:
    """A printed unit: a paragraph, or a heading, which is no paragraph of the text."""

    text: str
    heading: bool = False


def broken(pieces: Sequence[Piece], setting: Setting, rng: random.Random) -> tuple[str, list[Range]]:
    """Print ``pieces`` in ``setting``; also return the range of the printed text that each piece takes."""
    text = ""
    ranges: list[Range] = []
    furniture = _furniture(pieces, rng)
    room = rng.randint(*_PAGE)
    for k, piece in enumerate(pieces):
        parts, room = _parts(piece, setting, room, rng)
        if k:
            blank = piece.heading or pieces[k - 1].heading
            text += setting.headed if blank and len(setting.headed) > len(setting.between) else setting.between
        begin = len(text)
        for n, part in enumerate(parts):
            if n:
                part[0] = _doubled(parts[n - 1], part[0], setting, rng)
                text = text[:begin] + _with_double(text[begin:], parts[n - 1]) + _page_join(setting, next(furniture))
            text += "".join(line + _line_end(setting, rng) for line in part[:-1]) + part[-1]
        ranges.append((begin, len(text)))
    return text + "\n", ranges


def _parts(piece: Piece, setting: Setting, room: int, rng: random.Random) -> tuple[list[list[str]], int]:
    """Set a piece in lines, page by page; also return the room left on its last page."""
    if setting.wrap and piece.heading:
        return [_lines(piece.text, replace(setting, indent="", ragged=0), rng)], room
    if setting.wrap:
        lines = _lines(piece.text, setting, rng)
        return _pages_of_lines(lines, room, rng) if setting.page else ([lines], room)
    texts, room = _pages(piece.text, room, rng) if setting.page and not piece.heading else ([piece.text], room)
    return [[_stretch(text, setting, rng)] for text in texts], room


def _furniture(pieces: Sequence[Piece], rng: random.Random) -> Iterator[str]:
    """Yield what stands between one page and the next: a number that counts on, and mostly a running head."""
    latin = sum(piece.text.isascii() for piece in pieces) > 0.5 * len(pieces)
    head = rng.choice(
        ["River Weekly  No. 3 2024", "THE TOWN CHRONICLE"] if latin else ["青河人大 2024·3", "会议文件", ""]
    )
    form = rng.choice(["{}", "{}", "- {} -", "— {} —"])
    number = rng.randint(1, 40)
    blank, first = rng.choice(["\n", "\n\n"]), rng.random() < 0.5
    while True:
        line = form.format(number)
        yield blank.join([head, line] if head and first else [line, head] if head else [line]) + blank
        number += 1


def _page_join(setting: Setting, furniture: str) -> str:
    if setting.join == "number":
        return "\n" * (1 + furniture.endswith("\n\n")) + furniture
    return "\n\n" if setting.join else "\n"


def _line_end(setting: Setting, rng: random.Random) -> str:
    return "\n\n" if rng.random() < setting.stray else setting.after


def _pages(text: str, room: int, rng: random.Random) -> tuple[list[str], int]:
    """Cut ``text`` inside a word where the page's ``room`` of characters ends; also return the room left."""
    parts: list[str] = []
    while len(text) >= room:
        at = max(room, _MIN_PART)
        while at < len(text) and not re.match(r"\w\w", text[at - 1 : at + 1]):
            at += 1
        if at < len(text) and text[at].isascii():  # English pages end between words
            between = re.compile(r"[a-z,] (?=[a-z])").search(text, at)
            at = between.end() if between else len(text)
        if len(text) - at < _MIN_PART:
            break
        parts.append(text[:at].rstrip())
        text, room = text[at:], rng.randint(*_PAGE)
    return [*parts, text], max(1, room - len(text))


def _pages_of_lines(lines: Sequence[str], room: int, rng: random.Random) -> tuple[list[list[str]], int]:
    """End the page after the line that fills its ``room`` of characters."""
    pages: list[list[str]] = [[]]
    for k, line in enumerate(lines):
        pages[-1].append(line)
        room -= len(line)
        if room <= 0:
            room = rng.randint(*_PAGE)
            if k + 1 < len(lines):
                pages.append([])
    return pages, room


def _doubled(above: list[str], after: str, setting: Setting, rng: random.Random) -> str:
    """Print the last character again at the end of the page, or the last ones again at the top of the next."""
    before = above[-1]
    if rng.random() >= setting.doubled or not re.search(r"[\u4e00-\u9fff]{3}$", before):
        return after
    if rng.random() < 0.4:
        above[-1] += before[-1]
        return after
    return before[-rng.choice([1, 2, 2, 3]) :] + after


def _with_double(text: str, above: Sequence[str]) -> str:
    """Return the printed text with the character that was added to the page's last line."""
    return text if text.endswith(above[-1]) else text + above[-1][-1]


def _lines(text: str, setting: Setting, rng: random.Random) -> list[str]:
    """Set a paragraph in lines."""
    lines: list[str] = []
    indent = 2 if setting.indent else 0
    while text:
        size = setting.wrap - indent + (rng.randint(-setting.ragged, setting.ragged) if setting.ragged else 0)
        at = _fit(text, size, setting, rng)
        line, text = text[:at], text[at:]
        if setting.hyphens and text and line[-1].isalpha() and text[0].isalpha():
            line += "-"
        space = setting.indent if indent and setting.indent != "short" else ""
        lines.append(space + (_stretch(line.strip(), setting, rng) if text else line.strip()))
        indent = 0
    return lines


def _fit(text: str, size: int, setting: Setting, rng: random.Random) -> int:
    """Return how many characters go into a line of ``size`` full-width characters."""
    used, at = 0.0, 0
    while at < len(text) and used + (0.5 if text[at].isascii() else 1) <= size:
        used += 0.5 if text[at].isascii() else 1
        at += 1
    if at >= len(text):
        return at
    if text[at].isascii() and text[at].isalpha() and text[at - 1].isascii() and text[at - 1].isalpha():
        return _latin_end(text, at, setting)
    if setting.hang:
        if text[at] in _NO_START and rng.random() < 0.4:
            at -= 1  # a character goes down with the mark instead
        while at < len(text) and text[at] in _NO_START:
            at += 1
        while at > 2 and text[at - 1] in _NO_END:
            at -= 1
    return max(1, at)


def _latin_end(text: str, at: int, setting: Setting) -> int:
    """Return where a line ends that has no room for the word standing at ``at``."""
    begin = at
    while begin > 0 and text[begin - 1].isascii() and text[begin - 1].isalpha():
        begin -= 1
    if setting.hyphens:
        for k in range(at - 1, begin + 2, -1):
            end = re.compile(r"[a-z]+").match(text, k)
            if (
                text[k - 1] in _VOWELS
                and text[k] not in _VOWELS
                and text[begin:k].islower()
                and end
                and len(end[0]) > 2
            ):
                return k
    return begin or at


def _stretch(line: str, setting: Setting, rng: random.Random) -> str:
    han = sum("\u4e00" <= c <= "\u9fff" for c in line)
    if rng.random() >= setting.spaced or han < 0.5 * len(line):
        return line
    return re.sub(r"(?<=[^\s\x21-\x7e])(?=[^\s\x21-\x7e])", " ", line)
