"""Filters as the page offers them, against articles that do and do not meet them."""

from __future__ import annotations

import re

import pytest
from test_ui_render import Shown
from ui_payloads import PAYLOADS

from rag.types import Article
from ui.archive.known import know
from ui.parts.narrow import add, chips_html, panel_html, where_of, without


def article(n: int, **about: object) -> Article:
    known = {
        "journal": "青榆人大",
        "issue": "2024年第3期",
        "date": "2024-03-15",
        "column": "乡镇来信",
        "authors": ("沈砚秋",),
    }
    return Article(f"a.txt#{n}", "a.txt", f"第{n}篇", "", (), **{**known, **about})  # type: ignore[arg-type]


ARTICLES = (
    article(1),
    article(2, issue="2023年第1期", date="2023-01-20", column="调查研究", authors=("Mara Lindqvist", "沈砚秋")),
    article(3, journal="河湾文艺", issue="2023年第1期", date="2023-02-02", column=None, authors=()),
    article(0, kind="front", column="卷首", authors=("本刊",)),
)
KNOWN = know(ARTICLES)  # type: ignore[arg-type]


def met(*chosen: tuple[str, str]) -> list[str]:
    """Return the titles of the articles that a choice lets through."""
    where = where_of(chosen)
    assert where is not None
    return [one.title for one in ARTICLES if one.kind == "article" and where.meets(one)]


def test_nothing_chosen_is_no_filter() -> None:
    assert where_of(()) is None


def test_years_bound_from_both_sides() -> None:
    assert met(("since", "2024")) == ["第1篇"]
    assert met(("until", "2023")) == ["第2篇", "第3篇"]
    assert met(("since", "2023"), ("until", "2023")) == ["第2篇", "第3篇"]


def test_an_issue_is_that_of_its_own_journal() -> None:
    assert met(("issue", "青榆人大\n2023年第1期")) == ["第2篇"]
    assert met(("issue", "河湾文艺\n2023年第1期")) == ["第3篇"]


def test_of_one_field_any_value_will_do_and_all_fields_must_fit() -> None:
    assert met(("column", "调查研究"), ("column", "乡镇来信")) == ["第1篇", "第2篇"]
    assert met(("column", "调查研究"), ("author", "沈砚秋"), ("column", "乡镇来信"), ("until", "2023")) == ["第2篇"]


def test_width_and_case_of_a_value_do_not_matter() -> None:
    assert met(("author", "ＭＡＲＡ lindqvist")) == ["第2篇"]


@pytest.mark.parametrize("value", ['栏"目', "栏'目”", "(甲) and 乙", "~=!", "  隔  开  "])
def test_a_value_full_of_signs_is_still_only_a_value(value: str) -> None:
    odd = article(9, column=value)
    where = where_of((("column", value),))
    assert where is not None
    assert where.meets(odd) == (" ".join(value.split()) == value)
    assert not where.meets(ARTICLES[0])


def test_only_what_the_archive_has_can_be_chosen_and_only_once() -> None:
    chosen = add((), "column", "调查研究", KNOWN)
    assert chosen == (("column", "调查研究"),)
    assert add(chosen, "column", "调查研究", KNOWN) == chosen
    assert add(chosen, "column", "没有的栏目", KNOWN) == chosen
    assert add(chosen, "password", "x", KNOWN) == chosen


def test_another_first_year_takes_the_place_of_the_first() -> None:
    assert add(add((), "since", "2023", KNOWN), "since", "2024", KNOWN) == (("since", "2024"),)


def test_a_choice_can_be_taken_away_by_its_number() -> None:
    chosen = (("since", "2023"), ("column", "调查研究"))
    assert without(chosen, 0) == chosen[1:]
    assert without(chosen, 7) == chosen


def test_front_matter_is_nothing_to_filter_by() -> None:
    assert [value for value, _ in KNOWN.facets["column"]] == ["乡镇来信", "调查研究"]
    assert (KNOWN.articles, KNOWN.issues, KNOWN.dates) == (3, 3, ("2023-01-20", "2024-03-15"))


def test_the_contents_of_a_source_keep_the_order_of_the_file() -> None:
    assert [entry.title for entry in KNOWN.by_source["a.txt"]] == ["第1篇", "第2篇", "第3篇", "第0篇"]


def test_every_list_is_labelled_and_counts_its_articles() -> None:
    html = panel_html((), KNOWN, "zh")
    ids = re.findall(r'<label for="(.*?)"', html)
    assert len(ids) == 5
    assert all(f'id="{name}"' in html for name in ids)
    assert "调查研究（1）" in html
    assert "青榆人大 2023年第1期（1）" in html


def test_an_archive_without_metadata_offers_no_filters() -> None:
    assert panel_html((), know([]), "zh") == ""
    assert panel_html((), None, "zh") == ""


def test_each_choice_is_a_word_that_can_be_taken_away() -> None:
    html = chips_html((("until", "2023"), ("author", "沈砚秋")), "zh")
    assert re.findall(r'data-do="widen" data-n="(\d)"', html) == ["0", "1"]
    assert 'aria-label="去掉“作者：沈砚秋”"' in html


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_value_becomes_markup(payload: str) -> None:
    def drawn(text: str) -> Shown:
        known = know([article(1, column=text, journal=text, issue=text, authors=(text,))])  # type: ignore[list-item]
        chosen = add(add((), "column", text, known), "author", text, known)
        return Shown(panel_html(chosen, known, "zh"))

    hostile, harmless = drawn(payload), drawn(re.sub("[<>\"'&`]", "h", payload))
    assert hostile.tags == harmless.tags
    assert {name for name, _ in hostile.attributes} == {name for name, _ in harmless.attributes}
