"""One stretch of lines to one Article: header, paragraphs, offsets, origins."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from rag.articles.formats.table_heads import Row, table_heads, table_notes
from rag.articles.lines import Line, Parsed
from rag.articles.repair.columns import in_reading_order
from rag.articles.repair.paragraphs import blocks
from rag.articles.repair.render import Block, render
from rag.articles.segment.credits import read_credits
from rag.articles.segment.cuts import Cut
from rag.articles.segment.metadata import Header, read_header
from rag.articles.signs.marks import is_subtitle, labelled, undashed
from rag.articles.signs.names import split_names
from rag.text import language, squeeze
from rag.types import Article, ArticleKind, Paragraph, ParagraphKind, Range

Known: TypeAlias = Callable[[str], bool]
_SAMPLE = 20_000  # characters that tell the language
_MIN_TITLE = 5  # characters; shorter titles may be words of the text
_BESIDE = re.compile(r"^\d{1,4}\s+|\s+\d{1,4}$")  # the page number beside a running head
_BODY_KINDS = frozenset({"body", "table"})
_FIELDS = ("title", "subtitle", "affiliation", "place", "column", "page", "journal", "issue", "date")
_TOP = 12  # lines of an article among which the title that its file tells is looked for


def assemble(
    cut: Cut, number: int, source: str, parsed: Parsed, known: Known, said: Mapping[str, str], stem: str
) -> Article:
    """Make the article of ``cut``.

    ``said`` is what the file says elsewhere (masthead, metadata), ``stem`` the last resort for a title.
    """
    cut = _at_title(cut, parsed.lines, said.get("title"))
    title_lines = [parsed.lines[i] for i in cut.title_lines]
    header, paragraphs = _read(cut, parsed.lines, title_lines, parsed.hanging)
    _title(header, cut, title_lines, known)
    if not paragraphs:  # a title is all there is
        paragraphs = [Block("heading", (line,)) for line in title_lines]
    text, placed = _lay_out(paragraphs, parsed.decoded, known)
    _complete(header, cut, parsed, said, [(p.kind, text[p.start : p.end]) for p in placed])
    header.tell("title", stem, "file name")
    return _article(f"{source}#{number}", source, text, placed, header, "article")


def front_matter(lines: Sequence[Line], source: str, parsed: Parsed, masthead: Mapping[str, str], stem: str) -> Article:
    """Make article #0 of masthead, contents and imprint: every line is its own paragraph."""
    paragraphs = [Block("table" if line.kind == "table" else "note", (line,)) for line in lines]
    text, placed = _lay_out(paragraphs, parsed.decoded, str.isalpha)
    header = Header()
    for name in ("journal", "issue", "date"):
        told = parsed.native.get(name) is not None and parsed.native.get(name) == masthead.get(name)
        header.tell(name, masthead.get(name), parsed.told if told else "masthead")
    header.tell("title", masthead.get("journal"), header.found.get("journal", ""))
    header.tell("title", stem, "file name")
    return _article(f"{source}#0", source, text, placed, header, "front")


def _read(cut: Cut, lines: Sequence[Line], title_lines: Sequence[Line], hanging: bool) -> tuple[Header, list[Block]]:
    """Read the header above and below the title, and cut the rest into paragraphs."""
    at = cut.title_lines
    titled = at and at[0] - cut.first <= 8 and at[-1] - at[0] < len(at)
    above = list(lines[cut.first : at[0]]) if titled else []
    below = [lines[i] for i in range(at[-1] + 1 if titled else cut.first, cut.last) if i not in at]
    upper = read_header([*above, *below[:1]], column=cut.column) if above else Header()
    if len(upper.kinds) < len(above):  # text above the title: the title is not where the article begins
        below, above, upper = above + below, [], Header()
    header = read_header(below, cut.author)
    header.authors = header.authors or upper.authors
    header.fields = {**upper.fields, **header.fields}
    header.found = {**upper.found, **header.found}
    kinds = [*upper.kinds[: len(above)], *header.kinds]
    kept = [Block(kind, (line,)) for kind, line in zip(kinds, [*above, *below], strict=False)]
    title = squeeze("".join(line.text for line in title_lines))
    repeats = {title} if len(title) >= _MIN_TITLE else set()  # a title printed again is a running head
    rest = [
        line
        for line in below[len(header.kinds) :]
        if len(line.text) > 2 * len(title) + 9 or squeeze(_BESIDE.sub("", line.text)) not in repeats
    ]
    return header, kept + blocks(in_reading_order(rest), hanging)


def _lay_out(paragraphs: Sequence[Block], decoded: str, known: Known) -> tuple[str, tuple[Paragraph, ...]]:
    written = [render(block, known) for block in paragraphs]
    rows = [Row(b.kind, text, b.lines[0].head) for b, (text, _) in zip(paragraphs, written, strict=True)]
    notes = table_notes(rows)
    rows = [row._replace(kind="note") if i in notes else row for i, row in enumerate(rows)]
    placed: list[Paragraph] = []
    position = 0
    for i, (block, row, over) in enumerate(zip(paragraphs, rows, table_heads(rows), strict=True)):
        end = position + len(row.text)
        head = None if over is None else over + 1
        origin = _joined(written[i][1], decoded)
        page = block.lines[0].page
        placed.append(Paragraph(i + 1, position, end, row.kind, origin, page, head, misplaced=block.misplaced))
        position = end + 1
    return "\n".join(row.text for row in rows), tuple(placed)


def _joined(ranges: Sequence[Range], decoded: str) -> tuple[Range, ...]:
    """Merge ranges that adjoin or have only white space between them."""
    merged: list[Range] = []
    for start, end in ranges:
        if merged and merged[-1][1] <= start and not decoded[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return tuple(merged)


def _article(
    id_: str, source: str, text: str, placed: tuple[Paragraph, ...], header: Header, kind: ArticleKind
) -> Article:
    body = "\n".join(text[p.start : p.end] for p in placed if p.kind in _BODY_KINDS)
    fields = {name: header.fields[name] for name in _FIELDS if name in header.fields}
    found = {
        name: how for name, how in header.found.items() if name in fields or (name == "authors" and header.authors)
    }
    return Article(
        id=id_,
        source=source,
        title=fields.pop("title"),
        text=text,
        paragraphs=placed,
        kind=kind,
        lang=language((body or text)[:_SAMPLE]),
        authors=header.authors,
        found=found,
        **fields,
    )


def _at_title(cut: Cut, lines: Sequence[Line], title: str | None) -> Cut:
    """Find the title that the format tells among the first lines, where none is known yet."""
    if not title or cut.title_lines:
        return cut
    top = range(cut.first, min(cut.last, cut.first + _TOP))
    return replace(cut, title_lines=tuple([i for i in top if squeeze(lines[i].text) == squeeze(title)][:1]))


def _complete(
    header: Header, cut: Cut, parsed: Parsed, said: Mapping[str, str], texts: Sequence[tuple[ParagraphKind, str]]
) -> None:
    """Add to what is printed around the title what the text, the contents and the file say of the article."""
    how = {
        name: parsed.told if parsed.entries or parsed.native.get(name) == said[name] else "masthead" for name in said
    }
    header.tell("date", said.get("date"), how.get("date", ""))  # a dateline seldom has the year
    read_credits(header, texts)
    header.sign(_named(cut.author), "contents")
    header.sign(_named(said.get("author")), how.get("author", ""))
    for name in said.keys() & _FIELDS:
        header.tell(name, said[name], how[name])
    first = parsed.lines[cut.title_lines[0] if cut.title_lines else cut.first].page
    header.tell("page", parsed.labels.get(first or 0), parsed.told)


def _named(author: str | None) -> tuple[str, ...]:
    people, organisations = split_names(author or "")
    return people or organisations or ((author,) if author else ())


def _title(header: Header, cut: Cut, lines: Sequence[Line], known: Known) -> None:
    """Tell title and subtitle: the lines that begin with a dash, though the contents may run both together."""
    below = tuple(line for line in lines[1:] if is_subtitle(line.text))
    above = tuple(line for line in lines if line not in below)
    printed = labelled(lines[0].text).get("title") if lines else None
    printed = printed or (render(Block("heading", above), known)[0] if above else "")
    if below:
        header.put("subtitle", undashed(render(Block("heading", below), known)[0]), "heading")
    title, how = (cut.title, "contents") if cut.title else (printed, "heading")
    title = re.split(r"\s*(?:[—–―]|--)", title)[0] or title if below else title
    header.put("title", " ".join(title.split()), how)
    header.put("column", cut.column, "contents" if cut.listed else "heading")
    header.put("page", cut.page, "contents" if cut.listed else "page number")


def vocabulary(decoded: str) -> Known:
    """Tell words that stand in the file; the list is made when a hyphen first asks."""
    words: frozenset[str] | None = None

    def known(word: str) -> bool:
        nonlocal words
        if words is None:
            words = frozenset(re.findall(r"[a-z]+(?:-[a-z]+)*", decoded.lower()))
        return word in words

    return known
