import pytest

from rag.dates import Dated, date_of, iso_date, relative_dates
from rag.types import Article


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        ("2024年3月5日", "2024-03-05"),
        ("二〇二四年三月", "2024-03"),
        ("二○二四年十一月二十三日", "2024-11-23"),
        ("二零一九年十月十日", "2019-10-10"),
        ("二〇二四年二十月", None),
        ("2024 年 12 月 31 号", "2024-12-31"),
        ("2024-3-5", "2024-03-05"),
        ("2024/03", "2024-03"),
        ("2024.03.05 10:20", "2024-03-05"),
        ("2024-03-05T10:20:00+08:00", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("March 5, 2024", "2024-03-05"),
        ("5 Mar. 2024", "2024-03-05"),
        ("1st June 1999", "1999-06-01"),
        ("September 2023", "2023-09"),
        ("2024年第3期", "2024"),
        ("总第186期", None),
        ("２０２４年５月", "2024-05"),
        ("2024年2月30日", None),
        ("Volume 2024", "2024"),
        ("电话12019243", None),
        ("", None),
        (None, None),
    ],
)
def test_printed_dates_take_a_normal_form(printed, wanted):
    assert iso_date(printed) == wanted


def spoken(text: str, today: str | None) -> list[tuple[str, str]]:
    return [(text[d.start : d.end], d.when) for d in relative_dates(text, today)]


def test_years_count_from_the_date_of_the_issue():
    text = "今年上半年完成三件，去年12月立项，前年调研，明年1月15日验收；上年度结余。"
    assert spoken(text, "2024-03") == [
        ("今年", "2024"),
        ("去年12月", "2023-12"),
        ("前年", "2022"),
        ("明年1月15日", "2025-01-15"),
        ("上年度", "2023"),
    ]
    assert spoken("去年十一月 and Last year", "2024") == [("去年十一月", "2023-11"), ("Last year", "2023")]


def test_months_need_a_month_to_count_from():
    assert spoken("上月召开，本月落实，last month too", "2024-01-20") == [
        ("上月", "2023-12"),
        ("本月", "2024-01"),
        ("last month", "2023-12"),
    ]
    assert spoken("上月召开", "2024") == []


def test_words_that_only_look_relative_are_left_alone():
    assert spoken("当年与同年，近年来，年年有余，the year before", "2024-03-05") == []
    assert relative_dates("今年", None) == []


def test_an_article_counts_from_its_date_or_its_issue():
    assert date_of(article(date="2023年5月", issue="2024年第3期")) == "2023-05"
    assert date_of(article(issue="2024年第3期")) == "2024"
    assert date_of(article()) is None


def article(**fields: str) -> Article:
    return Article("a#1", "a", "t", "", (), **fields)


def test_an_impossible_day_falls_back_to_the_year():
    assert relative_dates("今年13月", "2024") == [Dated(0, 5, "2024")]
