"""The whole server in a real browser: files sent, corrected and opened, verdicts, history, export; stand-ins answer."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import WordEncoder, fake_the_models, make_index, write_corpus
from test_ui_render import poisoned
from ui_browsing import MARKS, Visit, anew, ask, last, serious
from ui_payloads import PAYLOADS

from eval.bench.load_page import talk
from eval.data import read_questions
from rag.config import Settings
from rag.sample import corpus_folder
from ui.archive.jobs import Indexer
from ui.archive.live import Live
from ui.archive.manage import Manager
from ui.archive.opened import opener
from ui.chat.views import MAX_TURNS
from ui.kept.feedback import Feedback
from ui.kept.history import History
from ui.kept.talk import Kept
from ui.kept.visitor import BROWSER
from ui.rest import Desk
from ui.serve import Page, running

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the page stays untested")
pytest_plugins = ["ui_browsing"]
pytestmark = MARKS

QUESTION, HELD = "青石河沿岸设了多少名河长？", "一百零六名"
BELL = "# 古钟楼的大钟\n\n作者：韩小雨\n\n古钟楼的大钟铸于一八七二年，重三千二百斤。\n\n每天早晚各敲一次。\n"
BELL_QUESTION = "古钟楼的大钟重多少斤？"
PDF = "flood-report-2024.pdf"
PDF_QUESTION = "泽水干流云泽水文站于6月27日4时出现洪峰，水位是多少米？"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patched:
        fake_the_models(patched)
        corpus = write_corpus(home / "corpus")
        shutil.copy(corpus_folder() / "articles" / PDF, corpus / PDF)
        write_payloads(corpus)
        index = make_index(corpus, home / "index")
        live = Live(index, opener(Settings(index=index), WordEncoder()))
        manager = Manager(live, home / "state" / "uploads", Indexer(live, WordEncoder(), 320))
        history, feedback = History(home / "history.sqlite"), Feedback(home / "feedback.jsonl")
        live.refresh()
        yield Desk(live, history=history, feedback=feedback, manager=manager)
        live.close()


@pytest.fixture(scope="module")
def site(desk: Desk) -> Iterator[Page]:
    live = desk.live
    with running(live.assistant, live.about, archive=live.archive, desk=desk) as site:
        yield site


def write_payloads(corpus: Path) -> None:
    """Write every payload as title, author, column, journal, issue, date and body of an article, ten to a record file.

    As many as a file may be called by are the names of files too.
    """
    fields = ("title", "author", "column", "journal", "issue", "place")
    for at in range(0, len(PAYLOADS), 25):
        rows = [{**dict.fromkeys(fields, one), "text": f"毒针{n}号。{one} 毒针结束。"} for n, one in named(at)]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (corpus / f"payloads-{at}.jsonl").write_text(lines, "utf-8")
    with zipfile.ZipFile(corpus / "payloads.zip", "w") as packed:
        for n, one in named(0, len(PAYLOADS)):
            name = one.translate(dict.fromkeys(map(ord, "\t\n\x0c\u202e\u00a0"), " ")).replace("..", "")
            packed.writestr(f"{n}{name}.txt".replace("//", "/"), f"{name}\n\n毒针{n}号的文件。{one}\n")


def named(at: int, count: int = 25) -> list[tuple[int, str]]:
    return list(enumerate(PAYLOADS[at : at + count], at))


def enter(page: Any, room: str) -> None:
    page.locator(f"#masthead [data-room={room}]").click()
    sync_api.expect(page.locator(f"#room-{room}")).to_be_visible()


def write(page: Any, box: str, text: str) -> None:
    page.locator(f"#{box} textarea").fill(text)
    page.locator(f"#{box} textarea").press("Enter")


def test_a_file_is_sent_and_asked_about_corrected_and_deleted_while_the_page_stays_open(
    visit: Visit, tmp_path: Path
) -> None:
    (tmp_path / "bell.md").write_text(BELL, "utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"no pdf")
    page = visit()
    enter(page, "manage")
    write(page, "manage-box", "钟楼")
    page.locator(".drop input").set_input_files([tmp_path / "bell.md", tmp_path / "broken.pdf"])
    sync_api.expect(page.locator("#manage-view li.indexed h4")).to_contain_text("bell.md")
    sync_api.expect(page.locator("#manage-view li.unreadable .says")).not_to_contain_text(str(tmp_path.parent))
    enter(page, "chat")
    ask(page, BELL_QUESTION)
    sync_api.expect(last(page).locator(".words")).to_contain_text("三千二百斤")
    enter(page, "manage")
    page.locator("#manage-view li.indexed summary").click()
    page.get_by_role("button", name="更正《古钟楼的大钟》").click()
    page.locator("#fix-authors").fill("韩大雨；周小满")
    page.locator("#fix-authors").press("Tab")
    page.get_by_role("button", name="保存更正").click()
    sync_api.expect(page.locator("#manage-jobs li.done").first).to_contain_text("更正")
    enter(page, "chat")
    anew(page)
    ask(page, BELL_QUESTION)
    sync_api.expect(page.locator("#sources .who").first).to_contain_text("周小满")
    enter(page, "manage")
    page.get_by_role("button", name="删除文件“broken.pdf”").click()
    page.get_by_role("button", name="确定删除").click()
    sync_api.expect(page.locator("#manage-view li.unreadable")).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "fix", "back", "save"),
    [("zh-CN", "更正《", "← 回到全文", "保存更正"), ("en-GB", "Correct “", "← Back to the article", "Save")],
)
def test_the_open_article_leads_to_its_correction_and_back(
    visit: Visit, desk: Desk, locale: str, fix: str, back: str, save: str
) -> None:
    page = visit(locale=locale)
    ask(page, QUESTION)
    last(page).locator("button.cited").click()
    sync_api.expect(page.locator(".reader mark.here").first).to_be_visible()
    marked = page.locator(".reader mark.here").all_text_contents()
    title = str(page.locator(".reader h2").text_content())
    page.get_by_role("button", name=f"{fix}{title}").focus()
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#room-manage .fixes")).to_be_visible()
    sync_api.expect(page.locator(".reader")).to_have_count(0)
    sync_api.expect(page.locator("#manage-view h3")).to_be_focused()
    sync_api.expect(page.locator("#fix-title")).to_have_value(title)
    page.get_by_role("button", name=back).click()
    sync_api.expect(page.locator("#room-chat")).to_be_visible()
    sync_api.expect(page.locator(".reader mark.here")).to_have_text(marked)
    sync_api.expect(page.locator(".reader h2")).to_be_focused()
    page.locator(".reader [data-do=fix]").click()
    page.locator("#fix-column").fill(f"河口{locale}")
    page.locator("#fix-column").press("Tab")
    page.get_by_role("button", name=save).click()
    sync_api.expect(page.locator("#manage-view .shelf.files")).to_be_visible()
    assert desk.manager is not None
    assert desk.manager.job(desk.manager.jobs()[0].id, 120).state == "done"
    page.get_by_role("button", name=back).click()
    sync_api.expect(page.locator(".reader mark.here")).to_have_text(marked)
    sync_api.expect(page.locator(".reader header")).to_contain_text(f"河口{locale}")
    page.keyboard.press("Escape")
    sync_api.expect(page.locator(".reader")).to_have_count(0)
    enter(page, "manage")
    sync_api.expect(page.locator("#manage-view .trail")).not_to_contain_text(back)


def test_an_article_read_in_the_archive_leads_to_its_correction_and_back_too(visit: Visit) -> None:
    page = visit()
    enter(page, "manage")
    page.get_by_role("button", name="打开文集“corpus”").click()
    page.locator("#manage-view summary").last.click()
    page.locator("#manage-view [data-do=open]:visible").first.click()
    title = str(page.locator(".reader h2").text_content())
    page.locator(".reader [data-do=fix]").click()
    sync_api.expect(page.locator("#fix-title")).to_have_value(title)
    sync_api.expect(page.locator(".reader")).to_have_count(0)
    sync_api.expect(page.locator("#manage-view h3")).to_be_focused()
    page.get_by_role("button", name="取消").click()
    sync_api.expect(page.locator(".reader h2")).to_have_text(title)
    sync_api.expect(page.locator("#room-manage .fixes")).to_have_count(0)


def test_the_original_opens_from_a_card_and_a_pdf_at_its_page(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    with page.expect_popup() as shown:
        page.locator("#sources a.original").first.click()
    sync_api.expect(shown.value.locator("body")).to_contain_text(HELD)
    shown.value.close()
    ask(page, PDF_QUESTION)
    link = page.locator(f"#sources a.original[href*='{PDF}']").first
    to = str(link.get_attribute("href"))
    number = int(to.partition("#page=")[2])
    sync_api.expect(link).to_have_text(f"原文件第 {number} 页")
    said = page.request.get(page.url.partition("#")[0] + to.partition("#")[0])
    assert (said.status, said.headers["content-type"]) == (200, "application/pdf")
    page.locator(f"#sources .card:has(a.original[href='{to}']) [data-do=open]").first.click()
    sync_api.expect(page.locator(".reader a.original")).to_have_attribute("href", to)


def test_a_verdict_becomes_a_question_that_can_be_run_and_a_conversation_a_file(
    visit: Visit, desk: Desk, tmp_path: Path
) -> None:
    page = visit()
    ask(page, QUESTION)
    last(page).get_by_role("button", name="对", exact=True).click()
    sync_api.expect(last(page).locator(".judged")).to_be_visible()
    assert desk.feedback is not None
    (tmp_path / "questions.jsonl").write_text(desk.feedback.questions(), "utf-8")
    kept = [entry.turns[0].text for entry in read_questions(tmp_path / "questions.jsonl")]
    assert QUESTION in kept
    ask(page, BELL_QUESTION)
    last(page).get_by_role("button", name="标出更好的答案").click()
    sync_api.expect(page.locator(".reader .marking")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="历史").click()
    row = page.locator(".talks li").filter(has_text=QUESTION).first
    row.get_by_text("导出").click()
    for form, begins in (("md", b"# "), ("docx", b"PK"), ("json", b"{")):
        with page.expect_download() as saved:
            row.locator(f"a[href*='as={form}']").click()
        assert Path(saved.value.path()).read_bytes().startswith(begins)


def test_the_load_test_times_what_is_asked_on_the_page(visit: Visit) -> None:
    shots = talk(visit(), [QUESTION, "火星上有几座桥？", QUESTION])
    assert [shot.error for shot in shots] == [""] * 3
    assert all(shot.wall > shot.library > 0 for shot in shots)


def test_none_of_a_hundred_payloads_in_files_names_and_questions_runs(visit: Visit, desk: Desk) -> None:
    page = visit(viewport={"width": 1290, "height": 810})
    page.evaluate("() => { window.ran = 0; window.alert = () => { window.ran += 1; }; }")
    known = desk.live.archive.known()
    assert sum(len(entries) for source, entries in known.by_source.items() if "payloads" in source) >= 2 * 100
    ask(page, f"毒针3号 {PAYLOADS[3]}")  # what it finds holds others
    owner = next(one["value"] for one in page.context.cookies() if one["name"] == BROWSER)
    assert desk.history is not None
    for at in range(0, len(PAYLOADS), MAX_TURNS):  # all of them as questions, with answers that hold nothing else
        talk = None
        for number, (_, payload) in enumerate(named(at, MAX_TURNS)):
            kept = Kept(payload, poisoned(payload), "", (("column", payload),), (payload,))
            talk = desk.history.put(f"browser:{owner}", talk, number, kept)
        page.get_by_role("button", name="历史").click()
        page.locator(".talks button.talk").first.click()
        sync_api.expect(page.locator(".question")).to_have_text([payload for _, payload in named(at, MAX_TURNS)])
        assert page.locator(".question").all_text_contents() == [payload for _, payload in named(at, MAX_TURNS)]
        sync_api.expect(page.locator("#sources mark").first).to_have_text(named(at, MAX_TURNS)[-1][1])
        assert page.locator("#sources mark").first.text_content() == named(at, MAX_TURNS)[-1][1]
    anew(page)
    ask(page, f"毒针40号 {PAYLOADS[40]}")
    page.locator("#sources .card [data-do=open]").first.click()
    sync_api.expect(page.locator(".reader")).to_be_visible()
    page.locator(".reader .contents summary").click()
    assert page.locator(".reader .contents li").count() >= 20
    page.keyboard.press("Escape")
    page.locator("#filters summary").click()
    page.get_by_role("button", name="历史").click()
    sync_api.expect(page.locator(".talks li").first).to_contain_text("毒针")
    page.keyboard.press("Escape")
    enter(page, "passages")
    write(page, "passages-box", "毒针")
    sync_api.expect(page.locator("#passages-found .passage").first).to_be_visible()
    while (more := page.locator("#passages-found .pager button").last).text_content() == "下一页":
        said = page.locator("#passages-found .pager span").text_content()
        more.click()
        sync_api.expect(page.locator("#passages-found .pager span")).not_to_have_text(str(said))
    enter(page, "quote")
    write(page, "quote-box", f"毒针3号。{PAYLOADS[3]} 毒针结束")
    sync_api.expect(page.locator("#quote-found .check")).to_be_visible()
    enter(page, "manage")
    page.get_by_role("button", name="打开文集“corpus”").click()
    sync_api.expect(page.locator("#manage-view summary").first).to_be_visible()
    for summary in page.locator("#manage-view summary").all():
        summary.click()
    page.locator("#manage-view [data-do=fix]").nth(60).click()
    sync_api.expect(page.locator(".fixes")).to_be_visible()
    assert page.evaluate("window.ran") == 0
    assert (
        page.locator(":is(#root, gradio-app, body) :is(script[src*='elsewhere'], img[src='x'], iframe, object)").count()
        == 0
    )


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1281), ("light", 390), ("dark", 391)])
def test_no_room_has_a_serious_fault_of_accessibility(visit: Visit, scheme: str, width: int) -> None:
    page = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
    ask(page, QUESTION)
    last(page).get_by_role("button", name="对", exact=True).click()
    sync_api.expect(last(page).locator(".judged")).to_be_visible()
    found = {"answered and judged": serious(page)}
    page.get_by_role("button", name="历史").click()
    page.locator(".talks [data-do=rename]").first.click()
    sync_api.expect(page.locator(".talks .renaming")).to_be_visible()
    found["history"] = serious(page)
    page.keyboard.press("Escape")
    for room, text, shown in (("passages", "河长", ".passage"), ("quote", "河口筑巢全市为此设立河长", ".check")):
        enter(page, room)
        write(page, f"{room}-box", text)
        sync_api.expect(page.locator(f"#{room}-found {shown}").first).to_be_visible()
        found[room] = serious(page)
    enter(page, "status")
    sync_api.expect(page.locator(".status dl").first).to_be_visible()
    found["status"] = serious(page)
    enter(page, "manage")
    sync_api.expect(page.locator("#manage-view .shelf")).to_be_visible()
    found["collections"] = serious(page)
    page.get_by_role("button", name="打开文集“corpus”").click()
    page.locator("#manage-view summary").last.click()
    found["files"] = serious(page)
    page.locator("#manage-view [data-do=fix]:visible").first.click()
    sync_api.expect(page.locator(".fixes")).to_be_visible()
    found["correction"] = serious(page)
    assert {state: faults for state, faults in found.items() if faults} == {}
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
