"""The blocks of a web page: what a browser sets as one paragraph, list entry or row of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bs4.element import NavigableString, PreformattedString, Tag

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol",
    "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_CELLS = 12  # of a row, that tell what it is; this is asked of each of them, and there may be thousands
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_HAN_BREAK = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u2e80-\u9fff\uff00-\uffef])")


@dataclass(frozen=True, slots=True)
class Block:
    """The text of one block, the element that holds it, and the places looked for that lie in it."""

    text: str
    tag: Tag
    places: tuple[str, ...] = ()


def blocks(root: Tag, places: Mapping[int, list[str]]) -> Iterator[Block]:
    """Yield the text of each block with the element that holds it; a row of a data table is one block."""
    parts: list[str] = []
    within: list[str] = []
    current, cell = root, None
    for node in root.descendants:
        if isinstance(node, Tag):
            if node.name == "br":
                yield from _flush(parts, current, within)
            continue
        if isinstance(node, PreformattedString) or not isinstance(node, NavigableString):
            continue
        if not node.strip() and not parts:
            continue
        block, in_cell = _home(node, root)
        if node.strip() and (block is not current or block.name == "pre"):
            yield from _flush(parts, current, within)
            current, cell = block, in_cell
        elif node.strip() and in_cell is not cell:
            parts.append(" | ")
            cell = in_cell
        if block is current:
            within += places.get(id(node), ())
            yield from _written(parts, str(node), current, within)
    yield from _flush(parts, current, within)


def _written(parts: list[str], text: str, block: Tag, within: list[str]) -> Iterator[Block]:
    if block.name != "pre":
        parts.append(text)
        return
    for line in text.splitlines():
        parts.append(line)
        yield from _flush(parts, block, within)


def _flush(parts: list[str], block: Tag, within: list[str]) -> Iterator[Block]:
    text = _SPACE.sub(" ", _HAN_BREAK.sub("", "".join(parts))).strip(" |" if block.name == "tr" else " ")
    parts.clear()
    if text:
        yield Block(text, block, tuple(within))
        within.clear()


def _home(node: NavigableString, root: Tag) -> tuple[Tag, Tag | None]:
    """Return the block that ``node`` belongs to; for cells of a data table their row, and the cell."""
    for parent in node.parents:
        if parent is root or not isinstance(parent, Tag):
            break
        if parent.name in {"td", "th"} and _is_data_cell(parent):
            return parent.find_parent("tr") or parent, parent
        if parent.name in _BLOCKS and not (parent.name == "p" and _is_data_cell(parent.parent)):
            return parent, None
    return root, None


def _is_data_cell(cell: Tag | None) -> bool:
    """Tell a table of data from one that lays out the page: several cells a row, none holding blocks of its own."""
    if cell is None or cell.name not in {"td", "th"}:
        return False
    row = cell.find_parent("tr")
    cells = row.find_all(["td", "th"], recursive=False, limit=_CELLS) if row else []
    return len(cells) > 1 and all(
        len(c.find_all(["p", "div"])) <= 1 and c.find(["table", "h1", "h2"]) is None for c in cells
    )
