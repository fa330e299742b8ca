"""A whole article beside the chat: the quoted words marked in its text, its issue's contents, next and previous hit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from rag.types import Article, Paragraph, Range
from ui.archive.known import Entry
from ui.chat.verdicts import marking_html
from ui.parts.cards import original_html, printed_in
from ui.parts.markup import button, element, escape, folded, line, marked_html, tongue
from ui.parts.places import Opened, marks_in, stands_at
from ui.words import say

_CELL = re.compile(r"\t| \| ")  # what the readers of files put between the cells of a row
_TAGS = {"heading": "h3", "byline": "p", "note": "p", "body": "p"}


def reader_html(
    opened: Opened | None,
    article: Article | None,
    contents: Sequence[Entry],
    lang: str,
    originals: bool = False,
    fixable: bool = False,
) -> str:
    """Return the open article, or nothing; ``contents`` are the articles of its source.

    With ``originals`` it leads to the file, at the page of the quoted words; where it is ``fixable``, to the form that
    corrects its title, authors and date.
    """
    if opened is None or article is None:
        return ""
    here = opened.places[opened.at] if opened.at is not None else None
    marks = [mark for place in opened.places if place.article_id == article.id for mark in marks_in(article, place)]
    chosen = marks_in(article, here) if here else ()
    start = stands_at(article, here) if here else None
    at = (start, start + len(here.text)) if here is not None and start is not None else None
    lost = bool(here) and start is None
    body = "".join(_blocks(article, marks, chosen, at, lang))
    page = next((p.page for p in article.paragraphs if at and p.end > at[0]), None)
    ways = original_html(article.id, article.source, page, lang) if originals else ""
    ways += _fix(article, lang) if fixable else ""
    key = f"{article.id} {opened.at}"
    return (
        f'<section class="reader" role="dialog" aria-modal="false" aria-label="{escape(say(lang, "reader"))}"'
        f' lang="{say(lang, "tag")}" data-key="{escape(key)}">{_head(opened, article, contents, lost, ways, lang)}'
        f'<div class="fulltext" tabindex="0" role="region" aria-label="{escape(say(lang, "full_text"))}">{body}'
        f"{_foot(article, lang)}</div></section>"
    )


def _head(opened: Opened, article: Article, contents: Sequence[Entry], lost: bool, ways: str, lang: str) -> str:
    title = article.title or say(lang, "untitled")
    close = button("close", "×", kind="close", title=say(lang, "close"))
    warning = f'<p class="lost" role="status">{escape(say(lang, "lost"))}</p>' if lost else ""
    return (
        f'<header><div class="title"><h2 tabindex="-1"><bdi>{escape(title)}</bdi></h2>{close}</div>'
        f"{line('who', article.authors)}{line('place', printed_in(article, lang))}"
        f'<div class="tools">{_steps(opened, lang)}{_contents(article, contents, lang)}{ways}</div>'
        f"{warning}{marking_html(opened, lang)}</header>"
    )


def _fix(article: Article, lang: str) -> str:
    title = say(lang, "manage_fix_what", what=article.title or say(lang, "untitled"))
    return button("fix", say(lang, "manage_fix"), title=title, article=article.id)


def _steps(opened: Opened, lang: str) -> str:
    """Return the way to the next and the previous hit, where there are several."""
    total = len(opened.places)
    if opened.at is None:
        return button("step", say(lang, "back_to_hit"), by=1) if total else ""
    if total < 2:
        return ""
    back = _step("-1", "‹", say(lang, "previous_hit"), opened.at > 0)
    on = _step("1", "›", say(lang, "next_hit"), opened.at < total - 1)
    count = escape(say(lang, "hit_of", n=opened.at + 1, total=total))
    return f'<span class="steps" role="group">{back}<span class="count">{count}</span>{on}</span>'


def _step(by: str, sign: str, name: str, possible: bool) -> str:
    drawn = button("step", sign, title=name, by=by)
    return drawn if possible else drawn.replace("<button", "<button disabled", 1)


def _contents(article: Article, contents: Sequence[Entry], lang: str) -> str:
    if len(contents) < 2:
        return ""
    rows = []
    for entry in contents:
        current = ' aria-current="true"' if entry.id == article.id else ""
        page = f'<span class="page">{escape(entry.page)}</span>' if entry.page else ""
        label = element("bdi", entry.title or say(lang, "untitled"))
        rows.append(
            f'<li><button type="button" data-do="browse" data-article="{escape(entry.id)}"{current}>'
            f"{label}{page}</button></li>"
        )
    summary = say(lang, "contents", n=len(contents))
    return folded(summary, [f"<ol>{''.join(rows)}</ol>"], "contents", "contents")


def _blocks(
    article: Article, marks: Sequence[Range], chosen: Sequence[Range], at: Range | None, lang: str
) -> Iterator[str]:
    """Yield paragraphs and whole tables, with a line where a new page of the file begins."""
    page = None
    for table, group in groupby(article.paragraphs, lambda p: p.kind == "table"):
        paragraphs = list(group)
        first = paragraphs[0].page
        if first is not None and first != page:
            page = first
            yield f'<p class="sheet"><span>{escape(say(lang, "file_page", value=page))}</span></p>'
        if table:
            heads = {p.head for p in paragraphs}
            rows = "".join(_row(article, p, p.number in heads, marks, chosen, at) for p in paragraphs)
            yield f'<div class="table" tabindex="0"><table>{rows}</table></div>'
            continue
        for p in paragraphs:
            if p.page is not None and p.page != page:
                page = p.page
                yield f'<p class="sheet"><span>{escape(say(lang, "file_page", value=page))}</span></p>'
            yield _paragraph(article, p, marks, chosen, at)


def _paragraph(
    article: Article, paragraph: Paragraph, marks: Sequence[Range], chosen: Sequence[Range], at: Range | None
) -> str:
    text = article.text[paragraph.start : paragraph.end]
    tag = _TAGS.get(paragraph.kind, "p")
    inner = _marked(article, paragraph.start, paragraph.end, marks, chosen)
    return (
        f'<{tag} class="{paragraph.kind}{_here(paragraph, at)}" data-p="{paragraph.number}" dir="auto"'
        f' lang="{tongue(text)}">{inner}</{tag}>'
    )


def _row(
    article: Article,
    paragraph: Paragraph,
    head: bool,
    marks: Sequence[Range],
    chosen: Sequence[Range],
    at: Range | None,
) -> str:
    tag = 'th scope="col"' if head else "td"
    cells = "".join(
        f"<{tag}>{_marked(article, start, end, marks, chosen)}</{tag[:2]}>" for start, end in _cells(article, paragraph)
    )
    return f'<tr class="row{_here(paragraph, at)}" data-p="{paragraph.number}">{cells}</tr>'


def _cells(article: Article, paragraph: Paragraph) -> Iterator[Range]:
    start = paragraph.start
    for found in _CELL.finditer(article.text, paragraph.start, paragraph.end):
        yield start, found.start()
        start = found.end()
    yield start, paragraph.end


def _marked(article: Article, start: int, end: int, marks: Sequence[Range], chosen: Sequence[Range]) -> str:
    def shifted(ranges: Sequence[Range]) -> list[Range]:
        return [(first - start, last - start) for first, last in ranges]

    return marked_html(article.text[start:end], shifted(marks), shifted(chosen))


def _here(paragraph: Paragraph, at: Range | None) -> str:
    return " here" if at and paragraph.start < at[1] and at[0] < paragraph.end else ""


def _foot(article: Article, lang: str) -> str:
    return f'<p class="file"><span>{escape(say(lang, "file"))}</span> <code>{element("bdi", article.source)}</code></p>'


def gone_html(said: str, lang: str) -> str:
    """Return the frame of an article that cannot be shown, with a sentence in its place."""
    close = button("close", "×", kind="close", title=say(lang, "close"))
    return (
        f'<section class="reader" role="dialog" aria-modal="false" aria-label="{escape(say(lang, "reader"))}"'
        f' lang="{say(lang, "tag")}" data-key="gone"><header><div class="title"><h2 tabindex="-1">{escape(said)}</h2>'
        f"{close}</div></header></section>"
    )
