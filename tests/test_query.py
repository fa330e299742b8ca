import pytest

from rag.errors import ConfigError
from rag.query import MAX_CHARS, check_question, content_words, kind_of


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t", "？！……", "\x00\x01", "\ud800"])
def test_a_question_without_a_word_is_refused(nothing):
    with pytest.raises(ConfigError, match="the question is empty"):
        check_question(nothing)


def test_a_question_may_have_a_thousand_characters_and_no_more():
    assert check_question("问" * MAX_CHARS) == "问" * MAX_CHARS
    with pytest.raises(ConfigError, match=r"1,001 characters, more than 1,000"):
        check_question("问" * (MAX_CHARS + 1))


def test_control_characters_and_half_characters_are_taken_out():
    assert check_question(" 河长\x00有\ud800几名\n？ ") == "河长 有几名 ？"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("为什么要关停小作坊？", "why"),
        ("什么叫河长制？", "definition"),
        ("What does 河长 mean?", "definition"),
        ("流动书车怎样到村里？", "how"),
        ("How many boats leave the harbour?", "number"),
        ("How do readers reach the library?", "how"),
        ("一共有多少名河长？", "number"),
        ("沿河治理了哪些作坊？", "list"),
        ("图书馆是哪一年开的？", "when"),
        ("Where is the harbour?", "where"),
        ("这篇文章是谁写的？", "who"),
        ("老周的职务", "other"),
    ],
)
def test_the_kind_of_a_question_follows_its_question_word(question, kind):
    assert kind_of(question) == kind


def test_content_words_leave_out_question_words_and_repeats():
    assert content_words("云溪市的河长一共有多少名？河长做什么？") == ["云溪市", "河长"]
    assert content_words("How many of the boats in Fairhaven's harbour are boats?") == ["boats", "fairhaven", "harbour"]
