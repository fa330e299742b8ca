"""The two legs as one list of hits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import TINY_ARTICLES, WordEncoder

from rag.articles import FileReport
from rag.errors import IndexStoreError
from rag.index import Found, update_index
from rag.index.reading import open_index
from rag.retrieve import FRONT_MATTER, MAX_QUERY, OTHER_LANGUAGE, SAME_LANGUAGE, HybridRetriever, fuse
from rag.types import Article, Hit, Passage


class Bilingual(WordEncoder):
    """Knows a few words in two languages."""

    name = "bilingual"
    pairs = (("herring", "鲱鱼"), ("library", "图书馆"), ("books", "藏书"))

    def encode_queries(self, texts):  # type: ignore[no-untyped-def]
        return super().encode_queries([self._one_tongue(text) for text in texts])

    encode_passages = encode_queries

    def _one_tongue(self, text: str) -> str:
        for english, chinese in self.pairs:
            text = text.replace(english, f" {chinese} ")
        return text


def opened(folder: Path, articles: tuple[Article, ...], monkeypatch: pytest.MonkeyPatch) -> HybridRetriever:
    root = folder / "tiny"
    root.mkdir()
    by_name = {f"{n}.txt": article for n, article in enumerate(articles)}
    for name in by_name:
        (root / name).write_text(name, encoding="utf-8")

    def read(path: Path, source: str) -> FileReport:
        article = by_name[path.name]
        return FileReport(source, (replace(article, source=source),), "utf-8", 0, (), "")

    monkeypatch.setattr("rag.index.intake.read_articles", read)
    update_index([root], folder / "index", Bilingual(), max_chars=80)
    return HybridRetriever(open_index(folder / "index"), Bilingual())


@pytest.fixture
def retriever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HybridRetriever]:
    made = opened(tmp_path, TINY_ARTICLES, monkeypatch)
    with closing(made._index):
        yield made


def test_the_passage_that_answers_comes_first_with_its_ranks(retriever: HybridRetriever) -> None:
    hits = retriever.retrieve("白鹭在哪里筑巢？", 5)
    assert "白鹭又回到河口筑巢" in hits[0].passage.text
    assert hits[0].ranks["words"] == 1
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(set(hit.ranks) <= {"words", "vectors"} and hit.ranks for hit in hits)


def test_hits_lie_in_their_articles(retriever: HybridRetriever) -> None:
    for hit in retriever.retrieve("河长一百零六名", 9):
        article = retriever.article(hit.passage.article_id)
        assert article.text[hit.passage.start : hit.passage.end] == hit.passage.text
    with pytest.raises(KeyError):
        retriever.article("tiny/none.txt#1")


def test_front_matter_does_not_outrank_articles_that_say_the_same(retriever: HybridRetriever) -> None:
    hits = retriever.retrieve("云溪市设立河长一百零六名", 9)
    places = [hit.rank for hit in hits if "imprint" in hit.passage.article_id]
    assert places
    assert min(places) > 1


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What left Fairhaven: herring?", "Forty boats"),
        ("鲱鱼", "Forty boats"),
        ("Which library has books?", "藏书两万册"),
    ],
)
def test_a_question_finds_text_in_the_other_language(retriever: HybridRetriever, question: str, answer: str) -> None:
    assert answer in retriever.retrieve(question, 3)[0].passage.text


def test_blank_and_unknown_questions_find_nothing(retriever: HybridRetriever) -> None:
    assert [retriever.retrieve(query, 5) for query in ("", " \n ", "？！")] == [[], [], []]


def test_a_page_as_a_question_is_cut_and_answered(retriever: HybridRetriever) -> None:
    long = "白鹭又回到河口筑巢。" + "无关的话" * 2500
    assert "白鹭" in retriever.retrieve(long, 1)[0].passage.text
    assert len(long) > MAX_QUERY


def test_the_same_question_has_the_same_hits_however_many_are_asked_for(retriever: HybridRetriever) -> None:
    def ids(hits: list[Hit]) -> list[str]:
        return [hit.passage.id for hit in hits]

    whole = ids(retriever.retrieve("青石河治理", 9))
    assert [ids(retriever.retrieve("青石河治理", k)) for k in range(1, 10)] == [whole[:k] for k in range(1, 10)]


def test_no_hits_asked_for_is_a_slip(retriever: HybridRetriever) -> None:
    with pytest.raises(ValueError, match="k must be"):
        retriever.retrieve("河", 0)


def test_an_index_of_another_encoder_is_refused(retriever: HybridRetriever) -> None:
    with pytest.raises(IndexStoreError, match=r"bilingual.*words-by-hash.*--rebuild"):
        HybridRetriever(retriever._index, WordEncoder())


def found(row: int, lang: str = "zh", front: bool = False) -> Found:
    return Found(row, Passage(f"a#{row}:0-1", f"a#{row}", "a", "", 0, 1, "字"), lang, front)


def test_both_legs_are_added_by_how_far_they_can_be_trusted() -> None:
    legs = {"words": [(1, 8.0), (2, 4.0)], "vectors": [(3, 0.9), (2, 0.7), (4, 0.5)]}
    scores = fuse(legs, [found(1), found(2), found(3, "en"), found(4)], "zh")
    assert scores == pytest.approx({1: 1.0, 2: 0.5 + SAME_LANGUAGE * 0.5, 3: OTHER_LANGUAGE, 4: 0.0})


def test_front_matter_is_worth_a_little_less() -> None:
    legs = {"words": [(1, 8.0), (2, 8.0)], "vectors": []}
    assert fuse(legs, [found(1, front=True), found(2)], "zh") == {1: FRONT_MATTER, 2: 1.0}


def test_one_candidate_or_equal_similarities_count_in_full() -> None:
    assert fuse({"words": [], "vectors": [(1, 0.2)]}, [found(1)], "zh") == {1: SAME_LANGUAGE}
    legs = {"words": [], "vectors": [(1, 0.2), (2, 0.2)]}
    assert fuse(legs, [found(1), found(2)], "en") == {1: OTHER_LANGUAGE, 2: OTHER_LANGUAGE}
