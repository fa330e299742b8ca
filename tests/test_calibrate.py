import json
import math

import pytest

from rag.answer.calibrate import Calibration, load_calibration
from rag.errors import ModelError


def test_confidence_is_the_logistic_of_the_weighted_sum():
    calibration = Calibration(weights={"margin": 2.0, "rank": -1.0}, bias=0.5)
    assert calibration.confidence({"margin": 1.0, "rank": 0.5}) == pytest.approx(1 / (1 + math.exp(-(0.5 + 2.0 - 0.5))))


def test_unknown_features_and_missing_ones_count_nothing():
    calibration = Calibration(weights={"margin": 1.0, "lead": 3.0}, bias=0.0)
    assert calibration.confidence({"margin": 0.0, "moon": 9.0}) == 0.5


def test_confidence_stays_a_number_for_absurd_margins():
    calibration = Calibration(weights={"margin": 1.0}, bias=0.0)
    assert 0.0 <= calibration.confidence({"margin": -1e9}) < 1e-20
    assert calibration.confidence({"margin": 1e9}) == pytest.approx(1.0)


def test_a_larger_margin_is_never_less_sure_by_default():
    confidences = [Calibration().confidence({"margin": margin, "rank": 1.0}) for margin in (-4, -1, 0, 2, 7)]
    assert confidences == sorted(confidences)
    assert confidences[0] < confidences[-1]


def test_without_a_file_the_defaults_hold(tmp_path):
    assert load_calibration(tmp_path / "calibration.json") == Calibration()


def test_a_file_takes_the_place_of_the_defaults(tmp_path):
    file = tmp_path / "calibration.json"
    file.write_text(
        json.dumps({"weights": {"margin": 1}, "bias": -1, "answer_threshold": 0.6, "related_threshold": 0.2})
    )
    assert load_calibration(file) == Calibration(
        weights={"margin": 1.0}, bias=-1.0, answer_threshold=0.6, related_threshold=0.2
    )


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "[]",
        "{}",
        '{"weights": {}, "bias": 0, "answer_threshold": 0.2, "related_threshold": 0.6}',
        '{"weights": {"margin": NaN}, "bias": 0, "answer_threshold": 0.6, "related_threshold": 0.2}',
        '{"weights": ["margin"], "bias": 0, "answer_threshold": 0.6, "related_threshold": 0.2}',
    ],
)
def test_a_broken_file_is_one_sentence_that_names_it(tmp_path, content):
    file = tmp_path / "calibration.json"
    file.write_text(content)
    with pytest.raises(ModelError, match=r"calibration\.json"):
        load_calibration(file)


def test_accepting_a_share_of_wrong_answers_takes_the_fitted_threshold():
    fitted = Calibration(answer_threshold=0.5, related_threshold=0.4, risks=((0.1, 0.8), (0.3, 0.35)))
    assert fitted.accepting(None) == fitted
    assert fitted.accepting(0.3).answer_threshold == 0.35
    assert fitted.accepting(0.3).related_threshold == 0.35
    assert fitted.accepting(0.2).answer_threshold == 0.8
    assert fitted.accepting(0.01).answer_threshold == 0.99


def test_without_fitted_shares_the_confidence_itself_is_believed():
    assert Calibration().accepting(0.2).answer_threshold == pytest.approx(0.8)


def test_what_is_accepted_more_readily_is_never_refused_more():
    fitted = Calibration(risks=((0.05, 0.9), (0.1, 0.7), (0.4, 0.3)))
    thresholds = [fitted.accepting(share).answer_threshold for share in (0.01, 0.05, 0.2, 0.4, 0.9)]
    assert thresholds == sorted(thresholds, reverse=True)
