"""The two legs as one list of hits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import TINY_ARTICLES, WordEncoder, make_article

from rag.articles import FileReport
from rag.errors import ConfigError, IndexStoreError
from rag.index import update_index
from rag.index.about import Kind
from rag.index.reading import open_index
from rag.retrieve import FRONT_MATTER, MAX_QUERY, OTHER_LANGUAGE, SAME_LANGUAGE, HybridRetriever, fuse, shares
from rag.types import Article, Hit


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

    def read(files: Iterable[tuple[Path, str]]) -> Iterator[tuple[str, FileReport]]:
        for path, source in files:
            yield source, FileReport(source, (replace(by_name[path.name], source=source),), "utf-8", 0, (), "")

    monkeypatch.setattr("rag.index.intake.read_files", read)
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
    assert "白鹭" in retriever.retrieve(long, 1, "lang=zh")[0].passage.text
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


def found(row: int, lang: str = "zh", front: bool = False) -> tuple[int, Kind]:
    return row, Kind(lang, front)


def fused(legs: dict[str, list[tuple[int, float]]], candidates: list[tuple[int, Kind]], asked: str) -> dict[int, float]:
    return fuse(shares(legs, dict(candidates), asked), dict(candidates))


def test_both_legs_are_added_by_how_far_they_can_be_trusted() -> None:
    legs = {"words": [(1, 8.0), (2, 4.0)], "vectors": [(3, 0.9), (2, 0.7), (4, 0.5)]}
    scores = fused(legs, [found(1), found(2), found(3, "en"), found(4)], "zh")
    assert scores == pytest.approx({1: 1.0, 2: 0.5 + SAME_LANGUAGE * 0.5, 3: OTHER_LANGUAGE, 4: 0.0})


def test_front_matter_is_worth_a_little_less() -> None:
    legs = {"words": [(1, 8.0), (2, 8.0)], "vectors": []}
    assert fused(legs, [found(1, front=True), found(2)], "zh") == {1: FRONT_MATTER, 2: 1.0}


def test_one_candidate_or_equal_similarities_count_in_full() -> None:
    assert fused({"words": [], "vectors": [(1, 0.2)]}, [found(1)], "zh") == {1: SAME_LANGUAGE}
    legs = {"words": [], "vectors": [(1, 0.2), (2, 0.2)]}
    assert fused(legs, [found(1), found(2)], "en") == {1: OTHER_LANGUAGE, 2: OTHER_LANGUAGE}


def test_a_filter_searches_only_the_articles_that_meet_it(retriever: HybridRetriever) -> None:
    every = retriever.retrieve("河长一百零六名", 9)
    assert len({hit.passage.source for hit in every}) > 2
    limited = retriever.retrieve("河长一百零六名", 9, "author=周小满 or author~林")
    assert {hit.passage.title for hit in limited} == {"青石河治理三年记", "河长的一天"}
    assert {hit.passage.title for hit in retriever.retrieve("鲱鱼", 9, "lang=en")} == {"The harbour at Fairhaven"}
    assert retriever.retrieve("河长", 9, "year>2050") == []


def test_a_filter_misses_nothing_that_a_longer_list_would_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [make_article(f"x{n}", f"第{n}号", [f"青石河的白鹭，第{n}只。"], authors=("甲",)) for n in range(30)]
    articles.append(make_article("y", "远处", ["河口有一只白鹭。"], authors=("乙",)))
    made = opened(tmp_path, tuple(articles), monkeypatch)
    with closing(made._index):
        narrow = HybridRetriever(made._index, Bilingual(), depth=3)
        (hit,) = narrow.retrieve("青石河的白鹭", 3, "author=乙")
        assert hit.passage.text == "河口有一只白鹭。"
        assert set(hit.ranks) == {"words", "vectors"}


def test_a_filter_that_cannot_be_read_is_an_error_whatever_is_asked(retriever: HybridRetriever) -> None:
    for ask in (retriever.retrieve, retriever.explain):
        with pytest.raises(ConfigError, match="wants a field"):
            ask("河长", 3, "colour=red")
    with pytest.raises(ConfigError, match="wants a field"):
        retriever.retrieve_batch([], 3, "colour=red")


def test_passages_that_say_the_same_share_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    same = ["白鹭又回到河口筑巢。"]
    made = opened(
        tmp_path,
        tuple(make_article(title, title, same) for title in ("甲", "乙", "丙")) + TINY_ARTICLES[1:],
        monkeypatch,
    )
    with closing(made._index):
        hits = made.retrieve("白鹭在河口筑巢", 5)
        assert {hits[0].passage.title, *(copy.title for copy in hits[0].copies)} == {"甲", "乙", "丙"}
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert len({hit.passage.text for hit in hits}) == len(hits) > 1


def test_an_article_may_be_kept_to_so_many_places(retriever: HybridRetriever) -> None:
    hits = retriever.retrieve("云溪市的河长", 9, per_article=1)
    assert len({hit.passage.article_id for hit in hits}) == len(hits) > 2
    with pytest.raises(ValueError, match="per_article"):
        retriever.retrieve("河", 3, per_article=0)


def test_many_at_once_give_what_they_give_one_by_one(retriever: HybridRetriever) -> None:
    queries = ["白鹭在哪里筑巢？", "", "鲱鱼", "Which library has books?", "河长一百零六名"] * 3
    for where in (None, "kind=article"):
        single = [retriever.retrieve(query, 4, where) for query in queries]
        assert retriever.retrieve_batch(queries, 4, where) == single


def test_a_question_may_be_in_traditional_characters(retriever: HybridRetriever) -> None:
    assert retriever.retrieve("白鷺在哪裡築巢", 3) == retriever.retrieve("白鹭在哪里筑巢", 3)
