"""rag.articles.segment.metadata: what is printed around an article."""

import pytest

from rag.articles.lines import Line
from rag.articles.segment.masthead import read_masthead
from rag.articles.segment.metadata import read_header

TEXT = "青山镇今年建成了三个代表联络站，覆盖全镇十二个村。"


def lines(*texts):
    return [Line(text, ((0, len(text)),)) for text in texts]


def test_a_header_is_read_line_by_line_until_the_text_begins():
    header = read_header(lines("——以河口村为例", "林 晓  陈大山", "（青山镇人大）", "2024年5月3日", TEXT, "周正"))
    assert header.authors == ("林晓", "陈大山")
    assert header.fields == {
        "subtitle": "以河口村为例",
        "affiliation": "青山镇人大",
        "place": "青山镇",
        "date": "2024年5月3日",
    }
    assert header.found == {
        "subtitle": "heading",
        "authors": "byline",
        "affiliation": "byline",
        "place": "byline",
        "date": "note",
    }
    assert header.kinds == ["heading", "byline", "note", "note"]


@pytest.mark.parametrize(
    ("text", "authors", "date", "kinds"),
    [
        ("（2024年8月29日在镇人大第五次会议上）", (), "2024年8月29日", ["note"]),
        ("青山日报记者 林晓 2024年3月1日", ("林晓",), "2024年3月1日", ["byline"]),
        ("Harwick Town Council, 11 June 2024", (), "11 June 2024", ["note"]),
        ("来源：青山镇政府  发布时间：2023-11-02 09:30  作者：林晓", ("林晓",), "2023-11-02", ["byline"]),
        ("【实践】", (), None, ["note"]),
        (TEXT, (), None, []),
        ("2024年5月3日，镇里开了会。", (), None, []),
    ],
)
def test_dates_names_and_labels_may_share_a_line(text, authors, date, kinds):
    header = read_header(lines(text, TEXT))
    assert (header.authors, header.fields.get("date"), header.kinds) == (authors, date, kinds)


def test_an_organisation_below_a_name_is_where_they_work():
    header = read_header(lines("林晓", "青山镇人大", TEXT))
    assert (header.authors, header.fields["affiliation"]) == (("林晓",), "青山镇人大")


def test_a_word_that_merely_begins_like_a_surname_is_text():
    assert read_header(lines("方法", TEXT)).kinds == []


def test_the_last_line_is_text_even_if_it_looks_like_a_name():
    assert read_header(lines("林晓")).kinds == []


def test_the_author_that_the_contents_expect_is_believed():
    assert read_header(lines("一个村民", TEXT), "一个村民").authors == ("一个村民",)


def test_the_masthead_gives_journal_issue_and_date():
    front = lines("青山人大 QINGSHAN CONTENTS", "2024 · 2", "总第 38 期", "出版日期：2024年6月15日", "目录")
    assert read_masthead(front, [], {}) == {"journal": "青山人大", "issue": "2024·2", "date": "2024年6月15日"}


def test_running_heads_give_journal_and_issue_where_there_is_no_masthead():
    assert read_masthead([], lines(*["青山人大 2024·2"] * 3), {}) == {"journal": "青山人大", "issue": "2024·2"}


def test_lines_without_an_issue_are_no_masthead():
    assert read_masthead(lines("编者按", "这是一段话。"), [], {}) == {}


def test_what_the_format_says_goes_first():
    assert read_masthead([], [], {"journal": "青山人大"}) == {"journal": "青山人大"}
