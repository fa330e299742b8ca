"""The printer and the scanner: set blocks in lines and pages, then write them out as OCR would.

A page or column never ends after a full stop inside a paragraph, so that what is left of a paragraph break can be
told from the text: by an open end, an indent, a blank line or a line two characters short.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from eval.bench.issue_types import Block, Draft, Layout

NOT_FIRST = "，。、；：！？”’）》〉】」』…—%·"
NOT_LAST = "“‘（《〈【「『"
OPEN_END = re.compile(r"[。！？：；…”’）)」』.!?:;\"']$")
_WORDS = re.compile(r"[!-~]+ ?|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Slip:
    """Line ``n`` of a block, from 0, and where it stands; ``leaf`` counts the columns of all pages."""

    block: Block
    text: str
    page: int
    leaf: int
    n: int


@dataclass(frozen=True, slots=True)
class Geometry:
    """Full-width characters a line, lines a column, columns a page."""

    width: int
    lines: int
    columns: int


def geometry(rng: Random, layout: Layout) -> Geometry:
    """Draw the size of the page; where lines are kept, the width is the one the layout names."""
    low, high = {"14-18": (14, 18), "30-40": (30, 40)}.get(layout["wrap"], (18, 26))
    width = rng.randint(low, high)
    return Geometry(width, rng.randint(24, 40), 1 if width > 28 else rng.choice((1, 2, 2)))


def set_lines(text: str, width: int, indent: int) -> list[str]:
    """Break text into lines of ``width`` full-width characters, the first shorter by ``indent``.

    Letters and digits count half. No line begins with a closing mark, none ends with an opening one.
    """
    room, line, lines = 2 * (width - indent), "", []
    for piece in _WORDS.findall(text):
        size = sum(1 if c.isascii() else 2 for c in piece)
        if room < size - piece.endswith(" ") and line and piece not in NOT_FIRST:
            carry = line[-1] if line[-1] in NOT_LAST else ""
            lines.append(line[: len(line) - len(carry)])
            line, room = carry, 2 * (width - len(carry))
        line += piece
        room -= size
    return [*lines, line] if line else lines


def paginate(drafts: Sequence[Draft], size: Geometry, first: int, *, runs_on: bool) -> list[list[Slip]]:
    """Lay the drafts on pages from page ``first``; returns the lines of each."""
    laid, leaf, used = list[list[Slip]](), first * size.columns, 0
    for draft in drafts:
        if laid and not runs_on and not draft.umbrella:
            leaf, used = (leaf // size.columns + 1) * size.columns, 0
        laid.append([])
        for block in draft.blocks:
            lines = _block_lines(block, size.width)
            for n, text in enumerate(lines):
                if used >= size.lines and _may_turn(block, lines, n):
                    leaf, used = leaf + 1, 0
                laid[-1].append(Slip(block, text, leaf // size.columns, leaf, n))
                used += 1
    return laid


def _may_turn(block: Block, lines: Sequence[str], n: int) -> bool:
    """Say whether a column may end before line ``n``: not after a full stop, nor before the last line."""
    if n == 0:
        return block.kind in ("body", "heading", "title")
    return block.kind == "body" and n < len(lines) - 1 and not OPEN_END.search(lines[n - 1].rstrip())


def title_in_mid(slips: Sequence[Slip]) -> list[Slip]:
    """Move the title to the end of the article's first column, where that falls inside a paragraph."""
    title = [slip for slip in slips if slip.block.kind == "title"]
    rest = [slip for slip in slips if slip.block.kind != "title"]
    turns = (n for n, (a, b) in enumerate(pairwise(rest), 1) if a.leaf != b.leaf)
    at = next((n for n in turns if rest[n - 1].block is rest[n].block), 0)
    if not at:
        return list(slips)
    return [*rest[:at], *(replace(slip, page=rest[at - 1].page, leaf=rest[at - 1].leaf) for slip in title), *rest[at:]]


def tops_first(slips: Sequence[Slip]) -> list[Slip]:
    """Move what runs over into the next column to before the first section heading, as scanners do that read all tops.

    The k-th paragraph left open then goes on in the k-th piece before the heading.
    """
    at = next((n for n, slip in enumerate(slips) if slip.block.kind == "heading"), len(slips))
    began = {id(slip.block): slip.leaf for slip in slips if slip.n == 0}
    over = [slip for slip in slips[at:] if slip.block.kind == "body" and slip.leaf != began[id(slip.block)]]
    return [*slips[:at], *over, *(slip for slip in slips[at:] if slip not in over)]


def _block_lines(block: Block, width: int) -> list[str]:
    if block.kind == "body" or (block.kind == "loose" and "\n" not in block.text):
        return set_lines(block.text, width, 2)
    lines = block.text.split("\n")
    if block.kind in ("title", "heading", "subtitle"):
        return [part for line in lines for part in set_lines(line, max(width, 18), 0)]
    return lines
