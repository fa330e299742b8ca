"""How an answer and its sources look, as HTML. Pure functions; all that is not ours is escaped here."""

from __future__ import annotations

from rag.text import quoted_title
from rag.types import Answer, Citation
from ui.chat.turns import is_long, items
from ui.parts.cards import Asked, citation_html, hit_html
from ui.parts.markup import button, chip, element, escape, folded, tongue
from ui.parts.places import SHOWN_HITS
from ui.words import say

OPEN_NEAREST = 3  # near paragraphs shown unfolded when there is no answer
# from this confidence on, these words; below the last, "sure_low"
SURENESS = ((0.9, "sure_high"), (0.7, "sure_good"), (0.5, "sure_some"))
SIGNS = {"answered": "✓", "related": "≈", "not_found": "∅"}


def answer_html(answer: Answer, lang: str, turn: int = 0) -> str:
    """Return the outcome, the words if there are any, where they stand, what was carried over or read otherwise.

    ``turn`` is the number of the question in its conversation, from 0.
    """
    sign = f'<span class="sign" aria-hidden="true">{SIGNS[answer.status]}</span>'
    parts = [
        f'<div class="outcome">{sign}<b>{escape(say(lang, answer.status))}</b>{_sureness(answer, lang, turn)}</div>'
    ]
    if answer.status == "answered":
        parts += [_words(answer, lang), _cell(answer, lang), _origin(answer, lang, turn), _figures(answer, lang, turn)]
    else:
        parts.append(f'<p class="how">{escape(say(lang, answer.status + "_how"))}</p>')
        near = "".join(
            f"<li>{_where(cited, lang, turn, number)}</li>"
            for number, cited in enumerate(answer.citations[:OPEN_NEAREST])
        )
        parts.append(f'<ul class="nearest">{near}</ul>' if near else "")
    parts += [_corrected(answer, lang), _carried(answer, lang, turn)]
    return f'<div class="answer {answer.status}">{"".join(parts)}</div>'


def took_html(answer: Answer, lang: str) -> str:
    """Return the time the answer took, or nothing where it was not measured."""
    if not answer.milliseconds:
        return ""
    spent = answer.milliseconds.get("total", sum(answer.milliseconds.values()))
    took = say(lang, "took_ms", n=round(spent)) if spent < 100 else say(lang, "took", n=f"{spent / 1000:.2f}")
    return f'<span class="took">{escape(took)}</span>'


def sources_html(answer: Answer, lang: str, asked: Asked | None = None, originals: bool = False) -> str:
    """Return the cards of the answer's citations, then the other candidates and what was retrieved, folded."""
    told = (asked, originals)
    answered = answer.status == "answered"
    several = len(items(answer)) > 1
    unfolded = 1 if answered and not several else OPEN_NEAREST
    cards = [citation_html(cited, lang, "cited", number, *told) for number, cited in enumerate(answer.citations)]
    head = escape(say(lang, "sources" if answered or not cards else "nearest"))
    parts = [f'<h2>{head}</h2><p class="asked">{_question(answer, lang)}</p>', *cards[:unfolded]]
    if not cards:
        parts.append(f'<p class="empty">{escape(say(lang, "sources_none"))}</p>')
    key = "more_sources" if answered else "more_nearest"
    parts.append(folded(say(lang, key, n=len(cards) - unfolded), cards[unfolded:], "more"))
    others = [citation_html(cited, lang, "other", number, *told) for number, cited in enumerate(answer.alternatives)]
    parts.append(folded(say(lang, "alternatives", n=len(others)), others, "others"))
    hits = [hit_html(hit, lang, number) for number, hit in enumerate(answer.hits[:SHOWN_HITS])]
    parts.append(folded(say(lang, "hits", n=len(hits)), hits, "hits"))
    return f'<div class="evidence {answer.status}">{"".join(parts)}</div>'


def _sureness(answer: Answer, lang: str, turn: int) -> str:
    """Return how sure the answer is in words; the number is behind them."""
    if answer.status == "not_found":
        return ""
    words = next((key for floor, key in SURENESS if answer.confidence >= floor), "sure_low")
    percent = f"{round(100 * answer.confidence)}%"
    told = f'<span class="percent">{escape(say(lang, "sure_tip", n=percent))}</span>'
    return folded(say(lang, words), [told], f"sure-{turn}", "sure")


def _words(answer: Answer, lang: str) -> str:
    texts = items(answer)
    if len(texts) == 1:
        size = " long" if is_long(texts[0]) else ""
        return f'<blockquote class="words{size}" dir="auto" lang="{tongue(texts[0])}">{escape(texts[0])}</blockquote>'
    lines = "".join(f'<li dir="auto" lang="{tongue(text)}">{escape(text)}</li>' for text in texts)
    count = escape(say(lang, "items", n=len(texts)))
    return f'<blockquote class="words list"><ol>{lines}</ol><p class="count">{count}</p></blockquote>'


def _cell(answer: Answer, lang: str) -> str:
    """Return row and column of an answer out of a table."""
    if answer.cell is None:
        return ""
    named = [(say(lang, "cell_row"), answer.cell.row), (say(lang, "cell_column"), answer.cell.column)]
    said = "".join(f"<span>{escape(name)}{element('bdi', value)}</span>" for name, value in named if value)
    return f'<p class="cell">{said}</p>' if said else ""


def _figures(answer: Answer, lang: str, turn: int) -> str:
    """Return the figures of articles that differ, side by side, oldest first, each with the way to its place."""
    if not answer.figures:
        return ""
    rows = []
    for number, figure in enumerate(answer.figures):
        said = quoted_title(figure.citation.title or say(lang, "untitled"))
        way = button("open", said, kind="cited", turn=turn, group="figure", n=number)
        date = figure.date or say(lang, "undated")
        rows.append(f"<li>{element('b', figure.text)}{element('small', date)}{way}</li>")
    return f'<div class="figures"><p>{escape(say(lang, "figures"))}</p><ul>{"".join(rows)}</ul></div>'


def _origin(answer: Answer, lang: str, turn: int) -> str:
    if not answer.citations:
        return ""
    more = len(answer.citations) - 1
    line = _where(answer.citations[0], lang, turn, 0)
    if more:
        line += f'<span class="more">{escape(say(lang, "from_more", n=more))}</span>'
    return f'<p class="origin">{line}</p>'


def _where(citation: Citation, lang: str, turn: int, number: int) -> str:
    """Return the name of the place, as the button that opens it."""
    title = citation.title or say(lang, "untitled")
    said = say(lang, "from", title=quoted_title(title), paragraph=citation.paragraph)
    return button("open", said, kind="cited", turn=turn, group="cited", n=number)


def _corrected(answer: Answer, lang: str) -> str:
    said = [say(lang, "corrected", typed=typed, meant=meant) for typed, meant in answer.corrected]
    return f'<p class="corrected">{"".join(element("bdi", one) for one in said)}</p>' if said else ""


def _carried(answer: Answer, lang: str, turn: int) -> str:
    if not answer.carried:
        return ""
    chips = "".join(chip(name, lang, "drop", turn=turn, n=number) for number, name in enumerate(answer.carried))
    return f'<div class="carried">{escape(say(lang, "carried"))}<ul class="chips">{chips}</ul></div>'


def _question(answer: Answer, lang: str) -> str:
    return element("bdi", say(lang, "sources_for", question=answer.query))
