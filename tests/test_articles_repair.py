"""rag.articles.repair: lines rejoined to the paragraphs their author wrote."""

import textwrap

import pytest

from rag.articles.formats.parse_text import parse_text
from rag.articles.lines import Line, width
from rag.articles.repair.columns import in_reading_order
from rag.articles.repair.layout import learn
from rag.articles.repair.paragraphs import blocks, mistrust
from rag.articles.repair.render import render

LONG = "青山镇今年建成了三个代表联络站，覆盖全镇十二个村，每月开放两次，由代表轮流接待群众，收集到的意见当天登记"


def cut(text, markdown=False):
    found = blocks(parse_text(text.encode(), "a", markdown).lines)
    return [(block.kind, render(block, lambda word: word in text)[0]) for block in found]


def texts(text):
    return [words for _, words in cut(text)]


def column(text, size, indent=None):
    """Set a paragraph in lines of ``size`` characters, its first line indented, or short where the indent is ""."""
    first = size if indent is None else size - 2
    lines = [text[:first], *(text[i : i + size] for i in range(first, len(text), size))]
    return (indent or "") + "\n".join(lines)


SENTENCES = [
    "清晨六点，云雾乡的盘山路上亮起一串黄灯，那是一号线校车。车上坐着三十一个孩子，最远的家离学校十九公里。三年前，他们还要在镇上租房读书，家里总得有一位老人陪着。",
    "县人大代表连续两年提出校车建议，县人大常委会专门作出决定。到今年秋季开学，全县有校车三十八辆，线路二十七条，学生全部坐上了校车，老人也回到了自己的家里。",
    "每辆车一年的运行费用不低，县财政承担大部分，学生每学期交一小部分，其余由客运公司从其他线路的收益里贴补。建档的困难家庭学生免费，名单每学期核对一次。",
]


@pytest.mark.parametrize("indent", ["　　", "    ", ""])
@pytest.mark.parametrize("size", [16, 20, 28])
def test_hard_wrapped_columns_are_rejoined_whether_or_not_the_indent_survived(size, indent):
    page = "\n".join(column(text, size, indent) for text in SENTENCES)
    assert texts(page) == SENTENCES


def test_blank_lines_part_paragraphs_of_columns_without_indent():
    page = "\n\n".join(column(text, 20) for text in SENTENCES)
    assert texts(page) == SENTENCES


def test_a_blank_line_in_mid_sentence_is_a_column_break():
    page = "\n\n".join(column(text, 20, "") for text in SENTENCES).split("\n")
    page.insert(3, "")
    assert texts("\n".join(page)) == SENTENCES


def test_pieces_of_unwrapped_text_are_joined_and_finished_ones_are_not():
    assert texts(f"{LONG}、三天\n\n内转交。\n\n下一步继续完善。\n\n再下一步。") == [
        f"{LONG}、三天内转交。",
        "下一步继续完善。",
        "再下一步。",
    ]


def test_latin_lines_join_with_a_space_and_hyphens_are_mended():
    text = textwrap.fill(
        "In the spring of 2024 the town opened three liaison stations, which are now used by twelve villages. Each of "
        "them is open twice a month, and the deputies take turns in receiving the villagers who come with a well-known "
        "grievance, or with a new one that nobody had thought of before.",
        50,
    )
    assert texts(text) == [text.replace("\n", " ").replace("well- known", "well-known")]
    broken = text.replace("deputies", "depu-\nties", 1)
    assert texts(broken + "\nThe deputies left.")[0].startswith(text[:100].replace("\n", " "))
    assert "the deputies take turns" in texts(broken)[0]


def test_letter_spaced_lines_lose_their_spaces():
    lines = column(SENTENCES[0], 20, "").split("\n")
    lines[1] = " ".join(lines[1])
    assert texts("\n".join([*lines, column(SENTENCES[1], 20, "")])) == SENTENCES[:2]


def test_what_a_page_join_printed_twice_is_printed_once_and_the_ranges_leave_it_out():
    for torn in ("要落实从严治党党\n\n主体责任，收到的意见", "要落实从严治党\n\n治党主体责任，收到的意见"):
        page = f"{LONG}，{torn}当天登记。"
        (block,) = blocks(parse_text(page.encode(), "a", False).lines)
        text, ranges = render(block, str.isalpha)
        assert text == f"{LONG}，要落实从严治党主体责任，收到的意见当天登记。"
        assert "".join(page[a:b] for a, b in ranges) == text


@pytest.mark.parametrize("torn", ["他们天\n\n天来站里接待", "推动事业发展\n\n展现了新的面貌", "一个\n\n一个地走访"])
def test_words_that_repeat_a_character_by_nature_keep_it(torn):
    assert texts(f"{LONG}，{torn}群众，三天内转交。") == [f"{LONG}，{torn}群众，三天内转交。".replace("\n\n", "")]


def test_pieces_moved_or_without_a_partner_are_flagged():
    def flags(text):
        return [block.misplaced for block in blocks(parse_text(text.encode(), "a", False).lines)]

    assert flags(f"{LONG}。\n，三天内转交。\n{LONG}。") == [False, True, False]
    assert flags(f"{LONG}。\n{LONG}") == [False, True]
    assert flags(f"{LONG}。\n{LONG}。\n青山镇人民政府") == [False, False, False]
    lines = parse_text(f"{LONG}。\n下一步，{LONG}。\n再下一步，{LONG}。".encode(), "a", False).lines
    assert [block.misplaced for block in blocks([lines[0], lines[2], lines[1]])].count(True) == 1


def test_a_bare_number_heads_a_section_and_joins_nothing():
    page = f"{LONG}。\n1\n{LONG}。\n2\n{LONG}。"
    assert [kind for kind, _ in cut(page)] == ["body", "heading", "body", "heading", "body"]


def test_a_clause_below_a_chapter_is_no_part_of_its_heading():
    law = (
        "第一章 总则\n第一条 为了预防、控制、净化\n、消灭动物疫病，促进养殖业的发\n展，制定本条例。\n"
        "第二条 本条例适用于本省行政\n区域内的动物防疫活动。"
    )
    assert cut(law)[0] == ("heading", "第一章 总则")
    assert cut(law)[1][1].endswith("制定本条例。")


def test_short_open_lines_are_signatures_not_torn_paragraphs():
    page = f"{LONG}，三天内转交。\n青山镇人民政府\n2024年5月3日"
    assert texts(page) == page.split("\n")


def test_lists_without_stops_stay_lists():
    page = (
        "参加会议的有以下几个单位的同志\n青山镇人大主席团全体成员\n河口村联络站全体工作人员\n上河村联络站全体工作人员"
    )
    assert texts(page) == page.split("\n")


def test_clauses_of_a_law_are_paragraphs_of_their_own():
    law = (
        "第一章　总则\n第一条　为了保护河道，制定本规定。\n第二条　本规定适用于下列河道：\n（一）青河；\n（二）白河。\n"
        "第二章　保护\n第三条　不得倾倒垃圾。"
    )
    assert texts(law) == law.split("\n")
    assert [kind for kind, _ in cut(law)] == ["heading", "body", "body", "body", "body", "heading", "body"]


def test_numbered_lone_lines_are_headings_and_inline_lead_ins_are_not():
    page = f"""一、建好站点
（一）定点位。{LONG}。
（二）定人员，请来退休的老干

部帮忙。{LONG}。
二、用好站点
一是开门。{LONG}。"""
    assert cut(page) == [
        ("heading", "一、建好站点"),
        ("body", f"（一）定点位。{LONG}。"),
        ("body", f"（二）定人员，请来退休的老干部帮忙。{LONG}。"),
        ("heading", "二、用好站点"),
        ("body", f"一是开门。{LONG}。"),
    ]


def test_a_heading_over_two_lines_is_one_heading():
    page = f"一、建好站点\n{LONG}。\n\n二、用好站点，\n\n再把路修到每一个村\n\n{LONG}。"
    assert [words for kind, words in cut(page) if kind == "heading"][1].replace(
        " ", ""
    ) == "二、用好站点，再把路修到每一个村"


def test_a_numbered_list_is_no_row_of_headings():
    assert [kind for kind, _ in cut("1. 登记\n2. 转交\n3. 答复")] == ["body"] * 3


def test_unnumbered_headings_need_a_finished_line_above_and_text_below():
    page = f"{LONG}。\n\n门常开着\n\n{LONG}。\n\n账记得清\n\n{LONG}。"
    assert [kind for kind, _ in cut(page)] == ["body", "heading", "body", "heading", "body"]


def test_notes_bylines_and_captions_have_their_kinds():
    table = "各村站数（单位：个）\n村\t站\n上河村\t2\n注：截至年底。"
    page = f"{LONG}。\n{table}\n{LONG}。\n（作者系青山镇人大主席）\n■ 林晓（青山）"
    assert [kind for kind, _ in cut(page)] == ["body", "note", "table", "table", "note", "body", "note", "byline"]


def test_an_author_note_over_two_lines_is_one_note():
    page = column(SENTENCES[0], 16, "") + "\n\n（作者系青山镇人大主席、河口村\n联络站站长）"
    assert cut(page)[-1] == ("note", "（作者系青山镇人大主席、河口村联络站站长）")


def whole(*words):
    return [Line(text, ((0, len(text)),), 1, whole=True) for text in words]


def test_paragraphs_of_a_word_file_stay_apart_unless_one_surely_goes_on():
    lines = whole("会议材料目录如下所列各项", "收集到的意见当天登记，", "三天内转交。", "青山镇人民", "代表大会。")
    found = [render(block, str.isalpha)[0] for block in blocks(lines)]
    assert found == ["会议材料目录如下所列各项", "收集到的意见当天登记，三天内转交。", "青山镇人民代表大会。"]


def test_a_word_file_full_of_pieces_is_no_longer_trusted():
    commas = [text.index("，", 26) + 1 for text in SENTENCES]
    torn = whole(*(piece for text, at in zip(SENTENCES, commas, strict=True) for piece in (text[:at], text[at:])))
    assert not any(line.whole for line in mistrust(torn))
    assert all(line.whole for line in mistrust(whole(*SENTENCES)))


def test_the_layout_of_a_column_is_learned_from_its_lines():
    lines = parse_text("\n".join(column(text, 20, "") for text in SENTENCES).encode(), "a", False).lines
    layout = learn(lines)
    assert layout.wrapped
    assert layout.hanging
    assert not layout.indented
    assert max(layout.columns) == max(width(line.text) for line in lines) == 20
    assert not learn(parse_text("\n".join(SENTENCES * 3).encode(), "a", False).lines).wrapped


def test_columns_out_of_order_are_put_back():
    page = f"""# 题目
引言，{LONG}。
第一段的下半截，{LONG}。
第二段的下半截，{LONG}。
## 丙
丙节的正文，{LONG}。
## 甲
甲节的正文，{LONG}
## 乙
乙节的正文，{LONG}
"""
    lines = parse_text(page.encode(), "a", True).lines[1:]
    ordered = [line.text[:8] for line in in_reading_order(lines)]
    assert ordered == [
        "引言，青山镇今年",
        "甲",
        "甲节的正文，青山",
        "第一段的下半截，",
        "乙",
        "乙节的正文，青山",
        "第二段的下半截，",
        "丙",
        "丙节的正文，青山",
    ]


def test_ordered_text_is_left_in_order():
    lines = parse_text(f"引言，{LONG}。\n## 甲\n{LONG}\n## 乙\n{LONG}。\n".encode(), "a", True).lines
    assert in_reading_order(lines) == lines
