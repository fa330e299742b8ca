"""Measures of one question: by hand, by property, and against brute force."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import metrics

no_clock = settings(deadline=None)  # a busy machine is no fault of the code
RANKINGS = st.lists(st.sets(st.integers(0, 3)), max_size=12)


def longest_run_by_brute_force(a, b):
    runs = [i_len for i in range(len(a)) for i_len in range(len(a) - i, 0, -1) if _stands(a[i : i + i_len], b)]
    return max(runs, default=0)


def _stands(part, whole):
    return any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))


def test_han_is_cut_by_character_and_latin_by_word():
    assert metrics.tokens("共 580 个站，Covid-19 占３.5%") == ["共", "580", "个", "站", "covid", "19", "占", "3.5%"]


def test_f1_counts_the_longest_common_run():
    # 4 and 6 tokens, common run 三十个: 2 * 3 / (4 + 6)
    assert metrics.span_f1("约三十个", ["共有三十个站"]) == pytest.approx(2 * 3 / (4 + 6))
    # the same tokens in another order share a run of one only
    assert metrics.span_f1("一二三", ["三二一"]) == pytest.approx(2 * 1 / (3 + 3))


def test_f1_is_the_best_over_alternatives_and_0_without_any():
    assert metrics.span_f1("五月", ["六日", "五月三日"]) == pytest.approx(2 * 2 / (2 + 4))
    assert metrics.span_f1("五月", []) == 0.0
    assert metrics.span_f1("，。", ["，。"]) == 0.0


def test_f1_sees_runs_of_frequent_tokens_in_long_texts():
    text = "的" * 300  # difflib calls such tokens junk unless told otherwise
    assert metrics.span_f1(text, ["甲" + text]) == pytest.approx(2 * 300 / (300 + 301))


@no_clock
@given(st.text("甲乙a ", max_size=9), st.text("甲乙a ", max_size=9))
def test_f1_agrees_with_brute_force(answer, gold):
    a, g = metrics.tokens(answer), metrics.tokens(gold)
    run = longest_run_by_brute_force(a, g)
    assert metrics.span_f1(answer, [gold]) == pytest.approx(2 * run / (len(a) + len(g)) if run else 0.0)


def test_exact_match_ignores_case_width_space_and_punctuation():
    assert metrics.exact_match("《ＡＢＣ条例》 。", ["甲", "abc条例"]) == 1.0
    assert metrics.exact_match("ABC条", ["abc条例"]) == 0.0


def test_list_f1_has_recall_in_items_and_precision_in_characters():
    # two of three items found; 4 of the 6 given characters belong to them
    assert metrics.list_f1(["教育", "医疗卫生"], ["教育", "医疗", "住房"]) == pytest.approx(
        2 * (4 / 6) * (2 / 3) / (4 / 6 + 2 / 3)
    )


def test_one_sentence_may_hold_several_items_of_a_list():
    # 4 of 6 characters, both items
    assert metrics.list_f1(["教育、医疗两项"], ["教育", "医疗"]) == pytest.approx(2 * (4 / 6) * 1 / (4 / 6 + 1))
    assert metrics.list_f1(["全不相干"], ["教育", "医疗"]) == 0.0
    assert metrics.list_f1([], ["教育"]) == 0.0


def test_items_that_stand_inside_one_another_make_no_precision_above_1():
    assert metrics.list_f1(["教育"], ["教育", "教"]) == 1.0


def test_an_item_does_not_stand_across_two_given_items():
    assert metrics.list_f1(["教", "育"], ["教育"]) == 0.0


def test_half_of_a_quote_in_one_run_is_covered():
    quote = "甲乙丙丁戊己"
    assert metrics.covers("前 甲乙\n丙 后", quote)
    assert not metrics.covers("甲乙前丙丁后戊己", quote)  # all of it, but never three in one run
    assert metrics.covers("丁戊己", quote)
    assert not metrics.covers("", quote)


@no_clock
@given(st.text("ab ", max_size=14), st.text("ab", min_size=1, max_size=7))
def test_coverage_agrees_with_brute_force(text, quote):
    run = longest_run_by_brute_force(text.replace(" ", ""), quote)
    assert metrics.covers(text, quote) == (run >= 0.5 * len(quote))


@pytest.mark.parametrize(
    ("source", "file", "same"),
    [
        ("corpus/2024/017_ab.txt", "017", True),
        ("corpus\\017_ab.txt", "017_ab.txt", True),
        ("017/other.txt", "017", False),
        ("", "017", False),
    ],
)
def test_evidence_names_the_beginning_of_a_file_name(source, file, same):
    assert metrics.same_file(source, file) is same


def test_retrieval_measures_by_hand():
    ranking = [set(), set(), {0}, {0}, {1}]
    assert [metrics.success(ranking, k) for k in (1, 2, 3, 5)] == [0, 0, 1, 1]
    assert metrics.reciprocal_rank(ranking, 10) == 1 / 3
    assert metrics.reciprocal_rank(ranking, 2) == 0
    assert [metrics.quote_recall(ranking, 2, k) for k in (2, 4, 5)] == [0, 1 / 2, 1]


def test_ndcg_counts_only_hits_that_tell_something_new():
    got = metrics.ndcg([set(), {0}, {0}, {1}], 2, 10)
    assert got == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / (1 / math.log2(2) + 1 / math.log2(3)))


def test_a_hit_that_covers_all_quotes_at_rank_1_has_ndcg_1():
    assert metrics.ndcg([{0, 1, 2}], 3, 10) == 1.0


def test_a_missing_quote_lowers_ndcg():
    # one of two found at rank 1; the best order would have the other at rank 2
    assert metrics.ndcg([{0}], 2, 10) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert metrics.ndcg([], 2, 10) == 0.0
    assert metrics.ndcg([], 0, 10) == 0.0


@no_clock
@given(st.integers(1, 12), st.integers(1, 12))
def test_ndcg_of_a_single_quote_is_its_discount(rank, k):
    ranking = [set()] * (rank - 1) + [{0}]
    assert metrics.ndcg(ranking, 1, k) == pytest.approx(1 / math.log2(1 + rank) if rank <= k else 0.0)


@no_clock
@given(RANKINGS, st.integers(1, 12))
def test_measures_lie_between_0_and_1_and_agree_on_nothing_found(ranking, k):
    values = [
        metrics.success(ranking, k),
        metrics.reciprocal_rank(ranking, k),
        metrics.ndcg(ranking, 4, k),
        metrics.quote_recall(ranking, 4, k),
    ]
    assert all(0 <= value <= 1 + 1e-12 for value in values)
    assert len({value == 0 for value in values}) == 1


@no_clock
@given(RANKINGS, st.randoms(use_true_random=False))
def test_moving_all_finds_to_the_front_never_lowers_mrr(ranking, rng: random.Random):
    shuffled = list(ranking)
    rng.shuffle(shuffled)
    front = sorted(shuffled, key=lambda covered: not covered)
    assert metrics.reciprocal_rank(front, 10) >= metrics.reciprocal_rank(ranking, 10)


def test_an_answer_is_verbatim_when_a_citation_holds_it_whatever_the_white_space():
    assert metrics.verbatim("杨 明", [], ["主席是杨明。"]) == 1.0
    assert metrics.verbatim("杨明", [], []) == 0.0


def test_a_list_is_verbatim_only_when_every_item_is():
    citations = ["先看教育", "再看医疗"]
    assert metrics.verbatim("教育、医疗", ["教育", "医疗"], citations) == 1.0
    assert metrics.verbatim("教育、住房", ["教育", "住房"], citations) == 0.0
