"""What each button of the archive does, and what is looked at after it."""

from __future__ import annotations

from dataclasses import replace

import gradio as gr

from rag.index.correct import Change, field_value
from ui.archive.holdings import collection_of
from ui.archive.job import Job
from ui.archive.manage import Manager
from ui.rooms.hall import told
from ui.rooms.manage_view import View


class Steps:
    """One method a button, by its name; a step that cannot be done raises what `Manager` raises."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager

    def look(self, view: View, event: gr.EventData) -> View:
        return View(told(event, "name"))

    def back(self, view: View, event: gr.EventData) -> View:
        return View()

    def ask(self, view: View, event: gr.EventData) -> View:
        return replace(view, sure=told(event, "what"))

    def remove(self, view: View, event: gr.EventData) -> View:
        self._manager.remove(told(event, "name"))
        return View()

    def erase(self, view: View, event: gr.EventData) -> View:
        self._over(self._manager.delete(view.name, told(event, "name")))
        return replace(view, sure="")

    def index(self, view: View, event: gr.EventData) -> View:
        self._over(self._manager.index(view.name))
        return view

    def reindex(self, view: View, event: gr.EventData) -> View:
        self._manager.reindex()
        return view

    def fix(self, view: View, event: gr.EventData) -> View:
        article = told(event, "article")
        return View(collection_of(article), article, seen=self._manager.fields(article).seen)

    def unfix(self, view: View, event: gr.EventData) -> View:
        return View(view.name)

    def field(self, view: View, event: gr.EventData) -> View:
        name, value = told(event, "field"), told(event, "value")
        return replace(view, changed=(*(one for one in view.changed if one[0] != name), (name, value)))

    def split(self, view: View, event: gr.EventData) -> View:
        return replace(view, split=told(event, "value"))

    def save(self, view: View, event: gr.EventData) -> View:
        if not view.changed and not view.split.strip():
            return view.left()
        return self._corrected(view, Change(dict(field_value(*one) for one in view.changed), view.split.strip()))

    def alter(self, view: View, event: gr.EventData) -> View:
        what = told(event, "what")
        return self._corrected(view, Change(join=what == "join", front=what == "front", undo=what == "undo"))

    def _corrected(self, view: View, change: Change) -> View:
        self._over(self._manager.correct(view.article, change, view.seen))
        return view.left()

    def _over(self, job: Job) -> None:
        """Give quick work a moment, so that its end is seen at once; the rest is looked at again and again."""
        over = self._manager.job(job.id, 0.5)
        if over.error:
            raise over.error
