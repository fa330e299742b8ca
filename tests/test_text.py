import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import bigrams, fold, language, quoted_title, sentences, words


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text):
    assert len(fold(text)) == len(text)


def test_width_and_case_fold_and_nothing_else():
    assert fold("ＡＢc１２，《法》ﬁ") == "abc12,《法》ﬁ"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("代表联络站 APP 上线", "zh"),
        ("How many 联络站 are there?", "en"),
        ("東京は日本の首都です", "ja"),
        ("2024", "zh"),
        ("", "zh"),
    ],
)
def test_language_is_told_by_script(text, expected):
    assert language(text) == expected


def test_words_drop_punctuation_and_bring_the_words_inside_long_ones():
    found = words("人民代表大会，ＡＩ！")
    assert {"人民", "代表", "人民代表大会", "ai"} <= set(found)
    assert "，" not in found
    assert "," not in found


def test_pairs_do_not_reach_over_a_gap():
    assert bigrams("大会a闭幕 好") == ["大会", "闭幕", "好"]


@given(st.text())
def test_sentences_adjoin_and_cover_the_text(text):
    ranges = sentences(text)
    assert "".join(text[a:b] for a, b in ranges) == text
    assert all(a < b for a, b in ranges)


def test_a_closing_mark_stays_with_its_sentence_and_a_decimal_whole():
    text = "他说：“好。”然后走了3.5里。"
    assert [text[a:b] for a, b in sentences(text)] == ["他说：“好。”", "然后走了3.5里。"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [("桥", "《桥》"), ("《桥梁法》施行", "“《桥梁法》施行”"), ("A Bridge", "“A Bridge”"), ("", "")],
)
def test_a_title_gets_the_marks_of_its_language(title, expected):
    assert quoted_title(title) == expected


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("It opened in 2019.随后又修了岔路。", ["It opened in 2019.", "随后又修了岔路。"]),
        (
            "The bridge was closed.渡船停了三天!再开时已是冬天",
            ["The bridge was closed.", "渡船停了三天!", "再开时已是冬天"],
        ),
        ("大桥通车了.两岸的人（都）.来了", ["大桥通车了.", "两岸的人（都）.", "来了"]),
        ("投资3.5亿元，见No.5号文件和Harwick Inc.的账。", None),
        ("1.坚持先修路2.坚持后架桥；", None),
        ("一.坚持先修路", None),
        ("《河湾志.桥梁卷》见于 www.example.org，邮箱 a@example.com", None),
    ],
)
def test_a_latin_full_stop_before_a_chinese_character_ends_a_sentence_but_no_number_or_abbreviation(text, ends):
    assert [text[a:b] for a, b in sentences(text)] == (ends or [text])
