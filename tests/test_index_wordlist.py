"""Lists of words of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import ConfigError
from rag.index.wordlist import FILE, WordList, chosen, keep, kept, read

LIST = """# names
代表联络站
人大 = 人民代表大會 ＝ NPC   # three
全国人大 = NPC Standing Committee
"""


def found(own: WordList, text: str) -> list[tuple[str, str]]:
    return [(text[start:end], first) for start, end, first in own.places(text)]


def test_words_are_found_with_what_they_stand_for() -> None:
    own = WordList(LIST)
    assert found(own, "全国人大的站") == [("全国人大", "全国人大"), ("人大", "人大")]
    assert found(own, "代表联络站") == [("代表联络站", "代表联络站")]
    assert found(own, "the npc standing committee") == [("npc standing committee", "全国人大"), ("npc", "人大")]
    assert own.terms("人民代表大会") == ["人大"]
    assert own.same("npc") == ("npc", "人大", "人民代表大会")
    assert own.same("别的") == ("别的",)


def test_a_latin_word_counts_only_by_itself() -> None:
    own = WordList("npc\n5g")
    assert found(own, "npcs unpc x5g 5gs") == []
    assert found(own, "npc的npc-5g") == [("npc", "npc"), ("npc", "npc"), ("5g", "5g")]


def test_lines_that_share_a_word_are_one_group_whatever_their_order() -> None:
    for text in ("甲乙 = 丙丁\n丙丁 = 戊己", "戊己 = 丙丁\n丙丁 = 甲乙"):
        own = WordList(text)
        assert set(own.same("甲乙")) == {"甲乙", "丙丁", "戊己"}
        assert len({first for _, _, first in own.places("甲乙丙丁戊己")}) == 1


@pytest.mark.parametrize("line", ["甲", "甲乙 = ", "= 甲乙", "？！", "x" * 65])
def test_a_line_that_is_wrong_is_named(line: str) -> None:
    with pytest.raises(ConfigError, match=r"words\.txt, line 2"):
        WordList(f"好的\n{line}\n", "words.txt")


def test_a_list_is_kept_by_the_index_and_may_be_edited_there(tmp_path: Path) -> None:
    assert (len(chosen(tmp_path, None)), kept(tmp_path)) == (0, None)
    given = tmp_path / "mine.txt"
    given.write_text("\ufeff青石河\n", encoding="utf-8")
    keep(tmp_path, chosen(tmp_path, given))
    assert kept(tmp_path) == "青石河\n"
    (tmp_path / FILE).write_text("白鹭\n", encoding="utf-8")
    assert chosen(tmp_path, None).terms("白鹭与青石河") == ["白鹭"]


def test_a_list_that_is_missing_or_no_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such list"):
        read(tmp_path / "none.txt")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="UTF-8"):
        read(tmp_path / "binary")
