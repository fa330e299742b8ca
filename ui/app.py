"""The page: wires the assistant to the conversation on the left and its sources on the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from logging import getLogger
from typing import Any, Protocol

import gradio as gr
from gradio.events import api

from rag import converse
from rag.errors import WenjuError
from rag.query import MAX_CHARS
from rag.types import Answer
from ui.frame import Turn, conversation_html, header_html, panel_html
from ui.words import DEFAULT, WORDS, preferred, say

logger = getLogger(__name__)

MAX_TURNS = 40  # a longer conversation forgets its beginning, so that a session's memory is bounded

# clicks inside our own HTML become events of the page; data-* attributes say which
CLICKS = """
element.addEventListener('click', (event) => {
  const data = event.target.closest('button')?.dataset ?? {};
  if (data.example) trigger('example', {index: Number(data.example)});
  if (data.turn) trigger('turn', {index: Number(data.turn)});
  if (data.jump) document.getElementById('sources').scrollIntoView({behavior: 'smooth'});
});
let seen = '';
watch('value', () => {
  const last = element.querySelector('.turn:last-child');
  const now = last ? element.querySelectorAll('.turn').length + last.lastElementChild.className : '';
  if (last && now !== seen) last.scrollIntoView({block: last.offsetHeight < innerHeight * 0.6 ? 'end' : 'start'});
  seen = now;
});
"""
SWITCHES = """
element.addEventListener('click', (event) => {
  const data = event.target.closest('button')?.dataset ?? {};
  if (data.lang) trigger('language', {lang: data.lang});
  if (data.new) trigger('forget');
  if (data.theme) {
    const dark = document.body.classList.toggle('dark');
    localStorage.setItem('wenju-theme', dark ? 'dark' : 'light');
  }
});
const kept = localStorage.getItem('wenju-theme');
if (kept) document.body.classList.toggle('dark', kept === 'dark');
"""
TO_TOP = "watch('value', () => { element.closest('#sources').scrollTop = 0; });"


class Assistant(Protocol):
    """What the page needs of ``rag.assistant.Assistant``; both methods are called from several threads."""

    def ask(self, query: str) -> Answer:
        """Answer one question."""
        ...

    def chat(self, query: str, earlier: Sequence[converse.Turn]) -> Answer:
        """Answer a question that may lean on the earlier turns, oldest first."""
        ...


def build_app(assistant: Assistant, about: Mapping[str, object], examples: Sequence[str] = ()) -> gr.Blocks:
    """Return the page; ``about`` names what the archive holds, ``examples`` are questions worth asking.

    Theme, style and the closed doors belong to the server: see ``ui.serve``.
    """
    page = _Page(assistant, about, examples)
    app = gr.Blocks(analytics_enabled=False, title="Wenju", fill_width=True)
    with app:
        remembered = gr.BrowserState(None, storage_key="wenju-lang", secret="wenju")  # no secret: must outlive restarts
        lang, turns, shown = gr.State(DEFAULT), gr.State(()), gr.State(None)
        header = _html("masthead", SWITCHES)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="chat", min_width=0):
                conversation = _html("conversation", CLICKS)
                box = gr.Textbox(elem_id="box", max_length=MAX_CHARS, container=False, autofocus=True, submit_btn=True)
            panel = _html("sources", TO_TOP)

        api(page.answer_json, api_name="ask")  # first: it is the one that shall have this name
        slow: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        quick: dict[str, Any] = {**slow, "queue": False}
        worded, talk = [header, box, conversation, panel], [turns, shown, conversation, panel]
        app.load(page.greet, [remembered], [lang, *worded], **quick)
        header.language(page.switch, [turns, shown], [lang, remembered, *worded], **quick)
        asked = box.submit(page.ask, [box, turns, lang], [box, *talk], **slow)
        tried = conversation.example(page.try_example, [turns, lang], [box, *talk], **slow)
        conversation.turn(page.show, [turns, lang], talk[1:], **quick)
        header.forget(page.forget, [lang], [box, *talk], cancels=[asked, tried], **quick)
    app.queue(max_size=64, default_concurrency_limit=2, api_open=False)
    return app


def _html(name: str, script: str) -> gr.HTML:
    return gr.HTML(elem_id=name, js_on_load=script, apply_default_css=False)


class _Page:
    """The handlers of the page; holds what is the same for every visitor and nothing else."""

    def __init__(self, assistant: Assistant, about: Mapping[str, object], examples: Sequence[str]) -> None:
        self._assistant, self._about, self._examples = assistant, about, tuple(examples)

    def greet(self, remembered: Any, request: gr.Request) -> tuple[Any, ...]:
        """Say the page in the language chosen here before, else in the browser's."""
        lang = remembered if remembered in WORDS else preferred(request.headers.get("accept-language"))
        return (lang, *self._worded((), None, lang))

    def switch(self, turns: Sequence[Turn], shown: int | None, event: gr.EventData) -> tuple[Any, ...]:
        lang = event.lang if event.lang in WORDS else DEFAULT
        return (lang, lang, *self._worded(turns, shown, lang))

    def ask(self, question: str, turns: tuple[Turn, ...], lang: str) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, then its answer; a blank question changes nothing."""
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        before, last = turns[-MAX_TURNS + 1 :], len(turns[-MAX_TURNS + 1 :])
        yield "", gr.skip(), gr.skip(), *self._views((*before, Turn(question)), None, lang)
        after = (*before, self._answered(question, before))
        yield gr.skip(), after, last, *self._views(after, last, lang)

    def try_example(self, turns: tuple[Turn, ...], lang: str, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        index = event.index
        yield from self.ask(self._examples[index] if index in range(len(self._examples)) else "", turns, lang)

    def show(self, turns: tuple[Turn, ...], lang: str, event: gr.EventData) -> tuple[Any, ...]:
        return (event.index, *self._views(turns, event.index, lang))

    def forget(self, lang: str) -> tuple[Any, ...]:
        return ("", (), None, *self._views((), None, lang))

    def answer_json(self, query: str) -> dict[str, Any]:
        """Answer one question; returns the JSON that the command line prints."""
        from rag.serialize import answer_to_dict

        turn = self._answered(query, ())
        if turn.answer is None:
            raise gr.Error(turn.error or say("en", "failed_how"), print_exception=False)
        return answer_to_dict(turn.answer)

    def _worded(self, turns: Sequence[Turn], shown: int | None, lang: str) -> tuple[Any, ...]:
        box = gr.update(placeholder=say(lang, "ask_placeholder"), label=say(lang, "ask_label"))
        return (header_html(self._about, lang), box, *self._views(turns, shown, lang))

    def _views(self, turns: Sequence[Turn], shown: int | None, lang: str) -> tuple[str, str]:
        return conversation_html(turns, shown, self._examples, lang), panel_html(turns, shown, lang)

    def _answered(self, question: str, before: Sequence[Turn]) -> Turn:
        """Ask, or chat when something was answered before; what goes wrong becomes a sentence."""
        earlier = [converse.Turn(turn.question, turn.answer.text) for turn in before if turn.answer is not None]
        try:
            answer = self._assistant.chat(question, earlier) if earlier else self._assistant.ask(question)
        except (WenjuError, ValueError) as error:
            return Turn(question, error=str(error))
        except Exception:  # the page must stay usable whatever a model or a disk does
            logger.exception("a question could not be answered")
            return Turn(question, error="")
        return Turn(question, answer)
