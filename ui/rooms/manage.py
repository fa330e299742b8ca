"""The page "archive": collections made, files sent and removed, articles corrected, while others ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from logging import getLogger
from typing import Any

import gradio as gr

from rag.errors import WenjuError
from ui.archive.holdings import collection_of
from ui.archive.known import Archive
from ui.archive.manage import Manager
from ui.kept.visitor import may_manage
from ui.parts.places import Opened
from ui.rooms.fields_html import fields_html
from ui.rooms.hall import QUICK, Hall, html, told, trouble, typed
from ui.rooms.jobs_html import jobs_html
from ui.rooms.manage_html import collection_html, collections_html
from ui.rooms.manage_steps import Steps
from ui.rooms.manage_view import View
from ui.rooms.passages import asking_box, room_head
from ui.words import DEFAULT, say

logger = getLogger(__name__)

DOES = (
    "look",
    "back",
    "ask",
    "remove",
    "erase",
    "index",
    "reindex",
    "fix",
    "unfix",
    "field",
    "split",
    "save",
    "alter",
)
Act = Callable[[View, gr.EventData], View]


class ManageRoom(Steps):
    """Shows what there is anew after each step."""

    name = "manage"

    def __init__(self, manager: Manager, archive: Archive) -> None:
        super().__init__(manager)
        self._archive = archive

    def title(self, lang: str) -> str:
        return say(lang, "room_manage")

    def build(self, hall: Hall) -> None:
        self._hall = hall
        view = gr.State(View())
        head = html("manage-head", value=room_head(DEFAULT, "manage_head", "manage_how"))
        box = asking_box("manage-box", _asking(DEFAULT))
        shown = html("manage-view", *DOES, "open", "resume", "entered", value="")
        jobs = html("manage-jobs", "poll", value="")
        after = [view, shown, jobs]
        box.submit(self.create, [box, view, hall.lang], [box, *after], **QUICK)
        for does in DOES:
            getattr(shown, does)(self._acting(getattr(self, does)), [view, hall.lang], after, **QUICK)
        shown.entered(self.drawn, [view, hall.lang], after, **QUICK)
        shown.open(self.open, [hall.lang], list(hall.reading), **QUICK)
        shown.resume(self.resume, [view, hall.lang], [*hall.reading, *after], **QUICK)
        opened, reader = hall.reading
        fixed = reader.fix(self.fix_read, [view, opened, hall.lang], [*hall.reading, *after], **QUICK)
        fixed.then(None, js="() => wenju.enter('manage')", **QUICK)
        jobs.poll(self.poll, [view, hall.lang], after, **QUICK)
        hall.on_language(self.reword, [view, hall.lang], [head, box, *after])

    def drawn(self, view: View, lang: str, request: gr.Request) -> tuple[View, str, str]:
        """Return the view as it is now, with what became of the work; nothing for whoever may only read."""
        if not may_manage(request):
            return View(), collections_html(View(trouble=say(lang, "manage_not_yours")), (), lang), ""
        try:
            body = self._body(view, lang)
        except (WenjuError, KeyError) as error:  # what was looked at is gone
            view = View(trouble=trouble(error))
            body = self._body(view, lang)
        return view, body, jobs_html(self._manager.jobs(), lang)

    def create(self, name: str, view: View, lang: str, request: gr.Request) -> tuple[Any, ...]:
        """Make a collection and look at it; a blank name changes nothing."""
        if not name.strip() or not may_manage(request):
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        try:
            made = View(self._manager.create(name).name)
        except WenjuError as error:
            return gr.skip(), *self.drawn(replace(view, trouble=error), lang, request)
        return "", *self.drawn(made, lang, request)

    def poll(self, view: View, lang: str, request: gr.Request) -> tuple[Any, Any, str]:
        """Look at the work alone while something is typed, else at everything."""
        if (view.article or view.sure) and may_manage(request):
            return gr.skip(), gr.skip(), jobs_html(self._manager.jobs(), lang)
        return self.drawn(view, lang, request)

    def open(self, lang: str, event: gr.EventData, request: gr.Request) -> tuple[Any, Any]:
        return self._hall.read(Opened(told(event, "article"), ()), lang, request)

    def fix_read(
        self, view: View, reading: Opened | None, lang: str, event: gr.EventData, request: gr.Request
    ) -> tuple[Any, ...]:
        """Close the open article and show its fields, with a way back to where it was read."""

        def step(view: View, event: gr.EventData) -> View:
            return replace(self.fix(view, event), reading=reading, room=told(event, "at"))

        return None, "", *self._acting(step)(view, lang, event, request)

    def resume(self, view: View, lang: str, request: gr.Request) -> tuple[Any, ...]:
        """Open the article again from which a visitor came."""
        return *self._hall.read(view.reading, lang, request), *self.drawn(View(view.name), lang, request)

    def reword(self, view: View, lang: str, request: gr.Request) -> tuple[Any, ...]:
        head = room_head(lang, "manage_head", "manage_how")
        return head, gr.update(**_asking(lang)), *self.drawn(view, lang, request)

    def _acting(self, step: Act) -> Callable[[View, str, gr.EventData, gr.Request], tuple[View, str, str]]:
        def act(view: View, lang: str, event: gr.EventData, request: gr.Request) -> tuple[View, str, str]:
            if not may_manage(request):
                return self.drawn(view, lang, request)
            view = view.typed_over(typed(event))
            try:
                after = replace(step(replace(view, trouble=None), event), trouble=None)
            except WenjuError as error:
                after = replace(view, trouble=error)
            except KeyError:
                after = View(trouble="")
            except Exception:
                logger.exception("a step in the archive failed")
                after = replace(view, trouble="")
            return self.drawn(after, lang, request)

        return act

    def _body(self, view: View, lang: str) -> str:
        if view.article:
            return fields_html(view, self._manager.fields(view.article), lang)
        collections = self._manager.collections()
        if not view.name:
            return collections_html(view, collections, lang)
        own = any(one.own for one in collections if one.name == view.name)
        by_source = self._archive.known().by_source
        articles = [(source, entries) for source, entries in by_source.items() if collection_of(source) == view.name]
        return collection_html(view, own, self._manager.files(view.name), articles, self._manager.most, lang)


def _asking(lang: str) -> dict[str, Any]:
    return {"label": say(lang, "manage_new"), "placeholder": say(lang, "manage_new"), "max_length": 80}
