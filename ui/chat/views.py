"""What every handler of the page starts from: the assistant, the archive, and how the parts of the page look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import gradio as gr

from rag import converse
from rag.errors import WenjuError
from rag.filters.conditions import Filter
from rag.retrieve.explain import Explanation
from rag.types import Answer, Article
from ui.archive.known import Archive
from ui.chat.article import gone_html, reader_html
from ui.chat.frame import conversation_html, header_html, panel_html
from ui.chat.keeper import Keeper
from ui.chat.suggest import Suggestions
from ui.chat.turns import Turn
from ui.kept.meter import Meter
from ui.kept.visitor import may_manage
from ui.parts import narrow
from ui.parts.narrow import Chosen
from ui.parts.places import Opened, Place, places_of
from ui.parts.troubles import sentence
from ui.words import say

Turns = tuple[Turn, ...]

MANAGE = "manage"  # the room in which the archive is changed
MAX_TURNS = 40  # a longer conversation forgets its beginning, so that a session's memory is bounded


class Assistant(Protocol):
    """What the page needs of ``rag.assistant.Assistant``; each method is called from several threads."""

    def ask(self, query: str, where: Filter | None = None) -> Answer:
        """Answer one question, from the articles that meet a filter."""
        ...

    def chat(
        self,
        query: str,
        earlier: Sequence[converse.Turn],
        where: Filter | None = None,
        *,
        without: Sequence[str] = (),
    ) -> Answer:
        """Answer a question that may lean on the earlier turns, oldest first, carrying over nothing of ``without``."""
        ...

    def explain(self, query: str, where: Filter | None = None) -> tuple[Answer, Explanation]:
        """Answer one question and tell why its passages were found."""
        ...

    def article(self, article_id: str) -> Article:
        """Return a whole article; raises KeyError for one that is not there."""
        ...


class Views:
    """How the page looks from what a visitor has; holds what is the same for every visitor and nothing else."""

    def __init__(
        self,
        assistant: Assistant,
        about: Mapping[str, object],
        suggestions: Suggestions,
        archive: Archive | None = None,
        meter: Meter | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self._assistant, self._about, self._suggestions = assistant, about, suggestions
        self._archive, self._meter, self._keeper = archive, meter or Meter(), keeper or Keeper()
        self.rooms: list[Any] = []  # in the order of the header
        self.originals = False  # whether the server gives the files themselves

    def worded(
        self,
        turns: Sequence[Turn],
        shown: int | None,
        open_now: Opened | None,
        chosen: Chosen,
        lang: str,
        request: object = None,
    ) -> tuple[Any, ...]:
        """Return header, question box, filters, conversation, sources and open article."""
        entered = [room for room in self.rooms if room.name != MANAGE or may_manage(request)]
        rooms = [("chat", say(lang, "room_chat")), *((room.name, room.title(lang)) for room in entered)]
        box = gr.update(placeholder=say(lang, "ask_placeholder"), label=say(lang, "ask_label"))
        kept = self._keeper.history is not None
        header = header_html(self._about, lang, rooms if len(rooms) > 1 else (), kept)
        reader = self.read(open_now, lang, request)[1]
        return header, box, self.narrowed(chosen, lang), *self.views(turns, shown, lang), reader

    def views(self, turns: Sequence[Turn], shown: int | None, lang: str) -> tuple[str, str]:
        """Return the conversation and the sources beside it."""
        judging = self._keeper.feedback is not None
        talk = conversation_html(turns, shown, self._suggestions.now(), lang, self._about, judging)
        return talk, self.panel(turns, shown, lang)

    def panel(self, turns: Sequence[Turn], shown: int | None, lang: str) -> str:
        """Return the sources of a turn."""
        return panel_html(turns, shown, lang, self.originals)

    def read(self, open_now: Opened | None, lang: str, request: object) -> tuple[Opened | None, str]:
        """Return what lies open and how it looks; one that is not there any more says so.

        Whoever may change the archive can go on to correct it.
        """
        if open_now is None:
            return None, ""
        try:
            article = self._assistant.article(open_now.article_id)
        except KeyError:
            return open_now, gone_html(say(lang, "gone"), lang)
        except WenjuError as error:
            return open_now, gone_html(sentence(error, lang), lang)
        contents = self._archive.known().by_source.get(article.source, ()) if self._archive else ()
        fixable = any(room.name == MANAGE for room in self.rooms) and may_manage(request)
        return open_now, reader_html(open_now, article, contents, lang, self.originals, fixable)

    def narrowed(self, chosen: Chosen, lang: str) -> str:
        return narrow.panel_html(chosen, self._archive.known() if self._archive else None, lang)

    def _places(self, turns: Sequence[Turn], at: int | None, group: str) -> tuple[Place, ...]:
        turn = turns[at] if at is not None and at in range(len(turns)) else None
        return places_of(turn.answer, group) if turn and turn.answer else ()

    def _article(self, place: Place) -> Article | None:
        try:
            return self._assistant.article(place.article_id)
        except (KeyError, WenjuError):
            return None


def with_turn(turns: Turns, at: int, turn: Turn) -> Turns:
    return (*turns[:at], turn, *turns[at + 1 :])
