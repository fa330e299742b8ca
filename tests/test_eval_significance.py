"""Intervals and p-values: by hand where they can be counted, by property elsewhere."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from eval import significance
from eval.significance import (
    auroc_difference,
    auroc_interval,
    mean_interval,
    paired_difference,
    randomisation_p,
)


def lone(values):
    return {str(number): [value] for number, value in enumerate(values)}


def test_p_of_three_gains_in_one_direction_is_two_of_eight():
    assert randomisation_p([0.5, 0.2, 0.1]) == 2 / 8


def test_p_is_1_when_nothing_or_only_as_much_back_moved():
    assert randomisation_p([]) == 1.0
    assert randomisation_p([0.0, 0.0]) == 1.0
    assert randomisation_p([0.3, -0.3]) == 1.0


def test_questions_that_did_not_move_change_no_p():
    assert randomisation_p([0.5, 0.2, 0.1, 0.0, 0.0]) == 2 / 8


def test_exact_p_agrees_with_counting_all_signs():
    rng = np.random.default_rng(1)
    for _ in range(30):
        gains = rng.normal(0.2, 1, int(rng.integers(1, 9))).round(2)
        gains = gains[gains != 0]
        sums = [abs(sum(sign * gain for sign, gain in zip(signs, gains, strict=True)))
                for signs in product((-1, 1), repeat=len(gains))]  # fmt: skip
        expected = sum(one >= abs(gains.sum()) - 1e-9 for one in sums) / len(sums)
        assert randomisation_p(gains.tolist()) == pytest.approx(expected)


def test_sampled_p_is_near_the_exact_one(monkeypatch):
    gains = [0.3, 0.1, -0.2, 0.4, 0.25, -0.1, 0.6, 0.05, -0.3, 0.2]
    exact = randomisation_p(gains)
    monkeypatch.setattr(significance, "EXACT_UNITS", 0)
    assert randomisation_p(gains) == pytest.approx(exact, abs=0.02)
    assert randomisation_p([1.0] * 60) == 1 / 10_001


def test_a_constant_has_an_interval_without_width():
    assert mean_interval(lone([0.4] * 7)) == pytest.approx((0.4, 0.4))
    assert mean_interval({"chat": [0.4] * 5, "q": [0.4]}) == pytest.approx((0.4, 0.4))


def test_the_interval_of_a_mean_is_near_the_normal_one():
    values = [1.0] * 60 + [0.0] * 40
    low, high = mean_interval(lone(values))
    half = 1.96 * math.sqrt(0.6 * 0.4 / 100)
    assert (low, high) == pytest.approx((0.6 - half, 0.6 + half), abs=0.015)


def test_turns_drawn_together_widen_the_interval():
    values = [1.0] * 50 + [0.0] * 50
    together = {str(i): values[5 * i : 5 * i + 5] for i in range(20)}
    narrow, wide = mean_interval(lone(values)), mean_interval(together)
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_the_same_scores_give_the_same_interval():
    assert mean_interval(lone([0.1, 0.9, 0.4])) == mean_interval(lone([0.1, 0.9, 0.4]))


def test_a_paired_difference_is_the_difference_of_the_means_over_all_turns():
    first = {"c": [0.0, 0.0, 1.0], "q": [1.0]}
    second = {"q": [0.0], "c": [1.0, 1.0, 1.0]}
    assert paired_difference(first, second).value == 3 / 4 - 2 / 4


def test_pairing_sees_a_small_gain_that_every_question_shares():
    first = {str(i): [i / 40] for i in range(40)}
    second = {key: [values[0] + 0.01] for key, values in first.items()}
    found = paired_difference(first, second)
    assert (found.low, found.high) == pytest.approx((0.01, 0.01))
    assert found.p < 0.001


def test_different_units_are_not_compared():
    with pytest.raises(ValueError, match="same units"):
        paired_difference({"a": [1.0]}, {"b": [1.0]})
    with pytest.raises(ValueError, match="same units"):
        paired_difference({"a": [1.0]}, {"a": [1.0, 0.0]})


def test_auroc_of_full_separation_has_an_interval_without_width():
    assert auroc_interval([0.8, 0.9], [0.1, 0.2, 0.3]) == (1.0, 1.0)


def test_an_auroc_interval_holds_the_value():
    low, high = auroc_interval([0.9, 0.5, 0.4, 0.8], [0.5, 0.1, 0.6])
    assert 0 <= low < 8.5 / 12 < high <= 1


def test_an_auroc_difference_is_paired_and_has_no_p():
    better, worse = ([0.9, 0.8], [0.1, 0.2]), ([0.1, 0.8], [0.5, 0.2])
    found = auroc_difference(worse, better)
    assert found.value == 1 - 2 / 4
    assert math.isnan(found.p)
    assert auroc_difference(better, better)[:3] == (0.0, 0.0, 0.0)
