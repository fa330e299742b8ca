"""The handlers of the page without a browser: asking, opening, filtering, judging, keeping."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from ui_answers import (
    ABOUT,
    BRIDGE,
    BRIDGE_ANSWER,
    EXAMPLES,
    FOLLOW_UP,
    MARKET,
    NEIGHBOUR,
    RELATED,
    WELL,
    KnownArchive,
    KnownAssistant,
)

from ui.chat.chat import Chat
from ui.chat.keeper import Keeper
from ui.chat.suggest import Suggestions
from ui.chat.turns import Turn
from ui.chat.views import MAX_TURNS
from ui.kept.feedback import Feedback
from ui.kept.history import History
from ui.kept.visitor import OWNER

ME, OTHER = (SimpleNamespace(headers={OWNER: name}) for name in ("browser:one", "browser:two"))


@pytest.fixture
def assistant() -> KnownAssistant:
    return KnownAssistant()


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(History(tmp_path / "history.sqlite"), Feedback(tmp_path / "feedback.jsonl"))


@pytest.fixture
def chat(assistant: KnownAssistant, keeper: Keeper) -> Chat:
    archive = KnownArchive(list(assistant.articles.values()))
    return Chat(assistant, ABOUT, Suggestions(assistant, archive, EXAMPLES), archive, keeper=keeper)


def event(**told: str) -> gr.EventData:
    return gr.EventData(None, told)


def asked(chat: Chat, *questions: str, request: Any = ME) -> tuple[tuple[Turn, ...], Any]:
    """Ask one question after another; returns the turns and the conversation they are kept in."""
    turns: tuple[Turn, ...] = ()
    talk = None
    for question in questions:
        *_, last = chat.ask(question, turns, (), talk, "zh", request)
        turns, talk = last[1], last[5]
    return turns, talk


def test_a_question_is_shown_first_and_its_answer_then(chat: Chat) -> None:
    first, second = chat.ask(BRIDGE_ANSWER.query, (), (), None, "zh", ME)
    assert first[0] == ""
    assert "正在查找" in first[3]
    assert second[1][0].answer == BRIDGE_ANSWER
    assert second[2] == 0
    assert "一九三二年" in second[3]
    assert "<mark>一九三二年</mark>" in second[4]


def test_a_long_conversation_forgets_its_beginning_but_the_history_keeps_it(chat: Chat, keeper: Keeper) -> None:
    turns, talk = asked(chat, *[f"第{n}问？" for n in range(MAX_TURNS + 3)])
    assert len(turns) == MAX_TURNS
    assert turns[0].question == "第3问？"
    assert keeper.history is not None
    assert [kept.question for kept in keeper.history.turns("browser:one", talk[0])] == [
        f"第{n}问？" for n in range(MAX_TURNS + 3)
    ]


def test_the_article_of_a_card_opens_at_its_words(chat: Chat) -> None:
    turns, _ = asked(chat, BRIDGE_ANSWER.query)
    opened, html, *rest = chat.open(turns, 0, "zh", event(group="cited", n="1"), ME)
    assert opened.at == 1
    assert '<mark class="here">一九三二年</mark>' in html
    assert WELL[:10] in html
    assert rest == [gr.skip()] * 3


def test_opening_under_an_earlier_answer_shows_its_sources_too(chat: Chat) -> None:
    turns, _ = asked(chat, BRIDGE_ANSWER.query, RELATED.query)
    _, _, shown, conversation, panel = chat.open(turns, 1, "zh", event(turn="0", group="cited", n="0"), ME)
    assert shown == 0
    assert "桥头旧事" in panel
    assert "turn shown" in conversation


@pytest.mark.parametrize(
    "told", [{}, {"group": "cited", "n": "99"}, {"group": "x", "n": "0"}, {"group": "cited", "n": "-1"}, {"n": "0x"}]
)
def test_nonsense_from_a_browser_opens_nothing(chat: Chat, told: dict[str, str]) -> None:
    turns, _ = asked(chat, RELATED.query)
    assert chat.open(turns, 0, "zh", event(**{"group": "none", **told}), ME)[0] == gr.skip()
    assert chat.open((), None, "zh", event(**told), ME)[0] == gr.skip()


def test_an_article_that_is_gone_is_said_to_be_gone(chat: Chat, assistant: KnownAssistant) -> None:
    turns, _ = asked(chat, BRIDGE_ANSWER.query)
    assistant.articles.clear()
    assert "不在库中" in chat.open(turns, 0, "zh", event(group="cited", n="0"), ME)[1]


def test_browsing_leaves_the_hits_and_a_step_leads_back(chat: Chat) -> None:
    turns, _ = asked(chat, BRIDGE_ANSWER.query)
    opened = chat.open(turns, 0, "zh", event(group="cited", n="0"), ME)[0]
    away, html = chat.browse(opened, "zh", event(article=NEIGHBOUR.id), ME)
    assert "河湾冬天不结冰" in html
    assert "<mark" not in html
    assert chat.step(away, "zh", event(by="1"), ME)[0].at == 0


def test_neighbours_and_reasons_of_a_card_are_both_shown(chat: Chat) -> None:
    turns, _ = asked(chat, BRIDGE_ANSWER.query)
    chat.why(turns, 0, "zh", event(group="cited", n="0"))
    panel = chat.neighbours(turns, 0, "zh", event(group="cited", n="0"))
    assert 'class="text near"' in panel
    assert "在这里读出了答案" in panel


def test_filters_reach_the_assistant_and_stay_with_the_turn(chat: Chat, assistant: KnownAssistant) -> None:
    chosen, html = chat.choose((), "zh", event(field="column", value="乡镇来信"))
    assert "栏目：乡镇来信" in html
    *_, last = chat.ask(BRIDGE_ANSWER.query, (), chosen, None, "zh", ME)
    where = assistant.narrowed[-1]
    assert where is not None
    assert where.meets(assistant.articles[BRIDGE_ANSWER.citations[0].article_id])
    assert last[1][0].chosen == chosen
    assert chat.widen(chosen, "zh", event(n="0"))[0] == ()


def test_a_carried_term_is_dropped_and_the_turn_asked_again(chat: Chat, assistant: KnownAssistant) -> None:
    turns, talk = asked(chat, BRIDGE_ANSWER.query, FOLLOW_UP.query)
    *_, (after, shown, _, _) = chat.drop(turns, talk, "zh", event(turn="1", n="0"), ME)
    assert assistant.left_out[-1] == ("老石桥",)
    assert after[1].answer.carried == ()
    assert (len(after), shown) == (2, 1)


def test_a_conversation_is_found_brought_back_renamed_and_deleted(chat: Chat, keeper: Keeper) -> None:
    turns, talk = asked(chat, BRIDGE_ANSWER.query, RELATED.query)
    listing, html = chat.listed("history", None, talk, "zh", event(), ME)
    assert "2 问" in html
    assert f'data-talk="{talk[0]}" aria-current="true"' in html
    back, shown, *_ = chat.back("zh", event(talk=talk[0]), ME)
    assert [turn.answer for turn in back] == [turn.answer for turn in turns]
    assert shown == 1
    assert "没有找到" in chat.listed("find", listing, talk, "zh", event(value="火星"), ME)[1]
    assert 'data-say="name"' in chat.listed("rename", listing, talk, "zh", event(talk=talk[0]), ME)[1]
    assert "桥的旧账" in chat.listed("name", listing, talk, "zh", event(talk=talk[0], value="桥的旧账"), ME)[1]
    listing, html = chat.listed("delete", listing, talk, "zh", event(talk=talk[0]), ME)
    assert "确定删除" in html
    assert "还没有保存" in chat.listed("erase", listing, talk, "zh", event(talk=talk[0]), ME)[1]


def test_nobody_sees_or_changes_the_conversations_of_another(chat: Chat) -> None:
    _, talk = asked(chat, BRIDGE_ANSWER.query)
    assert "还没有保存" in chat.listed("history", None, None, "zh", event(), OTHER)[1]
    assert chat.back("zh", event(talk=talk[0]), OTHER)[0] == gr.skip()
    chat.listed("erase", None, None, "zh", event(talk=talk[0]), OTHER)
    assert chat.back("zh", event(talk=talk[0]), ME)[0][0].question == BRIDGE_ANSWER.query


def test_a_visitor_without_a_name_is_not_kept(chat: Chat) -> None:
    assert asked(chat, BRIDGE_ANSWER.query, request=SimpleNamespace(headers={}))[1] is None


def test_a_verdict_is_noted_and_said(chat: Chat, keeper: Keeper) -> None:
    turns, _ = asked(chat, BRIDGE_ANSWER.query)
    after, html = chat.judge(turns, 0, "zh", event(turn="0", verdict="right"), ME)
    assert "答案正确" in html
    assert after[0].judged == ("right", "")
    assert keeper.feedback is not None
    assert keeper.feedback.counts()["right"] == 1


def test_a_better_answer_is_marked_in_the_article(chat: Chat, keeper: Keeper, assistant: KnownAssistant) -> None:
    turns, _ = asked(chat, RELATED.query)
    opened, html = chat.better(turns, "zh", event(turn="0"), ME)
    assert "把选中的文字作为答案" in html
    source = assistant.articles[opened.article_id]
    number = next(p.number for p in source.paragraphs if MARKET in source.text[p.start : p.end])
    after, conversation, closed, _ = chat.mark(turns, 0, opened, "zh", event(p=str(number), words="按季收取"), ME)
    assert "“按季收取”" in conversation
    assert closed is None
    assert after[0].judged == ("better", "按季收取")
    assert keeper.feedback is not None
    assert '"按季收取"' in keeper.feedback.questions()


def test_words_that_are_not_in_the_paragraph_are_not_noted(chat: Chat, keeper: Keeper) -> None:
    turns, _ = asked(chat, BRIDGE_ANSWER.query)
    opened = chat.better(turns, "zh", event(turn="0"), ME)[0]
    _, conversation, *_ = chat.mark(turns, 0, opened, "zh", event(p="1", words="不在其中"), ME)
    assert "没有记下" in conversation
    assert keeper.feedback is not None
    assert keeper.feedback.questions() == ""


def test_without_a_keeper_nothing_asks_for_a_verdict_or_a_history(assistant: KnownAssistant) -> None:
    chat = Chat(assistant, ABOUT, Suggestions(assistant, None, ()))
    *_, last = chat.ask(BRIDGE_ANSWER.query, (), (), None, "zh", ME)
    assert 'class="judge"' not in last[3]
    assert 'data-do="history"' not in chat.worded((), None, None, (), "zh")[0]
    assert BRIDGE in last[4]
