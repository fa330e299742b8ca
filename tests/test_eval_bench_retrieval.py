"""The benches of retrieval on worlds small enough to check by hand."""

from __future__ import annotations

import json
import lzma
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from eval.bench import distractors, fusion, retrieval
from eval.bench.ablation import BIGRAMS, CONTEXT, FUSED, TRANSLATED, WORDS, rankings, reciprocal_ranks, texts_alone
from eval.bench.fusion_cases import FIELDS, Asked, Cases, gather, is_right
from eval.data import DataError
from rag.index import open_index
from rag.retrieve import HybridRetriever
from rag.retrieve.hybrid import FRONT_MATTER
from rag.types import Passage


def passage(source: str, text: str) -> Passage:
    return Passage(f"{source}#1:0-{len(text)}", f"{source}#1", source, "题", 0, len(text), text)


@pytest.fixture
def asked_file(tmp_path: Path) -> Path:
    rows = [
        {"id": "q1", "lang": "zh", "type": "number", "question": "设了多少名河长？", "answers": ["一百零六名"],
         "evidence": [{"file": "river", "quote": "设立河长一百零六名"}]},
        {"id": "q2", "lang": "en", "type": "when", "question": "When did the harbour open?", "answers": ["1884"],
         "evidence": [{"file": "harbour", "quote": "opened in 1884"}]},
        {"id": "q3", "lang": "zh", "type": "unanswerable", "question": "河里有鱼吗？", "answers": [], "evidence": []},
    ]  # fmt: skip
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def test_the_rank_is_that_of_the_first_passage_of_the_right_file_that_covers_the_quote(asked_file):
    questions = retrieval.answerable(asked_file)
    assert [one.id for one in questions] == ["q1", "q2"]
    told = {
        "设了多少名河长？": [
            passage("a/lake.txt", "设立河长一百零六名"),
            passage("a/river.txt", "全市设立河长一百零六名。"),
        ],
        "When did the harbour open?": [passage("a/harbour.txt", "Nothing of the kind.")],
    }
    ranks = retrieval.rank_all(questions, lambda text: {"one way": told[text]}, lambda done: None)
    assert ranks == {"one way": {"q1": 2, "q2": None}}


@pytest.mark.parametrize(
    ("rank", "measure", "worth"),
    [(1, "R@1", 1.0), (2, "R@1", 0.0), (5, "R@5", 1.0), (None, "R@10", 0.0), (4, "MRR@10", 0.25), (11, "MRR@10", 0.0)],
)
def test_a_rank_scores_by_hand(rank, measure, worth):
    assert retrieval.score(rank, measure) == worth


def test_figures_are_by_language_and_the_loss_is_paired(asked_file):
    questions = retrieval.answerable(asked_file)
    alone = {FUSED: {"q1": 1, "q2": 1}}
    among = {FUSED: {"q1": 2, "q2": 1}}
    told = retrieval.figures(questions, alone)
    assert told["zh"][FUSED]["R@1"]["value"] == told["en"][FUSED]["MRR@10"]["value"] == 1.0
    lost = retrieval.loss(questions, alone, among)
    assert (lost["zh"]["R@1"]["value"], lost["zh"]["MRR@10"]["value"], lost["en"]["R@1"]["value"]) == (-1.0, -0.5, 0.0)


def test_the_bench_runs_alone_and_among_others(asked_file, corpus, encoder, tmp_path, capsys, fake_models):
    others = tmp_path / "others.jsonl"
    others.write_text(
        "".join(json.dumps({"text": f"第{n}条消息，山路修好了。"}, ensure_ascii=False) + "\n" for n in range(9)),
        "utf-8",
    )
    words = ["--index-of", str(corpus), "--questions", str(asked_file), "--out", str(tmp_path / "out"), "--json"]
    assert retrieval.main([*words, "--distractors", str(others), "--distractor-passages", "6"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told["worlds"]) == ["alone", "among-others"]
    assert told["worlds"]["among-others"]["passages"] == told["worlds"]["alone"]["passages"] + 6
    assert set(told["worlds"]["alone"]["figures"]["zh"]) >= {WORDS, BIGRAMS, CONTEXT, TRANSLATED, FUSED}
    assert told["worlds"]["alone"]["figures"]["zh"][FUSED]["R@1"]["n"] == 1
    assert "Change by the others" in retrieval.to_markdown(told)


def test_titles_count_from_their_step_on_and_the_last_ranking_is_the_products_own(indexed, encoder, tmp_path):
    with open_index(indexed) as index:
        alone = texts_alone(index, tmp_path / "texts")
        ranked = rankings(index, alone, encoder, "青峰镇的图书馆", depth=10, k=3)
        hits = HybridRetriever(index, encoder, depth=10).retrieve("青峰镇的图书馆", 3)
        titled = rankings(index, alone, encoder, "山里", depth=10, k=3)
    assert [one.id for one in ranked[FUSED]] == [hit.passage.id for hit in hits]
    assert titled[WORDS] == titled[BIGRAMS] == []
    assert {one.title for one in titled[CONTEXT]} == {"山里的图书馆"}


def test_reciprocal_ranks_add_up():
    assert reciprocal_ranks([[(7, 3.0), (8, 2.0)], [(8, 0.9)]]) == {7: 1 / 61, 8: 1 / 62 + 1 / 61}


def test_distractors_are_read_in_every_shape_and_in_turn(tmp_path):
    news, law = tmp_path / "news.jsonl", tmp_path / "law.jsonl.xz"
    news.write_text(
        '{"date": "2020-01-02", "text": "雨停了。河水退了。"}\n{"a": "题目", "b": "正文。"}\n', encoding="utf-8"
    )
    text = "第一条 甲。" + "".join(f"\n第{n}条 乙。" for n in range(2, 15))
    with lzma.open(law, "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"law": "某法", "text": text}) + "\n")
    first, second, third, fourth = distractors.records([news, law])
    assert first == {"title": "雨停了", "date": "2020-01-02", "text": "雨停了。河水退了。"}
    assert (second["title"], third) == ("某法", {"title": "题目", "text": "正文。"})
    assert (second["text"].startswith("第一条"), fourth["text"]) == (True, "第13条 乙。\n第14条 乙。")


def test_a_line_without_a_text_is_said_to_be_one(tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text('{"text": "好"}\n{"q": "？"}\n', encoding="utf-8")
    with pytest.raises(DataError, match="line 2"):
        list(distractors.records([file]))


def test_as_many_articles_are_written_as_make_the_passages(tmp_path):
    articles = [{"title": "题", "text": "字" * 300} for _ in range(120)]
    assert distractors.write(distractors.until(articles, 102), tmp_path / "files") == 51  # two passages each
    assert [path.name for path in sorted((tmp_path / "files").rglob("*.jsonl"))] == [
        "more-000000.jsonl",
        "more-000001.jsonl",
    ]
    with pytest.raises(DataError, match="about 240"):
        list(distractors.until(articles, 1000))


def test_mixed_articles_hold_sentences_of_their_sources_only():
    told = [
        {"title": f"题{n}", "text": "".join(f"第{n}篇的第{m}句话就是这一句。" for m in range(30))} for n in range(5)
    ]
    said = {one for article in told for one in article["text"].split("。")}
    for article in islice(distractors.mixed(told, 0), 20):
        assert set(article["text"].replace("\n", "").split("。")) <= said
    again = list(islice(distractors.mixed(told, 0), 20))
    assert again == list(islice(distractors.mixed(told, 0), 20))


def cases_of(*rows: tuple[str, int, list[tuple[float, float, bool]]]) -> Cases:
    """Make cases of (language, group, candidates), a candidate being (words, nearness, right)."""
    width = max(len(candidates) for _, _, candidates in rows)
    shape = (len(rows), width)
    fields, near = np.zeros((*shape, len(FIELDS))), np.zeros(shape)
    right, present = np.zeros(shape, bool), np.zeros(shape, bool)
    for row, (_, _, candidates) in enumerate(rows):
        for place, (words, nearness, is_it) in enumerate(candidates):
            fields[row, place, 0], near[row, place], right[row, place] = words, nearness, is_it
            present[row, place] = True
    asked = tuple(Asked("？", lang, group, ("证",)) for lang, group, _ in rows)
    other = np.repeat(np.array([[lang == "en"] for lang, _, _ in rows]), width, axis=1)
    return Cases(asked, fields, near, np.ones(shape), other, right, present)


def test_ranks_follow_from_the_weights():
    cases = cases_of(("zh", 1, [(2.0, 0.0, False), (1.0, 1.0, True)]), ("zh", 2, [(1.0, 1.0, False)]))
    weights = fusion.in_use()
    assert fusion.ranks(cases, {**weights, fusion.SAME: 0.4}).tolist() == [2, 0]
    assert fusion.ranks(cases, {**weights, fusion.SAME: 0.6}).tolist() == [1, 0]


def test_a_candidate_that_keeps_less_of_its_score_falls_behind():
    cases = cases_of(("zh", 1, [(2.0, 0.0, False), (1.5, 0.0, True)]))
    cases.kept[0, 0] = 0.65
    assert fusion.ranks(cases, fusion.in_use()).tolist() == [1]


def test_the_fit_finds_what_helps_and_leaves_what_does_not_matter():
    rows = [("en", group, [(2.0, 0.0, False), (1.0, 1.0, True)]) for group in range(20)]
    cases = cases_of(*rows)
    start = {**fusion.in_use(), fusion.SAME: 0.2, fusion.OTHER: 0.2}
    fitted = fusion.fit(cases, fusion.SHARES, start)
    assert fitted[fusion.OTHER] >= 0.5
    assert fitted[fusion.SAME] == 0.2
    assert fusion.crossed(cases, fusion.SHARES, start).tolist() == [1] * 20


def test_a_question_is_never_judged_by_weights_fitted_on_its_own_passage(monkeypatch):
    rows = [("zh", number // 2, [(2.0, 0.0, False), (1.0, 1.0, True)]) for number in range(30)]
    seen: list[set[int]] = []
    held: list[set[int]] = []
    monkeypatch.setattr(fusion, "fit", lambda cases, names, start: seen.append({a.group for a in cases.asked}) or start)
    true_ranks = fusion.ranks
    monkeypatch.setattr(
        fusion,
        "ranks",
        lambda cases, weights: held.append({a.group for a in cases.asked}) or true_ranks(cases, weights),
    )
    fusion.crossed(cases_of(*rows), fusion.SHARES, fusion.in_use())
    assert len(seen) == len(held) == fusion.FOLDS
    assert all(not one & other for one, other in zip(seen, held, strict=True))
    assert set().union(*held) == set(range(15))


def test_weights_in_use_give_the_products_order(indexed, encoder, monkeypatch):
    monkeypatch.setattr("rag.retrieve.places.COMMON", 1.0)  # in a small corpus every name stands in many passages
    asked = [
        Asked("青石河设立了多少名河长", "zh", 0, ("设立河长一百零六名",)),
        Asked("Fairhaven herring", "en", 1, ("herring",)),
        Asked("云溪市设立了多少名河长", "zh", 2, ("设立河长一百零六名",)),
    ]
    with open_index(indexed) as index:
        cases = gather(asked, index, encoder, 10, lambda done: None)
        assert (cases.kept < FRONT_MATTER).any()  # those that do not name the town
        found = fusion.ranks(cases, fusion.in_use()).tolist()
        retriever = HybridRetriever(index, encoder, depth=10)
        for one, rank in zip(asked, found, strict=True):
            hits = retriever.retrieve(one.text, 10)
            assert next(hit.rank for hit in hits if is_right(one, hit.passage.text)) == rank


def test_cases_are_the_same_after_being_kept(tmp_path):
    cases = cases_of(("zh", 1, [(2.0, 0.0, False), (1.0, 1.0, True)]), ("en", 2, [(1.0, 1.0, False)]))
    cases.save(tmp_path / "cases.npz")
    again = Cases.load(tmp_path / "cases.npz")
    assert again.asked == cases.asked
    assert fusion.ranks(again, fusion.in_use()).tolist() == fusion.ranks(cases, fusion.in_use()).tolist()
    assert np.array_equal(again.other, cases.other)


def test_the_comparison_can_be_printed():
    rows = [(lang, group, [(2.0, 0.0, False), (1.0, 1.0, True)]) for group in range(12) for lang in ("zh", "en")]
    told = {"origin": {"commit": "abc"}, **fusion.compare(cases_of(*rows))}
    text = fusion.to_markdown(told)
    assert "## zh, 12 questions; the candidates of 1.000 of them hold a right passage" in text
    assert told["figures"]["zh"]["the vectors' shares fitted"]["R@1"]["value"] == 1.0
