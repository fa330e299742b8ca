"""An answer to a question of a post comes from an article that names this post, not one like it."""

import pytest
from conftest import make_article

from rag.answer.checks import lacks_post
from rag.answer.question import understand

ARTICLE = make_article("corpus/seat.txt", "县人大开会", ["会议补选贺小满为县人大常委会副主任，局长方一鸣列席。"])


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("谁当选为县长？", True),
        ("县人大常委会主任是谁？", True),
        ("补选谁为副主任？", False),
        ("局长和书记是谁？", False),
        ("会议补选了谁？", False),
        ("Who became mayor?", False),
    ],
)
def test_an_article_without_the_post_asked_for_is_told_from_one_with_it(question, lacks):
    assert lacks_post(understand(question), ARTICLE) == lacks
