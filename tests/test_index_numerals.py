"""Numbers and dates in one spelling, and what only looks like one."""

from __future__ import annotations

import pytest

from rag.index.numerals import number_terms, spelled_numbers, without_commas


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("二〇二四年", ["2024"]),
        ("一九八○年", ["1980"]),
        ("三十二名", ["32"]),
        ("十二", ["12"]),
        ("二十", ["20"]),
        ("一百零六名", ["106"]),
        ("三百五", ["350"]),
        ("三百零五", ["305"]),
        ("一千零一", ["1001"]),
        ("两千三百万", ["23000000"]),
        ("三万二千", ["32000"]),
        ("一万五", ["15000"]),
        ("一亿三千万", ["130000000"]),
        ("二十亿五千万", ["2050000000"]),
        ("1,200人", ["1200"]),
        ("1,234,567.5元", ["1234567.5"]),
        ("1.5万", ["15000"]),
        ("3.5亿元", ["350000000"]),
        ("12万亿", ["12000000000000"]),
        ("百分之三十二", ["32%"]),
        ("百分之五", ["5%"]),
        ("50 %", ["50%"]),
        ("三个", ["3"]),
        ("五月", ["5"]),
        ("2024年3月5日", ["2024-03-05", "2024-03"]),
        ("2024-03-05", ["2024-03-05", "2024-03"]),
        ("2024年3月", ["2024-03"]),
        ("二〇二四年十二月三十一日", ["2024", "12", "31", "2024-12-31", "2024-12"]),
        ("5 march 2024", ["2024-03-05", "2024-03"]),
        ("sept. 2023", ["2023-09"]),
    ],
)
def test_a_number_or_a_date_has_one_term(text: str, terms: list[str]) -> None:
    assert number_terms(text) == terms


@pytest.mark.parametrize(
    "text",
    ["十四五规划", "五六个人", "二三十人", "千万不要", "万一", "一个", "三中全会", "三农", "一二三四", "106", "1.5",
     "15,16", "2024年13月5日", "亿万", "百十", "may be", "192.168.1.1"],
)  # fmt: skip
def test_what_is_no_number_or_needs_no_other_spelling_has_none(text: str) -> None:
    assert number_terms(text) == []


def test_places_are_those_of_the_text() -> None:
    text = "共一百零六名，占 50 %。"
    assert [(text[start:end], term) for start, end, term in spelled_numbers(text)] == [
        ("一百零六", "106"),
        ("50 %", "50%"),
    ]


def test_endless_digits_stay_as_they_are() -> None:
    assert number_terms("1" * 40 + "万") == []
    assert number_terms("九" * 5000 + "十" * 5000) == []


def test_commas_are_taken_out_of_numbers_only() -> None:
    assert without_commas("1,200人, 12,34 和 1,234,567.8") == "1200人, 12,34 和 1234567.8"
