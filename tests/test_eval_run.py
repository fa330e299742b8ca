"""Asking a question file through an assistant: what is written, and what going on later means."""

from __future__ import annotations

import json

import pytest

from eval.data import DataError
from eval.run import run
from rag.errors import ConfigError, IndexStoreError
from rag.types import Answer, Citation, Hit, Passage

PARAGRAPH = "全市建站三十个。"
QUESTIONS = [
    {"id": "q1", "lang": "zh", "type": "number", "question": "几个站？", "answers": ["三十个"],
     "evidence": [{"file": "a", "quote": "建站三十个"}]},
    {"id": "q2", "lang": "en", "type": "unanswerable", "question": "Any rivers?", "answers": [], "evidence": []},
    {"id": "c1", "lang": "zh", "turns": [
        {"question": "几个站？", "answers": ["三十个"], "evidence": [{"file": "a", "quote": "建站三十个"}]},
        {"question": "在哪里？", "answers": ["全市"], "evidence": [{"file": "a", "quote": "建站三十个"}]},
    ]},
]  # fmt: skip


class StationAssistant:
    """Knows how many stations there are, refuses to hear of rivers, and remembers what it was asked."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.asked: list[tuple[str, list[tuple[str, str | None]]]] = []
        self._stop_after = stop_after

    def ask(self, query):
        return self.chat(query, [])

    def chat(self, query, earlier):
        if self._stop_after == len(self.asked):
            raise KeyboardInterrupt
        self.asked.append((query, [(turn.question, turn.answer) for turn in earlier]))
        if "river" in query:
            return Answer(query, "not_found", 0.1)
        passage = Passage("root/a.txt#1:0-8", "root/a.txt#1", "root/a.txt", "站", 0, 8, PARAGRAPH)
        cited = Citation("root/a.txt#1", "root/a.txt", "站", 1, PARAGRAPH, marks=((4, 7),))
        return Answer(
            query,
            "answered",
            0.9,
            "三十个",
            citations=(cited,),
            hits=(Hit(passage, 2.5, 1),),
            milliseconds={"total": 5.0},
        )


@pytest.fixture
def home(tmp_path):
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "CURRENT").write_text("1")
    write_questions(tmp_path, QUESTIONS)
    return tmp_path


def write_questions(home, rows):
    (home / "q.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def run_in(home, assistant, **more):
    more = {"settings": {"k_read": 8}, **more}
    return run(home / "q.jsonl", home / "index", home / "out", lambda: assistant, **more)


def rows_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_run_writes_answers_scores_trec_run_and_summary(home):
    summary = run_in(home, StationAssistant())
    assert [row["id"] for row in rows_of(home / "out" / "answers.jsonl")] == ["q1", "q2", "c1"]
    assert [row["id"] for row in rows_of(home / "out" / "scores.jsonl")] == ["q1", "q2", "c1#1", "c1#2"]
    assert (home / "out" / "run.trec").read_text(encoding="utf-8").splitlines() == [
        f"{id_} Q0 root/a.txt#1:0-8 1 2.500000 wenju" for id_ in ("q1", "c1#1", "c1#2")
    ]
    assert json.loads((home / "out" / "summary.json").read_text(encoding="utf-8")) == summary
    assert summary["figures"]["all"]["EM"] == {"value": 2 / 3, "n": 3, "low": 0.5, "high": 1.0}
    assert (home / "out" / "summary.md").read_text(encoding="utf-8").startswith("# 4 questions")


def test_results_have_the_shape_of_a_batch(home):
    run_in(home, StationAssistant())
    lone, unknown, chat = rows_of(home / "out" / "answers.jsonl")
    for result in (lone, unknown, *chat["turns"]):
        assert {"status", "confidence", "answer", "answers", "citations", "hits"} <= result.keys()
    assert (lone["answer"], lone["answers"], lone["citations"][0]["start"]) == ("三十个", ["三十个"], 4)


def test_a_turn_sees_the_earlier_questions_with_their_answers(home):
    assistant = StationAssistant()
    run_in(home, assistant)
    assert assistant.asked[-2:] == [("几个站？", []), ("在哪里？", [("几个站？", "三十个")])]


def test_progress_counts_lines_and_ends_at_all(home):
    seen = []
    run_in(home, StationAssistant(), show=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_an_interrupted_run_goes_on_where_it_stopped(home):
    with pytest.raises(KeyboardInterrupt):
        run_in(home, StationAssistant(stop_after=2))
    assistant = StationAssistant()
    run_in(home, assistant)
    assert [query for query, _ in assistant.asked] == ["几个站？", "在哪里？"]
    assert [row["id"] for row in rows_of(home / "out" / "answers.jsonl")] == ["q1", "q2", "c1"]


def test_a_line_torn_by_a_crash_is_asked_again(home):
    run_in(home, StationAssistant())
    path = home / "out" / "answers.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    run_in(home, StationAssistant())
    assert path.read_bytes() == whole


def test_a_finished_run_opens_no_assistant(home):
    first = run_in(home, StationAssistant())
    assert run_in(home, None)["figures"] == first["figures"]


@pytest.mark.parametrize("changed", ["questions", "index", "settings"])
def test_answers_of_two_makings_are_never_mixed(home, changed):
    run_in(home, StationAssistant())
    settings = {"k_read": 8}
    if changed == "questions":
        write_questions(home, QUESTIONS[:2])
    elif changed == "index":
        (home / "index" / "CURRENT").write_text("2")
    else:
        settings = {"k_read": 4}
    with pytest.raises(DataError, match=f"made with other {changed} .*--fresh"):
        run_in(home, StationAssistant(), settings=settings)
    assistant = StationAssistant()
    run_in(home, assistant, settings=settings, fresh=True)
    assert assistant.asked


def test_answers_of_other_code_are_never_mixed(home, monkeypatch):
    (home / "rag").mkdir()
    (home / "rag" / "read.py").write_text("fast = False\n")
    monkeypatch.setattr("eval.run.CHECKOUT", home)
    run_in(home, StationAssistant())
    run_in(home, None)
    (home / "rag" / "read.py").write_text("fast = True\n")
    with pytest.raises(DataError, match="made with other code"):
        run_in(home, StationAssistant())


def test_answers_from_elsewhere_are_left_alone(home):
    (home / "out").mkdir()
    (home / "out" / "answers.jsonl").write_text('{"id": "q1"}\n', encoding="utf-8")
    with pytest.raises(DataError, match="from elsewhere"):
        run_in(home, StationAssistant())


def test_an_index_that_does_not_open_leaves_no_folder(home):
    def refuse():
        raise IndexStoreError("no index")

    with pytest.raises(IndexStoreError):
        run(home / "q.jsonl", home / "index", home / "out", refuse, settings={})
    assert not (home / "out").exists()


def test_what_an_assistant_sees_holds_no_gold(home):
    assistant = StationAssistant()
    run_in(home, assistant)
    seen = json.dumps(assistant.asked, ensure_ascii=False)
    assert "建站三十个" not in seen


def test_a_question_that_is_refused_stops_the_run_and_keeps_what_was_answered(home):
    class Strict(StationAssistant):
        def ask(self, query):
            if "river" in query:
                raise ConfigError("the question is too long")
            return super().ask(query)

    with pytest.raises(ConfigError):
        run_in(home, Strict())
    assert [row["id"] for row in rows_of(home / "out" / "answers.jsonl")] == ["q1"]
