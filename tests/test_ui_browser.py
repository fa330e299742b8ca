"""The page in a real browser, with a made-up assistant behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
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
    WELL,
    KnownArchive,
    KnownAssistant,
    cited,
    span,
)
from ui_browsing import MARKS, Visit, anew, ask, last, serious, settled

from rag.types import Answer
from ui.serve import Page, running

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the page stays untested")
pytest_plugins = ["ui_browsing"]
pytestmark = MARKS
FAMILY = Answer("族谱首页写着谁？", "answered", 0.9, "𡈽屋", (span(ASTRAL, "𡈽屋"),), (cited(ASTRAL, "𡈽屋"),))


@pytest.fixture(scope="module")
def assistant() -> KnownAssistant:
    return KnownAssistant(FAMILY)


@pytest.fixture(scope="module")
def site(assistant: KnownAssistant) -> Iterator[Page]:
    archive = KnownArchive(list(assistant.articles.values()))
    with running(assistant, ABOUT, examples=EXAMPLES, archive=archive) as site:
        yield site


def test_the_first_screen_says_what_is_in_the_archive_and_what_to_ask(visit: Visit) -> None:
    page = visit()
    sync_api.expect(page.locator(".held")).to_contain_text("36 篇文章")
    sync_api.expect(page.locator(".examples button")).to_have_text(list(EXAMPLES))


def test_an_example_is_answered_and_its_words_are_marked_in_view(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name=EXAMPLES[0]).click()
    settled(page, 1)
    mark = page.locator("#sources mark").first
    sync_api.expect(page.locator(".answer .words")).to_have_text("一九三二年")
    sync_api.expect(mark).to_have_text("一九三二年")
    sync_api.expect(mark).to_be_in_viewport()
    assert page.locator("#sources .text").first.text_content() == BRIDGE  # letter for letter, which "expect" is not


def test_marks_beyond_the_basic_plane_are_exact_in_the_browser(visit: Visit) -> None:
    page = visit()
    ask(page, FAMILY.query)
    sync_api.expect(page.locator("#sources mark")).to_have_text(FAMILY.text)
    assert page.locator("#sources mark").text_content() == FAMILY.text
    assert page.locator("#sources .text").text_content() == ASTRAL


def test_other_sources_are_folded_until_asked_for(visit: Visit) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    second = page.locator("#sources h3").get_by_text("桥头旧事")
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
    sync_api.expect(page.locator("#box textarea")).to_be_focused()
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
    for _ in range(24):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("(document.activeElement.innerText || document.activeElement.tagName).trim()"))
    in_order = ["问答", "全部段落", "引文核对", "状态", "中文", "English", "◐", "新对话", *EXAMPLES, "筛选", "TEXTAREA"]
    assert [one for one in reached if one in in_order][: len(in_order)] == in_order
    page.get_by_role("button", name=EXAMPLES[1]).focus()
    page.keyboard.press("Enter")
    settled(page, 1)
    sync_api.expect(last(page).locator(".words li")).to_have_text([item.text for item in LIST_ANSWER.spans])


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
    for room, head in (("passages", "All passages that say"), ("quote", "Quote check"), ("status", "Status")):
        sync_api.expect(page.locator(f"#room-{room} h2").first).to_have_text(head)  # no answer is under way any more
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
    sync_api.expect(last(page).locator(".carried li bdi")).to_have_text("老石桥")


def test_the_sources_of_an_earlier_question_can_be_shown_again(visit: Visit) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    ask(page, RELATED.query)
    sync_api.expect(page.locator("#sources mark")).to_have_count(0)
    page.locator(".turn").first.get_by_role("button", name="显示这一问的段落").click()
    sync_api.expect(page.locator("#sources mark").first).to_have_text("一九三二年")


def test_a_new_conversation_forgets_the_old_one(visit: Visit, assistant: KnownAssistant) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    anew(page)
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


@pytest.mark.parametrize(("question", "sentence"), [("索引坏了", "索引读不出来"), ("程序坏了", "程序出了意外")])
def test_a_failure_is_a_polite_sentence_and_the_page_goes_on(visit: Visit, question: str, sentence: str) -> None:
    page = visit()
    ask(page, question)
    sync_api.expect(last(page).locator(".failed")).to_contain_text(sentence)
    assert "secret detail" not in page.content()
    ask(page, BRIDGE_ANSWER.query)
    sync_api.expect(last(page).locator(".words")).to_have_text("一九三二年")


LIGHTNESS = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)"


def becomes(page: sync_api.Page, lightness: str) -> None:
    """Wait until the sum of the background's red, green and blue is so."""
    page.wait_for_function(f"{LIGHTNESS} {lightness}")


def test_light_and_dark_follow_the_system_until_switched(visit: Visit) -> None:
    becomes(visit(color_scheme="light"), "> 600")
    page = visit(color_scheme="dark")
    becomes(page, "< 150")
    page.get_by_role("button", name="在浅色与深色之间切换").click()
    becomes(page, "> 600")
    page.reload()
    page.wait_for_selector(".welcome")
    becomes(page, "> 600")


PLACE = "(part => document.querySelector(part).getBoundingClientRect())"


def test_on_a_phone_the_sources_follow_the_answer_and_nothing_sticks_out(visit: Visit) -> None:
    page = visit(viewport={"width": 360, "height": 740})
    ask(page, BRIDGE_ANSWER.query)
    sync_api.expect(page.locator("#sources .card").first).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    assert page.evaluate(f"{PLACE}('#sources .card').top > {PLACE}('.answer').bottom")  # at once: the page may scroll
    sync_api.expect(page.locator("#box textarea")).to_be_in_viewport()
    page.get_by_role("button", name="看出处").click()
    sync_api.expect(page.locator("#sources mark").first).to_be_in_viewport()


def test_an_article_opens_beside_the_chat_at_its_marked_words(visit: Visit) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    page.locator("#sources").get_by_role("button", name="打开全文").first.click()
    mark = page.locator(".reader mark.here").first
    sync_api.expect(mark).to_have_text("一九三二年")
    sync_api.expect(mark).to_be_in_viewport()
    sync_api.expect(page.locator(".reader h2")).to_be_focused()
    sync_api.expect(page.locator("#conversation .words")).to_be_in_viewport()
    page.keyboard.press("Escape")
    sync_api.expect(page.locator(".reader")).to_have_count(0)
    sync_api.expect(page.locator("#sources").get_by_role("button", name="打开全文").first).to_be_focused()


def test_the_line_under_an_answer_opens_its_article_and_hits_follow_one_another(visit: Visit) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    last(page).get_by_role("button", name="出自").click()
    sync_api.expect(page.locator(".reader .count")).to_have_text("第 1 处，共 2 处")
    page.locator(".reader").get_by_role("button", name="下一处").click()
    sync_api.expect(page.locator(".reader .count")).to_have_text("第 2 处，共 2 处")
    paragraph = page.locator(".reader .fulltext .here").first
    sync_api.expect(paragraph).to_have_text(WELL)
    sync_api.expect(paragraph.locator("mark.here")).to_be_in_viewport()
    sync_api.expect(page.locator(".reader").get_by_role("button", name="下一处")).to_be_disabled()


def test_the_contents_lead_to_the_other_articles_of_the_file_and_back(visit: Visit) -> None:
    page = visit()
    ask(page, RELATED.query)
    page.locator("#sources .card").first.get_by_role("button", name="打开全文").click()
    title = str(page.locator(".reader h2").text_content())
    page.locator(".reader .contents summary").click()
    page.locator(".reader .contents").get_by_role("button", name="河湾的冬天").click()
    sync_api.expect(page.locator(".reader h2")).to_have_text("河湾的冬天")
    assert page.locator(".reader mark").count() == 0
    page.get_by_role("button", name="回到引用处").click()
    sync_api.expect(page.locator(".reader h2")).to_have_text(title)


def test_a_card_tells_more_once_asked_and_keeps_what_lies_open(visit: Visit) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    page.get_by_text("其他出处（1）").click()
    card = page.locator("#sources .card").first
    card.get_by_role("button", name="为何是这段").click()
    sync_api.expect(card.locator(".why")).to_contain_text("石桥")
    card.get_by_role("button", name="看上下段").click()
    sync_api.expect(card.locator(".near").last).to_have_text(WELL)
    sync_api.expect(card.locator(".why")).to_contain_text("石桥")
    sync_api.expect(page.locator("#sources").locator("h3", has_text="桥头旧事")).to_be_visible()


# the button says so for a moment only: who looks now and then may miss it
COPIED = """button => void new MutationObserver(() => { window.copied ||= button.textContent === '已复制'; })
  .observe(button, {childList: true})"""


def test_a_reference_goes_to_the_clipboard(visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, BRIDGE_ANSWER.query)
    card = page.locator("#sources .card").first
    card.get_by_text("引用格式").click()
    copy = card.get_by_role("button", name="复制").first
    copy.evaluate(COPIED)
    copy.click()
    page.wait_for_function("window.copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("沈砚秋")
    sync_api.expect(page.locator("#live")).to_have_text("已复制")


def test_confidence_is_a_word_and_its_number_appears_on_demand(visit: Visit) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    number = last(page).locator(".percent")
    sync_api.expect(number).to_be_hidden()
    last(page).get_by_text("很有把握").click()
    sync_api.expect(number).to_contain_text("93%")


def test_a_filter_is_chosen_shown_used_and_taken_away(visit: Visit, assistant: KnownAssistant) -> None:
    page = visit()
    page.locator("#filters summary").click()
    page.locator("#filters").get_by_label("栏目").select_option("乡镇来信")
    chips = page.locator("#filters .chip bdi")
    sync_api.expect(chips).to_have_text(["栏目：乡镇来信"])  # a choice made while another is under way is passed over
    page.locator("#filters").get_by_label("从哪一年起").select_option("2024")
    sync_api.expect(chips).to_have_text(["栏目：乡镇来信", "2024 年起"])
    ask(page, BRIDGE_ANSWER.query)
    where = assistant.narrowed[-1]
    assert where is not None
    assert where.meets(next(iter(assistant.articles.values())))
    sync_api.expect(last(page).locator(".narrowed")).to_contain_text("2024 年起")
    page.get_by_role("button", name="去掉“2024 年起”").click()
    sync_api.expect(chips).to_have_text(["栏目：乡镇来信"])
    page.get_by_role("button", name="去掉“栏目：乡镇来信”").click()
    sync_api.expect(chips).to_have_count(0)
    ask(page, RELATED.query)
    assert assistant.narrowed[-1] is None


def test_a_carried_term_can_be_taken_away_and_the_question_is_asked_again(
    visit: Visit, assistant: KnownAssistant
) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    ask(page, FOLLOW_UP.query)
    page.get_by_role("button", name="去掉“老石桥”").click()
    sync_api.expect(page.locator(".carried")).to_have_count(0)
    settled(page, 2)
    assert assistant.left_out[-1] == ("老石桥",)
    assert assistant.calls[-1] == (FOLLOW_UP.query, (BRIDGE_ANSWER.query,))


def test_each_page_has_an_address_and_the_way_back_works(visit: Visit) -> None:
    page = visit("#quote")
    sync_api.expect(page.get_by_role("heading", name="引文核对")).to_be_visible()
    page.get_by_role("button", name="状态").click()
    sync_api.expect(page.locator(".status")).to_contain_text("words@1")
    sync_api.expect(page).to_have_url(re.compile("#status$"))
    page.go_back()
    sync_api.expect(page.get_by_role("heading", name="引文核对")).to_be_visible()
    sync_api.expect(page.locator("[data-room=quote][aria-current=page]")).to_have_count(1)


def test_every_page_speaks_the_other_language_after_a_switch(visit: Visit) -> None:
    page = visit("#passages")
    page.get_by_role("button", name="English").click()
    sync_api.expect(page.get_by_role("heading", name="All passages that say")).to_be_visible()
    for name, head in (("Quote check", "Quote check"), ("Status", "Status")):
        page.get_by_role("button", name=name, exact=True).click()
        sync_api.expect(page.get_by_role("heading", name=head, exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_a_question_to_the_reader_of_a_screen_is_announced(visit: Visit) -> None:
    page = visit()
    ask(page, BRIDGE_ANSWER.query)
    log = page.get_by_role("log")
    sync_api.expect(log).to_have_attribute("aria-live", "polite")
    sync_api.expect(log).to_contain_text("一九三二年")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_no_state_of_the_page_has_a_serious_fault_of_accessibility(visit: Visit, scheme: str, width: int) -> None:
    page = visit(color_scheme=scheme, viewport={"width": width, "height": 800})
    found = {"welcome": serious(page)}
    page.locator("#filters summary").click()
    page.locator("#filters").get_by_label("栏目").select_option("乡镇来信")
    for state, question in (("answered", BRIDGE_ANSWER.query), ("follow-up", FOLLOW_UP.query),
                            ("list", LIST_ANSWER.query), ("related", RELATED.query),
                            ("not found", NOT_FOUND.query), ("failed", "索引坏了")):  # fmt: skip
        ask(page, question)
        found[state] = serious(page)
    page.locator(".turn").first.get_by_role("button", name="显示这一问的段落").click()
    card = page.locator("#sources .card").first
    card.get_by_text("引用格式").click()
    card.get_by_role("button", name="为何是这段").click()
    sync_api.expect(card.locator(".why")).to_be_visible()
    found["card"] = serious(page)
    card.get_by_role("button", name="打开全文").click()
    sync_api.expect(page.locator(".reader")).to_be_visible()
    found["reader"] = serious(page)
    page.keyboard.press("Escape")
    for room in ("passages", "quote", "status"):
        page.evaluate(f"location.hash = '{room}'")
        sync_api.expect(page.locator(f"#room-{room}")).to_be_visible()
        found[room] = serious(page)
    assert {state: faults for state, faults in found.items() if faults} == {}
