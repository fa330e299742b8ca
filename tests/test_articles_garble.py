import random
from dataclasses import replace

import pytest

from rag.articles.garble import GARBLED, with_garble
from rag.types import Article, Paragraph

CLEAN = (
    "会议听取了关于全县农村饮水安全工程建设情况的报告，要求各乡镇在汛期到来之前完成管网检修，确保群众喝上放心水。"
    "与会代表认为，今年以来工作进展顺利，但仍有部分村庄水源不足，需要继续加大投入。"
)
ENGLISH = (
    "The committee heard a report on rural water supply and asked every township to repair its pipes before the rain."
)


def article(*paragraphs: str) -> Article:
    text = "\n".join(paragraphs)
    placed, start = [], 0
    for number, paragraph in enumerate(paragraphs, 1):
        placed.append(Paragraph(number, start, start + len(paragraph)))
        start += len(paragraph) + 1
    return Article("a#1", "a", "t", text, tuple(placed))


def garble(*paragraphs: str) -> list[float]:
    return [p.garble for p in with_garble(article(*paragraphs)).paragraphs]


def damaged(text: str, share: float, seed: int = 0) -> str:
    rng = random.Random(seed)
    return "".join(chr(rng.randrange(0x4E00, 0x9FA0)) if rng.random() < share else char for char in text)


def test_clean_print_is_far_below_the_mark():
    assert max(garble(CLEAN, ENGLISH)) < GARBLED / 3


def test_traditional_characters_are_no_garble():
    assert (
        garble("會議聽取了關於全縣農村飲水安全工程建設情況的報告，要求各鄉鎮在汛期到來之前完成管網檢修。")[0] < GARBLED
    )


def test_more_damage_gives_a_higher_score():
    scores = [garble(damaged(CLEAN, share))[0] for share in (0, 0.1, 0.3, 0.6)]
    assert scores == sorted(scores)
    assert scores[2] > GARBLED


@pytest.mark.parametrize(
    "text",
    [
        CLEAN.encode("utf-8").decode("gb18030", "replace"),
        CLEAN.encode("gb18030").decode("big5", "replace"),
        CLEAN.encode("utf-8").decode("latin-1"),
        "锟斤拷锟斤拷锟斤拷烫烫烫烫屯屯屯",
        "\ue000\ue001\ue002\ufffd\ufffd" * 5,
        "Tqe cxmmvttee hzard a rqport on rvral wxter svpply",
    ],
)
def test_wrong_encodings_and_failed_recognition_are_named(text):
    assert garble(text)[0] >= GARBLED


def test_damage_is_named_where_it_stands():
    scores = garble(CLEAN, damaged(CLEAN, 0.5), CLEAN)
    assert [score >= GARBLED for score in scores] == [False, True, False]


def test_what_the_article_prints_twice_is_trusted():
    name = "卓鬯彧"
    once, twice = f"第三调研组由{name}带队下乡走访农户。", f"第三调研组由{name}带队下乡走访农户，{name}作了总结。"
    assert garble(twice)[0] < garble(once)[0]


def test_bylines_figures_and_empty_text_are_not_judged():
    byline = replace(article("□ 卓鬯彧 亓爨"), paragraphs=(Paragraph(1, 0, 8, "byline"),))
    assert with_garble(byline).paragraphs[0].garble == 0
    assert garble("2024 12.5% —— 3,600") == [0]
    assert garble("电子邮件：qzxwvk@kjqxzv.cn，https://www.xqzjk.cn/wq/vvx?q=zzk")[0] == 0
    assert with_garble(article()).paragraphs == ()


def test_scores_lie_between_nothing_and_one():
    for seed in range(20):
        (score,) = garble(damaged(CLEAN + ENGLISH, seed / 20, seed))
        assert 0 <= score <= 1
