"""Web pages to lines: headings, paragraphs, list entries and table rows of the page's main part."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from bs4.element import Tag

from rag.articles.formats.decode import declared_charset, decode, lost_in
from rag.articles.formats.html_blocks import blocks
from rag.articles.formats.html_meta import read_meta
from rag.articles.lines import Entry, LineKind, LineWriter, Parsed

# fmt: off
_DROPPED = ["script", "style", "noscript", "template", "svg", "nav", "footer", "form", "button", "select", "textarea",
            "iframe", "object", "audio", "video", "canvas", "dialog", "head", "title", "rt", "rp"]
_ROLES = frozenset({"navigation", "contentinfo", "search", "menu", "doc-pagebreak"})
_NOTES = frozenset({"footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes", "note",
                    "doc-footnote", "doc-endnote", "doc-endnotes"})
# fmt: on
_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>?")
_MIN_MAIN = 40  # characters of text that make an element the page's main part, or an article


def parse_html(data: bytes, where: object) -> Parsed:
    """Parse a page; of one that holds several ``article`` elements with headings, each is an article."""
    source = decode(data, where, declared_charset(data))
    soup = parse_page(source.text)
    native = read_meta(soup)
    writer = LineWriter()
    articles = _articles(soup)
    entries = []
    for article in articles:
        first = len(writer.lines)
        write_page(article, writer)
        if len(writer.lines) > first:
            entries.append(Entry(first, len(writer.lines)))
    if not articles:
        write_page(_main_part(soup), writer)
    else:  # the page's own title and author are no article's
        native = {name: native[name] for name in ("journal", "issue") if name in native}
    decoded = writer.decoded()
    return Parsed(
        decoded,
        writer.lines,
        source.encoding,
        source.undecodable,
        native,
        told="meta",
        entries=tuple(entries),
        lost=lost_in(decoded),
    )


def parse_page(markup: str) -> BeautifulSoup:
    return BeautifulSoup(_DECLARATION.sub("", markup, count=1), "lxml")  # without it XHTML is read like any page


def write_page(root: Tag, writer: LineWriter, wanted: frozenset[str] = frozenset()) -> dict[str, int]:
    """Write what a reader sees of ``root``; return for each id in ``wanted`` the number of the line where it stands."""
    _drop_unseen(root)
    places = _places(root, wanted)
    found: dict[str, int] = {}
    for block in blocks(root, places):
        found |= dict.fromkeys(block.places, len(writer.lines))
        name = block.tag.name
        level = int(name[1]) if re.fullmatch("h[1-6]", name) else 0
        kind: LineKind = "table" if name == "tr" else "item" if name in {"li", "dt", "dd"} else "text"
        if _is_note(block.tag):
            level, kind = 0, "note"
        writer.add(
            block.text,
            gap=1,
            level=level,
            kind=kind,
            indented=block.text[:1] == "\u3000",
            whole=True,
            head=kind == "table" and _is_head(block.tag),
        )
    return found


def _places(root: Tag, wanted: frozenset[str]) -> dict[int, list[str]]:
    """Return for each piece of text, by its identity, the ids whose place it is: the first text in or after them."""
    found: dict[int, list[str]] = {}
    for tag in root.find_all(id=True) if wanted else ():
        name = str(tag["id"])
        text = tag.find_next(string=lambda s: bool(s and s.strip())) if name in wanted else None
        if text is not None:
            found.setdefault(id(text), []).append(name)
    return found


def _drop_unseen(root: Tag) -> None:
    for tag in [*root.find_all(_DROPPED), *root.find_all(_is_unseen)]:
        if not tag.decomposed:
            tag.decompose()
    for header in root.find_all("header"):
        if not header.find(["h1", "h2"]):
            header.decompose()


def _is_unseen(tag: Tag) -> bool:
    """Tell whether a reader of the page does not see ``tag``, or sees that it stands beside the text."""
    if tag.has_attr("hidden") or _UNSEEN.search(str(tag.get("style") or "")):
        return True
    return str(tag.get("role") or "").lower() in _ROLES or (tag.name == "aside" and not _is_note(tag))


def _is_note(tag: Tag) -> bool:
    """Tell whether a block is a footnote, as books mark them."""
    for one in (tag, *tag.parents):
        if isinstance(one, Tag) and (one.has_attr("epub:type") or one.has_attr("role")):
            said = f"{one.get('epub:type') or ''} {one.get('role') or ''}".lower().split()
            if _NOTES.intersection(said):
                return True
    return False


def _is_head(row: Tag) -> bool:
    """Tell whether a row holds the heads of the columns: it stands in ``thead``, or all its cells are heads."""
    if row.find_parent("thead"):
        return True
    cells = row.find_all(["td", "th"], recursive=False)
    return len(cells) > 1 and all(cell.name == "th" for cell in cells)


def _articles(soup: BeautifulSoup) -> list[Tag]:
    """Return the ``article`` elements of a page that holds several, each with a heading and a text of its own."""
    outer = [tag for tag in soup.find_all("article") if not tag.find_parent("article")]
    whole = [tag for tag in outer if tag.find(re.compile("^h[1-6]$")) and len(tag.get_text("", strip=True)) > _MIN_MAIN]
    return whole if len(whole) > 1 and len(whole) == len(outer) else []


def _main_part(soup: BeautifulSoup) -> Tag:
    """Return the element that holds the text: the lone article or main, else the body."""
    for name in ("article", "main"):
        found = [tag for tag in soup.find_all(name) if not tag.find_parent(name)]
        if len(found) == 1 and len(found[0].get_text(strip=True)) > _MIN_MAIN:
            return found[0]
    return soup.body or soup
