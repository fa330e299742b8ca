"""The nearest vectors, looked at again word by word."""

from __future__ import annotations

import pytest
from conftest import WordEncoder

from rag.encode import BUNDLED_FOLDER, StaticEncoder
from rag.index.facts import searched_text
from rag.retrieve.closer import WHOLE
from rag.retrieve.closer import closer as closer_by_tokens
from rag.retrieve.explain import Leg
from rag.types import Encoder

TEXTS = [
    "图书馆的阅览室新添了桌椅，灯光也换过了。读者说，这里比家里安静，许多老人每天都来看报。",
    "县里修了一座桥。图书馆晚上开到几点？九点。市场里的鱼比去年便宜，外地来的游客多了，旅店常常住满。",
    "市场的摊位从街上搬进了大棚，卖鱼的和卖菜的分开，雨天也能做生意。",
]


def closer(encoder: Encoder, question: str, leg: Leg, texts: list[str], context: str = "") -> Leg:
    def tokens(rows):  # type: ignore[no-untyped-def]
        assert isinstance(encoder, StaticEncoder)
        return encoder.cut([searched_text(texts[row], context) for row in rows])

    return closer_by_tokens(encoder, question, leg, range(len(texts)), tokens)


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder(BUNDLED_FOLDER)


def test_a_long_text_that_says_it_in_passing_comes_before_one_about_something_like_it(encoder: StaticEncoder) -> None:
    question = "图书馆晚上开到几点"
    leg = [(0, 0.6), (1, 0.4), (2, 0.1)]
    again = closer(encoder, question, leg, TEXTS)
    assert [row for row, _ in again] == [1, 0, 2]
    words = encoder.closeness(question, encoder.cut(TEXTS))
    assert dict(again) == pytest.approx({row: words[row] + WHOLE * whole for row, whole in leg}, abs=1e-5)


def test_what_only_the_keywords_found_takes_part_and_equal_ones_stand_by_row(encoder: StaticEncoder) -> None:
    again = closer(encoder, "图书馆晚上开到几点", [(2, 0.5), (0, 0.2)], TEXTS)
    assert [row for row, _ in again] == [1, 0, 2]
    words = encoder.closeness("图书馆晚上开到几点", encoder.cut(TEXTS))
    assert dict(again)[1] == pytest.approx(words[1] + WHOLE * 0.2, abs=1e-5)
    assert [row for row, _ in closer(encoder, "市场", [(2, 0.5), (0, 0.5)], ["市场的鱼"] * 2)] == [0, 1]


def test_the_title_above_a_passage_counts(encoder: StaticEncoder) -> None:
    leg = [(0, 0.1)]
    under, bare = (closer(encoder, "图书馆", leg, ["晚上开到九点。"], title) for title in ("县图书馆", ""))
    assert under[0][1] > bare[0][1] + 0.3


def test_an_encoder_without_vectors_of_words_keeps_its_order() -> None:
    leg = [(2, 0.9), (0, 0.5), (1, 0.4)]
    assert closer(WordEncoder(), "市场", leg, TEXTS) == leg


def test_nothing_found_stays_nothing(encoder: StaticEncoder) -> None:
    assert closer(encoder, "市场", [], []) == []
