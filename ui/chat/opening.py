"""What happens to the sources of an answer: opened in their article, looked around in, explained."""

from __future__ import annotations

from dataclasses import replace
from logging import getLogger
from typing import Any

import gradio as gr

from rag.errors import WenjuError
from ui.chat.turns import Turn
from ui.chat.views import Turns, Views
from ui.parts import narrow
from ui.parts.places import Opened, Place, around, opened
from ui.parts.why import reason_for
from ui.rooms.hall import number_told, told

logger = getLogger(__name__)


class Opening(Views):
    """The handlers of cards and of the open article."""

    def open(
        self, turns: Turns, shown: int | None, lang: str, event: gr.EventData, request: gr.Request
    ) -> tuple[Any, ...]:
        """Open the article of a card, or of the line under an answer, whose sources are then shown too."""
        named = number_told(event, "turn")
        at = shown if named is None else named
        places = self._places(turns, at, told(event, "group"))
        found = opened(places, number_told(event) or 0)
        reading = self.read(found, lang, request) if found else (gr.skip(), gr.skip())
        if at == shown or not found:
            return (*reading, gr.skip(), gr.skip(), gr.skip())
        return (*reading, at, *self.views(turns, at, lang))

    def step(self, open_now: Opened | None, lang: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        by = 1 if number_told(event, "by") == 1 else -1
        return self.read(open_now.step(by) if open_now else None, lang, request)

    def browse(self, open_now: Opened | None, lang: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Open another article of the same contents; the hits stay at hand."""
        if open_now is None:
            return gr.skip(), gr.skip()
        return self.read(replace(open_now, article_id=told(event, "article"), at=None), lang, request)

    def close(self) -> tuple[None, str]:
        return None, ""

    def neighbours(self, turns: Turns, shown: int | None, lang: str, event: gr.EventData) -> Any:
        """Show the paragraphs before and behind that of a card."""
        turn, key, place = self._card(turns, shown, event)
        article = self._article(place) if place else None
        if turn is None or place is None or article is None:
            return gr.skip()
        turn.asked.around[key] = around(article, place)
        return self.panel(turns, shown, lang)

    def why(self, turns: Turns, shown: int | None, lang: str, event: gr.EventData) -> Any:
        """Show why the passage of a card was found."""
        turn, key, place = self._card(turns, shown, event)
        article = self._article(place) if place else None
        if turn is None or turn.answer is None or place is None or article is None:
            return gr.skip()
        try:
            query = turn.answer.asked or turn.answer.query
            explanation = self._assistant.explain(query, narrow.where_of(turn.chosen))[1]
        except WenjuError as error:
            logger.info("no explanation: %s", error)
            return gr.skip()
        turn.asked.why[key] = explanation, reason_for(explanation, article, place)
        return self.panel(turns, shown, lang)

    def _card(
        self, turns: Turns, shown: int | None, event: gr.EventData
    ) -> tuple[Turn | None, tuple[str, int], Place | None]:
        group, number = told(event, "group"), number_told(event) or 0
        places = self._places(turns, shown, group)
        if shown is None or not 0 <= number < len(places):
            return None, (group, number), None
        return turns[shown], (group, number), places[number]
