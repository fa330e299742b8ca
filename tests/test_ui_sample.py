"""The page over the sample archive, with the real models: what is marked is what was answered, and in view."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ui_browsing import MARKS, Visit, anew, ask

from rag.assistant import Assistant
from rag.filters.conditions import Filter
from rag.sample import corpus_folder, questions_file
from rag.types import Answer
from ui.archive.known import IndexArchive
from ui.chat.turns import items
from ui.serve import Page, running

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the page stays untested")
pytest_plugins = ["ui_browsing"]
pytestmark = MARKS
WANTED = 100


class Remembering:
    """Answers each question once, so that the test and the page read the archive together."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant, self._answers = assistant, dict[str, Answer]()

    def ask(self, query: str, where: Filter | None = None) -> Answer:
        if query not in self._answers:
            self._answers[query] = self._assistant.ask(query, where)
        return self._answers[query]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Remembering, IndexArchive]:
    from rag.config import load_settings
    from rag.encode import open_encoder
    from rag.index import open_index, update_index
    from rag.wiring import assistant_for, retriever_for

    settings = load_settings({"index": tmp_path_factory.mktemp("page") / "index"})
    update_index([corpus_folder()], settings.index, open_encoder(settings.encoder), max_chars=settings.max_chars)
    index = open_index(settings.index)
    retriever = retriever_for(settings, index)
    return Remembering(assistant_for(settings, retriever)), IndexArchive(lambda: index, lambda: retriever)


@pytest.fixture(scope="module")
def site(archive: tuple[Remembering, IndexArchive]) -> Iterator[Page]:
    assistant, known = archive
    with running(assistant, {"name": "sample"}, examples=("芦渡大桥有多长？",), archive=known) as site:
        yield site


def questions() -> list[str]:
    """Return the questions of the sample, those of conversations too, then titles that make a hundred of them."""
    rows = [json.loads(line) for line in Path(questions_file()).read_text("utf-8").splitlines()]
    asked = [turn["question"] for row in rows for turn in row.get("turns", [row])]
    heads = ("谁写了", "什么时候", "多少", "为什么")
    return [*asked, *(f"{question.rstrip('？?')}，{head}？" for head in heads for question in asked)]


def test_of_a_hundred_answers_each_is_marked_in_view_in_its_article(
    visit: Visit, archive: tuple[Remembering, IndexArchive]
) -> None:
    assistant, _ = archive
    page = visit()
    seen, wrong = 0, []
    for question in dict.fromkeys(questions()):
        answer = assistant.ask(question)
        if answer.status != "answered":
            continue
        if seen:  # where there is nothing to forget, nothing would tell when it is forgotten
            anew(page)
        ask(page, question)
        page.locator("#conversation button.cited").first.click()
        mark = page.locator(".reader mark.here")
        sync_api.expect(mark.first).to_be_in_viewport()
        marked = mark.all_text_contents()
        shown = page.locator(".answer .words li").all_text_contents() or page.locator(".words").all_text_contents()
        cited = answer.citations[0]
        expected = [cited.text[start:end] for start, end in cited.marks]
        if shown != items(answer) or "".join(marked) != "".join(expected) or not _told(answer.text, marked, shown):
            wrong.append((question, shown, marked))
        page.keyboard.press("Escape")
        sync_api.expect(page.locator(".reader")).to_have_count(0)
        seen += 1
        if seen == WANTED:
            break
    assert wrong == []
    assert seen == WANTED


def _told(text: str | None, marked: list[str], shown: list[str]) -> bool:
    """Tell whether the marks are the answer: the whole of it, or an item of a list."""
    return "".join(marked) == text or set(marked) <= set(shown) or "".join(marked) in (text or "")
