"""Answers and passages as lines of a terminal: pure functions, in Chinese or English as the question is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text import language, quoted_title
from rag.types import Answer, Citation, Hit, Range

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_AROUND = 60  # characters of a paragraph shown on either side of a mark, where only an excerpt is wanted
_EXCERPT = 240  # characters of a paragraph without marks

_WORDS = {
    "zh": {
        "sure": "（把握 {}%）",
        "page": "第 {} 页",
        "file_page": "文件第 {} 页",
        "paragraph": "第 {} 段",
        "also": "同样的说法还见于：",
        "further": "还见于：",
        "other": "其他可能：",
        "items": "共 {} 项：",
        "figures": "各处说法不一：",
        "cell": "表中：{}",
        "related": "没有足够把握的答案。最接近的段落：",
        "not_found": "这些文章里没有找到答案。",
        "nothing": "没有找到相近的段落。",
        "copies": "同样的话也见于：",
    },
    "en": {
        "sure": "  ({}% sure)",
        "page": "page {}",
        "file_page": "page {} of the file",
        "paragraph": "paragraph {}",
        "also": "Said as well in:",
        "further": "And in:",
        "other": "Other candidates:",
        "items": "{} items:",
        "figures": "The sources differ:",
        "cell": "In the table: {}",
        "related": "No answer is sure enough. The nearest passages:",
        "not_found": "These articles do not say.",
        "nothing": "No passage is near.",
        "copies": "the same in:",
    },
}


@dataclass(frozen=True, slots=True)
class Style:
    """What stands before and after quoted words, and asides."""

    mark: tuple[str, str] = ("【", "】")
    aside: tuple[str, str] = ("", "")


PLAIN = Style()
COLOUR = Style(mark=("\x1b[1;4m", "\x1b[0m"), aside=("\x1b[2m", "\x1b[0m"))


def answer_text(answer: Answer, style: Style = PLAIN) -> str:
    """Return what ``wenju ask`` prints: the answer first, then its paragraph, its place, and further sources."""
    words = _WORDS["en" if language(answer.query) == "en" else "zh"]
    if answer.status == "not_found":
        return words["not_found"]
    if answer.status == "related":
        return "\n\n".join([words["related"], *(_quote(c, words, style, whole=False) for c in answer.citations)])
    sure = style.aside[0] + words["sure"].format(round(100 * answer.confidence)) + style.aside[1]
    parts = [_words(answer, words) + sure, _quote(answer.citations[0], words, style, whole=True)]
    if answer.figures:
        told = [f"    {one.date or '?'}  {safe(one.text)}  {place(one.citation, words)}" for one in answer.figures]
        parts.append("\n".join([words["figures"], *told]))
    if answer.citations[1:]:
        parts += [
            words["further" if answer.items else "also"],
            *(_quote(c, words, style, whole=False) for c in answer.citations[1:]),
        ]
    if answer.alternatives:
        parts += [words["other"], *(_quote(c, words, style, whole=False) for c in answer.alternatives)]
    return "\n\n".join(parts)


def _words(answer: Answer, words: dict[str, str]) -> str:
    """Return the answer's words: a list's items numbered, those out of a table with their row and column."""
    if answer.items:
        told = [f"  {number}. {safe(item.text)}" for number, item in enumerate(answer.items, 1)]
        return "\n".join([words["items"].format(len(told)), *told])
    where = [name for name in (answer.cell.row, answer.cell.column) if name] if answer.cell else []
    return safe(answer.text or "") + ("\n" + words["cell"].format(safe(" · ".join(where))) if where else "")


def hits_text(query: str, hits: Sequence[Hit], style: Style = PLAIN) -> str:
    """Return what ``wenju search`` prints: numbered passages with their places."""
    words = _WORDS["en" if language(query) == "en" else "zh"]
    if not hits:
        return words["nothing"]
    return "\n\n".join(
        f"{hit.rank:>2}  {safe(quoted_title(hit.passage.title))} "
        f"{style.aside[0]}{safe(hit.passage.source)}{style.aside[1]}\n    {excerpt(hit.passage.text, (), style)}"
        + _copies(hit, words, style)
        for hit in hits
    )


def _copies(hit: Hit, words: dict[str, str], style: Style) -> str:
    if not hit.copies:
        return ""
    places = dict.fromkeys(f"{quoted_title(copy.title)} {copy.source}" for copy in hit.copies)
    return f"\n    {style.aside[0]}{words['copies']} {safe('; '.join(places))}{style.aside[1]}"


def place(cited: Citation, words: dict[str, str]) -> str:
    """Return title · authors · journal issue · page · paragraph · source, each only where it is known."""
    parts = [
        quoted_title(cited.title) or None,
        "、".join(cited.authors) or None,
        " ".join(filter(None, (cited.journal, cited.issue))) or cited.date,
        words["page"].format(cited.page) if cited.page else None,
        words["file_page"].format(cited.file_page) if cited.file_page and not cited.page else None,
        words["paragraph"].format(cited.paragraph),
        cited.source,
    ]
    return safe(" · ".join(part for part in parts if part))


def _quote(cited: Citation, words: dict[str, str], style: Style, *, whole: bool) -> str:
    text = _marked(cited.text, cited.marks, style) if whole else excerpt(cited.text, cited.marks, style)
    return f"    {text}\n    {style.aside[0]}—— {place(cited, words)}{style.aside[1]}"


def _marked(text: str, marks: Sequence[Range], style: Style) -> str:
    pieces, position = [], 0
    for start, end in marks:
        pieces += [safe(text[position:start]), style.mark[0], safe(text[start:end]), style.mark[1]]
        position = end
    return " ".join("".join([*pieces, safe(text[position:])]).split("\n"))


def excerpt(text: str, marks: Sequence[Range], style: Style) -> str:
    """Cut ``text`` to what surrounds its marks; offsets move along."""
    start = max(0, marks[0][0] - _AROUND) if marks else 0
    end = min(len(text), marks[-1][1] + _AROUND if marks else _EXCERPT)
    inside = [(first - start, last - start) for first, last in marks]
    return ("…" if start else "") + _marked(text[start:end], inside, style) + ("…" if end < len(text) else "")


def safe(text: str) -> str:
    """Replace what could command the terminal or turn its line round; lengths stay."""
    return _UNSAFE.sub("\ufffd", text)
