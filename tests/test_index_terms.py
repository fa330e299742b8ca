"""What the keyword leg looks for, and what it finds it by."""

from __future__ import annotations

import pytest

from rag.index.terms import (
    MAX_MEANINGS,
    MAX_TERM,
    asked_meanings,
    asked_spellings,
    gram_terms,
    spelled_terms,
    text_terms,
)


def test_long_chinese_words_come_with_the_words_inside_them() -> None:
    assert set(text_terms("人民代表大会")) >= {"人民", "代表", "人民代表大会"}


def test_a_letter_spaced_name_is_one_run() -> None:
    assert "周小" in gram_terms("■ 周 小 满")
    assert gram_terms("周小满 林知远") == ["周小", "小满", "林知", "知远"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("station", "stations"), ("city", "cities"), ("passed", "passing"), ("plan", "planned"), ("invite", "invited")],
)
def test_forms_of_an_english_word_share_a_term(one: str, other: str) -> None:
    assert set(text_terms(one)) & set(text_terms(other))


def test_short_words_and_words_that_only_look_inflected_are_left_alone() -> None:
    assert text_terms("bus status class ring") == ["bus", "status", "class", "ring"]


def test_stop_words_of_english_and_endless_runs_are_no_terms() -> None:
    assert text_terms("What is the " + "x" * (MAX_TERM + 1)) == []


def test_numbers_formulas_and_addresses_are_found_whole_and_in_parts() -> None:
    found = set(text_terms("2024年占50%，共1.5万，“1+6+2”模式，信箱Rd@yunxi.cn"))
    assert found >= {"2024", "50%", "50", "1.5", "1+6+2", "rd@yunxi.cn", "yunxi"}


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("枣庄市的石榴", "pomegranates of Zaozhuang"),
        ("泰安举行会议", "a meeting in Tai'an"),
        ("泰安举行会议", "a meeting in TAIAN"),
        ("周小满写道", "what Zhou Xiaoman wrote"),
        ("周小满写道", "what Xiaoman Zhou wrote"),
        ("昌吉回族自治州的做法", "Changji's practice"),
        ("吕梁市", "in Lvliang"),
    ],
)
def test_a_name_in_latin_letters_meets_the_chinese_name(text: str, question: str) -> None:
    assert set(spelled_terms(text)) & set(asked_spellings(question))


def test_common_words_are_not_run_together_and_stop_words_spell_nothing() -> None:
    assert asked_spellings("the women can run") == ["women", "can", "run"]


def test_a_chinese_question_spells_nothing() -> None:
    assert asked_spellings("枣庄市有多少个联络站？") == []


def test_words_and_neighbours_are_looked_up_by_meaning_but_names_are_not() -> None:
    question = "How many liaison stations has the Congress of Taian built?"
    asked = asked_meanings(question, lambda word: word == "taian")
    assert asked == ["liaison", "stations", "Congress", "built", "liaison stations"]


def test_a_chinese_question_is_looked_up_by_its_words() -> None:
    assert asked_meanings("白鹭在哪里筑巢？", lambda word: False) == ["白鹭", "哪里", "筑巢"]


def test_only_so_many_words_are_looked_up() -> None:
    assert (
        len(asked_meanings(" ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(300)), bool))
        == MAX_MEANINGS
    )
