"""The page: wires the assistant to the conversation, its sources, the open article and the other rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.events import api

from rag.query import MAX_CHARS
from ui.archive.known import Archive
from ui.chat.chat import Assistant, Chat
from ui.chat.keeper import Keeper
from ui.chat.suggest import Suggestions
from ui.kept.meter import Meter
from ui.rooms.hall import QUICK, SLOW, Hall, Room, html
from ui.rooms.passages import PassagesRoom
from ui.rooms.quote import QuoteRoom
from ui.rooms.status import StatusRoom
from ui.words import DEFAULT

LISTED = ("shut", "find", "rename", "name", "delete", "erase")  # what can be done with the list of conversations

__all__ = ["Assistant", "build_app"]


def build_app(
    assistant: Assistant,
    about: Mapping[str, object],
    examples: Sequence[str] = (),
    archive: Archive | None = None,
    rooms: Sequence[Room] = (),
    meter: Meter | None = None,
    keeper: Keeper | None = None,
    originals: bool = False,
) -> gr.Blocks:
    """Return the page; ``about`` names what the archive holds, ``examples`` are questions worth asking.

    Without ``archive`` there is nothing to filter by, to list or to check; with a ``keeper`` conversations are kept and
    answers can be judged. ``rooms`` come behind those of the page; with ``originals`` the server gives the files.
    Theme, style and the closed doors belong to the server: see ``ui.serve``.
    """
    meter = meter or Meter()
    chat = Chat(assistant, _known(about, archive), Suggestions(assistant, archive, examples), archive, meter, keeper)
    chat.rooms, chat.originals = [*_rooms(about, archive, meter), *rooms], originals
    app = gr.Blocks(analytics_enabled=False, title="Wenju", fill_width=True)
    with app:
        _build(app, chat)
    app.queue(max_size=64, default_concurrency_limit=2, api_open=False)
    return app


def _known(about: Mapping[str, object], archive: Archive | None) -> Mapping[str, object]:
    """Add what the archive itself tells: issues and span of dates."""
    if archive is None or "issues" in about:  # such a one tells it of the archive as it is now
        return about
    known = archive.known()
    return {"issues": known.issues, "dates": known.dates or (), **about}


def _rooms(about: Mapping[str, object], archive: Archive | None, meter: Meter) -> list[Room]:
    if archive is None:
        return []
    return [PassagesRoom(archive), QuoteRoom(archive), StatusRoom(archive, about, meter)]


def _build(app: gr.Blocks, chat: Chat) -> None:
    remembered = gr.BrowserState(None, storage_key="wenju-lang", secret="wenju")  # no secret: must outlive restarts
    lang, turns, shown = gr.State(DEFAULT), gr.State(()), gr.State(None)
    chosen, opened, talked, listing = gr.State(()), gr.State(None), gr.State(None), gr.State(None)
    header = html("masthead", "language", "forget", "history")
    with gr.Row(elem_id="room-chat", elem_classes="room"):
        with gr.Column(elem_id="chat", min_width=0):
            conversation = html("conversation", "example", "turn", "open", "drop", "judge", "better")
            filters = html("filters", "choose", "widen")
            box = gr.Textbox(elem_id="box", elem_classes="box", max_length=MAX_CHARS, container=False, autofocus=True,
                             submit_btn=True)  # fmt: skip
        panel = html("sources", "open", "around", "why")
    reader = html("reader", "step", "browse", "close", "mark", "fix")
    history = html("history", *LISTED, "talk")
    hall = _furnish(chat.rooms, Hall(lang, (opened, reader), chat.read))

    api(chat.answer_json, api_name="ask")  # first: it is the one that shall have this name
    worded, talk = [header, box, filters, conversation, panel, reader], [turns, shown, conversation, panel]
    greeted = app.load(chat.greet, [remembered], [lang, *worded], **QUICK)
    switched = header.language(chat.switch, [turns, shown, opened, chosen], [lang, remembered, *worded], **QUICK)
    for sayer, told, shown_in in hall.sayers:
        for said_anew in (greeted, switched):
            said_anew.then(sayer, told, shown_in, **QUICK)
    said = [turns, chosen, talked, lang]
    asked = box.submit(chat.ask, [box, *said], [box, *talk, talked], **SLOW)
    tried = conversation.example(chat.try_example, said, [box, *talk, talked], **SLOW)
    dropped = conversation.drop(chat.drop, [turns, talked, lang], talk, **SLOW)
    conversation.turn(chat.show, [turns, lang], talk[1:], **QUICK)
    header.forget(chat.forget, [lang], [box, *talk, talked], cancels=[asked, tried, dropped], **QUICK)
    conversation.judge(chat.judge, [turns, shown, lang], [turns, conversation], **QUICK)
    conversation.better(chat.better, [turns, lang], [opened, reader], **QUICK)
    reader.mark(chat.mark, [turns, shown, opened, lang], [turns, conversation, opened, reader], **QUICK)
    history.talk(chat.back, [lang], [*talk, talked, listing, history], **QUICK)
    for does, place in (("history", header), *((one, history) for one in LISTED)):
        getattr(place, does)(_listed(chat, does), [listing, talked, lang], [listing, history], **QUICK)
    _wire_cards(chat, conversation, panel, reader, (turns, shown, lang, opened))
    filters.choose(chat.choose, [chosen, lang], [chosen, filters], **QUICK)
    filters.widen(chat.widen, [chosen, lang], [chosen, filters], **QUICK)


def _furnish(rooms: Sequence[Room], hall: Hall) -> Hall:
    for room in rooms:
        with gr.Column(elem_id=f"room-{room.name}", elem_classes="room other", min_width=0):
            room.build(hall)
    return hall


def _wire_cards(chat: Chat, conversation: gr.HTML, panel: gr.HTML, reader: gr.HTML, states: tuple[Any, ...]) -> None:
    turns, shown, lang, opened = states
    seen, reading = [turns, shown, lang], [opened, reader]
    for place in (conversation, panel):
        place.open(chat.open, seen, [*reading, shown, conversation, panel], **QUICK)
    panel.around(chat.neighbours, seen, [panel], **QUICK)
    panel.why(chat.why, seen, [panel], **SLOW)
    reader.step(chat.step, [opened, lang], reading, **QUICK)
    reader.browse(chat.browse, [opened, lang], reading, **QUICK)
    reader.close(chat.close, None, reading, **QUICK)


def _listed(chat: Chat, does: str) -> Callable[..., tuple[Any, str]]:
    """Return the handler of one thing that can be done with the list of conversations."""

    def handle(listing: Any, talk: Any, lang: str, event: gr.EventData, request: gr.Request) -> tuple[Any, str]:
        return chat.listed(does, listing, talk, lang, event, request)

    return handle
