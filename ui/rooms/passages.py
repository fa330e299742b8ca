"""The page "all passages": words and filters in, every passage that says them out."""

from __future__ import annotations

from logging import getLogger
from typing import Any

import gradio as gr

from rag.query import MAX_CHARS
from rag.retrieve.matches import Matches
from ui.archive.known import Archive
from ui.parts import narrow
from ui.parts.markup import escape
from ui.parts.narrow import Chosen
from ui.rooms.hall import QUICK, SLOW, Hall, html, number_told, told, trouble
from ui.rooms.passages_html import passages_html, places
from ui.words import DEFAULT, say

logger = getLogger(__name__)


class PassagesRoom:
    """Lists every match; a page of them at a time is kept for its visitor."""

    name = "passages"

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def title(self, lang: str) -> str:
        return say(lang, "room_passages")

    def build(self, hall: Hall) -> None:
        self._hall = hall
        found, chosen = gr.State(None), gr.State(())
        head = html("passages-head", value=self._head(DEFAULT))
        box = asking_box("passages-box", _asking(DEFAULT))
        panel = html("passages-narrow", "choose", "widen", value=self._panel((), DEFAULT))
        result = html("passages-found", "open", "leaf", value=passages_html(None, None, DEFAULT))
        searched = [found, result]
        box.submit(self.search, [box, chosen, hall.lang], searched, **SLOW)
        result.leaf(self.turn, [found, chosen, hall.lang], searched, **SLOW)
        result.open(self.open, [found, hall.lang], list(hall.reading), **QUICK)
        panel.choose(self.choose, [chosen, hall.lang], [chosen, panel], **QUICK)
        panel.widen(self.widen, [chosen, hall.lang], [chosen, panel], **QUICK)
        chosen.change(self.search, [box, chosen, hall.lang], searched, **SLOW)
        hall.on_language(self.reword, [found, chosen, hall.lang], [head, box, panel, result])

    def search(self, query: str, chosen: Chosen, lang: str, page: int = 1) -> tuple[Any, str]:
        """Look for ``query``; a blank one changes nothing."""
        if not query.strip():
            return gr.skip(), gr.skip()
        try:
            found = self._archive.matches(query, narrow.where_of(chosen), page)
        except Exception as error:
            kept = trouble(error)
            if not kept:
                logger.exception("a search for all passages failed")
            return None, passages_html(None, kept, lang)
        return found, passages_html(found, None, lang)

    def turn(self, found: Matches | None, chosen: Chosen, lang: str, event: gr.EventData) -> tuple[Any, str]:
        page = number_told(event)
        return self.search(found.query if found and page else "", chosen, lang, max(1, page or 1))

    def open(self, found: Matches | None, lang: str, event: gr.EventData, request: gr.Request) -> tuple[Any, Any]:
        return self._hall.read_at(places(found), number_told(event), lang, request)

    def choose(self, chosen: Chosen, lang: str, event: gr.EventData) -> tuple[Chosen, str]:
        chosen = narrow.add(chosen, told(event, "field"), told(event, "value"), self._archive.known())
        return chosen, self._panel(chosen, lang)

    def widen(self, chosen: Chosen, lang: str, event: gr.EventData) -> tuple[Chosen, str]:
        chosen = narrow.without(chosen, number_told(event) or 0)
        return chosen, self._panel(chosen, lang)

    def reword(self, found: Matches | None, chosen: Chosen, lang: str) -> tuple[Any, ...]:
        return self._head(lang), gr.update(**_asking(lang)), self._panel(chosen, lang), passages_html(found, None, lang)

    def _panel(self, chosen: Chosen, lang: str) -> str:
        return narrow.panel_html(chosen, self._archive.known(), lang, "all")

    def _head(self, lang: str) -> str:
        return room_head(lang, "passages_head", "passages_how")


def room_head(lang: str, head: str, how: str) -> str:
    """Return the heading of a room with a line on what it is for."""
    return (
        f'<div class="room-head" lang="{say(lang, "tag")}"><h2>{escape(say(lang, head))}</h2>'
        f"<p>{escape(say(lang, how))}</p></div>"
    )


def _asking(lang: str) -> dict[str, Any]:
    return {
        "label": say(lang, "passages_label"),
        "placeholder": say(lang, "passages_placeholder"),
        "max_length": MAX_CHARS,
    }


def asking_box(name: str, words: dict[str, Any]) -> gr.Textbox:
    """Return a line to write in that Enter sends."""
    return gr.Textbox(elem_id=name, elem_classes="box", container=False, submit_btn=True, **words)
