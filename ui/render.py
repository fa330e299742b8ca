"""How an answer and its sources look, as HTML. Pure functions; all that is not ours is escaped here.

Marks are ranges of code points and are cut in Python: JavaScript would count UTF-16 units.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from rag.answer import answer_key
from rag.text import language, quoted_title
from rag.types import Answer, Citation, Hit, Range
from ui.words import say

OPEN_NEAREST = 3  # near paragraphs shown unfolded when there is no answer
LONG = {"zh": 24, "ja": 24, "en": 60}  # characters from which an answer is a sentence and set smaller
SHOWN_HITS = 10  # passages listed under "retrieved"
# from this confidence on, these words; below the last, "sure_low"
SURENESS = ((0.9, "sure_high"), (0.7, "sure_good"), (0.5, "sure_some"))


def escape(text: object) -> str:
    """Return ``text`` safe between tags and inside a quoted attribute; a lone surrogate becomes "?"."""
    # a lone surrogate cannot be sent as UTF-8 and would lose the whole page
    return html.escape(str(text).encode("utf-8", "replace").decode("utf-8"), quote=True)


def marked_html(text: str, marks: Iterable[Range]) -> str:
    """Return ``text`` escaped, with ``marks`` inside <mark>; ranges are clipped to it, overlaps joined."""
    pieces: list[str] = []
    position = 0
    for start, end in _joined(marks, len(text)):
        pieces += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
        position = end
    return "".join([*pieces, escape(text[position:])])


def _joined(marks: Iterable[Range], length: int) -> list[Range]:
    joined: list[Range] = []
    for start, end in sorted((max(0, start), min(length, end)) for start, end in marks):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def items(answer: Answer) -> list[str]:
    """Return the answer's text, or the items of a list: the different texts of its spans, best first.

    Different long texts are not a list but sentences of several sources around the same words.
    """
    different: dict[str, str] = {}
    for span in answer.spans:
        different.setdefault(answer_key(span.text), span.text)
    if len(different) > 1 and not any(map(_is_long, different.values())):
        return list(different.values())
    return [] if answer.text is None else [answer.text]


def answer_html(answer: Answer, lang: str) -> str:
    """Return the outcome, the words if there are any, where they stand, what was carried over, the time."""
    parts = [f'<p class="outcome"><b>{escape(say(lang, answer.status))}</b>{_sureness(answer, lang)}</p>']
    if answer.status == "answered":
        parts += [_words(answer, lang), _origin(answer, lang)]
    else:
        parts.append(f'<p class="how">{escape(say(lang, answer.status + "_how"))}</p>')
        near = "".join(f"<li>{_where(cited, lang)}</li>" for cited in answer.citations[:OPEN_NEAREST])
        parts.append(f'<ul class="nearest">{near}</ul>' if near else "")
    if answer.carried:
        chips = "".join(f"<li>{_text('bdi', name)}</li>" for name in answer.carried)
        parts.append(f'<div class="carried">{escape(say(lang, "carried"))}<ul>{chips}</ul></div>')
    return f'<div class="answer {answer.status}">{"".join(parts)}</div>'


def took_html(answer: Answer, lang: str) -> str:
    """Return the time the answer took, or nothing where it was not measured."""
    if not answer.milliseconds:
        return ""
    spent = answer.milliseconds.get("total", sum(answer.milliseconds.values()))
    took = say(lang, "took_ms", n=round(spent)) if spent < 100 else say(lang, "took", n=f"{spent / 1000:.2f}")
    return f'<span class="took">{escape(took)}</span>'


def sources_html(answer: Answer, lang: str) -> str:
    """Return the cards of the answer's citations, then the other candidates and what was retrieved, folded."""
    answered = answer.status == "answered"
    several = len(items(answer)) > 1
    unfolded = 1 if answered and not several else OPEN_NEAREST
    cards = [citation_html(cited, lang, number) for number, cited in enumerate(answer.citations, 1)]
    head = escape(say(lang, "sources" if answered or not cards else "nearest"))
    parts = [f'<h2>{head}</h2><p class="asked">{_question(answer, lang)}</p>', *cards[:unfolded]]
    if not cards:
        parts.append(f'<p class="empty">{escape(say(lang, "sources_none"))}</p>')
    key = "more_sources" if answered else "more_nearest"
    parts.append(_folded(say(lang, key, n=len(cards) - unfolded), cards[unfolded:]))
    others = [citation_html(cited, lang) for cited in answer.alternatives]
    parts.append(_folded(say(lang, "alternatives", n=len(others)), others))
    hits = [hit_html(hit, lang) for hit in answer.hits[:SHOWN_HITS]]
    parts.append(_folded(say(lang, "hits", n=len(hits)), hits))
    return f'<div class="evidence {answer.status}">{"".join(parts)}</div>'


def citation_html(citation: Citation, lang: str, number: int | None = None) -> str:
    """Return one card: title, who, where it was printed, the paragraph with its marks, the file."""
    badge = f'<span class="number">{number}</span>' if number is not None else ""
    who = [*citation.authors, *([citation.affiliation] if citation.affiliation else [])]
    parts = [
        f"<h3>{badge}{_text('bdi', citation.title or say(lang, 'untitled'))}</h3>",
        _line("who", who),
        _line("place", _place(citation, lang)),
        _line("head", (citation.head or "").splitlines()),
        f'<p class="text" dir="auto" lang="{_tag(citation.text)}">{marked_html(citation.text, citation.marks)}</p>',
        _line("dated", _dated(citation, lang)),
        _file(citation.source, citation.file_page, lang),
    ]
    return f'<article class="card">{"".join(parts)}</article>'


def hit_html(hit: Hit, lang: str) -> str:
    """Return one retrieved passage: rank, title, text, file."""
    passage = hit.passage
    return (
        f'<article class="card hit"><h3><span class="number">{hit.rank}</span>'
        f"{_text('bdi', passage.title or say(lang, 'untitled'))}</h3>"
        f'<p class="text" dir="auto" lang="{_tag(passage.text)}">{escape(passage.text)}</p>'
        f"{_file(passage.source, None, lang)}</article>"
    )


def _sureness(answer: Answer, lang: str) -> str:
    if answer.status == "not_found":
        return ""
    words = next((key for floor, key in SURENESS if answer.confidence >= floor), "sure_low")
    percent = f"{round(100 * answer.confidence)}%"
    tip = escape(say(lang, "sure_tip", n=percent))
    return f'<span class="sure" title="{tip}">{escape(say(lang, words))} <small>{percent}</small></span>'


def _words(answer: Answer, lang: str) -> str:
    texts = items(answer)
    if len(texts) == 1:
        size = " long" if _is_long(texts[0]) else ""
        return f'<blockquote class="words{size}" dir="auto" lang="{_tag(texts[0])}">{escape(texts[0])}</blockquote>'
    lines = "".join(f'<li dir="auto" lang="{_tag(text)}">{escape(text)}</li>' for text in texts)
    count = escape(say(lang, "items", n=len(texts)))
    return f'<blockquote class="words list"><ol>{lines}</ol><p class="count">{count}</p></blockquote>'


def _origin(answer: Answer, lang: str) -> str:
    if not answer.citations:
        return ""
    more = len(answer.citations) - 1
    line = _where(answer.citations[0], lang)
    if more:
        line += f'<span class="more">{escape(say(lang, "from_more", n=more))}</span>'
    return f'<p class="origin">{line}</p>'


def _where(citation: Citation, lang: str) -> str:
    title = citation.title or say(lang, "untitled")
    return _text("span", say(lang, "from", title=quoted_title(title), paragraph=citation.paragraph))


def _is_long(text: str) -> bool:
    return len(text) >= LONG[language(text)]


def _question(answer: Answer, lang: str) -> str:
    return _text("bdi", say(lang, "sources_for", question=answer.query))


def _place(citation: Citation, lang: str) -> list[str]:
    """Return where the paragraph was printed, widest first; only what the source says."""
    printed = [citation.journal, citation.issue, citation.date]
    place = [value for value in printed if value]
    if citation.column:
        place.append(say(lang, "column", value=citation.column))
    if citation.page:
        place.append(say(lang, "page", value=citation.page))
    return [*place, say(lang, "paragraph", value=citation.paragraph)]


def _dated(citation: Citation, lang: str) -> list[str]:
    """Return what words like 今年 stand for, each word once."""
    readings = {citation.text[start:end]: when for start, end, when in citation.dated}
    return [say(lang, "dated", word=word, value=when) for word, when in readings.items()]


def _file(source: str, page: int | None, lang: str) -> str:
    where = f" · {say(lang, 'file_page', value=page)}" if page is not None else ""
    name = _text("bdi", source)
    return f'<p class="file"><span>{escape(say(lang, "file"))}</span> <code>{name}</code>{escape(where)}</p>'


def _line(kind: str, values: Sequence[str]) -> str:
    """Return the values side by side, each isolated, so that none can turn the direction of its neighbours."""
    return f'<p class="{kind}">{"".join(_text("bdi", value) for value in values)}</p>' if values else ""


def _folded(summary: str, cards: Sequence[str]) -> str:
    return f"<details><summary>{escape(summary)}</summary>{''.join(cards)}</details>" if cards else ""


def _text(tag: str, text: object) -> str:
    return f"<{tag}>{escape(text)}</{tag}>"


def _tag(text: str) -> str:
    """Return the language of ``text``, which decides the font and the shape of its quotation marks."""
    return language(text)
