"""The pages behind the names in the header: each a room of its own that shares the language and the open article."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import gradio as gr

from rag.errors import WenjuError
from ui.parts.places import Opened, Place, opened

QUICK: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
SLOW: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class Hall:
    """What a room may use of the page around it.

    ``lang`` holds "zh" or "en"; what a room gives to ``on_language`` says it anew. To open an article, a handler
    returns ``read(opened, lang, request)`` for the components of ``reading``.
    """

    lang: gr.State
    reading: tuple[gr.State, gr.HTML]
    read: Callable[[Opened | None, str, object], tuple[Opened | None, str]]
    sayers: list[tuple[Callable[..., Any], list[Any], list[Any]]] = field(default_factory=list)

    def on_language(self, say: Callable[..., Any], inputs: list[Any], outputs: list[Any]) -> None:
        """Call ``say`` whenever the page has been said in a language: at its opening, and after each switch."""
        self.sayers.append((say, inputs, outputs))

    def read_at(self, places: Sequence[Place], number: int | None, lang: str, request: gr.Request) -> tuple[Any, Any]:
        """Return what opens the article of one of ``places``; what changes nothing where there is no such place."""
        found = opened(places, number) if number is not None else None
        return self.read(found, lang, request) if found else (gr.skip(), gr.skip())


class Room(Protocol):
    """One page. ``name`` is a short word for the address; what ``build`` makes first speaks ``ui.words.DEFAULT``."""

    name: str

    def title(self, lang: str) -> str:
        """Return what the header calls it."""
        ...

    def build(self, hall: Hall) -> None:
        """Make the components and join them to their handlers, within a column of its own."""
        ...


def html(name: str, *events: str, value: str | None = None) -> gr.HTML:
    """Return a piece of the page of that id, whose buttons start ``events`` (see page.js)."""
    script = f"wenju.attach(element, trigger, watch, {json.dumps(name)}, {json.dumps(events)});"
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


def told(event: gr.EventData, name: str) -> str:
    """Return what a button told of ``name``, "" where it told nothing."""
    value = (event._data or {}).get(name, "") if isinstance(event._data, dict) else ""
    return value if isinstance(value, str) else ""


def typed(event: gr.EventData) -> dict[str, str]:
    """Return what stood typed over in the fields beside a button, by the name of each."""
    data = event._data if isinstance(event._data, dict) else {}
    found = {name.removeprefix("typed-"): value for name, value in data.items() if name.startswith("typed-")}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def number_told(event: gr.EventData, name: str = "n") -> int | None:
    """Return a number that a button told; None for anything else, a browser may send what it likes."""
    text = told(event, name)
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 9 else None


def trouble(error: Exception) -> WenjuError | str:
    """Return what is kept of an error to be shown: what a user can mend, or ""."""
    return error if isinstance(error, WenjuError) else ""
