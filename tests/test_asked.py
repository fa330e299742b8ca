"""What questions ask for, and where a passage has it."""

import pytest

from rag.read.asked import head_of, sort_of, unit_of
from rag.read.tagged import tagged


@pytest.mark.parametrize(
    ("question", "sort"),
    [
        ("大桥是哪年建成的", "date"),
        ("一共修了多少座桥", "number"),
        ("谁主持了会议", "person"),
        ("会议在哪里举行", "place"),
        ("通过了哪部条例", "title"),
        ("新校区叫什么", "name"),
        ("为什么要修这条路", "reason"),
        ("今年的粮食增幅", "share"),
        ("when was the bridge built?", "date"),
        ("how many bridges were built?", "number"),
        ("why did they meet when it rained?", "reason"),
        ("what is the name of the bridge?", "name"),
        ("会议精神", None),
        ("the new bridge", None),
    ],
)
def test_a_question_names_the_sort_of_its_answer(question, sort):
    assert sort_of(question) == sort


def test_an_english_clause_with_when_does_not_ask_for_a_date():
    assert sort_of("what did the mayor promise when he opened the bridge?") is None


@pytest.mark.parametrize(
    ("question", "unit"), [("有多少人参加", "人"), ("修了几座桥", "座"), ("投资多少", ""), ("是谁", "")]
)
def test_how_many_has_a_unit(question, unit):
    assert unit_of(question) == unit


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("会议通过了哪项制度？", "制度"),
        ("哪家医院派出了医生？", "医院"),
        ("which economic belt should get more support?", "belt"),
        ("what did the mayor say?", ""),
        ("谁去了？", ""),
    ],
)
def test_what_and_which_come_with_a_noun(question, head):
    assert head_of(question, tagged(question).words) == head


def found(text, sort):
    return [text[start:end] for start, end in tagged(text).sorts[sort]]


def test_a_passage_has_ranges_of_every_sort():
    text = "2023年，林岚在青岛说，由于大雨，《河道条例》推迟，比去岁增长12%，涉及35个站。"
    assert found(text, "date")[0] == "2023年"
    assert found(text, "person") == ["林岚"]
    assert "青岛" in found(text, "place")
    assert found(text, "title") == ["《河道条例》"]
    assert found(text, "reason") == ["由于大雨"]
    assert any(share.startswith("12") for share in found(text, "share"))
    assert "35" in found(text, "number")
    assert set(found(text, "share")) <= set(found(text, "number"))


def test_an_empty_text_has_none():
    assert not any(tagged("").sorts.values())
