"""Answers, hits and articles as plain dictionaries: the JSON of the command line, of batches and of REST."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from rag.answer import answer_key
from rag.articles.formats.parse_export import EXPORTED, MARKED, PAGE, TABLE, TABLE_HEAD
from rag.types import Answer, Article, Citation, Hit, Paragraph, Passage

_SAID = (
    "title",
    "authors",
    "kind",
    "subtitle",
    "affiliation",
    "place",
    "column",
    "journal",
    "issue",
    "date",
    "page",
    "lang",
    "id",
)
_MARKS = {"heading": ("## ", ""), "note": ("> ", ""), "byline": ("*", "*")}


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """Return the shape of one result; ``answers`` holds each distinct quote, as the citations mark them."""
    return {
        "query": answer.query,
        "status": answer.status,
        "confidence": round(answer.confidence, 6),
        "answer": answer.text,
        "answers": _quotes(answer),
        "citations": [citation_to_dict(c) for c in answer.citations],
        "alternatives": [citation_to_dict(c) for c in answer.alternatives],
        "items": [span.text for span in answer.items],
        "figures": [
            {"text": one.text, "date": one.date, "citation": citation_to_dict(one.citation)} for one in answer.figures
        ],
        "cell": asdict(answer.cell) if answer.cell else None,
        "hits": [hit_to_dict(hit) for hit in answer.hits],
        "carried": list(answer.carried),
        "asked": answer.asked,
        "corrected": [{"typed": typed, "searched": searched} for typed, searched in answer.corrected],
        "milliseconds": {name: round(spent, 2) for name, spent in answer.milliseconds.items()},
    }


def _quotes(answer: Answer) -> list[str]:
    """Return a list's items, else the marked words, one spelling each; an answer over two paragraphs is two quotes."""
    if answer.items:
        return [span.text for span in answer.items]
    quotes: dict[str, str] = {}
    if answer.text is not None:
        for cited in answer.citations:
            for start, end in cited.marks:
                quotes.setdefault(answer_key(cited.text[start:end]), cited.text[start:end])
    return list(quotes.values())


def citation_to_dict(cited: Citation) -> dict[str, Any]:
    """Return one citation; ``start`` and ``end`` are those of the first mark, null without one."""
    start, end = cited.marks[0] if cited.marks else (None, None)
    return {
        "source": cited.source,
        "article": cited.article_id,
        "title": cited.title,
        "authors": list(cited.authors),
        "affiliation": cited.affiliation,
        "journal": cited.journal,
        "issue": cited.issue,
        "page": cited.page,
        "file_page": cited.file_page,
        "date": cited.date,
        "place": cited.place,
        "column": cited.column,
        "paragraph": cited.paragraph,
        "head": cited.head,
        "text": cited.text,
        "start": start,
        "end": end,
        "marks": [list(mark) for mark in cited.marks],
        "dated": [list(reading) for reading in cited.dated],
    }


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """Return one ranked passage; ``start`` and ``end`` count in the article's text."""
    return {
        "source": hit.passage.source,
        "article": hit.passage.article_id,
        "title": hit.passage.title,
        "text": hit.passage.text,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "score": round(hit.score, 6),
        "rank": hit.rank,
        "ranks": dict(hit.ranks),
        "copies": [_place(passage) for passage in hit.copies],
    }


def _place(passage: Passage) -> dict[str, Any]:
    return {
        "source": passage.source,
        "article": passage.article_id,
        "title": passage.title,
        "start": passage.start,
        "end": passage.end,
    }


def article_to_dict(article: Article) -> dict[str, Any]:
    """Return one line of an export: all that is known of the article, paragraph by paragraph."""
    return {
        "id": article.id,
        "source": article.source,
        "title": article.title,
        "subtitle": article.subtitle,
        "authors": list(article.authors),
        "affiliation": article.affiliation,
        "column": article.column,
        "journal": article.journal,
        "issue": article.issue,
        "date": article.date,
        "page": article.page,
        "place": article.place,
        "found": dict(article.found),
        "kind": article.kind,
        "lang": article.lang,
        "paragraphs": [paragraph_to_dict(article, p) for p in article.paragraphs],
    }


def article_to_markdown(article: Article) -> str:
    """Return the article as Markdown that `wenju index` reads back as the same article.

    What is known of it stands in front matter, each paragraph on a line of its own; notes are quoted, rows of
    tables fenced as they stand.
    """
    told: dict[str, Any] = {
        "wenju": EXPORTED,
        "title": article.title,
        "authors": list(article.authors),
        "kind": article.kind,
    }
    told |= {name: getattr(article, name) for name in _SAID}
    lines = ["---", *(f"{name}: {_yaml(value)}" for name, value in told.items() if value), "---", ""]
    lines += [f"# {' '.join(article.title.split())}", ""]
    heads = {p.head for p in article.paragraphs}
    page = None
    for p in article.paragraphs:
        text = article.text[p.start : p.end]
        if p.page != page and p.page is not None:
            lines += [PAGE.format(p.page), ""]
            page = p.page
        if p.kind == "table":
            lines += [f"```{TABLE_HEAD if p.number in heads else TABLE}", text, "```", ""]
        else:
            before, after = _MARKS.get(p.kind, ("", ""))
            lines += [before + ("\\" if MARKED.match(text) else "") + text + after, ""]
    return "\n".join(lines)


def _yaml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def paragraph_to_dict(article: Article, p: Paragraph) -> dict[str, Any]:
    """Return one paragraph; ``start`` and ``end`` count in the article's text, ``origin`` in its decoded file."""
    return {
        "number": p.number,
        "kind": p.kind,
        "text": article.text[p.start : p.end],
        "page": p.page,
        "head": p.head,
        "garble": round(p.garble, 3),
        "misplaced": p.misplaced,
        "start": p.start,
        "end": p.end,
        "origin": [list(part) for part in p.origin],
    }
