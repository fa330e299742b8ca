"""rag.articles.formats.decode: encodings told apart, damage counted, binary refused."""

import random
import re

import pytest
from hostile.encodings import KOREAN, cases
from hostile.encodings import SIMPLIFIED as LONGER

from rag.articles.formats.decode import damage_notes, declared_charset, decode
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


def broken(data: bytes, share: float) -> bytes:
    chance = random.Random(1)
    return bytes(chance.randrange(256) if chance.random() < share else byte for byte in data)


@pytest.mark.parametrize("share", [0.01, 0.1])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_text_with_broken_bytes_is_still_known_for_what_it_is(encoding, share):
    found = decode(broken((LONGER * 5).encode(encoding), share), "a.txt")
    assert found.encoding == encoding
    assert len(set(LONGER) & set(found.text)) > 0.98 * len(set(LONGER))


@pytest.mark.parametrize(
    "case", [case for case in cases() if case.text and "html" not in case.name], ids=lambda c: c.name
)
def test_what_is_whole_comes_back_whole_whatever_it_is_written_in(case):
    found = decode(case.data, case.name)
    assert re.split(r"[\r\n\x85\u2028\u2029\ufeff]+", found.text.strip("\ufeff")) == re.split(r"\n+", case.text)
    assert found.undecodable == 0


@pytest.mark.parametrize("encoding", ["gb18030", "gbk"])
def test_a_broken_byte_costs_a_character_or_two_and_not_the_rest_of_the_line(encoding):
    before, after = "村里把旧桥拆了请来县里的工程队重新修建", "新桥长二十四米可以同时过两辆车大家都很高兴"
    for byte in (b"q", b"\xff", b"\xb0"):
        data = (before + after).encode(encoding)
        middle = len(before.encode(encoding))
        found = decode(data[:middle] + byte + data[middle + 1 :] + b"\n", "a.txt").text
        assert found.startswith(before)
        assert found.endswith(after[2:] + "\n")


def test_a_byte_that_is_missing_is_found_and_counted():
    data = (SIMPLIFIED + "\n").encode("gb18030") * 3
    found = decode(data[:20] + data[21:], "a.txt")
    assert found.undecodable == 1
    assert found.text[found.lost[0]] == "\ufffd"
    assert found.text.endswith((SIMPLIFIED + "\n") * 2)


def test_korean_is_not_taken_for_chinese():
    assert decode(KOREAN.encode("euc_kr"), "a.txt").text == KOREAN


def test_a_few_zeros_make_no_binary():
    text = SIMPLIFIED * 3 + "\0" + SIMPLIFIED
    assert decode(text.encode(), "a.txt").text == text
    assert decode(text.encode("gb18030"), "a.txt").text == text


def test_a_western_charset_is_not_believed_of_a_chinese_page():
    assert decode(SIMPLIFIED.encode("gbk"), "a.html", "iso8859-1").text == SIMPLIFIED


def test_the_places_of_lost_characters_are_kept_the_first_twenty_of_them():
    found = decode(b"\n".join(["河边".encode() + b"\xe5"] * 30) + "的村庄和学校".encode(), "a.txt")
    assert found.undecodable == 30
    assert found.lost == tuple(range(2, 80, 4))
    assert all(found.text[place] == "\ufffd" for place in found.lost)


def test_a_note_says_how_many_were_lost_and_in_which_lines():
    assert damage_notes("甲\ufffd\ufffd\r\n乙\u2028丙\ufffd", 3, (1, 2, 7)) == (
        "3 characters could not be decoded (lines 1, 3)",
    )
    assert damage_notes("\ufffd", 1, (0,)) == ("1 character could not be decoded (line 1)",)
    assert damage_notes("\ufffd\ufffd", 1_200, (0, 1)) == (
        "1,200 characters could not be decoded (line 1 and further on)",
    )
    assert damage_notes("甲", 0, ()) == ()


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
