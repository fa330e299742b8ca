"""All passages that say something: none missing, none too many, in a stable order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import make_article
from test_retrieve import opened

from rag.errors import ConfigError
from rag.index import Index
from rag.index.wordlist import WordList
from rag.retrieve.matches import Matches, all_matches
from rag.retrieve.wanted import plain, wants
from rag.types import Article

SAID = (
    "青石河设了一百零六名河长。",
    "青石河有河长106名，代表联络站三十二个。",
    "靑石河与白鷺：設立代表聯絡站32個。",
    "山里的图书馆有流动书车。",
    "The River stations reported 1,200 herons near Qingshi River.",
    "River stations in the red bus; a tired bus.",
    "代 表 联 络 站 里的书车",
    "只有联络站，没有代表",
)


def archive() -> tuple[Article, ...]:
    dated = [
        make_article(
            f"x{n}", f"第{n}篇", [text, "无关的一段。"], date=f"20{20 + n % 3}-01-0{n + 1}" if n != 3 else None
        )
        for n, text in enumerate(SAID)
    ]
    return (*dated, make_article("y", "青石河的书", ["题目里才有那条河。"], authors=("林知远",)))


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    made = opened(tmp_path, archive(), monkeypatch)
    with closing(made._index):
        yield made._index


def said(matches: Matches) -> set[str]:
    return {passage.text for group in matches.groups for passage in group.passages}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("代表联络站", {1, 2, 6, 7}),
        ("“代表联络站”", {1, 2, 6}),
        ("「代表联络站」 书车", {6}),
        ("代表 书车", {6}),
        ("白鹭在哪里？", {2}),
        ("三十二", {1, 2}),
        ("32", {1, 2}),
        ("１０６名河长", {0, 1}),
        ("1200", {4}),
        ("a river station", {4, 5}),
        ('"River stations" herons', {4}),
        ('"red bus"', {5}),
        ('"red b"', set()),
        ("鷺", {2}),
        ("没有的词语", set()),
    ],
)
def test_all_that_hold_every_word_are_found_and_no_others(index: Index, query: str, found: set[int]) -> None:
    matches = all_matches(index, query, "not author=林知远")
    texts = {n for n, text in enumerate(SAID) if any(text in shown for shown in said(matches))}
    assert texts == found


def test_title_and_byline_count_as_said(index: Index) -> None:
    (group,) = all_matches(index, "林知远的青石河").groups
    assert (group.title, group.authors, group.total) == ("青石河的书", ("林知远",), 1)


def test_synonyms_of_ones_own_list_are_variants() -> None:
    (want,) = wants("NPC", WordList("人大 = 人民代表大会 = NPC"))
    assert [way.literal or way.terms for way in want.ways] == [
        (("words", "npc"),), (("spelled", "npc"),), (("grams", "人大"),), "人民代表大会",
    ]  # fmt: skip


def test_what_is_wanted_is_read_out_of_the_query() -> None:
    asked = wants("2024年“全过程 人民民主”的 stations 有多少个？", WordList())
    assert [(want.word, want.exact) for want in asked] == [
        ("全过程 人民民主", True), ("2024", False), ("stations", False),
    ]  # fmt: skip
    with pytest.raises(ConfigError, match="no word to look for"):
        wants("？！", WordList())


def test_a_text_is_compared_without_the_spaces_of_letter_spacing() -> None:
    assert plain("杨 东 奇　說\n  River   Bus") == "杨东奇说 river bus"


def test_counts_are_of_all_pages_and_pages_follow_one_another(index: Index) -> None:
    whole = all_matches(index, "段", per_page=100)
    assert (whole.passages, whole.articles, whole.pages) == (8, 8, 1)
    assert dict(whole.years) == {"2020": 2, "2021": 3, "2022": 2, "": 1}
    assert list(dict(whole.years)) == ["2020", "2021", "2022", ""]
    pages = [all_matches(index, "段", page=n, per_page=3) for n in (1, 2, 3)]
    assert [(page.passages, page.articles, page.pages) for page in pages] == [(8, 8, 3)] * 3
    assert [group.article_id for page in pages for group in page.groups] == [g.article_id for g in whole.groups]
    assert all_matches(index, "段", page=9, per_page=3).groups == ()


def test_groups_stand_by_date_and_undated_ones_last(index: Index) -> None:
    dates = [group.date for group in all_matches(index, "段", per_page=100).groups]
    assert dates == [*sorted(filter(None, dates)), ""]


def test_an_article_may_run_over_two_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article = make_article("x", "长文", [f"白鹭第{n}段，" + "河" * 60 + "。" for n in range(5)])
    made = opened(tmp_path, (article,), monkeypatch)
    with closing(made._index):
        pages = [all_matches(made._index, "白鹭", page=n, per_page=2) for n in (1, 2, 3)]
    assert [[group.total for group in page.groups] for page in pages] == [[5], [5], [5]]
    starts = [passage.start for page in pages for group in page.groups for passage in group.passages]
    assert starts == sorted(set(starts))
    assert len(starts) == 5


def test_filters_apply_and_pages_count_from_one(index: Index) -> None:
    assert all_matches(index, "段", "year=2021").passages == 3
    assert all_matches(index, "段", "year=1900").passages == 0
    for wrong in ({"page": 0}, {"per_page": 0}):
        with pytest.raises(ValueError, match="at least 1"):
            all_matches(index, "段", **wrong)
