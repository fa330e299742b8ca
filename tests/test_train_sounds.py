"""The sounds of characters are those that pypinyin tells."""

from rag.train.sounds import lines
from rag.understand.homophones import SOUNDS, alike, sounds


def test_the_table_that_ships_is_what_pypinyin_says():
    assert SOUNDS.read_text(encoding="utf-8") == "".join(lines())


def test_characters_within_and_beyond_the_table_have_their_sounds():
    assert sounds("院") == {"yuan"}
    assert sounds("长") == {"zhang", "chang"}
    assert sounds("喆") == {"zhe"}  # in names, and not in the table
    assert alike("园")["院"] is True
    assert alike("进")["静"] is False  # for many they sound alike
