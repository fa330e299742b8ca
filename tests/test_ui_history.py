"""Conversations and verdicts that are kept: what comes back, for whom, how much of it, and as which files."""

from __future__ import annotations

import io
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import WordEncoder, make_article
from fastapi.testclient import TestClient
from ui_answers import BRIDGE, BRIDGE_ANSWER, ENGLISH, FOLLOW_UP, LIST_ANSWER, NOT_FOUND, RELATED

from eval.data import read_questions
from rag.config import Settings
from rag.errors import ConfigError, IndexStoreError
from rag.types import Answer
from ui.archive.live import Live
from ui.archive.opened import opener
from ui.kept.feedback import Feedback, better_at, verdict_line
from ui.kept.history import History, Limits
from ui.kept.revive import kept, revive
from ui.kept.talk import Kept, NoTalk, Talk
from ui.kept.visitor import OWNER
from ui.rest import Desk, build_api
from ui.rest.export import export, file_name

ME, OTHER = "browser:me", "browser:other"


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history.sqlite")


@pytest.mark.parametrize("answer", [BRIDGE_ANSWER, LIST_ANSWER, RELATED, NOT_FOUND, ENGLISH, FOLLOW_UP])
def test_an_answer_comes_back_as_it_was(answer: Answer) -> None:
    assert revive(Answer, json.loads(json.dumps(kept(answer)))) == answer


def test_fields_of_another_version_do_no_harm() -> None:
    told = {**json.loads(json.dumps(kept(BRIDGE_ANSWER))), "colour": "red"}
    del told["carried"]
    assert revive(Answer, told) == BRIDGE_ANSWER
    for broken in ({}, {**told, "status": "sure"}, {**told, "spans": 3}, {**told, "query": None}):
        with pytest.raises(ValueError, match=r"."):
            revive(Answer, broken)


def test_a_conversation_comes_back_turn_by_turn(history: History) -> None:
    chosen = (("issue", "青榆人大\n2024年第3期"),)
    talk = history.put(ME, None, 0, Kept(BRIDGE_ANSWER.query, BRIDGE_ANSWER, chosen=chosen, when=5.0))
    assert history.put(ME, talk, 1, Kept(FOLLOW_UP.query, FOLLOW_UP, without=("集市",), when=6.0)) == talk
    history.put(ME, talk, 2, Kept("坏了", error="The index is damaged.", when=7.0))
    first, second, third = history.turns(ME, talk)
    assert (first.answer, first.chosen, first.when) == (BRIDGE_ANSWER, chosen, 5.0)
    assert (second.answer, second.without) == (FOLLOW_UP, ("集市",))
    assert (third.answer, third.error) == (None, "The index is damaged.")
    assert history.talk(ME, talk) == Talk(talk, BRIDGE_ANSWER.query, 3, 5.0, 7.0)


def test_a_turn_that_is_asked_again_takes_the_place_of_the_first(history: History) -> None:
    talk = history.put(ME, None, 0, Kept("一", NOT_FOUND))
    history.put(ME, talk, 0, Kept("二", RELATED))
    assert [one.question for one in history.turns(ME, talk)] == ["二"]


def test_nobody_sees_or_changes_what_belongs_to_another(history: History) -> None:
    talk = history.put(ME, None, 0, Kept("问", NOT_FOUND))
    assert history.talks(OTHER) == []
    for act in (
        lambda: history.turns(OTHER, talk),
        lambda: history.talk(OTHER, talk),
        lambda: history.rename(OTHER, talk, "mine"),
        lambda: history.delete(OTHER, talk),
        lambda: history.put(OTHER, talk, 0, Kept("x")),
    ):
        with pytest.raises(NoTalk):
            act()
    assert history.clear(OTHER) == 0
    assert len(history.talks(ME)) == 1


def test_the_owner_cannot_be_read_from_the_file(history: History, tmp_path: Path) -> None:
    history.put(ME, None, 0, Kept("问", NOT_FOUND))
    history.close()
    assert all(ME.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_conversations_are_found_by_words_of_title_question_or_answer(history: History) -> None:
    bridge = history.put(ME, None, 0, Kept(BRIDGE_ANSWER.query, BRIDGE_ANSWER, when=1.0))
    english = history.put(ME, None, 0, Kept(ENGLISH.query, ENGLISH, when=2.0))
    history.rename(ME, english, "Notes 笔记")
    assert [one.id for one in history.talks(ME)] == [english, bridge]
    assert [one.id for one in history.talks(ME, "一九三二年")] == [bridge]
    assert [one.id for one in history.talks(ME, "STONE notes")] == [english]
    assert history.talks(ME, "%") == []
    assert [one.id for one in history.talks(ME, limit=1, offset=1)] == [bridge]


def test_titles_are_one_short_line_and_never_empty(history: History) -> None:
    talk = history.put(ME, None, 0, Kept("一\n二 " + "长" * 200))
    assert history.talk(ME, talk).title.startswith("一 二 长")
    assert len(history.talk(ME, talk).title) == 80
    with pytest.raises(ConfigError, match="title"):
        history.rename(ME, talk, "  ")


def test_deleting_removes_the_turns_too(history: History, tmp_path: Path) -> None:
    talk = history.put(ME, None, 0, Kept("问", NOT_FOUND))
    history.put(ME, None, 0, Kept("再问", NOT_FOUND))
    history.delete(ME, talk)
    assert [one.title for one in history.talks(ME)] == ["再问"]
    assert history.clear(ME) == 1
    with sqlite3.connect(tmp_path / "history.sqlite") as db:
        assert db.execute("SELECT count(*) FROM turns").fetchone() == (0,)


def test_only_so_much_is_kept(tmp_path: Path) -> None:
    history = History(tmp_path / "h.sqlite", Limits(talks=3, turns=2, days=10, turn_bytes=2000))
    talks = [history.put(ME, None, 0, Kept(f"问{n}", NOT_FOUND, when=1e9 + n)) for n in range(5)]
    assert [one.id for one in history.talks(ME)] == talks[:1:-1]
    for at in range(4):
        history.put(ME, talks[-1], at, Kept(f"第{at}问", when=1e9 + 10))
    assert len(history.turns(ME, talks[-1])) == 2
    history.put(OTHER, None, 0, Kept("晚", when=1e9 + 11 * 86400))
    assert history.talks(ME) == []
    large = history.put(ME, None, 0, Kept("大", replace(BRIDGE_ANSWER, hits=BRIDGE_ANSWER.hits * 20), when=2e9))
    answer = history.turns(ME, large)[0].answer
    assert answer is not None
    assert (answer.text, answer.hits) == ("一九三二年", ())


def test_half_a_character_in_a_question_is_kept_as_a_question_mark(history: History) -> None:
    talk = history.put(ME, None, 0, Kept("问\ud800"))
    assert history.turns(ME, talk)[0].question == "问?"


def test_a_file_that_is_no_history_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite").write_bytes(b"no database, but long enough to be looked at" * 50)
    with pytest.raises(IndexStoreError, match="conversations cannot be kept"):
        History(tmp_path / "history.sqlite")


# exports

TALK = Talk("t", "老石桥 <b>与</b> 集市?", 3, 1.7e9, 1.7e9)
TURNS = [
    Kept(BRIDGE_ANSWER.query, BRIDGE_ANSWER, chosen=(("column", "乡镇来信"),)),
    Kept("# 标题 [链接](http://x) <script>", NOT_FOUND),
    Kept("坏了", error="The index is damaged."),
]


def test_markdown_tells_answers_sources_and_references_and_runs_nothing() -> None:
    text = export(TALK, TURNS, "md", "zh").decode()
    assert "> 一九三二年" in text
    assert "<mark>一九三二年</mark>" in text
    assert "沈砚秋, Mara Lindqvist" in text
    assert "qingyu/2024-03.txt" in text
    assert "The index is damaged." in text
    assert "<script" not in text
    assert "[链接](" not in text
    assert "\n# 标题" not in text
    assert "乡镇来信" in text


def test_the_document_holds_the_paragraphs_with_their_words_marked() -> None:
    from docx import Document

    document = Document(io.BytesIO(export(TALK, TURNS, "docx", "en")))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert BRIDGE in texts
    runs = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.font.highlight_color]
    assert set(runs) == {"一九三二年"}
    assert any("# 标题" in text for text in texts)


def test_a_document_can_hold_any_character() -> None:
    odd = Kept("一\x00二\x0b三\ud800", replace(BRIDGE_ANSWER, text="\x01"))
    assert export(TALK, [odd], "docx", "zh").startswith(b"PK")
    assert export(TALK, [odd], "md", "zh")
    assert json.loads(export(TALK, [odd], "json", "zh"))


def test_json_is_that_of_the_command_line() -> None:
    from rag.serialize import answer_to_dict

    told = json.loads(export(TALK, TURNS, "json", "zh"))
    assert told["turns"][0]["answer"] == json.loads(json.dumps(answer_to_dict(BRIDGE_ANSWER)))
    assert told["turns"][2]["answer"] is None


@pytest.mark.parametrize(
    ("title", "name"), [('a/b\\c:"d"', "a b c d.md"), ("...", "wenju.md"), ("桥" * 99, "桥" * 60 + ".md")]
)
def test_a_file_gets_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(replace(TALK, title=title), "md") == name


# verdicts


def test_every_verdict_but_wrong_is_a_question_that_can_be_run(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "feedback.jsonl")
    article = make_article("qingyu/2024-03.txt", "一座桥", [BRIDGE])
    feedback.add(ME, BRIDGE_ANSWER.query, BRIDGE_ANSWER, "right")
    feedback.add(ME, LIST_ANSWER.query, LIST_ANSWER, "right")
    feedback.add(ME, "桥有多长？", RELATED, "better", better_at(article, 1, "四十六米"))
    feedback.add(ME, NOT_FOUND.query, NOT_FOUND, "nothing")
    feedback.add(ME, ENGLISH.query, ENGLISH, "wrong")
    (tmp_path / "questions.jsonl").write_text(feedback.questions(), "utf-8")
    questions = [entry.turns[0] for entry in read_questions(tmp_path / "questions.jsonl")]
    assert [one.type for one in questions] == ["when", "list", "fact", "unanswerable"] or questions[2].type == "number"
    assert questions[0].answers == ("一九三二年",)
    assert (questions[0].evidence[0].file, questions[0].evidence[0].quote) == ("qingyu/2024-03.txt", "一九三二年")
    assert questions[1].answers == ("桥头站", "河湾站", "北岭站")
    assert questions[2].answers == ("四十六米",)
    assert questions[2].evidence[0].quote == BRIDGE
    assert questions[3].answers == ()
    assert feedback.counts() == {"right": 2, "wrong": 1, "better": 1, "nothing": 1}


def test_a_later_verdict_of_the_same_reader_holds(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "feedback.jsonl")
    feedback.add(ME, BRIDGE_ANSWER.query, BRIDGE_ANSWER, "wrong")
    feedback.add(OTHER, BRIDGE_ANSWER.query, BRIDGE_ANSWER, "wrong")
    feedback.add(ME, BRIDGE_ANSWER.query, BRIDGE_ANSWER, "right")
    assert feedback.counts()["wrong"] == feedback.counts()["right"] == 1


def test_a_follow_up_asks_what_was_looked_up_for_it() -> None:
    row = verdict_line(FOLLOW_UP.query, FOLLOW_UP, "right", asked="老石桥有多长？")
    assert row["question"] == "老石桥有多长？"


def test_a_line_cut_off_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "feedback.jsonl")
    assert feedback.questions() == ""
    feedback.add(ME, BRIDGE_ANSWER.query, BRIDGE_ANSWER, "right")
    with (tmp_path / "feedback.jsonl").open("a") as file:
        file.write('{"id": "u1", "quest')
    assert len(feedback.rows()) == 1


def test_the_words_of_a_better_answer_stand_in_the_text() -> None:
    article = make_article("a/b.txt", "桥", ["老石桥全长 四十\n六米。".replace("\n", " "), "别的一段。"])
    better = better_at(article, 1, "四十六米")
    assert better.text == article.text[better.start : better.end] == "四十 六米"
    for paragraph, words in ((1, "四十七米"), (2, "四十六米"), (3, "四十六米"), (1, " ")):
        with pytest.raises(ConfigError):
            better_at(article, paragraph, words)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [(NOT_FOUND, "right"), (RELATED, "wrong"), (BRIDGE_ANSWER, "better"), (BRIDGE_ANSWER, "splendid")],
)
def test_a_verdict_that_does_not_fit_is_refused(tmp_path: Path, answer: Answer, verdict: str) -> None:
    with pytest.raises(ConfigError):
        Feedback(tmp_path / "f").add(ME, answer.query, answer, verdict)  # type: ignore[arg-type]
    assert not (tmp_path / "f").exists()


# over REST


@pytest.fixture
def client(indexed: Path, tmp_path: Path) -> TestClient:
    live = Live(indexed, opener(Settings(index=indexed), WordEncoder()))
    desk = Desk(live, history=History(tmp_path / "h.sqlite"), feedback=Feedback(tmp_path / "f.jsonl"))
    desk.history.put(ME, None, 0, Kept(BRIDGE_ANSWER.query, BRIDGE_ANSWER))  # type: ignore[union-attr]
    return TestClient(build_api(desk), headers={OWNER: ME})


def test_ones_own_conversations_are_read_renamed_exported_and_removed(client: TestClient) -> None:
    (talk,) = client.get("/history").json()
    path = f"/history/{talk['id']}"
    assert client.get(path).json()["turns"][0]["answer"]["answer"] == "一九三二年"
    assert client.patch(path, json={"title": "石桥"}).json()["title"] == "石桥"
    assert client.get("/history", params={"words": "石桥"}).json()[0]["title"] == "石桥"
    for form, begins in (("md", b"# "), ("docx", b"PK"), ("json", b"{")):
        said = client.get(f"{path}/export", params={"as": form, "lang": "zh"})
        assert said.content.startswith(begins)
        assert "filename*=UTF-8''%E7%9F%B3%E6%A1%A5" in said.headers["content-disposition"]
    assert client.get(path, headers={OWNER: OTHER}).status_code == 404
    assert client.delete(path, headers={OWNER: OTHER}).status_code == 404
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete("/history").json() == {"removed": 0}


def test_who_is_nobody_has_no_history(client: TestClient) -> None:
    assert client.get("/history", headers={OWNER: ""}).status_code == 403


def test_a_verdict_over_rest_becomes_a_question(client: TestClient, tmp_path: Path) -> None:
    question = "青石河沿岸设了多少名河长？"
    article = client.post("/ask", json={"question": question}).json()["hits"][0]["article"]
    whole = client.get("/articles/" + article.replace("#", "%23")).json()
    words = whole["paragraphs"][-1]["text"][:4]
    body = {"question": question, "verdict": "better", "article": article, "words": words}
    said = client.post("/feedback", json={**body, "paragraph": whole["paragraphs"][-1]["number"]})
    assert said.status_code == 201, said.text
    assert client.post("/feedback", json={**body, "paragraph": 999}).status_code == 400
    assert client.post("/feedback", json=body).status_code == 400
    lines = client.get("/feedback/questions.jsonl").text.splitlines()
    assert json.loads(lines[0])["answers"] == [words]
    assert client.get("/feedback").json()["better"] == 1
