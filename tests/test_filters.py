"""Filters: what they read, whom they let through, and what they say when they cannot be read."""

from __future__ import annotations

import pytest
from conftest import make_article
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ConfigError
from rag.filters import MAX_CHARS, parse
from rag.filters.conditions import FIELDS, Joined, Not
from rag.types import Article

RIVER = make_article(
    "yunxi/2024/river.txt",
    "青石河治理三年記",
    ["云溪市用三年治理青石河。"],
    authors=("王小满", "Ada Finch"),
    column="调查研究",
    journal="云溪人大",
    issue="2024年第3期",
    date="2024年3月5日",
    page="12-13",
    place="云溪市",
)
BARE = make_article("other/note.txt", "Notes", ["Nothing is known of this."])


def met(text: str, article: Article = RIVER) -> bool:
    return parse(text).meets(article)


@pytest.mark.parametrize(
    "text",
    [
        "year>=2023 and column=调查研究 and author~王",
        "year = 2024",
        "year!=2023",
        "author=王小满",
        "author='ada finch'",
        'author = "ADA  Finch"',
        "title~三年记",  # printed in traditional characters
        "journal=“云溪人大”",
        "date=2024-03",
        "date=2024年3月5日",
        "date>=2024-03-05 and date<=2024-03-05",
        "date>2024-03-04",
        "date<2024-04",
        "page>=12",
        "page<100",
        "collection=yunxi",
        "source~2024/",
        "article=yunxi/2024/river.txt#1",
        "kind=article and lang=zh",
        "not author=李四",
        "author=李四 or place=云溪市",
        "(author=李四 or place=云溪市) and year=2024",
        "author=李四 and year=1999 or year=2024",
        "年≥2023 且（栏目＝调查研究 或 作者～赵）",
        "非 作者=李四",
        "YEAR>=２０２４ AND Column=调查研究",
        "not (year<2024 or year>2024)",
    ],
)
def test_what_is_met(text: str) -> None:
    assert met(text)


@pytest.mark.parametrize(
    "text",
    [
        "year>2024",
        "author=王",
        "author!=王小满",
        "column~农村",
        "date>2024-03",  # 5 March lies in March, not after it
        "date<2024",
        "date=2024-03-06",
        "page>12",
        "not year=2024",
        "author=王小满 and (year=1999 or year=2000)",
        "year=1999 or year=2000 and author=王小满",
    ],
)
def test_what_is_not_met(text: str) -> None:
    assert not met(text)


def test_what_is_not_known_meets_nothing_but_its_absence() -> None:
    for text in ("year>=1", "year<=9999", "author~a", "date>1900", "page>0", "column~调"):
        assert not met(text, BARE)
    for text in ('author=""', "year!=2024", 'date=""', "not page>0", "column!=调查研究"):
        assert met(text, BARE)
    assert not met('author=""')


def test_the_date_of_the_issue_stands_in_for_one_that_is_missing() -> None:
    article = make_article("a.txt", "题", ["文。"], issue="2021年第2期")
    assert met("year=2021 and date=2021", article)
    assert not met("date>=2021-01", article)  # which month is not known


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("", "is empty", 1),
        ("   ", "is empty", 1),
        ("colour=red", "wants a field", 1),
        ("year", "wants one of", 5),
        ("year 2024", "wants one of", 6),
        ("year>=", "wants a value", 7),
        ("year>=x", "wants a number for year", 7),
        ("author>王", "compares author, which has no order", 7),
        ("date>昨天", "wants a date", 6),
        ("(year=1", "lacks a closing parenthesis", 8),
        ("year=1)", "has something behind its end", 7),
        ("year=1 year=2", "has something behind its end", 8),
        ("author=a b", "has something behind its end", 10),
        ('author="a', "cannot be read", 8),
        ("year!1", "cannot be read", 5),
        ("year=1 and", "wants a field", 11),
        ("year=1 and and year=2", "wants a field", 12),
        ("((((" * 10 + "year=1", "is nested too deeply", 22),
        ("not " * 40 + "year=1", "is nested too deeply", 85),
    ],
)
def test_an_error_names_the_place_and_the_fields(text: str, what: str, where: int) -> None:
    with pytest.raises(ConfigError) as told:
        parse(text)
    assert what in told.value.what
    assert str(told.value.where).split(",")[0] == f"character {where}"
    assert all(field in told.value.mend for field in FIELDS)


def test_a_filter_that_is_too_long_is_refused() -> None:
    with pytest.raises(ConfigError, match="more than 1,000 characters"):
        parse("year=1" + " or year=1" * MAX_CHARS)


def test_equal_filters_are_equal_and_can_be_remembered() -> None:
    one, other = parse("year>=2023 and author~王"), parse("年>=２０２３  且 作者~王")
    assert one == other
    assert len({one, other}) == 1


@given(st.text(alphabet="year=1 >~!()'\"andot 王，“且\n", max_size=60))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        made = parse(text)
    except ConfigError:
        return
    assert Joined("or", (made, Not(made))).meets(RIVER)
    assert not Joined("and", (made, Not(made))).meets(RIVER)
