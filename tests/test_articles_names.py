"""rag.articles.signs.names: bylines, people, organisations, author notes."""

import pytest

from rag.articles.signs.names import author_note, is_common_word, is_editor_note, is_person, read_byline


@pytest.mark.parametrize(
    ("text", "authors", "affiliation", "sure"),
    [
        ("■ 林晓（青山）", ("林晓",), "青山", True),
        ("■ 林 晓 陈大山 (青山)", ("林晓", "陈大山"), "青山", True),
        ("林 小 满", ("林小满",), None, False),
        ("作者：林晓、欧阳明", ("林晓", "欧阳明"), None, True),
        ("文/林晓", ("林晓",), None, True),
        ("本刊记者 林晓", ("林晓",), None, False),
        ("青山大学法学院 孙立", ("孙立",), "青山大学法学院", False),
        ("青山镇水利局局长 纪长河", ("纪长河",), "青山镇水利局局长", False),
        ("买买提·艾力", ("买买提·艾力",), None, False),
        ("青山市人大常委会", ("青山市人大常委会",), None, False),
        ("By Jane Doe and John Roe", ("Jane Doe", "John Roe"), None, True),
        ("Jane Doe, John van Roe", ("Jane Doe", "John van Roe"), None, False),
        ("高 峰 马 丽", ("高峰", "马丽"), None, False),
    ],
)
def test_bylines_give_names_and_where_they_work(text, authors, affiliation, sure):
    byline = read_byline(text)
    assert byline is not None
    assert (byline.authors, byline.affiliation, byline.sure) == (authors, affiliation, sure)


@pytest.mark.parametrize(
    "text",
    [
        "记者：请介绍一下联络站的情况。",
        "■ 建成三个联络站",
        "门口种着树",
        "访青山镇人大主席",
        "A Research Note",
        "By 2030 the town will have more",
        "林晓说，门开着，人就会来",
        "（一）",
        "■",
    ],
)
def test_prose_and_headings_are_no_bylines(text):
    assert read_byline(text) is None


def test_names_need_a_surname():
    assert is_person("林晓")
    assert is_person("欧阳文修")
    assert not is_person("要闻")
    assert not is_person("林晓说了话")


def test_dictionary_words_with_a_surname_are_known():
    assert is_common_word("方法")
    assert not is_common_word("林晓")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("（作者系青山镇人大主席）", "青山镇人大主席"),
        ("（作者单位：青山镇人大）", "青山镇人大"),
        ("作者单位：青山镇人大", "青山镇人大"),
        ("作者：林晓", None),
        ("作者认为，这样很好。", None),
    ],
)
def test_author_notes_give_the_affiliation(text, unit):
    assert author_note(text) == unit


def test_editors_are_noted_apart_from_authors():
    assert is_editor_note("（责任编辑：林晓）")
    assert not is_editor_note("编辑部的故事")
