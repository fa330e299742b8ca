"""Who wrote an article: its byline, and only where an article of the archive is asked about."""

from dataclasses import replace

import pytest
from conftest import make_article

from rag.answer.authorship import authored, byline
from rag.answer.calibrate import Calibration
from rag.answer.compose import compose
from rag.answer.question import understand
from rag.types import Hit, Passage

BYLINE, BODY = "■ 沈 棠 (云泽)", "云湖湿地的鸟多了八种，志愿者清晨数鸟。"


def article_of(*authors, kind="byline"):
    made = make_article("corpus/lake.txt", "云湖湿地多了八种鸟", [BYLINE, BODY], authors=authors)
    return replace(made, paragraphs=(replace(made.paragraphs[0], kind=kind), made.paragraphs[1]))


@pytest.fixture
def wetland():
    return article_of("沈棠")


def hits_of(article):
    start, end = len(BYLINE) + 1, len(BYLINE) + 1 + len(BODY)
    passage = Passage("p1", article.id, article.source, article.title, start, end, BODY, article.title)
    return [Hit(passage, 1.0, 1, {"words": 1, "vectors": 1})], lambda _: article


@pytest.mark.parametrize(
    "text",
    [
        "湿地的鸟那篇报道是谁写的？",
        "《云湖湿地多了八种鸟》的作者是谁？",
        "云湖湿地多了八种鸟 作者",
        "谁写了关于志愿者数鸟的文章",
    ],
)
def test_the_byline_answers_who_wrote_an_article(wetland, text):
    found = authored(understand(text), *hits_of(wetland))
    assert found is not None
    assert found[0].text == "沈 棠"
    assert found[1] > 0.5


@pytest.mark.parametrize("text", ["谁写了《墨梅》？", "志愿者数了几种鸟？", "作者是谁？"])
def test_another_question_is_none_of_an_articles_author(wetland, text):
    assert authored(understand(text), *hits_of(wetland)) is None


def test_an_article_about_something_else_is_a_doubtful_one(wetland):
    found = authored(understand("火星探测那篇报道是谁写的？"), *hits_of(wetland))
    assert found is not None
    assert found[1] < 0.2


def test_the_answer_cites_the_byline(wetland):
    text = "云湖湿地数鸟的文章是谁写的？"
    hits, article = hits_of(wetland)
    answer = compose(text, hits, [], article, Calibration(answer_threshold=0.5))
    assert (answer.status, answer.text) == ("answered", "沈 棠")
    assert [cited.text for cited in answer.citations] == [BYLINE]


def test_an_article_whose_authors_stand_elsewhere_has_no_byline(wetland):
    assert byline(wetland) == (2, 5)
    assert byline(article_of("林岚")) is None
    assert byline(article_of("沈棠", kind="text")) is None


@pytest.mark.parametrize("text", ["湖泊的鸟那篇报道是谁写的？", "Who is the author of the piece on wetland buses?"])
def test_an_article_that_holds_half_of_what_it_should_be_about_is_a_doubtful_one(wetland, text):
    found = authored(understand(text), *hits_of(wetland))
    assert found is not None
    assert found[1] < 0.5
