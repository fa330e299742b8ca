"""How the page around the answers looks, as HTML: header, welcome, the conversation, the empty panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.types import Answer
from ui.chat.render import answer_html, sources_html, took_html
from ui.chat.turns import Turn
from ui.chat.verdicts import verdict_html
from ui.look import ICON
from ui.parts.markup import button, element, escape
from ui.parts.narrow import label
from ui.parts.troubles import sentence
from ui.words import say

SEAL = ICON.read_text("utf-8")
LANGUAGES = (("zh", "中文"), ("en", "English"))
COUNTED = ("issues", "articles", "files", "paragraphs")  # what the header may name, in this order


def header_html(
    about: Mapping[str, object], lang: str, rooms: Sequence[tuple[str, str]] = (), history: bool = False
) -> str:
    """Return the name of the page, what is in the archive, and the way to its rooms: (name, label), the first is open.

    ``about`` names only what is known.
    """
    told = {**about, "paragraphs": None}  # of these the first screen tells
    facts = [escape(fact) for fact in archive_facts(told, lang)]
    name = about.get("name")
    if name:
        facts.insert(0, element("bdi", name))
    return (
        f'<header class="masthead" lang="{say(lang, "tag")}"><span class="seal" aria-hidden="true">{SEAL}</span>'
        f'<div class="name"><h1>Wenju<span class="tagline">{escape(say(lang, "tagline"))}</span></h1>'
        f'<p class="facts">{" · ".join(facts)}</p></div>{_rooms(rooms, lang)}{_switches(lang, history)}</header>'
    )


def _rooms(rooms: Sequence[tuple[str, str]], lang: str) -> str:
    if not rooms:
        return ""
    ways = "".join(f'<button type="button" data-room="{escape(name)}">{escape(said)}</button>' for name, said in rooms)
    return f'<nav class="rooms" aria-label="{escape(say(lang, "rooms"))}">{ways}</nav>'


def _switches(lang: str, history: bool) -> str:
    """Return the buttons of the header: languages, light or dark, a new conversation."""
    languages = "".join(
        f'<button type="button" data-do="language" data-lang="{code}" lang="{code}"'
        f' aria-pressed="{"true" if code == lang else "false"}">{name}</button>'
        for code, name in LANGUAGES
    )
    return (
        f'<div class="switches"><span class="languages" role="group" aria-label="语言 Language">{languages}</span>'
        f'<button type="button" data-theme="1" title="{escape(say(lang, "theme_tip"))}"'
        f' aria-label="{escape(say(lang, "theme_tip"))}">◐</button>'
        f"{button('history', say(lang, 'history')) if history else ''}"
        f"{button('forget', say(lang, 'new'), kind='new')}</div>"
    )


def archive_facts(about: Mapping[str, object], lang: str) -> list[str]:
    """Return one phrase a fact: counts of issues, articles, files, paragraphs, and the span of dates."""
    facts = [say(lang, key, n=f"{about[key]:,}") for key in COUNTED if isinstance(about.get(key), int) and about[key]]
    dates = about.get("dates")
    if isinstance(dates, Sequence) and len(dates) == 2 and all(dates):
        facts.append(say(lang, "dates", first=dates[0], last=dates[1]))
    return facts


def conversation_html(
    turns: Sequence[Turn],
    shown: int | None,
    examples: Sequence[str],
    lang: str,
    about: Mapping[str, object] | None = None,
    judging: bool = False,
) -> str:
    """Return all turns, oldest first, ``shown`` being the one whose sources stand beside; or the welcome.

    With ``judging`` each answer asks whether it is right.
    """
    if not turns:
        return _wrapped("welcome", _welcome(examples, about or {}, lang), lang)
    body = "".join(_turn(turn, number, number == shown, lang, judging) for number, turn in enumerate(turns))
    return _wrapped("turns", body, lang)


def panel_html(turns: Sequence[Turn], shown: int | None, lang: str, originals: bool = False) -> str:
    """Return the sources of the turn ``shown``, or what will stand there; ``originals``: with ways to their files."""
    turn = turns[shown] if shown is not None and shown in range(len(turns)) else None
    if turn is not None and turn.answer is not None:
        body, key = sources_html(turn.answer, lang, turn.asked, originals), f"turn-{shown}-{len(turns)}"
    else:
        body = (
            f'<div class="evidence none"><h2>{escape(say(lang, "sources"))}</h2>'
            f'<p class="empty">{escape(say(lang, "sources_empty"))}</p></div>'
        )
        key = "none"
    return f'<div lang="{say(lang, "tag")}" data-key="{key}">{body}</div>'


def _wrapped(kind: str, body: str, lang: str) -> str:
    # a log is read out as it grows, without taking the focus from the question box
    name = escape(say(lang, "conversation"))
    spoken = f'lang="{say(lang, "tag")}" role="log" aria-live="polite" aria-label="{name}" tabindex="0"'
    return f'<div class="{kind}" {spoken}>{body}</div>'


def _welcome(examples: Sequence[str], about: Mapping[str, object], lang: str) -> str:
    buttons = "".join(f"<li>{button('example', example, n=n)}</li>" for n, example in enumerate(examples))
    tried = f'<h3>{escape(say(lang, "examples"))}</h3><ul class="examples">{buttons}</ul>' if examples else ""
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in archive_facts(about, lang))
    held = f'<h3>{escape(say(lang, "holds"))}</h3><ul class="held">{facts}</ul>' if facts else ""
    return f"<h2>{escape(say(lang, 'welcome'))}</h2><p>{escape(say(lang, 'welcome_how'))}</p>{held}{tried}"


def _turn(turn: Turn, number: int, shown: bool, lang: str, judging: bool = False) -> str:
    question = f'<p class="question" dir="auto">{escape(turn.question)}</p>{_narrowed(turn, lang)}'
    if turn.error is not None:
        body = (
            f'<div class="answer failed"><div class="outcome"><span class="sign" aria-hidden="true">!</span>'
            f"<b>{escape(say(lang, 'failed'))}</b></div>"
            f'<p class="how">{escape(sentence(turn.error, lang))}</p></div>'
        )
    elif turn.answer is None:
        body = f'<div class="answer pending"><p class="how">{escape(say(lang, "searching"))}</p></div>'
    else:
        body = answer_html(turn.answer, lang, number) + _foot(turn.answer, number, shown, lang)
        body += verdict_html(turn, number, lang) if judging else ""
    return f'<section class="turn{" shown" if shown else ""}">{question}{body}</section>'


def _narrowed(turn: Turn, lang: str) -> str:
    """Return the filters that a question was asked with."""
    if not turn.chosen:
        return ""
    said = "".join(element("bdi", label(*one, lang)) for one in turn.chosen)
    return f'<p class="narrowed">{escape(say(lang, "filters_used"))}{said}</p>'


def _foot(answer: Answer, number: int, shown: bool, lang: str) -> str:
    """Return the row under an answer: a way to its paragraphs where there are any, and the time it took."""
    way = ""
    if answer.citations or answer.hits:
        if shown:
            way = f'<button type="button" class="jump" data-jump="1">{escape(say(lang, "jump"))}</button>'
        else:
            way = button("turn", say(lang, "show"), n=number)
    return f'<div class="foot">{way}{took_html(answer, lang)}</div>'
