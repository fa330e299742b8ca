import json
import random

import pytest

from eval import fit, tuning
from eval.data import read_questions
from rag.calibrate import Calibration, load_calibration


def made_cases(count=400, seed=0):
    """Questions with two candidates each: the larger the margin, the likelier it is right."""
    rng = random.Random(seed)
    cases = []
    for number in range(count):
        answerable = number % 3 > 0
        for _ in range(2):
            margin = rng.gauss(2 if answerable else -1, 1.5)
            right = answerable and rng.random() < 1 / (1 + 2.718 ** -(margin - 1))
            features = {"margin": margin, "noise": rng.random()}
            cases.append(fit.Case(f"q{number}", answerable, features, right))
    return cases


def test_the_feature_that_tells_gets_the_weight():
    fitted = fit.fit(made_cases(), 0.15)
    assert fitted.weights["margin"] > 0.4
    assert abs(fitted.weights["noise"]) < fitted.weights["margin"]


def test_the_threshold_lets_through_the_share_of_unanswerable_asked_for():
    cases = made_cases(900)
    fitted = fit.fit(cases, 0.15)
    wrong = [c for c in fit.firsts(cases, fitted) if not c.answerable]
    answered = sum(fitted.confidence(c.features) >= fitted.answer_threshold for c in wrong) / len(wrong)
    assert answered == pytest.approx(0.15, abs=0.01)
    assert fitted.related_threshold <= fitted.answer_threshold


def test_confidence_is_honest_on_questions_the_fit_did_not_see():
    figures = fit.crossed(made_cases(900), 0.15)
    assert figures["questions"] == 900
    assert figures["ECE"] < 0.08
    assert figures["AUROC right"] > 0.7


def test_a_fit_is_the_same_every_time():
    assert fit.fit(made_cases(), 0.1) == fit.fit(made_cases(), 0.1)


def test_what_is_saved_is_what_the_library_loads(tmp_path):
    fitted = fit.fit(made_cases(), 0.15)
    fit.save(tmp_path / "calibration.json", fitted, {"ECE": 0.031234})
    loaded = load_calibration(tmp_path / "calibration.json")
    assert loaded.weights == pytest.approx(fitted.weights, abs=1e-4)
    assert loaded.answer_threshold == pytest.approx(fitted.answer_threshold, abs=1e-4)


def test_the_first_candidate_is_the_most_probable_and_the_earlier_of_equals():
    cases = [fit.Case("q", True, {"margin": m}, right) for m, right in ((1.0, False), (3.0, True), (3.0, False))]
    assert fit.firsts(cases, Calibration(weights={"margin": 1.0}, bias=0.0)) == [cases[1]]


def test_every_second_reading_text_is_kept_out_of_the_corpus_and_its_questions_unanswerable(tmp_path):
    data = tmp_path / "data"
    for name, rows in {
        tuning.WRITTEN: [{"title": "站点", "text": "全市建站九个。", "qas": [
            {"lang": "zh", "type": "number", "q": "几个站？", "a": ["九个"]},
            {"lang": "zh", "type": "unanswerable", "q": "几座桥？", "a": []}]}],
        tuning.READING: [{"lang": "zh", "title": f"镇{n}", "context": f"镇{n}有学校{n + 3}所。", "qas": [
            {"q": f"镇{n}几所学校？", "a": [[f"{n + 3}所", 5]], "type": "span"}]} for n in range(2)],
        tuning.NEWS: [{"text": "今天下雨。明天不下。"}],
    }.items():  # fmt: skip
        file = data / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    entries = read_questions(tuning.write(data, tmp_path / "out"))
    kinds = {entry.id: entry.turns[0].type for entry in entries}
    assert kinds == {"w0000-0": "number", "w0000-1": "unanswerable", "r0000-0": "name", "r0001-0": "unanswerable"}
    assert sorted(p.name for p in (tmp_path / "out/corpus").iterdir()) == ["n0000.txt", "r0000.txt", "w0000.txt"]
