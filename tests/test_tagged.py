"""Words with kinds, places and meanings."""

import numpy as np

from rag.read.asked import LATIN, NAME, NUMBER, PLACE
from rag.read.tagged import meanings, pairs, tagged


def test_words_cover_the_text_character_by_character():
    text = "2023年 Harbour 镇，建站35个。😀\n"
    found = tagged(text)
    assert "".join(word for word, _, _ in found.words) == found.folded
    assert len(found.kinds) == len(found.places) == len(text)
    assert [found.folded[start : start + len(word)] for word, start, _ in found.words] == [w for w, _, _ in found.words]


def test_kinds_of_words():
    kinds = {word: kind for word, _, kind in tagged("Harbour 35 port 青岛").words}
    assert (kinds["harbour"], kinds["35"], kinds["port"], kinds["青岛"]) == (NAME, NUMBER, LATIN, PLACE)


def test_words_of_grammar_and_marks_mean_nothing():
    found = tagged("谁建设桥梁？")
    assert [word for word, _, _ in found.content] == ["建设", "桥梁"]
    lengths = dict(zip((word for word, _, _ in found.words), np.linalg.norm(found.vectors(), axis=1), strict=True))
    assert lengths["桥梁"] > 0.99
    assert lengths["谁"] == lengths["?"] == 0


def test_a_word_and_its_translation_mean_alike():
    bridge, same, other = meanings(["桥梁", "bridge", "cabbage"])
    assert bridge @ same > bridge @ other + 0.2


def test_an_empty_text_has_no_words():
    found = tagged("")
    assert (found.words, found.content, found.sentences) == ([], [], [])
    assert len(found.vectors()) == 0


def test_pairs_are_of_han_characters_only():
    assert pairs("甲乙丙a丁1戊己") == {"甲乙", "乙丙", "戊己"}
