"""Spans to citations: the paragraphs that prove an answer, with its words marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.dates import date_of, relative_dates
from rag.passages import table_head
from rag.types import Article, Citation, Paragraph, Range, Span


def cite(article: Article, span: Span) -> list[Citation]:
    """Return every paragraph that ``span`` touches with its part marked; the one that overlaps most first."""
    touched = [p for p in article.paragraphs if p.start < span.end and span.start < p.end]
    first = home(article, span.start, span.end)
    ordered = [first, *(p for p in touched if p is not first)]
    return [
        citation(article, p, ((max(span.start, p.start) - p.start, min(span.end, p.end) - p.start),)) for p in ordered
    ]


def home(article: Article, start: int, end: int) -> Paragraph:
    """Return the paragraph that overlaps ``[start, end)`` most, the first of equals."""
    return max(article.paragraphs, key=lambda p: min(p.end, end) - max(p.start, start))


def citation(article: Article, paragraph: Paragraph, marks: tuple[Range, ...] = ()) -> Citation:
    """Make ``paragraph`` ready to show."""
    text = article.text[paragraph.start : paragraph.end]
    return Citation(
        article_id=article.id,
        source=article.source,
        title=article.title,
        paragraph=paragraph.number,
        text=text,
        marks=marks,
        authors=article.authors,
        affiliation=article.affiliation,
        column=article.column,
        journal=article.journal,
        issue=article.issue,
        date=article.date,
        page=article.page,
        file_page=paragraph.page,
        place=article.place,
        head="\n".join(article.text[p.start : p.end] for p in table_head(article, paragraph)) or None,
        dated=tuple((dated.start, dated.end, dated.when) for dated in relative_dates(text, date_of(article))),
    )


def merge(citations: Iterable[Citation]) -> list[Citation]:
    """Join citations of the same paragraph, their marks in order; the order of first appearance stays."""
    merged: dict[tuple[str, int], Citation] = {}
    for new in citations:
        place = (new.article_id, new.paragraph)
        known = merged.get(place)
        merged[place] = replace(known, marks=_union(known.marks + new.marks)) if known else new
    return list(merged.values())


def _union(marks: Sequence[Range]) -> tuple[Range, ...]:
    """Sort marks and join those that overlap, so that they can be drawn one after the other."""
    joined: list[Range] = []
    for start, end in sorted(marks):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
