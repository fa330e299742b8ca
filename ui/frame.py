"""How the page around the answers looks, as HTML: header, welcome, the conversation, the empty panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.types import Answer
from ui.render import answer_html, escape, sources_html, took_html
from ui.words import say

SEAL = Path(__file__).with_name("favicon.svg").read_text("utf-8")
LANGUAGES = (("zh", "中文"), ("en", "English"))
COUNTED = ("issues", "articles", "files", "paragraphs")  # what the header may name, in this order


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what became of it; with neither answer nor error it is still being looked up."""

    question: str
    answer: Answer | None = None
    error: str | None = None


def header_html(about: Mapping[str, object], lang: str) -> str:
    """Return the name of the page and what is in the archive; ``about`` names only what is known."""
    facts = [escape(fact) for fact in archive_facts(about, lang)]
    name = about.get("name")
    if name:
        facts.insert(0, f"<bdi>{escape(name)}</bdi>")
    return (
        f'<header class="masthead" lang="{say(lang, "tag")}"><span class="seal" aria-hidden="true">{SEAL}</span>'
        f'<div><h1>Wenju<span class="tagline">{escape(say(lang, "tagline"))}</span></h1>'
        f'<p class="facts">{" · ".join(facts)}</p></div>{_switches(lang)}</header>'
    )


def _switches(lang: str) -> str:
    """Return the buttons of the header: languages, light or dark, a new conversation."""
    languages = "".join(
        f'<button type="button" data-lang="{code}" lang="{code}"'
        f' aria-pressed="{"true" if code == lang else "false"}">{name}</button>'
        for code, name in LANGUAGES
    )
    return (
        f'<nav><span class="languages" role="group" aria-label="语言 Language">{languages}</span>'
        f'<button type="button" data-theme="1" title="{escape(say(lang, "theme_tip"))}"'
        f' aria-label="{escape(say(lang, "theme_tip"))}">◐</button>'
        f'<button type="button" class="new" data-new="1">{escape(say(lang, "new"))}</button></nav>'
    )


def archive_facts(about: Mapping[str, object], lang: str) -> list[str]:
    """Return one phrase a fact: counts of issues, articles, files, paragraphs, and the span of dates."""
    facts = [say(lang, key, n=f"{about[key]:,}") for key in COUNTED if isinstance(about.get(key), int) and about[key]]
    dates = about.get("dates")
    if isinstance(dates, Sequence) and len(dates) == 2 and all(dates):
        facts.append(say(lang, "dates", first=dates[0], last=dates[1]))
    return facts


def conversation_html(turns: Sequence[Turn], shown: int | None, examples: Sequence[str], lang: str) -> str:
    """Return all turns, oldest first, ``shown`` being the one whose sources stand beside; or the welcome."""
    if not turns:
        return _wrapped("welcome", _welcome(examples, lang), lang)
    body = "".join(_turn(turn, number, number == shown, lang) for number, turn in enumerate(turns))
    return _wrapped("turns", body, lang)


def panel_html(turns: Sequence[Turn], shown: int | None, lang: str) -> str:
    """Return the sources of the turn ``shown``, or what will stand there."""
    answer = turns[shown].answer if shown is not None and shown in range(len(turns)) else None
    if answer is not None:
        return f'<div lang="{say(lang, "tag")}">{sources_html(answer, lang)}</div>'
    return (
        f'<div lang="{say(lang, "tag")}"><div class="evidence none"><h2>{escape(say(lang, "sources"))}</h2>'
        f'<p class="empty">{escape(say(lang, "sources_empty"))}</p></div></div>'
    )


def _wrapped(kind: str, body: str, lang: str) -> str:
    # a log is read out as it grows, without taking the focus from the question box
    label = escape(say(lang, "conversation"))
    spoken = f'lang="{say(lang, "tag")}" role="log" aria-live="polite" aria-label="{label}"'
    return f'<div class="{kind}" {spoken}>{body}</div>'


def _welcome(examples: Sequence[str], lang: str) -> str:
    buttons = "".join(
        f'<li><button type="button" data-example="{number}">{escape(example)}</button></li>'
        for number, example in enumerate(examples)
    )
    tried = f'<h3>{escape(say(lang, "examples"))}</h3><ul class="examples">{buttons}</ul>' if examples else ""
    return f"<h2>{escape(say(lang, 'welcome'))}</h2><p>{escape(say(lang, 'welcome_how'))}</p>{tried}"


def _turn(turn: Turn, number: int, shown: bool, lang: str) -> str:
    question = f'<p class="question" dir="auto">{escape(turn.question)}</p>'
    if turn.error is not None:
        body = (
            f'<div class="answer failed"><p class="outcome"><b>{escape(say(lang, "failed"))}</b></p>'
            f'<p class="how">{escape(turn.error or say(lang, "failed_how"))}</p></div>'
        )
    elif turn.answer is None:
        body = f'<div class="answer pending"><p class="how">{escape(say(lang, "searching"))}</p></div>'
    else:
        body = answer_html(turn.answer, lang) + _foot(turn.answer, number, shown, lang)
    return f'<section class="turn{" shown" if shown else ""}">{question}{body}</section>'


def _foot(answer: Answer, number: int, shown: bool, lang: str) -> str:
    """Return the row under an answer: a way to its paragraphs where there are any, and the time it took."""
    way = ""
    if answer.citations or answer.hits:
        kind, key = ('class="jump" data-jump="1"', "jump") if shown else (f'data-turn="{number}"', "show")
        way = f'<button type="button" {kind}>{escape(say(lang, key))}</button>'
    return f'<div class="foot">{way}{took_html(answer, lang)}</div>'
