"""The noun that is asked for tells what an answer looks like."""

import pytest

from rag.answer.question import understand
from rag.answer.shapes import joined, shaped
from rag.read.tagged import tagged


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("签协议的州长叫啥？", "person"),
        ("讲课的法院老师叫什么名字？", "person"),
        ("那支服务队叫什么？", "body"),
        ("新修的公园叫什么名字？", "place"),
        ("这次活动叫什么？", "name"),
        ("河道由哪个部门管理？", "body"),
        ("哪个部门主管全国的河道？", "body"),  # not the last noun of the row
        ("是哪个大学教授讲的课？", "person"),  # the last noun of the row
        ("哪个社区开了食堂？", "place"),
        ("云泽市 上半年 客运总量", "number"),
        ("守桥人任期几年？", "number"),
        ("书车啥时候来？", "date"),
        ("县里推行什么机制？", None),
        ("什么叫代表联络站？", None),  # a clause is asked for, not a name
        ("Which former council chairman opened the library?", "person"),
        ("Which history professor spoke first?", "person"),
        ("To which authority was the petition handed?", "body"),
        ("At which park did the fair take place?", "place"),
        ("What was the operating profit of the mill?", "number"),
        ("What did the committee of the town say?", None),
        ("Which Harbour Street bus driver's story won?", None),  # neither the street nor the driver is asked for
        ("Which method does the workshop use?", None),
        ("Which two cities share the bridge?", "place"),
        ("Which trading companies moved to the harbour?", "body"),
        ("Which fishermen and churches were asked?", "place"),
        ("Which spokeswomen were heard?", "person"),
    ],
)
def test_the_noun_that_is_asked_for_tells_the_sort(text, sort):
    assert understand(text).sort == sort


def test_bodies_and_places_are_rows_of_nouns_and_their_last_parts():
    text = "由河东区教育局负责，住在石桥小区的王伟提出，国务院司法行政部门主管。"
    told = tagged(text)
    bodies = [text[s:e] for s, e in shaped("body", text, told)]
    assert "教育局" in bodies
    assert "国务院司法行政部门" in bodies
    assert any(text[s:e].endswith("小区") for s, e in shaped("place", text, told))
    assert not any(text[s:e].endswith("局") for s, e in shaped("place", text, told))


def test_what_is_called_by_its_kind_alone_is_no_named_place():
    text = "全市各部门动员起来，该县有关单位参加，教育局和苏州市带头。"
    told = tagged(text)
    bodies, places = ([text[s:e] for s, e in shaped(sort, text, told)] for sort in ("body", "place"))
    assert "教育局" in bodies
    assert not {"各部门", "有关单位", "部门", "单位"} & set(bodies)
    assert any("苏州" in place for place in places)
    assert not {"全市", "该县"} & set(places)


def test_places_that_overlap_or_adjoin_are_one_run():
    assert joined([(4, 6), (0, 3), (2, 4), (8, 9)]) == [(0, 6), (8, 9)]
