"""One stretch of lines to one Article: header, paragraphs, offsets, origins."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from rag.articles.columns import in_reading_order
from rag.articles.cuts import Cut
from rag.articles.lines import Line, Parsed
from rag.articles.marks import is_subtitle, undashed
from rag.articles.metadata import Header, read_header
from rag.articles.names import author_note, read_byline, split_names
from rag.articles.repair import Block, blocks, render
from rag.text import language, squeeze
from rag.types import Article, Paragraph, Range

Known: TypeAlias = Callable[[str], bool]
_SAMPLE = 20_000  # characters that tell the language
_MIN_TITLE = 5  # characters; shorter titles may be words of the text
_BODY_KINDS = frozenset({"body", "table"})


def assemble(
    cut: Cut, number: int, source: str, parsed: Parsed, known: Known, said: Mapping[str, str], stem: str
) -> Article:
    """Make the article of ``cut``.

    ``said`` is what the file says elsewhere (masthead, metadata), ``stem`` the last resort for a title.
    """
    title_lines = [parsed.lines[i] for i in cut.title_lines]
    header, paragraphs = _read(cut, parsed.lines, title_lines, parsed.hanging)
    title, subtitle = _titles(cut, title_lines, header, known)
    if not paragraphs:  # a title is all there is
        paragraphs = [Block("heading", (line,)) for line in title_lines]
    text, placed = _lay_out(paragraphs, parsed.decoded, known)
    authors, affiliation = _authors(header, paragraphs, known)
    authors = authors or _named(said.get("author"))
    body = "\n".join(text[p.start : p.end] for p in placed if p.kind in _BODY_KINDS)
    fields = {**said, **header.fields}
    return Article(
        id=f"{source}#{number}",
        source=source,
        title=title or said.get("title") or stem,
        text=text,
        paragraphs=placed,
        lang=language((body or text)[:_SAMPLE]),
        subtitle=subtitle,
        authors=authors,
        affiliation=affiliation,
        column=cut.column or fields.get("column") or None,
        journal=fields.get("journal"),
        issue=fields.get("issue"),
        date=fields.get("date"),
        page=cut.page or fields.get("page"),
    )


def front_matter(lines: Sequence[Line], source: str, parsed: Parsed, masthead: Mapping[str, str], stem: str) -> Article:
    """Make article #0 of masthead, contents and imprint: every line is its own paragraph."""
    paragraphs = [Block("table" if line.kind == "table" else "note", (line,)) for line in lines]
    text, placed = _lay_out(paragraphs, parsed.decoded, str.isalpha)
    return Article(
        id=f"{source}#0",
        source=source,
        title=masthead.get("journal") or stem,
        text=text,
        paragraphs=placed,
        kind="front",
        lang=language(text[:_SAMPLE]),
        journal=masthead.get("journal"),
        issue=masthead.get("issue"),
        date=masthead.get("date"),
    )


def _read(cut: Cut, lines: Sequence[Line], title_lines: Sequence[Line], hanging: bool) -> tuple[Header, list[Block]]:
    """Read the header above and below the title, and cut the rest into paragraphs."""
    at = cut.title_lines
    titled = at and at[0] - cut.first <= 8 and at[-1] - at[0] < len(at)
    above = list(lines[cut.first : at[0]]) if titled else []
    below = [lines[i] for i in range(at[-1] + 1 if titled else cut.first, cut.last) if i not in at]
    upper = read_header([*above, *below[:1]]) if above else Header()
    if len(upper.kinds) < len(above):  # text above the title: the title is not where the article begins
        below, above, upper = above + below, [], Header()
    header = read_header(below, cut.author)
    header.authors = header.authors or upper.authors
    header.affiliation = header.affiliation or upper.affiliation
    header.fields = {**upper.fields, **header.fields}
    kinds = [*upper.kinds[: len(above)], *header.kinds]
    kept = [Block(kind, (line,)) for kind, line in zip(kinds, [*above, *below], strict=False)]
    title = squeeze("".join(line.text for line in title_lines))
    repeats = {title} if len(title) >= _MIN_TITLE else set()  # a title printed again is a running head
    rest = [
        line
        for line in below[len(header.kinds) :]
        if len(line.text) > 2 * len(title) or squeeze(line.text) not in repeats
    ]
    return header, kept + blocks(in_reading_order(rest), hanging)


def _lay_out(paragraphs: Sequence[Block], decoded: str, known: Known) -> tuple[str, tuple[Paragraph, ...]]:
    texts: list[str] = []
    placed: list[Paragraph] = []
    position = 0
    for block in paragraphs:
        text, ranges = render(block, known)
        origin = _joined(ranges, decoded)
        placed.append(
            Paragraph(len(placed) + 1, position, position + len(text), block.kind, origin, block.lines[0].page)
        )
        texts.append(text)
        position += len(text) + 1
    return "\n".join(texts), tuple(placed)


def _joined(ranges: Sequence[Range], decoded: str) -> tuple[Range, ...]:
    """Merge ranges that adjoin or have only white space between them."""
    merged: list[Range] = []
    for start, end in ranges:
        if merged and merged[-1][1] <= start and not decoded[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _authors(header: Header, paragraphs: Sequence[Block], known: Known) -> tuple[tuple[str, ...], str | None]:
    """Add what bylines and notes within the text say; an author's note knows the affiliation best."""
    authors, affiliation = header.authors, header.affiliation
    for block in paragraphs:
        if block.kind == "note" and (unit := author_note(render(block, known)[0])):
            affiliation = unit
        elif block.kind == "byline" and not authors and (byline := read_byline(block.lines[0].text)):
            authors, affiliation = byline.authors, affiliation or byline.affiliation
    return authors, affiliation


def _named(author: str | None) -> tuple[str, ...]:
    people, organisations = split_names(author or "")
    return people or organisations or ((author,) if author else ())


def _titles(cut: Cut, lines: Sequence[Line], header: Header, known: Known) -> tuple[str | None, str | None]:
    """Return title and subtitle: the lines that begin with a dash, though the contents may run both together."""
    below = tuple(line for line in lines[1:] if is_subtitle(line.text))
    above = tuple(line for line in lines if line not in below)
    subtitle = undashed(render(Block("heading", below), known)[0]) if below else header.fields.get("subtitle")
    title = cut.title or header.fields.get("title") or (render(Block("heading", above), known)[0] if above else "")
    title = re.split(r"\s*(?:[—–―]|--)", title)[0] if below else title
    return " ".join(title.split()) or None, subtitle


def vocabulary(decoded: str) -> Known:
    """Tell words that stand in the file; the list is made when a hyphen first asks."""
    words: frozenset[str] | None = None

    def known(word: str) -> bool:
        nonlocal words
        if words is None:
            words = frozenset(re.findall(r"[a-z]+(?:-[a-z]+)*", decoded.lower()))
        return word in words

    return known
