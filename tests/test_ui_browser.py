"""The page in a real browser, with a made-up assistant behind it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from test_ui_render import PAYLOADS, poisoned
from ui_answers import (
    ABOUT,
    ASTRAL,
    BRIDGE,
    BRIDGE_ANSWER,
    ENGLISH,
    EXAMPLES,
    FOLLOW_UP,
    LIST_ANSWER,
    NOT_FOUND,
    RELATED,
    KnownAssistant,
    cited,
    span,
)

from rag.types import Answer
from ui.serve import Page, running

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the page stays untested")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the page stays untested in a browser"),
]
PATIENCE = 120_000  # milliseconds; a busy machine is slow, not wrong
FAMILY = Answer("族谱首页写着谁？", "answered", 0.9, "𡈽屋", (span(ASTRAL, "𡈽屋"),), (cited(ASTRAL, "𡈽屋"),))
Visit = Callable[..., "sync_api.Page"]


@pytest.fixture(scope="module")
def assistant() -> KnownAssistant:
    return KnownAssistant(FAMILY, *(poisoned(payload) for payload in PAYLOADS))


@pytest.fixture(scope="module")
def site(assistant: KnownAssistant) -> Iterator[Page]:
    with running(assistant, ABOUT, examples=EXAMPLES) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    sync_api.expect.set_options(timeout=PATIENCE)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def contexts(browser: sync_api.Browser) -> dict[str, sync_api.BrowserContext]:
    """Hold one browser profile for each set of options, so that Gradio's scripts are loaded once for each."""
    return {}


@pytest.fixture
def visit(site: Page, browser: sync_api.Browser, contexts: dict[str, sync_api.BrowserContext]) -> Iterator[Visit]:
    """Open the page as a new visitor; afterwards nothing may have gone elsewhere, failed or opened a dialog."""
    pages: list[sync_api.Page] = []
    requested: list[str] = []
    trouble: list[str] = []

    def note_dialog(dialog: sync_api.Dialog) -> None:
        trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_page(**options: object) -> sync_api.Page:
        options = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}, **options}
        if repr(options) not in contexts:
            contexts[repr(options)] = browser.new_context(**options)
            contexts[repr(options)].set_default_timeout(PATIENCE)
        page = contexts[repr(options)].new_page()
        pages.append(page)
        page.on("request", lambda request: requested.append(request.url))
        page.on("dialog", note_dialog)
        page.on("pageerror", lambda error: trouble.append(f"page: {error}"))
        page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
        page.goto(site.url)
        page.wait_for_selector(".welcome")
        return page

    yield open_page
    for page in pages:
        page.evaluate("localStorage.clear()")
        page.close()
    own = urlsplit(site.url).netloc
    assert requested
    assert {urlsplit(url).netloc for url in requested if not url.startswith(("data:", "blob:"))} == {own}
    assert trouble == []


def ask(page: sync_api.Page, question: str) -> None:
    """Type ``question``, press Enter, wait until it is answered."""
    turns = page.locator(".turn").count()
    page.locator("#box textarea").fill(question)
    page.locator("#box textarea").press("Enter")
    settled(page, turns + 1)


def settled(page: sync_api.Page, turns: int) -> None:
    sync_api.expect(page.locator(".turn")).to_have_count(turns)
    sync_api.expect(page.locator(".pending")).to_have_count(0)


def last(page: sync_api.Page) -> sync_api.Locator:
    return page.locator(".turn").last


def test_the_first_screen_says_what_is_in_the_archive_and_what_to_ask(visit: Visit) -> None:
    page = visit()
    sync_api.expect(page.locator(".facts")).to_contain_text("36 篇文章")
    assert page.locator(".examples button").all_inner_texts() == list(EXAMPLES)


def test_an_example_is_answered_and_its_words_are_marked_in_view(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name=EXAMPLES[0]).click()
    settled(page, 1)
    mark = page.locator("#sources mark").first
    sync_api.expect(page.locator(".answer .words")).to_have_text("一九三二年")
    sync_api.expect(mark).to_have_text("一九三二年")
    sync_api.expect(mark).to_be_in_viewport()
    assert page.locator("#sources .text").first.text_content() == BRIDGE


def test_marks_beyond_the_basic_plane_are_exact_in_the_browser(visit: Visit) -> None:
    page = visit()
    ask(page, FAMILY.query)
    assert page.locator("#sources mark").text_content() == FAMILY.text
    assert page.locator("#sources .text").text_content() == ASTRAL


def test_other_sources_are_folded_until_asked_for(visit: Visit) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    second = page.locator("#sources").get_by_text("桥头旧事")
    sync_api.expect(second).to_be_hidden()
    page.get_by_text("其他出处（1）").click()
    sync_api.expect(second).to_be_visible()


def test_the_three_outcomes_look_different(visit: Visit) -> None:
    page = visit()
    looks = set()
    for answer in (BRIDGE_ANSWER, RELATED, NOT_FOUND):
        ask(page, answer.query)
        box = last(page).locator(".answer")
        sync_api.expect(box).to_have_class(f"answer {answer.status}")
        looks.add(
            box.evaluate("e => [getComputedStyle(e).borderLeftStyle, getComputedStyle(e).borderLeftColor].join()")
        )
    assert len(looks) == 3


def test_enter_sends_and_the_box_is_empty_and_ready_again(visit: Visit) -> None:
    page = visit()
    page.keyboard.type(BRIDGE_ANSWER.query)
    page.keyboard.press("Enter")
    settled(page, 1)
    sync_api.expect(page.locator("#box textarea")).to_have_value("")
    sync_api.expect(page.locator("#box textarea")).to_be_focused()


def test_an_enter_that_belongs_to_an_input_method_does_not_send(visit: Visit, assistant: KnownAssistant) -> None:
    page = visit()
    calls = len(assistant.calls)
    page.locator("#box textarea").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "shi qiao", "selectionStart": 8, "selectionEnd": 8})
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    keyboard.send("Input.insertText", {"text": "石桥"})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    page.wait_for_timeout(300)
    sync_api.expect(page.locator("#box textarea")).to_have_value("石桥")
    assert len(assistant.calls) == calls


def test_a_blank_question_is_not_sent(visit: Visit, assistant: KnownAssistant) -> None:
    page = visit()
    calls = len(assistant.calls)
    page.locator("#box textarea").fill("   ")
    page.locator("#box textarea").press("Enter")
    page.wait_for_timeout(300)
    assert page.locator(".turn").count() == 0
    assert len(assistant.calls) == calls


def test_everything_can_be_reached_by_keyboard(visit: Visit) -> None:
    page = visit()
    page.locator("body").press("Home")
    reached: list[str] = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("(document.activeElement.innerText || document.activeElement.tagName).trim()"))
    assert {"中文", "English", "◐", "新对话", *EXAMPLES} <= set(reached)
    page.get_by_role("button", name=EXAMPLES[1]).focus()
    page.keyboard.press("Enter")
    settled(page, 1)
    assert last(page).locator(".words li").all_inner_texts() == [item.text for item in LIST_ANSWER.spans]


@pytest.mark.parametrize(("locale", "heading"), [("zh-CN", "想知道什么？"), ("en-GB", "What would you like to know?")])
def test_the_page_speaks_the_language_of_the_browser(visit: Visit, locale: str, heading: str) -> None:
    sync_api.expect(visit(locale=locale).get_by_role("heading", name=heading)).to_be_visible()


def test_the_language_can_be_switched_and_is_remembered(visit: Visit) -> None:
    page = visit()
    ask(page, ENGLISH.query)
    page.get_by_role("button", name="English").click()
    sync_api.expect(last(page)).to_contain_text("Answer, in the source’s words")
    sync_api.expect(page.locator("#sources h2")).to_have_text("Sources")
    sync_api.expect(page.locator("#box textarea")).to_have_attribute(
        "placeholder", "Ask these articles a question, Enter sends"
    )
    page.reload()
    sync_api.expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    sync_api.expect(page.get_by_role("heading", name="想知道什么？")).to_be_visible()


def test_a_follow_up_brings_the_earlier_questions_and_shows_what_it_took_over(
    visit: Visit, assistant: KnownAssistant
) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    ask(page, FOLLOW_UP.query)
    assert assistant.calls[-1] == (FOLLOW_UP.query, (BRIDGE_ANSWER.query,))
    sync_api.expect(last(page).locator(".carried li")).to_have_text("老石桥")


def test_the_sources_of_an_earlier_question_can_be_shown_again(visit: Visit) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    ask(page, RELATED.query)
    sync_api.expect(page.locator("#sources mark")).to_have_count(0)
    page.locator(".turn").first.get_by_role("button").click()
    sync_api.expect(page.locator("#sources mark").first).to_have_text("一九三二年")


def test_a_new_conversation_forgets_the_old_one(visit: Visit, assistant: KnownAssistant) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    page.get_by_role("button", name="新对话").click()
    sync_api.expect(page.locator(".welcome")).to_be_visible()
    sync_api.expect(page.locator("#sources mark")).to_have_count(0)
    ask(page, FOLLOW_UP.query)
    assert assistant.calls[-1] == (FOLLOW_UP.query, ())


def test_two_visitors_do_not_see_each_other(visit: Visit) -> None:
    one, other = visit(), visit(locale="en-GB")
    ask(one, BRIDGE_ANSWER.query)
    ask(other, RELATED.query)
    assert other.locator(".turn").count() == 1
    sync_api.expect(one.locator("#sources mark").first).to_have_text("一九三二年")
    sync_api.expect(one.locator("#sources h2")).to_have_text("出处")


def test_a_question_is_shown_at_once_while_it_is_looked_up(visit: Visit, assistant: KnownAssistant) -> None:
    page = visit()
    assistant.free.clear()
    try:
        page.locator("#box textarea").fill(BRIDGE_ANSWER.query)
        page.locator("#box textarea").press("Enter")
        sync_api.expect(page.locator(".pending")).to_contain_text("正在查找")
        sync_api.expect(page.locator(".question")).to_have_text(BRIDGE_ANSWER.query)
    finally:
        assistant.free.set()
    settled(page, 1)


@pytest.mark.parametrize(("question", "sentence"), [("索引坏了", "The index is damaged"), ("程序坏了", "程序出了意外")])
def test_a_failure_is_a_polite_sentence_and_the_page_goes_on(visit: Visit, question: str, sentence: str) -> None:
    page = visit()
    ask(page, question)
    sync_api.expect(last(page).locator(".failed")).to_contain_text(sentence)
    assert "secret detail" not in page.content()
    ask(page, BRIDGE_ANSWER.query)
    sync_api.expect(last(page).locator(".words")).to_have_text("一九三二年")


def test_no_payload_in_a_document_a_name_or_a_question_runs(visit: Visit) -> None:
    page = visit()
    for number, payload in enumerate(PAYLOADS):
        if number % 10 == 0:
            page.get_by_role("button", name="新对话").click()
            sync_api.expect(page.locator(".welcome")).to_be_visible()
        ask(page, payload)
        assert last(page).locator(".question").text_content() == payload
        assert page.locator("#sources .text").first.text_content() == payload
        assert page.locator("#sources mark").first.text_content() == payload
        assert page.locator("#sources h3 bdi").first.text_content() == payload


def lightness(page: sync_api.Page) -> int:
    """Return the sum of the background's red, green and blue."""
    return int(
        page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)"
        )
    )


def test_light_and_dark_follow_the_system_until_switched(visit: Visit) -> None:
    assert lightness(visit(color_scheme="light")) > 600
    page = visit(color_scheme="dark")
    assert lightness(page) < 150
    page.get_by_role("button", name="在浅色与深色之间切换").click()
    assert lightness(page) > 600
    page.reload()
    page.wait_for_selector(".welcome")
    assert lightness(page) > 600


def test_on_a_phone_the_sources_follow_the_answer_and_nothing_sticks_out(visit: Visit) -> None:
    page = visit(viewport={"width": 360, "height": 740})
    ask(page, BRIDGE_ANSWER.query)
    page.wait_for_timeout(300)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    answer, sources = page.locator(".answer").bounding_box(), page.locator("#sources .card").first.bounding_box()
    assert answer is not None
    assert sources is not None
    assert sources["y"] > answer["y"] + answer["height"]
    sync_api.expect(page.locator("#box textarea")).to_be_in_viewport()
    page.get_by_role("button", name="看出处").click()
    sync_api.expect(page.locator("#sources mark").first).to_be_in_viewport()
