"""Web pages to lines: headings, paragraphs, list entries and table rows of the page's main part."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from rag.articles.decode import declared_charset, decode
from rag.articles.lines import LineKind, LineWriter, Parsed

# fmt: off
_DROPPED = ["script", "style", "noscript", "template", "svg", "nav", "footer", "aside", "form", "button", "select",
            "iframe", "head", "title"]
_BLOCKS = frozenset({
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})
# fmt: on
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_HAN_BREAK = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u2e80-\u9fff\uff00-\uffef])")
_SITE_SUFFIX = re.compile(r"\s*(?:[-_|–—]+)\s*[^-_|–—]{2,30}$")
_META = {
    "author": ("author", "citation_author", "article:author"),
    "date": ("citation_publication_date", "citation_date", "article:published_time", "pubdate", "publishdate", "date"),
    "journal": ("citation_journal_title",),
    "issue": ("citation_issue",),
    "column": ("article:section", "columnname"),
    "title": ("citation_title", "og:title", "articletitle"),
}


def parse_html(data: bytes, where: object) -> Parsed:
    source = decode(data, where, declared_charset(data))
    soup = BeautifulSoup(source.text, "lxml")
    native = _native(soup)
    writer = LineWriter()
    root = _main_part(soup)
    for tag in root.find_all(_DROPPED):
        tag.decompose()
    for header in root.find_all("header"):
        if not header.find(["h1", "h2"]):
            header.decompose()
    for text, block in _blocks(root):
        name = block.name
        level = int(name[1]) if re.fullmatch("h[1-6]", name) else 0
        kind: LineKind = "table" if name == "tr" else "item" if name in {"li", "dt", "dd"} else "text"
        writer.add(text, gap=1, level=level, kind=kind, indented=text[:1] == "\u3000", whole=True)
    return Parsed(writer.decoded(), writer.lines, source.encoding, source.undecodable, native)


def _native(soup: BeautifulSoup) -> dict[str, str]:
    """Return what the page's head says; a title loses the site's name behind the last dash."""
    named: dict[str, str] = {}
    for meta in soup.find_all("meta"):
        key = str(meta.get("name") or meta.get("property") or "").lower()
        content = " ".join(str(meta.get("content") or "").split())
        if key and content:
            named.setdefault(key, content)
    native = {
        field: value for field, keys in _META.items() if (value := next((named[k] for k in keys if k in named), ""))
    }
    if "date" in native:
        native["date"] = re.sub(r"(?<=\d)T.*", "", native["date"])
    if "title" not in native and soup.title and soup.title.string:
        title = " ".join(soup.title.string.split())
        native["title"] = _SITE_SUFFIX.sub("", title) or title
    return native


def _main_part(soup: BeautifulSoup) -> Tag:
    """Return the element that holds the text: the lone article or main, else the body."""
    for name in ("article", "main"):
        found = soup.find_all(name)
        if len(found) == 1 and len(found[0].get_text(strip=True)) > 40:
            return found[0]
    return soup.body or soup


def _blocks(root: Tag) -> Iterator[tuple[str, Tag]]:
    """Yield the text of each block with the element that holds it; a row of a data table is one block."""
    parts: list[str] = []
    current, cell = root, None
    for node in root.descendants:
        if isinstance(node, Tag):
            if node.name == "br":
                yield from _flush(parts, current)
            continue
        if isinstance(node, PreformattedString) or not isinstance(node, NavigableString):
            continue
        if not node.strip() and not parts:
            continue
        block, in_cell = _home(node, root)
        if node.strip() and (block is not current or block.name == "pre"):
            yield from _flush(parts, current)
            current, cell = block, in_cell
        elif node.strip() and in_cell is not cell:
            parts.append(" | ")
            cell = in_cell
        if block is current:
            yield from _written(parts, str(node), current)
    yield from _flush(parts, current)


def _written(parts: list[str], text: str, block: Tag) -> Iterator[tuple[str, Tag]]:
    if block.name != "pre":
        parts.append(text)
        return
    for line in text.splitlines():
        parts.append(line)
        yield from _flush(parts, block)


def _flush(parts: list[str], block: Tag) -> Iterator[tuple[str, Tag]]:
    text = _SPACE.sub(" ", _HAN_BREAK.sub("", "".join(parts))).strip(" |" if block.name == "tr" else " ")
    parts.clear()
    if text:
        yield text, block


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
    cells = row.find_all(["td", "th"], recursive=False) if row else []
    return len(cells) > 1 and all(
        len(c.find_all(["p", "div"])) <= 1 and c.find(["table", "h1", "h2"]) is None for c in cells
    )
