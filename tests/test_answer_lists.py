import pytest

from rag.answer.lists import enumerations, ordinals
from rag.read.tagged import tagged


def lists_of(text, counts=()):
    return [[text[s:e] for s, e in items] for items in enumerations(text, tagged(text).words, counts)]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("图书馆开设了绘画、书法、剪纸、摄影等课程。", ["绘画", "书法", "剪纸", "摄影"]),
        ("按照“有场所、有制度、有经费”的标准建站。", ["有场所", "有制度", "有经费"]),
        ("实施绿化美化、道路畅通、河道清淤“三大工程”。", ["绿化美化", "道路畅通", "河道清淤"]),
        ("先后出台《河道条例》《书车办法》等。", ["《河道条例》", "《书车办法》"]),
        ("由财政局、教育局和水务局共同负责。", ["财政局", "教育局", "水务局"]),
    ],
)
def test_items_that_stand_side_by_side_are_told_apart(text, items):
    assert items in lists_of(text)


def test_counted_sentences_are_items_behind_their_numbers():
    text = "一是修路，二是架桥；三是通水。别的不提。"
    assert ["修路", "架桥", "通水"] in [[text[s:e] for s, e in items] for items in ordinals(text)]


def test_items_may_stand_in_paragraphs_of_their_own():
    text = "应当提交下列材料：\n（一）申请表；\n（二）平面图；\n（三）身份证明。\n别的段落。"
    assert ["申请表", "平面图", "身份证明"] in [[text[s:e] for s, e in items] for items in ordinals(text)]


def test_numbers_that_do_not_count_up_from_one_are_no_list():
    assert list(ordinals("二是修路，五是架桥。")) == []


def test_as_many_clauses_in_a_row_as_are_asked_for_are_a_list():
    text = "站点给予警示，限期整改，公开通报，然后复查。"
    assert ["限期整改", "公开通报", "然后复查"] in lists_of(text, {3})
    assert ["限期整改", "公开通报", "然后复查"] not in lists_of(text)


def test_a_mark_inside_brackets_does_not_divide_what_is_outside():
    text = "河滩（含菜地、苗圃）、堤防、水面都归他管。"
    assert ["河滩（含菜地、苗圃）", "堤防", "水面"] in lists_of(text)


def test_every_item_is_a_range_of_the_text_in_order():
    text = "镇里修路、架桥、通水，也办学、开店。"
    for items in enumerations(text, tagged(text).words):
        assert all(0 <= s < e <= len(text) for s, e in items)
        assert sorted(items) == list(items)
