"""The page "quote check": a quotation in, what the archive really says out."""

from __future__ import annotations

from collections.abc import Sequence
from logging import getLogger
from typing import Any

import gradio as gr

from rag.query import MAX_CHARS
from rag.quote import QuoteCheck
from ui.archive.known import Archive
from ui.rooms.hall import QUICK, SLOW, Hall, html, number_told, trouble
from ui.rooms.passages import asking_box, room_head
from ui.rooms.quote_html import places, quotes_html
from ui.words import DEFAULT, say

logger = getLogger(__name__)


class QuoteRoom:
    """Checks a quotation against the archive; the last check is kept for its visitor."""

    name = "quote"

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def title(self, lang: str) -> str:
        return say(lang, "room_quote")

    def build(self, hall: Hall) -> None:
        self._hall = hall
        checks = gr.State(())
        head = html("quote-head", value=self._head(DEFAULT))
        box = asking_box("quote-box", _asking(DEFAULT))
        result = html("quote-found", "open", value=quotes_html((), None, DEFAULT))
        box.submit(self.check, [box, hall.lang], [checks, result], **SLOW)
        result.open(self.open, [checks, hall.lang], list(hall.reading), **QUICK)
        hall.on_language(self.reword, [checks, hall.lang], [head, box, result])

    def check(self, quote: str, lang: str) -> tuple[Any, str]:
        """Check ``quote``; a blank one changes nothing."""
        if not quote.strip():
            return gr.skip(), gr.skip()
        try:
            checks = tuple(self._archive.check_quote(quote))
        except Exception as error:
            kept = trouble(error)
            if not kept:
                logger.exception("a quotation could not be checked")
            return (), quotes_html((), kept, lang)
        return checks, quotes_html(checks, None, lang)

    def open(
        self, checks: Sequence[QuoteCheck], lang: str, event: gr.EventData, request: gr.Request
    ) -> tuple[Any, Any]:
        return self._hall.read_at(places(checks), number_told(event), lang, request)

    def reword(self, checks: Sequence[QuoteCheck], lang: str) -> tuple[Any, ...]:
        return self._head(lang), gr.update(**_asking(lang)), quotes_html(checks, None, lang)

    def _head(self, lang: str) -> str:
        return room_head(lang, "quote_head", "quote_how")


def _asking(lang: str) -> dict[str, Any]:
    return {"label": say(lang, "quote_label"), "placeholder": say(lang, "quote_placeholder"), "max_length": MAX_CHARS}
