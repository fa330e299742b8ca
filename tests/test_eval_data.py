"""Question, answer and run files: what is read, and what a malformed line is told."""

from __future__ import annotations

import json

import pytest

from eval.data import DataError, read_answers, read_questions, result_of
from eval.provenance import CHECKOUT
from eval.trec import RunLine, read_run, write_run

PLAIN = {"id": "q1", "lang": "en", "type": "who", "question": "Who?", "answers": ["Li"], "evidence": []}
CHAT = {
    "id": "c1",
    "turns": [
        {"question": "哪里？", "answers": ["甲市"], "evidence": [{"file": "a", "quote": "在甲市"}]},
        {"question": "那里有多少人？", "answers": ["九万"], "evidence": [{"file": "a", "quote": "九万人"}]},
        {"question": "市花呢？", "answers": [], "evidence": []},
    ],
}


@pytest.fixture
def lines(tmp_path):
    def write(*rows):
        path = tmp_path / "rows.jsonl"
        texts = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return path

    return write


def test_a_question_file_holds_questions_and_conversations(lines):
    plain, chat = read_questions(lines(PLAIN, "", CHAT))
    assert [turn.id for turn in plain.turns] == ["q1"]
    assert [turn.id for turn in chat.turns] == ["c1#1", "c1#2", "c1#3"]
    assert [turn.type for turn in chat.turns] == ["fact", "follow-up", "unanswerable"]
    assert (plain.is_chat, chat.is_chat) == (False, True)
    assert chat.turns[0].lang == "zh"


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(PLAIN), encoding="utf-8-sig")
    assert read_questions(path)[0].id == "q1"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "must be one JSON object"),
        ({**PLAIN, "id": ""}, "`id` must be a string"),
        ({**PLAIN, "id": 7}, "`id` must be a string that is not empty; got 7"),
        ({name: value for name, value in PLAIN.items() if name != "type"}, "`type` must be"),
        ({**PLAIN, "answers": "Li"}, "`answers` must be a list"),
        ({**PLAIN, "evidence": [{"file": "a"}]}, "`quote` must be"),
        ({**PLAIN, "evidence": ["a"]}, "`evidence` must be a list of objects"),
        ({"id": "c", "turns": []}, "without turns"),
        ({**PLAIN, "id": "first"}, "stands twice"),
    ],
)
def test_a_malformed_question_is_named_by_its_line(lines, row, said):
    path = lines({**PLAIN, "id": "first"}, "", row)
    with pytest.raises(DataError) as caught:
        read_questions(path)
    assert said in str(caught.value)
    assert f"{path}, line 3" in str(caught.value)


def test_a_malformed_turn_is_named_by_its_number(lines):
    with pytest.raises(DataError, match="line 1, turn 2"):
        read_questions(lines({"id": "c", "turns": [CHAT["turns"][0], {"question": "?"}]}))


def test_an_empty_or_missing_question_file_is_an_error(lines, tmp_path):
    with pytest.raises(DataError, match="no questions"):
        read_questions(lines(""))
    with pytest.raises(DataError, match="No such file"):
        read_questions(tmp_path / "none.jsonl")


def test_a_file_that_is_not_utf8_is_said_to_be(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_bytes("问".encode("gb18030"))
    with pytest.raises(DataError, match="not UTF-8"):
        read_questions(path)


def test_the_later_of_two_results_with_one_id_holds(lines):
    path = lines({"id": "q1", "status": "related"}, {"id": "q1", "status": "answered"})
    assert read_answers(path)["q1"]["status"] == "answered"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "q", "status": "yes"}, "`status` must be answered or related or not_found"),
        ({"id": "q", "confidence": 1.5}, "`confidence` must be from 0 to 1"),
        ({"id": "q", "confidence": "high"}, "`confidence` must be from 0 to 1"),
        ({"id": "q", "hits": ["a"]}, "`hits` must be a list of objects"),
        ({"id": "q", "turns": [{"citations": 3}]}, "`citations` must be a list of objects"),
    ],
)
def test_a_malformed_result_is_named_by_its_line(lines, row, said):
    with pytest.raises(DataError, match="line 2") as caught:
        read_answers(lines({"id": "first"}, row))
    assert said in str(caught.value)


def test_a_result_that_is_not_there_is_empty(lines):
    plain, chat = read_questions(lines(PLAIN, CHAT))
    answers = {"c1": {"id": "c1", "turns": [{"status": "related"}]}}
    assert result_of(answers, plain, 0) == {}
    assert result_of(answers, chat, 0) == {"status": "related"}
    assert result_of(answers, chat, 1) == result_of(answers, chat, 2) == {}


def test_a_run_is_read_back_even_when_ids_hold_spaces(tmp_path):
    written = [RunLine("q 1", "a/第 3 期 100%25.txt#1:0-9", 1, 0.5), RunLine("q 1", "b#1:0-9", 2, 0.25)]
    write_run(tmp_path / "run.trec", written, "wenju")
    assert all(len(line.split()) == 6 for line in (tmp_path / "run.trec").read_text(encoding="utf-8").splitlines())
    assert read_run(tmp_path / "run.trec") == {"q 1": written}


def test_a_run_is_sorted_by_rank_and_a_malformed_line_named(tmp_path):
    path = tmp_path / "run.trec"
    path.write_text("q1 Q0 b 2 0.1 x\nq1 Q0 a 1 0.9 x\n", encoding="utf-8")
    assert [line.passage_id for line in read_run(path)["q1"]] == ["a", "b"]
    path.write_text("q1 Q0 b 2 0.1 x\nq1 Q0 b first 0.1 x\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2"):
        read_run(path)


def test_the_literals_of_the_readme_are_read(lines, tmp_path):
    blocks = [block.strip() for block in (CHECKOUT / "eval" / "README.md").read_text(encoding="utf-8").split("```")]
    questions, answers = [block for block in blocks if block.startswith('{"id"')]
    entries = read_questions(lines(*questions.splitlines()))
    results = read_answers(lines(*answers.splitlines()))
    assert [entry.id for entry in entries] == list(results) == ["q1", "c1"]
    (run,) = [block for block in blocks if " Q0 " in block]
    (tmp_path / "run.trec").write_text(run, encoding="utf-8")
    assert read_run(tmp_path / "run.trec")["q1"][0].score == results["q1"]["hits"][0]["score"]
