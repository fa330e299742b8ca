"""rag.articles.decode: encodings told apart, damage counted, binary refused."""

import pytest

from rag.articles.decode import declared_charset, decode
from rag.errors import ArticleError

SIMPLIFIED = "青山镇今年建成了三个代表联络站，覆盖全镇的十二个村。群众提出的意见，当天就要登记。"
TRADITIONAL = "青山鎮今年建成了三個代表聯絡站，覆蓋全鎮的十二個村。群眾提出的意見，當天就要登記。"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_simplified_text_comes_back_whole_from_every_encoding(encoding):
    found = decode(SIMPLIFIED.encode(encoding), "a.txt")
    assert found.text == SIMPLIFIED
    assert found.undecodable == 0


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "utf-8", "gb18030"])
def test_traditional_text_is_not_taken_for_simplified(encoding):
    assert decode(TRADITIONAL.encode(encoding), "a.txt").text == TRADITIONAL


def test_western_text_with_accents_is_not_taken_for_chinese():
    text = "The café opened in the naïve hope that coöperation would do. " * 3
    assert decode(text.encode("cp1252"), "a.txt").text == text


def test_a_declared_encoding_is_tried_before_guessing():
    assert decode("日本の村".encode("euc_jp"), "a.html", "euc_jp").text == "日本の村"


def test_a_broken_character_is_counted_and_the_rest_kept():
    data = SIMPLIFIED.encode() + b"\xe5\x9d" + SIMPLIFIED.encode()
    found = decode(data, "a.txt")
    assert found.undecodable == 1
    assert found.text.replace("\ufffd", "") == SIMPLIFIED * 2


def test_replacement_characters_of_the_source_are_no_damage():
    assert decode("原文就有\ufffd这个字".encode(), "a.txt").undecodable == 0


def test_a_long_gb_file_may_be_cut_anywhere_by_the_sample():
    text = SIMPLIFIED * 4000  # longer than the bytes that are sampled
    assert decode(("a" + text).encode("gb18030"), "a.txt").text == "a" + text


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", b"\x7fELF\2\1\1\0" * 9, bytes(range(32)) * 4])
def test_binary_files_are_refused_with_their_name(data):
    with pytest.raises(ArticleError, match=r"not a text file \(picture\.txt\)"):
        decode(data, "picture.txt")


def test_empty_data_is_empty_text():
    assert decode(b"", "a.txt").text == ""


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'<meta charset="gb2312">', "gb18030"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=Big5">', "big5"),
        (b'<meta charset="no-such">', None),
        (b"<p>charset=utf-8</p>", None),
    ],
)
def test_the_charset_of_a_page_is_read_from_its_meta_tag(head, name):
    assert declared_charset(b"<html><head>" + head) == name
