"""rag.articles.repair.furniture: page numbers and running heads go, everything else stays."""

from rag.articles.lines import Line
from rag.articles.repair.furniture import drop_furniture


def lines(*texts, gap=1):
    return [Line(text, ((0, len(text)),), gap) for text in texts]


def paged(*pages):
    return [Line(text, ((0, len(text)),), 0, page=n) for n, page in enumerate(pages, 1) for text in page]


def kept(found):
    return [line.text for line in drop_furniture(found)[0]]


def test_numbers_that_count_upwards_through_the_file_are_page_numbers():
    text = lines("甲村建站，", "3", "用了三个月。", "乙村。", "4", "丙村。", "丁村。", "5", "戊村。")
    assert kept(text) == ["甲村建站，", "用了三个月。", "乙村。", "丙村。", "丁村。", "戊村。"]


def test_figures_of_a_table_column_stay():
    column = lines("村", "站数", "1", "2", "3", "4", gap=0)
    assert kept(column) == [line.text for line in column]


def test_running_heads_with_an_issue_number_go():
    text = lines(
        "甲村。", "青山人大 2024·3", "乙村。", "丙村。", "青山人大 2024·3", "丁村。", "戊村。", "青山人大 2024·3"
    )
    rest, dropped = drop_furniture(text)
    assert [line.text for line in rest] == ["甲村。", "乙村。", "丙村。", "丁村。", "戊村。"]
    assert {line.text for line in dropped} == {"青山人大 2024·3"}


def test_lines_that_merely_recur_stay():
    text = lines("问", "答一。", "甲。", "问", "答二。", "乙。", "问", "答三。")
    assert kept(text) == [line.text for line in text]


def test_a_rubric_beside_a_page_number_goes_and_stays_in_the_contents():
    text = lines("特稿", "甲。", "项目每一", "特稿", "03", "个都写明。", "乙。", "04", "丙。", "丁。", "05", "戊。")
    assert kept(text) == ["特稿", "甲。", "项目每一", "个都写明。", "乙。", "丙。", "丁。", "戊。"]


def test_heads_and_feet_of_pages_go_though_their_digits_change():
    pages = paged(
        ["会议文件", "甲村建站，", "用了", "— 1 —"],
        ["会议文件", "三个月。", "乙村。", "— 2 —"],
        ["会议文件", "丙村。", "— 3 —"],
    )
    assert kept(pages) == ["甲村建站，", "用了", "三个月。", "乙村。", "丙村。"]


def test_a_page_that_happens_to_begin_with_an_earlier_line_keeps_it():
    pages = paged(["报告", "同一句话", "中间", "同一句话", "末"], ["同一句话", "乙"], ["同一句话", "丙"])
    assert kept(pages).count("同一句话") == 4


def test_the_gap_before_a_dropped_line_passes_to_the_next():
    text = [*lines("甲村建站，", "— 3 —"), *lines("用了三个月。", "乙。", "— 4 —", gap=0)]
    rest, _ = drop_furniture(text)
    assert [(line.text, line.gap) for line in rest] == [("甲村建站，", 1), ("用了三个月。", 1), ("乙。", 0)]


def test_one_page_number_that_tears_a_sentence_goes_with_its_running_head():
    text = lines("甲村的联络站在今年春天建", "会议文件", "12", "成，用了三个月。", "乙村的联络站建成。")
    assert kept(text) == ["甲村的联络站在今年春天建", "成，用了三个月。", "乙村的联络站建成。"]


def test_a_number_between_finished_paragraphs_stays():
    text = lines("甲村的联络站在今年春天建成。", "12", "乙村的联络站建成。")
    assert kept(text) == [line.text for line in text]


def test_a_short_piece_of_text_above_a_page_number_is_no_running_head():
    text = lines("甲村的联络站建成了。", "乙村的联络站在今年春", "12", "天建成，用了三个月。")
    assert kept(text) == ["甲村的联络站建成了。", "乙村的联络站在今年春", "天建成，用了三个月。"]


def test_bare_numbers_of_sections_stay_and_those_of_pages_go():
    essay = lines("山路", "1", "清晨六点出发。", "路很远。", "2", "中午到了。", "天晴。", "3", "晚上回家。")
    assert kept(essay) == [line.text for line in essay]
    pages = lines("清晨六点出发。", "路很远。", "1", "中午到了。", "天晴。", "2", "晚上回家。", "睡了。", "3")
    assert not {"1", "2", "3"} & set(kept(pages))
