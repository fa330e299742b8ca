"""Article -> passages: whole short paragraphs together, long ones cut at sentence ends, nothing left out."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rag.text import sentences
from rag.types import Article, Paragraph, Passage, Range

LATIN_SHARE = 2  # a Chinese character says as much as several letters, and a reader's window holds as many more letters
FRONT_SHARE = 0.5  # a contents page is a heap of unrelated lines: small steps keep them apart
OVERLAP_SHARE = 0.25  # a repeated sentence longer than this share of a passage costs more than it saves
_MAX_OVER = 6  # caption, unit and rows of heads over one row of a table
_CLAUSE_MARKS = "，、,；;：: \t"
# The usual ladder of Chinese headings: 第一章 > 一、 > （一） > 1. ; a heading outside it stands at the top.
_LADDER = tuple(
    re.compile(pattern)
    for pattern in (
        r"\s*第[一二三四五六七八九十百零〇\d]+[编章节部]",
        r"\s*[一二三四五六七八九十]+[、.．]",
        r"\s*[（(][一二三四五六七八九十]+[)）]",
        r"\s*[（(]?\d+[)）.．、]",
    )
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch that is never cut: a short paragraph, or a sentence of a long one."""

    start: int
    end: int
    heading: bool = False
    follows: bool = False  # goes on with the paragraph of the piece before it


def cut(article: Article, max_chars: int) -> list[Passage]:
    """Cut ``article`` into passages of at most ``max_chars`` characters that together hold all its text.

    ``max_chars`` is meant for Chinese: English text gets twice as many. Front matter is cut in smaller steps.
    Neighbouring passages of one long paragraph share a sentence when it is short. A blank article gives none.
    """
    if max_chars < 1:
        raise ValueError(f"max_chars must be at least 1, got {max_chars}")
    length = max_chars * LATIN_SHARE if article.lang == "en" else max_chars
    limit = max(1, int(length * FRONT_SHARE)) if article.kind == "front" else length
    pieces = list(_pieces(article, limit))
    about = _about(article)
    return [
        Passage(
            id=f"{article.id}:{start}-{end}",
            article_id=article.id,
            source=article.source,
            title=article.title,
            start=start,
            end=end,
            text=article.text[start:end],
            context="\n".join((*about, *_headings_above(article, start), *_over_rows(article, start, end))),
        )
        for start, end in _groups(pieces, limit)
        if article.text[start:end].strip()
    ]


def _about(article: Article) -> list[str]:
    parts = (
        article.title,
        article.subtitle,
        " ".join(article.authors),
        article.affiliation,
        article.column,
        article.journal,
        article.issue,
        article.date,
    )
    return [part for part in parts if part]


def _headings_above(article: Article, position: int) -> list[str]:
    """Return the headings in force at ``position``, outermost first; one that starts there is in the text itself."""
    ladder: dict[int, str] = {}
    for paragraph in article.paragraphs:
        if paragraph.start >= position:
            break
        if paragraph.kind != "heading":
            continue
        text = article.text[paragraph.start : paragraph.end].strip()
        level = next((n for n, rung in enumerate(_LADDER, 1) if rung.match(text)), 0)
        ladder = {n: heading for n, heading in ladder.items() if n < level}
        if text != article.title:
            ladder[level] = text
    return [ladder[level] for level in sorted(ladder)]


def table_head(article: Article, paragraph: Paragraph) -> list[Paragraph]:
    """Return what a row of a table stands under, outermost first: caption, unit, rows of column heads."""
    found: list[Paragraph] = []
    while paragraph.head and paragraph.head <= len(article.paragraphs) and len(found) < _MAX_OVER:
        paragraph = article.paragraphs[paragraph.head - 1]
        found.insert(0, paragraph)
    return found


def _over_rows(article: Article, start: int, end: int) -> list[str]:
    """Return what the rows in a passage stand under, as far as the passage itself does not hold it."""
    over: dict[int, Paragraph] = {}
    for row in islice(article.paragraphs, bisect(article.paragraphs, start, key=lambda p: p.end), None):
        if row.start >= end:
            break
        over.update((head.number, head) for head in table_head(article, row) if head.start < start)
    return [article.text[over[n].start : over[n].end].strip() for n in sorted(over)]


def _pieces(article: Article, limit: int) -> Iterator[_Piece]:
    above = None  # where the headings right above began
    for start, end, heading in _blocks(article):
        # what follows a heading must leave room for it, or the heading would make a passage of its own
        taken = 0 if above is None or start - above > limit // 2 else start - above
        if end - start <= limit - taken:
            yield _Piece(start, end, heading)
        else:
            yield from _parts(article.text, start, end, limit - taken)
        above = (start if above is None else above) if heading else None


def _parts(text: str, start: int, end: int, limit: int) -> Iterator[_Piece]:
    for first, last in sentences(text, start, end):
        for piece_start, piece_end in _clauses(text, first, last, limit):
            yield _Piece(piece_start, piece_end, follows=piece_start > start)


def _blocks(article: Article) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, is a heading) of each paragraph, and of any text that no paragraph claims."""
    position = 0
    for paragraph in sorted(article.paragraphs, key=lambda p: p.start):
        if article.text[position : paragraph.start].strip():
            yield position, paragraph.start, False
        if article.text[paragraph.start : paragraph.end].strip():
            yield paragraph.start, paragraph.end, paragraph.kind == "heading"
        position = max(position, paragraph.end)
    if article.text[position:].strip():
        yield position, len(article.text), False


def _clauses(text: str, start: int, end: int, limit: int) -> Iterator[Range]:
    """Cut a sentence longer than ``limit``, after a comma where one is near, else anywhere."""
    while end - start > limit:
        comma = max(text.rfind(mark, start + limit // 2, start + limit) for mark in _CLAUSE_MARKS)
        stop = comma + 1 if comma >= 0 else start + limit
        yield start, stop
        start = stop
    yield start, end


def _groups(pieces: Sequence[_Piece], limit: int) -> Iterator[Range]:
    """Yield the range of each passage."""
    first = 0
    while first < len(pieces):
        after = _stop(pieces, first, limit)
        yield pieces[first].start, pieces[after - 1].end
        if after == len(pieces):
            return
        last = pieces[after - 1]
        repeat = pieces[after].follows and after - 1 > first and last.end - last.start <= limit * OVERLAP_SHARE
        first = after - 1 if repeat and pieces[after].end - last.start <= limit else after


def _stop(pieces: Sequence[_Piece], first: int, limit: int) -> int:
    """Return the place after the last piece of the passage that begins with ``first``.

    It ends before a piece that would not fit, before a heading and before a long paragraph, unless it is still
    so short that it would be a passage of a line; within a long paragraph, where that leaves even parts.
    """
    start, tail = pieces[first].start, pieces[first].follows
    share = _even_share(pieces, first, limit)
    for after in range(first + 1, len(pieces)):
        piece, length = pieces[after], pieces[after - 1].end - start
        if piece.end - start > limit:
            return after
        if pieces[after - 1].heading:
            continue
        if piece.follows:
            if abs(length - share) <= abs(piece.end - start - share):
                return after
        elif (piece.heading or _is_long(pieces, after)) and (tail or length > limit // 4):
            return after
    return len(pieces)


def _is_long(pieces: Sequence[_Piece], at: int) -> bool:
    return at + 1 < len(pieces) and pieces[at + 1].follows


def _even_share(pieces: Sequence[_Piece], first: int, limit: int) -> float:
    """Return the length at which to stop so that what is left of a long paragraph falls into even passages."""
    last = first
    while last + 1 < len(pieces) and (pieces[last + 1].follows or pieces[last].heading):
        last += 1
    length = pieces[last].end - pieces[first].start
    return length / -(-length // limit)
