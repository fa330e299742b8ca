"""Questions made from an archive: which sentences suggest one, and that none is offered that is not answered."""

from __future__ import annotations

import pytest
from test_ui_article import article
from ui_answers import KnownArchive

from rag.types import Answer, Article
from ui.chat.suggest import Suggestions, candidates


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("村里所谓“桥会”，就是赶集。", "什么叫“桥会”？"),
        ("“桥会”是指逢三逢八的集市。", "什么叫“桥会”？"),
        ("《青榆镇集市管理办法》自2024年5月1日起施行。", "《青榆镇集市管理办法》从什么时候起施行？"),
        ("三十里外有座桥。老石桥建于1932年，木匠修的。", "老石桥是哪一年建立的？"),
        ("老石桥全长46米，桥面很窄。", "老石桥有多长？"),
        ("The stone bridge was built in 1932 by masons.", "When was the stone bridge built?"),
    ],
)
def test_a_sentence_suggests_the_question_that_it_answers(text: str, question: str) -> None:
    assert list(candidates([article(text)])) == [question]


@pytest.mark.parametrize("text", ["桥很旧。", "他说老石桥大概建于1932年。", "所谓“好”。", ""])
def test_a_sentence_that_tells_nothing_plainly_suggests_nothing(text: str) -> None:
    assert list(candidates([article(text)])) == []


def test_a_title_that_asks_is_a_question() -> None:
    asks = Article("a#1", "a.txt", "集市的租金怎么算", "按季收取。", ())
    assert list(candidates([asks])) == ["集市的租金怎么算？"]
    front = Article("a#0", "a.txt", "集市的租金怎么算", "", (), kind="front")
    assert list(candidates([front])) == []


class Knows:
    """Answers some questions, with some confidence."""

    def __init__(self, sources: list[Article], confidence: dict[str, float]) -> None:
        self.sources, self.confidence = {one.id: one for one in sources}, confidence

    def ask(self, query: str) -> Answer:
        sure = self.confidence.get(query)
        return Answer(query, "answered", sure, "x") if sure is not None else Answer(query, "not_found", 0.0)

    def article(self, article_id: str) -> Article:
        return self.sources[article_id]


def test_only_questions_that_are_answered_surely_are_offered() -> None:
    sources = [Article(f"a#{n}", "a.txt", "", f"“桥会{n}”是指集市。", ()) for n in range(1, 9)]
    knows = Knows(sources, {"什么叫“桥会2”？": 0.9, "什么叫“桥会3”？": 0.2, "什么叫“桥会5”？": 0.7})
    found = Suggestions(knows, KnownArchive(sources), ())
    assert found.done.wait(30)
    assert found.now() == ("什么叫“桥会2”？", "什么叫“桥会5”？")


def test_given_questions_are_offered_as_they_are() -> None:
    found = Suggestions(Knows([], {}), KnownArchive([]), ("问什么？",))
    assert found.done.is_set()
    assert found.now() == ("问什么？",)


def test_an_archive_that_fails_leaves_the_page_without_examples() -> None:
    class Gone(Knows):
        def article(self, article_id: str) -> Article:
            raise KeyError(article_id)

    found = Suggestions(Gone([], {}), KnownArchive([article("桥。")]), ())
    assert found.done.wait(30)
    assert found.now() == ()
