import numpy as np
import pytest

from rag.spans import decode_spans


def test_decode_spans_agrees_with_two_nested_loops():
    rng = np.random.default_rng(0)
    for _ in range(200):
        size, longest, k = (int(rng.integers(1, top)) for top in (9, 5, 6))
        start, end = (rng.normal(-3, 1, size).astype(np.float32) for _ in range(2))
        allowed = rng.random(size) < 0.7
        every = [
            (-float(start[i] + end[j]), i, j)
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
