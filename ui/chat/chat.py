"""What happens when something is asked, or the page is said anew: handlers that turn what was into what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from logging import getLogger
from time import perf_counter
from typing import Any

import gradio as gr

from rag.errors import WenjuError
from ui.chat.judging import Judging
from ui.chat.keeper import Talk
from ui.chat.opening import Opening
from ui.chat.turns import Turn, talked
from ui.chat.views import MAX_TURNS, Assistant, Turns, with_turn
from ui.parts import narrow
from ui.parts.narrow import Chosen
from ui.parts.places import Opened
from ui.parts.troubles import sentence
from ui.rooms.hall import number_told, told
from ui.words import DEFAULT, WORDS, preferred

__all__ = ["Assistant", "Chat"]

logger = getLogger(__name__)


class Chat(Opening, Judging):
    """All handlers of the page."""

    def greet(self, remembered: Any, request: gr.Request) -> tuple[Any, ...]:
        """Say the page in the language chosen here before, else in the browser's."""
        lang = remembered if remembered in WORDS else preferred(request.headers.get("accept-language"))
        return (lang, *self.worded((), None, None, (), lang, request))

    def switch(
        self,
        turns: Sequence[Turn],
        shown: int | None,
        open_now: Opened | None,
        chosen: Chosen,
        event: gr.EventData,
        request: gr.Request,
    ) -> tuple[Any, ...]:
        lang = told(event, "lang") if told(event, "lang") in WORDS else DEFAULT
        return (lang, lang, *self.worded(turns, shown, open_now, chosen, lang, request))

    def ask(
        self, question: str, turns: Turns, chosen: Chosen, talk: Talk | None, lang: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, then its answer; a blank question changes nothing."""
        if not question.strip():
            yield (gr.skip(),) * 6
            return
        before = turns[-MAX_TURNS + 1 :]
        asked = Turn(question, chosen=chosen)
        yield "", gr.skip(), gr.skip(), *self.views((*before, asked), None, lang), gr.skip()
        answered = self._answered(asked, before)
        talk = self._keeper.keep(request, talk, len(before), answered, len(turns) - len(before))
        after = (*before, answered)
        yield gr.skip(), after, len(before), *self.views(after, len(before), lang), talk

    def try_example(
        self, turns: Turns, chosen: Chosen, talk: Talk | None, lang: str, event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        examples, index = self._suggestions.now(), number_told(event)
        question = examples[index] if index is not None and index in range(len(examples)) else ""
        yield from self.ask(question, turns, chosen, talk, lang, request)

    def drop(
        self, turns: Turns, talk: Talk | None, lang: str, event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Ask a question again without one of the words that it carried over."""
        at, number = number_told(event, "turn"), number_told(event)
        turn = turns[at] if at is not None and at in range(len(turns)) else None
        carried = turn.answer.carried if turn and turn.answer else ()
        if turn is None or at is None or number is None or number not in range(len(carried)):
            yield (gr.skip(),) * 4
            return
        again = Turn(turn.question, chosen=turn.chosen, without=(*turn.without, carried[number]))
        yield gr.skip(), gr.skip(), *self.views(with_turn(turns, at, again), None, lang)
        answered = self._answered(again, turns[:at])
        self._keeper.keep(request, talk, at, answered)
        after = with_turn(turns, at, answered)
        yield after, at, *self.views(after, at, lang)

    def show(self, turns: Turns, lang: str, event: gr.EventData) -> tuple[Any, ...]:
        at = number_told(event)
        return (at, *self.views(turns, at, lang))

    def forget(self, lang: str) -> tuple[Any, ...]:
        return ("", (), None, *self.views((), None, lang), None)

    def answer_json(self, query: str) -> dict[str, Any]:
        """Answer one question; returns the JSON that the command line prints."""
        from rag.serialize import answer_to_dict

        turn = self._answered(Turn(query), ())
        if turn.answer is None:
            raise gr.Error(sentence(turn.error or "", "en"), print_exception=False)
        return answer_to_dict(turn.answer)

    def _answered(self, turn: Turn, before: Sequence[Turn]) -> Turn:
        """Ask, or chat when something was answered before; what goes wrong is kept to be told."""
        earlier, where, begin = talked(before), narrow.where_of(turn.chosen), perf_counter()
        try:
            if earlier:
                answer = self._assistant.chat(turn.question, earlier, where, without=turn.without)
            else:
                answer = self._assistant.ask(turn.question, where)
        except WenjuError as error:
            self._meter.failed()
            return replace(turn, error=error)
        except Exception:  # the page must stay usable whatever a model or a disk does
            logger.exception("a question could not be answered")
            self._meter.failed()
            return replace(turn, error="")
        self._meter.answered(1000 * (perf_counter() - begin))
        return replace(turn, answer=answer)

    def choose(self, chosen: Chosen, lang: str, event: gr.EventData) -> tuple[Chosen, str]:
        if self._archive:
            chosen = narrow.add(chosen, told(event, "field"), told(event, "value"), self._archive.known())
        return chosen, self.narrowed(chosen, lang)

    def widen(self, chosen: Chosen, lang: str, event: gr.EventData) -> tuple[Chosen, str]:
        number = number_told(event)
        chosen = chosen if number is None else narrow.without(chosen, number)
        return chosen, self.narrowed(chosen, lang)
