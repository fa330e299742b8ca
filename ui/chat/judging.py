"""What is kept of a conversation: verdicts on its answers, and the conversation itself, to come back to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr

from ui.chat.keeper import Talk, last_shown
from ui.chat.talks import Listing
from ui.chat.views import MAX_TURNS, Turns, Views, with_turn
from ui.parts.places import Opened, Place, opened
from ui.rooms.hall import number_told, told


class Judging(Views):
    """The handlers of verdicts and of the list of conversations."""

    def judge(self, turns: Turns, shown: int | None, lang: str, event: gr.EventData, request: gr.Request) -> Any:
        """Note that an answer is right or wrong, or that there is none."""
        at = number_told(event, "turn")
        if at is None or at not in range(len(turns)):
            return gr.skip(), gr.skip()
        after = with_turn(turns, at, self._keeper.judge(request, turns[at], told(event, "verdict")))
        return after, self.views(after, shown, lang)[0]

    def better(self, turns: Turns, lang: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Open the nearest article, to mark a better answer in it."""
        at = number_told(event, "turn")
        places = self._places(turns, at, "cited") or self._places(turns, at, "hit")
        found = opened(places, 0)
        return self.read(replace(found, judging=at), lang, request) if found else (gr.skip(), gr.skip())

    def mark(
        self,
        turns: Turns,
        shown: int | None,
        open_now: Opened | None,
        lang: str,
        event: gr.EventData,
        request: gr.Request,
    ) -> tuple[Any, ...]:
        """Take the words that were selected in the open article as the better answer, and close it."""
        at = open_now.judging if open_now else None
        if open_now is None or at is None or at not in range(len(turns)):
            return (gr.skip(),) * 4
        article = self._article(Place(open_now.article_id, ""))
        if article is None:
            return (gr.skip(),) * 4
        words, paragraph = told(event, "words"), number_told(event, "p") or 0
        after = with_turn(turns, at, self._keeper.judge(request, turns[at], "better", article, paragraph, words))
        return after, self.views(after, shown, lang)[0], None, ""

    def back(self, lang: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Bring a conversation back, and close the list."""
        name = told(event, "talk")
        turns = self._keeper.back(request, name)
        if not turns:
            return (gr.skip(),) * 7
        kept = turns[-MAX_TURNS:]
        shown = last_shown(kept)
        return kept, shown, *self.views(kept, shown, lang), (name, len(turns) - len(kept)), None, ""

    def listed(
        self, does: str, listing: Listing | None, talk: Talk | None, lang: str, event: gr.EventData, request: gr.Request
    ) -> tuple[Listing | None, str]:
        """Open or close the list, search it, rename or delete a conversation of it."""
        name, now = told(event, "talk"), listing or Listing()
        after: Listing | None = replace(now, renaming="", deleting="")
        if does == "history":
            after = None if listing else Listing()
        elif does == "shut":
            after = None
        elif does == "find":
            after = Listing(told(event, "value"))
        elif does == "rename":
            after = replace(now, renaming=name, deleting="")
        elif does == "name" and told(event, "value").strip():
            self._keeper.change(request, "rename", name, told(event, "value"))
        elif does == "delete":
            after = replace(now, renaming="", deleting=name)
        elif does == "erase":
            self._keeper.change(request, "delete", name)
        return after, self._keeper.listed(request, after, talk, lang)
