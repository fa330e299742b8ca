import math

import numpy as np
import pytest

from rag.read.spans import BREVITY, decode_spans, settle, whole


def test_decode_spans_agrees_with_two_nested_loops():
    rng = np.random.default_rng(0)
    for _ in range(200):
        size, longest, k = (int(rng.integers(1, top)) for top in (9, 5, 6))
        start, end = (rng.normal(-3, 1, size).astype(np.float32) for _ in range(2))
        allowed = rng.random(size) < 0.7
        every = [
            (-float(start[i] + end[j]) + BREVITY * math.log(j - i + 1), i, j)
            for i in range(size)
            for j in range(i, min(size, i + longest))
            if allowed[i] and allowed[j]
        ]
        found = decode_spans(start, end, allowed, max_tokens=longest, k=k)
        assert [(i, j) for i, j, _ in found] == [(i, j) for _, i, j in sorted(every)[:k]]
        assert [score for *_, score in found] == pytest.approx([-s for s, *_ in sorted(every)[:k]])


def test_equal_scores_are_ordered_by_position():
    flat = np.zeros(4, dtype=np.float32)
    found = decode_spans(flat, flat, np.ones(4, dtype=bool), max_tokens=1, k=4)
    assert [first for first, _, _ in found] == [0, 1, 2, 3]


def test_of_spans_whose_ends_are_as_likely_the_shortest_comes_first():
    flat = np.zeros(3, dtype=np.float32)
    found = decode_spans(flat, flat, np.ones(3, dtype=bool), max_tokens=3, k=6)
    assert [last - first for first, last, _ in found] == [0, 0, 0, 1, 1, 2]


def test_negative_logits_do_not_let_a_forbidden_token_win():
    low = np.full(3, -50.0, dtype=np.float32)
    allowed = np.array([False, True, False])
    assert decode_spans(low, low, allowed, max_tokens=3, k=5) == [(1, 1, -100.0)]


def test_no_allowed_token_gives_no_span():
    logits = np.ones(3, dtype=np.float32)
    assert decode_spans(logits, logits, np.zeros(3, dtype=bool), max_tokens=3, k=5) == []


@pytest.mark.parametrize(("k", "longest"), [(0, 1), (1, 0)])
def test_a_count_below_one_is_refused(k, longest):
    logits = np.ones(3, dtype=np.float32)
    with pytest.raises(ValueError, match="at least 1"):
        decode_spans(logits, logits, np.ones(3, dtype=bool), max_tokens=longest, k=k)


def test_the_span_that_agrees_most_with_the_others_stands_for_them_with_their_best_score():
    short, middle, long, other = (4, 4, 5.0), (4, 6, 4.9), (3, 6, 4.9), (9, 9, 4.0)
    assert settle([short, middle, long, other], heat=1.0, k=3) == [(4, 6, 5.0), other]


def test_a_cold_vote_takes_the_best_span():
    assert settle([(4, 4, 5.0), (4, 6, 4.9), (3, 6, 4.9)], heat=0.01, k=1) == [(4, 4, 5.0)]


def test_what_is_left_votes_without_what_was_taken():
    assert settle([(0, 0, 9.0), (0, 5, 1.0), (5, 5, 2.0)], heat=1.0, k=2) == [(0, 0, 9.0), (5, 5, 2.0)]


def test_spans_that_settle_never_overlap():
    rng = np.random.default_rng(1)
    for _ in range(100):
        starts, sizes, scores = rng.integers(0, 20, 12), rng.integers(0, 6, 12), rng.normal(size=12)
        spans = [(int(s), int(s + n), float(x)) for s, n, x in zip(starts, sizes, scores, strict=True)]
        found = settle(spans, heat=0.7, k=5)
        taken = [set(range(a, b + 1)) for a, b, _ in found]
        assert all(not a & b for i, a in enumerate(taken) for b in taken[i + 1 :])
        assert max(x for *_, x in spans) == pytest.approx(found[0][2])


def test_no_spans_settle_to_none():
    assert settle([], heat=1.0, k=2) == []


@pytest.mark.parametrize(
    ("text", "cut", "held"),
    [
        ("活动叫“青山向晚，绿水长流”，已办三届。", "“青山向晚", "“青山向晚，绿水长流”"),
        ("通过《河道管理条例》。", "管理条例》", "《河道管理条例》"),
        ("他说“好。然后走了", "“好", "好"),
        ("见表（一）后。完了）", "完了）", "完了"),
        ("建成站点35个。", "35个", "35个"),
        ("称为“站”。", "“站”", "“站”"),
    ],
)
def test_marks_in_pairs_are_not_cut_apart(text, cut, held):
    start = text.index(cut)
    begin, end = whole(text, start, start + len(cut))
    assert text[begin:end] == held
