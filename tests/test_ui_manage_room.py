"""The page to manage the archive, without a browser: what it shows of each state, and what each step does."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import WordEncoder

from rag.articles.corrections.sidecar import FIELDS
from rag.config import Settings
from rag.errors import ArticleError, ConfigError
from ui.archive.holdings import Collection, Fields, File
from ui.archive.job import FileProgress, Job
from ui.archive.jobs import Indexer
from ui.archive.known import Entry
from ui.archive.live import Live
from ui.archive.manage import Manager
from ui.archive.opened import opener
from ui.chat.chat import Chat
from ui.chat.suggest import Suggestions
from ui.kept.visitor import READER
from ui.parts.places import Opened
from ui.parts.troubles import sentence
from ui.rooms.fields_html import fields_html
from ui.rooms.jobs_html import jobs_html
from ui.rooms.manage_html import collection_html, collections_html
from ui.rooms.manage_view import View
from ui.words import WORDS

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
LANGS = ("zh", "en")
ANYBODY: Any = SimpleNamespace(headers={})
WHO_READS: Any = SimpleNamespace(headers={READER: "1"})


def pages(said: str, lang: str) -> list[str]:
    """Return every piece of the page with ``said`` wherever others decide what stands there."""
    fields = Fields(said, "article", {**dict.fromkeys(FIELDS, said), "authors": (said,)}, {"title": said}, True, "")
    files = [File(said, 1, 1, state, said) for state in ("indexed", "new", "unreadable")]
    steps = tuple(FileProgress(said, state, said) for state in ("waiting", "reading", "read", "skipped"))
    view = View(said, sure=f"remove {said}", trouble=ConfigError(said), changed=(("title", said),), split=said)
    return [
        collections_html(view, [Collection(said, 1, 1, own) for own in (True, False)], lang),
        collection_html(view, True, files, [(f"c/{said}", [Entry(said, said, (said,), said)])], 50_000_000, lang),
        fields_html(view, fields, lang),
        jobs_html([Job("1", f"index {said}", "running", "reading", 1, 4, steps, error=ConfigError(said))], lang),
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_that_others_wrote_becomes_part_of_the_page(lang: str) -> None:
    plain = [re.findall(r"<[a-z/]+", page) for page in pages("plain", lang)]
    evil = pages(EVIL, lang)
    assert [re.findall(r"<[a-z/]+", page) for page in evil] == plain
    assert not any("<script" in page or "<img" in page for page in evil)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("state", ["waiting", "running", "done", "failed"])
@pytest.mark.parametrize("what", ["index a", "reindex", "delete a/b.txt", "remove a", "correct a/b.txt#1"])
def test_every_kind_of_work_is_said_in_both_languages(lang: str, state: Any, what: str) -> None:
    error = ConfigError("x") if state == "failed" else None
    page = jobs_html([Job("1", what, state, "encoding", 1, 2, error=error)], lang)
    assert "{" not in page
    assert ("data-again" in page) == (state in ("waiting", "running"))


def test_both_languages_say_all_of_it() -> None:
    assert WORDS["zh"].keys() == WORDS["en"].keys()


def test_only_what_is_ours_can_be_removed_and_only_when_asked_twice() -> None:
    ours, theirs = Collection("ours", 1, 1, True), Collection("theirs", 1, 1, False)
    page = collections_html(View(), [ours, theirs], "en")
    assert page.count('data-do="ask"') == 1
    assert 'data-do="remove"' not in page
    assert 'data-do="remove"' in collections_html(View(sure="remove ours"), [ours, theirs], "en")
    assert "data-upload" not in collection_html(View("theirs"), False, [], [], 1, "en")


# steps


@pytest.fixture
def room(own_index: Path, tmp_path: Path) -> Any:
    from ui.rooms.manage import ManageRoom

    live = Live(own_index, opener(Settings(index=own_index), WordEncoder()))
    manager = Manager(live, tmp_path / "uploads", Indexer(live, WordEncoder(), 320))
    return ManageRoom(manager, live.archive)


def step(room: Any, does: str, view: View, **told: str) -> tuple[View, str, str]:
    return room._acting(getattr(room, does))(view, "en", SimpleNamespace(_data=told), ANYBODY)


@pytest.mark.slow
def test_an_article_is_looked_up_and_corrected_step_by_step(room: Any, corpus: Path) -> None:
    view, page, _ = step(room, "look", View(), name="corpus")
    article = re.search(r'data-do="fix" data-article="([^"]+)"', page)
    assert article is not None
    view, page, _ = step(room, "fix", view, article=article[1])
    assert 'id="fix-title"' in page
    view, _, _ = step(room, "field", view, field="authors", value="林知远；周小满")
    view, _, jobs = step(room, "save", view)
    assert view.article == ""
    room._manager.job(room._manager.jobs()[0].id, 120)
    assert room._manager.fields(article[1]).values["authors"] == ("林知远", "周小满")
    assert 'data-do="poll"' in jobs


@pytest.mark.slow
def test_what_was_typed_a_moment_before_is_saved_too(room: Any) -> None:
    view, _, _ = step(room, "fix", View("corpus"), article="corpus/river.txt#1")
    told = {"typed-column": "调查研究", "typed-authors": "林知远；周小满"}
    view, _, _ = step(room, "save", replace(view, changed=(("column", "调研"),)), **told)
    assert (view.article, view.trouble) == ("", None)
    room._manager.job(room._manager.jobs()[0].id, 120)
    values = room._manager.fields("corpus/river.txt#1").values
    assert (values["column"], values["authors"]) == ("调查研究", ("林知远", "周小满"))


@pytest.mark.slow
def test_a_step_that_cannot_be_done_says_why_and_stays_where_it_was(room: Any) -> None:
    assert step(room, "look", View(), name="none")[0].name == ""
    view, page, _ = step(room, "remove", View(), name="corpus")
    assert 'role="alert"' in page
    view, page, _ = step(room, "fix", View("corpus"), article="corpus/none.txt#1")
    assert view.article == ""
    view = View("corpus", "corpus/x.txt#1", changed=(("colour", "red"),))
    assert isinstance(step(room, "save", view)[0].trouble, ConfigError | str)
    made = room.create("新文集", View(), "en", ANYBODY)
    assert (made[0], made[1].name) == ("", "新文集")
    again = room.create("新文集", made[1], "en", ANYBODY)
    assert 'role="alert"' in again[2]


@pytest.mark.slow
def test_who_may_only_read_sees_nothing_of_it_and_changes_nothing(room: Any) -> None:
    assert room.create("新文集", View(), "zh", WHO_READS)[1] == room.create("", View(), "zh", ANYBODY)[1]
    for does, told in (("look", {"name": "corpus"}), ("reindex", {}), ("fix", {"article": "corpus/river.txt#1"})):
        event = SimpleNamespace(_data=told)
        view, page, jobs = room._acting(getattr(room, does))(View(), "zh", event, WHO_READS)
        assert (view, jobs) == (View(trouble=view.trouble), "")
        assert "corpus" not in page
    assert room._manager.jobs() == []
    assert [one.name for one in room._manager.collections()] == ["corpus"]


@pytest.mark.parametrize("lang", LANGS)
def test_an_article_that_was_being_read_is_a_step_away_from_its_correction(lang: str) -> None:
    fields = Fields("c/a.txt#1", "article", dict.fromkeys(FIELDS, ""), {}, False, "")
    view = View("c", reading=Opened("c/a.txt#1"), room="chat")
    for page in (fields_html(view, fields, lang), collection_html(view, True, [], [], 1, lang)):
        assert re.search(r'data-do="resume" data-room="chat">[^<]*' + WORDS[lang]["fix_back"], page)
    assert "data-room" not in fields_html(replace(view, room="manage"), fields, lang)
    assert "resume" not in fields_html(View("c"), fields, lang) + collection_html(View("c"), True, [], [], 1, lang)


@pytest.mark.slow
def test_only_who_may_manage_is_led_from_an_article_to_its_correction(room: Any) -> None:
    live = room._manager.live
    chat = Chat(live.assistant, live.about, Suggestions(live.assistant, live.archive, ()), live.archive)
    opened = Opened("corpus/river.txt#1")
    assert 'data-do="fix"' not in chat.read(opened, "zh", ANYBODY)[1]  # nobody manages this server
    chat.rooms = [room]
    assert 'data-do="fix"' in chat.read(opened, "zh", ANYBODY)[1]
    assert 'data-do="fix"' not in chat.read(opened, "zh", WHO_READS)[1]
    assert 'data-do="fix"' not in chat.worded((), None, opened, (), "zh", WHO_READS)[-1]
    event: Any = SimpleNamespace(_data={"article": opened.article_id, "at": "chat"})
    assert room.fix_read(View(), opened, "zh", event, WHO_READS)[2].article == ""
    assert room.fix_read(View(), opened, "zh", event, ANYBODY)[2].reading == opened


@pytest.mark.parametrize(("lang", "said"), [("zh", "至少要有一篇"), ("en", "at least one article")])
def test_that_the_last_article_must_stay_is_said_without_a_path(lang: str, said: str) -> None:
    told = sentence(ArticleError("no readable article", where="/srv/archive", mend="Give files."), lang)
    assert said in told
    assert "/srv" not in told
