"""Why passages were found: words as printed, sums that add up, legs that found nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import TINY_ARTICLES, SentenceReader, WordRetriever
from test_retrieve import opened

from rag.assistant import Assistant
from rag.errors import ConfigError
from rag.retrieve import FRONT_MATTER, HybridRetriever
from rag.retrieve.explain import Explanation


@pytest.fixture
def retriever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HybridRetriever]:
    made = opened(tmp_path, TINY_ARTICLES, monkeypatch)
    with closing(made._index):
        yield made


def words(told: Explanation, rank: int, field: str) -> set[str]:
    return {word for one in told.reasons[rank - 1].matched if one.field == field for word in one.words}


def test_an_explanation_is_of_the_hits_that_a_search_gives(retriever: HybridRetriever) -> None:
    for query in ("白鹭在哪里筑巢？", "云溪市设立河长一百零六名", "Which library has books?"):
        told = retriever.explain(query, 4)
        assert told.hits == retriever.retrieve(query, 4)
        assert (told.query, told.where) == (query, None)


def test_the_shares_of_the_legs_add_up_to_the_score(retriever: HybridRetriever) -> None:
    told = retriever.explain("云溪市设立河长一百零六名", 9)
    for reason in told.reasons:
        total = sum(place.share for place in reason.legs.values())
        assert total * reason.factor == pytest.approx(reason.hit.score)
        assert {name: place.rank for name, place in reason.legs.items()} == reason.hit.ranks
        if "words" in reason.legs:
            assert sum(one.score for one in reason.matched) == pytest.approx(reason.legs["words"].score, rel=1e-5)
    factors = {reason.hit.passage.title: reason.factor for reason in told.reasons}
    assert factors["云溪人大 2023年第2期"] == pytest.approx(FRONT_MATTER)
    assert factors["河长的一天"] == pytest.approx(1)


def test_words_are_told_as_the_text_prints_them(retriever: HybridRetriever) -> None:
    assert words(retriever.explain("設立106名河長", 1), 1, "words") >= {"一百零六", "设立"}
    assert words(retriever.explain("What harbours opened?", 1, "lang=en"), 1, "words") == {"harbour", "opened"}
    assert words(retriever.explain("Yunxi", 1), 1, "spelled") >= {"云溪市"}
    told = retriever.explain("山里的图书馆", 1)  # the title; its text has the library, not the mountains
    assert words(told, 1, "about_grams") == {"山里", "里的", "的图"}
    assert words(told, 1, "grams") == {"图书", "书馆"}


def test_words_of_the_other_language_are_named(retriever: HybridRetriever) -> None:
    told = retriever.explain("herring", 1, "lang=en")
    assert words(told, 1, "words") == {"herring"}
    told = retriever.explain("books", 1)
    assert "藏书" in {word for group in told.meant for word in group}


@pytest.mark.parametrize(
    ("query", "where", "notes"),
    [
        ("？！", None, {"words": "no passage holds a word of the query", "vectors": "no known word"}),
        ("河长", "year=1900", {"words": "no article meets the filter", "vectors": "no article meets the filter"}),
        ("", None, {"words": "nothing was asked", "vectors": "nothing was asked"}),
        ("河长", None, {}),
    ],
)
def test_a_leg_that_found_nothing_says_why(
    retriever: HybridRetriever, query: str, where: str | None, notes: dict[str, str]
) -> None:
    told = retriever.explain(query, 3, where)
    assert told.notes == notes
    assert {name for name, count in told.found.items() if not count} == set(notes)


def test_every_stage_has_its_milliseconds(retriever: HybridRetriever) -> None:
    spent = retriever.explain("河长", 3).milliseconds
    assert list(spent) == ["filter", "translation", "words", "vectors", "closeness", "fusion", "passages"]
    assert all(milliseconds >= 0 for milliseconds in spent.values())


def test_an_answer_is_explained_with_what_the_reader_made_of_it(retriever: HybridRetriever) -> None:
    assistant = Assistant(retriever, SentenceReader(), k_hits=5, k_read=2)
    answer, told = assistant.explain("白鹭在哪里筑巢？")
    assert answer.text == assistant.ask("白鹭在哪里筑巢？").text
    assert {hit.passage.id for hit in told.hits} == {hit.passage.id for hit in answer.hits}  # these stand as read
    assert told.reasons[0].reading is not None
    assert all(reason.reading is None for reason in told.reasons[2:])
    assert {"read", "answer"} <= set(told.milliseconds)


def test_an_assistant_passes_filters_on_and_batches_equal_single_calls(retriever: HybridRetriever) -> None:
    assistant = Assistant(retriever, SentenceReader())
    queries = ["河长是谁？", "白鹭在哪里筑巢？", "藏书有多少册？"] * 3
    for where in (None, "author=周小满"):
        assert assistant.search_batch(queries, 3, where) == [assistant.search(q, 3, where) for q in queries]
        singles = [assistant.ask(query, where) for query in queries]
        batch = assistant.ask_batch(queries, where)
        assert [(a.text, a.status, a.confidence, a.hits) for a in batch] == [
            (a.text, a.status, a.confidence, a.hits) for a in singles
        ]
    assert {hit.passage.title for hit in assistant.ask("河长", "author=周小满").hits} == {"河长的一天"}
    with pytest.raises(ConfigError, match="empty"):
        assistant.search_batch(["河长", " "], 3)


def test_a_retriever_that_knows_no_filters_says_so_only_when_asked_for_one() -> None:
    assistant = Assistant(WordRetriever(TINY_ARTICLES), SentenceReader())
    assert assistant.ask("河长").hits
    for ask in (lambda: assistant.ask("河长", "year=2023"), lambda: assistant.explain("河长")):
        with pytest.raises(ConfigError, match="takes no filters"):
            ask()
