"""Is this answer right? The buttons that ask, and what was noted."""

from __future__ import annotations

from rag.errors import WenjuError
from ui.chat.turns import Turn
from ui.parts.markup import button, escape
from ui.parts.places import Opened
from ui.parts.troubles import sentence
from ui.words import say


def verdict_html(turn: Turn, number: int, lang: str) -> str:
    """Return the question whether an answer is right, or the verdict on it."""
    if turn.answer is None:
        return ""
    if turn.judged is not None:
        return f'<p class="judged" role="status">{escape(_noted(*turn.judged, lang))}</p>'
    verdicts = ["right", "wrong"] if turn.answer.text is not None else ["nothing"]
    ways = [button("judge", say(lang, f"judge_{one}"), turn=number, verdict=one) for one in verdicts]
    if turn.answer.citations or turn.answer.hits:  # else there is no article to mark anything in
        ways.append(button("better", say(lang, "judge_better"), turn=number))
    return f'<div class="judge" role="group"><span>{escape(say(lang, "judge"))}</span>{"".join(ways)}</div>'


def marking_html(opened: Opened, lang: str) -> str:
    """Return the line above an open article that takes selected words as the answer; nothing unless asked for."""
    if opened.judging is None:
        return ""
    mark = button("mark", say(lang, "judge_mark"), kind="mark").replace("<button", "<button disabled", 1)
    return f'<p class="marking"><span>{escape(say(lang, "judge_how"))}</span>{mark}</p>'


def _noted(verdict: str, said: WenjuError | str, lang: str) -> str:
    if verdict == "not":
        return say(lang, "judged_not", why=sentence(said, lang))
    return say(lang, f"judged_{verdict}", what=said)
