"""Confidence: by hand and by brute force."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.calibration import (
    Bin,
    Point,
    auroc,
    expected_calibration_error,
    reliability,
    risk_coverage,
    thin,
)

no_clock = settings(deadline=None)  # a busy machine is no fault of the code
SCORES = st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]), min_size=1, max_size=12)
ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30)


def test_auroc_counts_pairs_and_halves_ties():
    # 0.9 beats both, 0.5 beats 0.1 and ties with 0.5: 3.5 of 4 pairs
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 3.5 / 4


def test_auroc_of_nothing_is_not_a_number():
    assert math.isnan(auroc([], [0.5]))
    assert math.isnan(auroc([0.5], []))


@no_clock
@given(SCORES, SCORES)
def test_auroc_agrees_with_two_nested_loops(positives, negatives):
    wins = sum(1.0 if p > n else 0.5 if p == n else 0.0 for p in positives for n in negatives)
    assert auroc(positives, negatives) == pytest.approx(wins / (len(positives) * len(negatives)))


def test_reliability_bins_by_tenths_with_1_in_the_last():
    bins = reliability([0.0, 0.09, 0.1, 0.95, 1.0], [False, True, True, True, True])
    assert bins == [
        Bin(0.0, 0.1, 2, pytest.approx(0.09 / 2), 1 / 2),
        Bin(0.1, 0.2, 1, 0.1, 1.0),
        Bin(0.9, 1.0, 2, pytest.approx(1.95 / 2), 1.0),
    ]


def test_ece_weighs_bins_by_their_size():
    # bin 0.8: two answers, one right, off by 0.3; bin 0.2: one answer, wrong, off by 0.2
    bins = reliability([0.8, 0.8, 0.2], [True, False, False])
    assert expected_calibration_error(bins) == pytest.approx(2 / 3 * 0.3 + 1 / 3 * 0.2)
    assert math.isnan(expected_calibration_error([]))


@no_clock
@given(ANSWERS)
def test_bins_hold_every_answer_once(answers):
    bins = reliability([confidence for confidence, _ in answers], [right for _, right in answers])
    assert sum(one.n for one in bins) == len(answers)
    assert all(one.low <= one.confidence <= one.high for one in bins)


def test_a_confidence_that_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        reliability([1.2], [True])


def test_risk_and_coverage_by_hand():
    # five questions, three answered; the two at 0.6 come together
    points = risk_coverage([0.6, 0.9, 0.6], [False, True, True], 5)
    assert points == [Point(0.9, 1 / 5, 0.0), Point(0.6, 3 / 5, 1 / 3)]


@no_clock
@given(ANSWERS, st.integers(0, 5))
def test_risk_coverage_agrees_with_counting_above_each_threshold(answers, refused):
    points = risk_coverage([c for c, _ in answers], [r for _, r in answers], len(answers) + refused)
    for point in points:
        given_answers = [right for confidence, right in answers if confidence >= point.confidence]
        assert point.coverage == len(given_answers) / (len(answers) + refused)
        assert point.risk == given_answers.count(False) / len(given_answers)
    assert [point.confidence for point in points] == sorted({c for c, _ in answers}, reverse=True)


def test_thinning_keeps_the_first_point_at_each_step_and_the_last():
    points = [Point(1 - i / 100, i / 100, 0.0) for i in range(1, 76)]
    kept = [point.coverage for point in thin(points, 4)]
    assert kept == [0.25, 0.5, 0.75]
    assert thin(points[:30], 4)[-1] == points[29]
    assert thin([]) == []
