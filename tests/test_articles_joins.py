"""rag.articles.repair.joins with looks: the trained judge of line ends, and where repair asks it."""

import random

import pytest

from rag.articles.formats.parse_text import parse_text
from rag.articles.repair import joins
from rag.articles.repair.layout import learn
from rag.articles.repair.looks import RULED, features
from rag.articles.repair.paragraphs import blocks
from rag.articles.repair.render import render
from rag.articles.repair.rules import rule_breaks
from rag.train.breaking import Piece, broken
from rag.train.printing import KINDS, Setting

PARAGRAPHS = [
    "清晨六点，云雾乡的盘山路上亮起一串黄灯，那是一号线校车。车上坐着三十一个孩子，最远的家离学校十九公里。",
    "县人大代表连续两年提出校车建议，县人大常委会专门作出决定。到今年秋季开学，全县有校车三十八辆，线路二十七条。",
    "每辆车一年的运行费用不低，县财政承担大部分，学生每学期交一小部分，其余由客运公司从其他线路的收益里贴补。",
    "会议指出，校车不只是一辆车，也是一座桥。会议要求，各部门要各负其责，把好事办好，让家长放心、让学生安心。",
    "下一步，县人大常委会将继续跟踪监督，推动建立长效机制，把校车线路延伸到每一个需要它的村庄，不让一个孩子掉队。",
]


def lines(text):
    return parse_text(text.encode(), "a", False).lines


def repaired(text):
    return [render(block, str.isalpha)[0] for block in blocks(lines(text))]


@pytest.mark.parametrize("ragged", [0, 1])
@pytest.mark.parametrize("size", [16, 19, 22])
def test_columns_without_any_mark_of_first_lines_are_mostly_rejoined(size, ragged):
    text, _ = broken([Piece(p) for p in PARAGRAPHS], Setting(wrap=size, ragged=ragged), random.Random(size))
    assert len(set(PARAGRAPHS) & set(repaired(text))) >= len(PARAGRAPHS) - 2


def test_a_short_piece_of_a_page_is_no_heading_where_a_word_is_torn():
    text = f"{PARAGRAPHS[0]}\n\n清晨六点云雾乡的盘\n\n山路上亮起一串黄灯，那是一号线校车开来了。\n\n{PARAGRAPHS[1]}"
    assert "清晨六点云雾乡的盘山路上亮起一串黄灯，那是一号线校车开来了。" in repaired(text)


def test_odds_are_given_for_the_places_asked_and_for_no_others():
    layout = learn(lines("\n".join(PARAGRAPHS)))
    rules = rule_breaks(layout)
    assert joins.joined(layout, rules, []) == {}
    odds = joins.joined(layout, rules, [1, 3])
    assert set(odds) == {1, 3}
    assert max(odds.values()) < 0  # finished paragraphs do not go on


def test_features_are_the_same_for_a_place_whether_asked_alone_or_with_all():
    layout = learn(lines("\n".join(PARAGRAPHS[0][i : i + 18] for i in range(0, 54, 18))))
    rules = rule_breaks(layout)
    tables = joins.readers({"joins": [128] * joins.JOIN_SIZE, "starts": [128] * joins.START_SIZE})
    rows = features(layout, rules, *tables)
    assert features(layout, rules, *tables, [2]) == [rows[1]]
    assert [row[RULED] for row in rows] == [float(ruled) for ruled in rules[1:]]


@pytest.mark.parametrize("kind", KINDS)
def test_breaking_keeps_every_character_of_the_text(kind):
    rng = random.Random(kind)
    text, ranges = broken([Piece(p) for p in PARAGRAPHS * 4], KINDS[kind](rng), rng)
    assert len(ranges) == 4 * len(PARAGRAPHS)
    for (begin, end), paragraph in zip(ranges, PARAGRAPHS * 4, strict=True):
        rest = iter(text[begin:end])
        assert all(char in rest for char in paragraph)  # in this order, whatever stands between


def test_the_judge_is_small_and_reads_its_weights_without_torch():
    assert joins.MODEL.stat().st_size < 1_500_000
    assert joins.MODEL.with_name("README.md").read_text(encoding="utf-8").startswith("---\nlicense")
