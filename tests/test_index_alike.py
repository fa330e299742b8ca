import random

import pytest

from rag.index.alike import ALIKE, near_copies, resemblance, sketch, sketched

WORDS = [
    *("代表", "调研", "水库", "乡镇", "报告", "审议", "渔船", "学校"),
    *("医院", "梯田", "茶园", "公路", "桥梁", "预算", "条例", "选举"),
]


def essay(seed: int, words: int = 300) -> str:
    rng = random.Random(seed)
    return "".join(rng.choice(WORDS) + rng.choice("的了在和是，。") for _ in range(words))


def slips(text: str, count: int, seed: int = 0) -> str:
    rng = random.Random(seed)
    chars = list(text)
    for _ in range(count):
        chars[rng.randrange(len(chars))] = rng.choice("甲乙丙丁")
    return "".join(chars)


def test_resemblance_counts_shared_runs():
    one, other = "一二三四五六七八九十" * 6, "一二三四五六七八九十" * 5 + "天地玄黄宇宙洪荒日月"
    assert resemblance(one, one) == 1
    assert 0 < resemblance(one, other) < 1
    assert resemblance(essay(1), essay(2)) < 0.2


def test_space_width_and_punctuation_make_no_difference():
    text = essay(3) + "ABC"
    spaced = " ".join(text).replace("，", "、").replace("ABC", "ＡＢＣ")
    assert sketch(spaced) == sketch(text)
    assert resemblance(spaced, text) == 1


@pytest.mark.parametrize("count", [0, 3, 10])
def test_a_reprint_with_slips_is_found_among_others(count):
    texts = {seed: essay(seed) for seed in range(30)}
    texts[99] = slips(texts[7], count)
    assert resemblance(texts[99], texts[7]) >= ALIKE
    pairs = near_copies(sketched((row, sketch(text)) for row, text in texts.items()), texts.__getitem__)
    assert [(one, other) for one, other, _ in pairs] == [(7, 99)]
    assert pairs[0][2] == round(resemblance(texts[7], texts[99]), 3)


def test_agrees_with_comparing_each_with_each():
    rng = random.Random(5)
    texts = {row: slips(essay(row % 6), rng.randrange(0, 16), row) for row in range(40)}
    every = [
        (a, b, round(resemblance(texts[a], texts[b]), 3))
        for a in texts
        for b in texts
        if a < b and resemblance(texts[a], texts[b]) >= 0.85
    ]
    found = near_copies(sketched((row, sketch(text)) for row, text in texts.items()), texts.__getitem__)
    assert len(every) > 5
    missed = set(every) - set(found)
    assert len(missed) <= 0.02 * len(every)


def test_only_pairs_with_a_new_article_are_given_when_asked():
    texts = {1: essay(1), 2: slips(essay(1), 2), 3: slips(essay(1), 4), 4: essay(2)}
    sketches = sketched((row, sketch(text)) for row, text in texts.items())
    assert [(a, b) for a, b, _ in near_copies(sketches, texts.__getitem__, [3])] == [(1, 3), (2, 3)]
    assert near_copies(sketches, texts.__getitem__, [4]) == []


def test_short_texts_are_never_near_copies():
    assert sketch("通知：本周五停水。") == b""
    assert near_copies(sketched([(1, b""), (2, b"")]), lambda row: "x") == []


def test_a_crowd_of_copies_is_compared_with_the_first_only():
    text = essay(9)
    pairs = near_copies(sketched((row, sketch(text)) for row in range(200)), lambda row: text)
    assert pairs == [(0, row, 1.0) for row in range(1, 200)]
