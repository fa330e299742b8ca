"""rag.articles.signs.marks: what a single line gives away by its look."""

import pytest

from rag.articles.signs.marks import (
    date_line,
    find_issue,
    is_issue_line,
    is_subtitle,
    labelled,
    numbering,
    page_number,
    title_like,
    undashed,
)


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("一、开门办公", "han"),
        ("（三）说说主题", "paren"),
        ("第二，多走几家", "ordinal"),
        ("第三章　保护", "chapter"),
        ("第十二条 本规定", "clause"),
        ("3. Trees", "digit"),
        ("2.6 元", None),
        ("一是走得勤", None),
        ("依照第三条规定", None),
        ("第三条规定的情形", None),
    ],
)
def test_numbers_at_the_beginning_have_a_style(text, style):
    assert numbering(text) == style


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024年5月3日", "2024年5月3日"),
        ("（2024年10月）", "2024年10月"),
        ("发布时间：2023-11-02 09:30", "2023-11-02"),
        ("二〇二四年五月三日", "二〇二四年五月三日"),
        ("March 5, 2024", "March 5, 2024"),
        ("2024 年 5 月 3 日", "2024年5月3日"),
        ("2024年5月3日，镇里开会。", None),
        ("2024", None),
    ],
)
def test_a_date_line_holds_a_date_and_nothing_else(text, date):
    assert date_line(text) == date


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("2024 · 3", "2024·3"),
        ("2024年第 3 期", "2024年第3期"),
        ("2025 年第 1 期（总第 79 期）", "2025年第1期"),
        ("Vol. 3, No. 31", "Vol. 3, No. 31"),
        ("总第 38 期", None),
        ("增长 2024.35 元", None),
    ],
)
def test_the_issue_is_given_as_printed_without_spaces(text, issue):
    assert find_issue(text) == issue


def test_a_line_of_issue_numbers_is_told_from_text_about_one():
    assert is_issue_line("2024 · 3")
    assert is_issue_line("总第 38 期")
    assert not is_issue_line("第3期培训班开班")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("— 3 —", 3),
        ("第 12 页", 12),
        ("Page 3 of 9", 3),
        ("3/9", 3),
        ("三", None),
        ("12个", None),
        ("2" * 30, None),
    ],
)
def test_page_numbers_are_recognised_bare_and_decorated(text, number):
    assert page_number(text) == number


def test_labels_split_a_line_into_fields():
    fields = labelled("来源：青山镇政府  发布时间：2023-11-02  作者：林晓  浏览次数：33")
    assert fields["author"] == "林晓"
    assert fields["date"] == "2023-11-02"
    assert labelled("记者 作者：林晓") == {}
    assert labelled("这里说的标题：不在开头") == {}


@pytest.mark.parametrize("text", ["让好事办好", "靠“四张清单”办事 让门常开", "门开着，人来吗？", "What Comes Next"])
def test_titles_look_like_titles(text):
    assert title_like(text)


@pytest.mark.parametrize(
    "text",
    ["他来了。", "一、总体要求", "作者：林晓", "2024年5月3日", "要闻", "门口种着树，", "12", "【特稿】", "字" * 70],
)
def test_other_lines_do_not(text):
    assert not title_like(text)


def test_a_subtitle_begins_with_a_dash():
    assert is_subtitle("——以河口村为例")
    assert undashed("—— 以河口村为例") == "以河口村为例"
    assert not is_subtitle("以河口村为例")
