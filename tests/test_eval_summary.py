"""Figures by group, each with its n, and how they are shown."""

from __future__ import annotations

import json

import pytest

from eval.judge import Judgement
from eval.report import MEANING, to_markdown, worst_answered
from eval.summary import HEADLINE, latency, percentile, summarise


def judged(id_, f1=None, *, lang="zh", kind="who", entry=None, confidence=0.5, answered=True, **more):
    """Make a judgement; without an F1 the question is unanswerable."""
    if f1 is None:
        scores = {"false answers": float(answered)}
        kind = "unanswerable"
    else:
        scores = {"R@1": 1.0, "F1": f1, "answered": float(answered)}
    answer = "某人" if answered else None
    return Judgement(
        id_, entry or id_, lang, kind, f"问{id_}？", ("甲",), answer, confidence, False, 1, scores, **more
    )  # fmt: skip


def test_figures_are_means_over_those_that_owe_them():
    figures = summarise([judged("a", 1.0), judged("b", 0.5, lang="en", kind="when"), judged("c", answered=False)])[
        "figures"
    ]
    assert list(figures) == ["all", "en", "zh", "type unanswerable", "type when", "type who"]
    assert (figures["all"]["F1"]["value"], figures["all"]["F1"]["n"]) == (1.5 / 2, 2)
    assert figures["en"]["F1"]["value"] == 0.5
    assert "F1" not in figures["type unanswerable"]
    assert figures["type unanswerable"]["false answers"] == {"value": 0.0, "n": 1}


def test_headline_figures_have_intervals_that_hold_them():
    figures = summarise([judged(str(i), i / 10) for i in range(10)] + [judged("x", confidence=0.1)])["figures"]["all"]
    for name, figure in figures.items():
        assert ("low" in figure) == (name in HEADLINE or name == "AUROC")
        if "low" in figure:
            assert figure["low"] <= figure["value"] <= figure["high"]


def test_auroc_sets_the_answerable_against_the_unanswerable():
    rows = [judged("a", 1.0, confidence=0.9), judged("b", 0.0, confidence=0.3), judged("c", confidence=0.5)]
    assert summarise(rows)["figures"]["all"]["AUROC"]["value"] == 1 / 2
    assert "AUROC" not in summarise(rows[:2])["figures"]["all"]


def test_confidence_counts_answers_to_the_unanswerable_as_wrong_and_leaves_refusals_out():
    block = summarise(
        [
            judged("a", 0.6, confidence=0.9),  # right: F1 of 0.5 or more
            judged("b", 0.4, confidence=0.9),
            judged("c", confidence=0.9),
            judged("d", 0.0, confidence=0.2, answered=False),
        ]
    )["confidence"]
    assert block["n"] == 3
    assert block["ECE"] == pytest.approx(0.9 - 1 / 3)
    assert block["risk_coverage"] == [{"confidence": 0.9, "coverage": 3 / 4, "risk": 2 / 3}]


def test_nothing_answered_is_no_calibration_error():
    summary = summarise([judged("a", 0.0, answered=False)])
    assert summary["confidence"]["ECE"] is None
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert "No question was answered." in to_markdown({"origin": {}, **summary}, [])


def test_percentiles_interpolate():
    assert percentile([3.0], 95) == 3.0
    assert percentile([0.0, 10.0], 50) == 5.0
    assert percentile(list(map(float, range(101))), 95) == 95.0


def test_latency_has_stages_in_order_and_their_share_of_the_total():
    stages = latency([{"total": 10.0, "retrieve": 2.0, "read": 6.0}, {"retrieve": 4.0, "read": 14.0, "total": 20.0}])
    assert list(stages) == ["retrieve", "read", "total"]
    assert stages["retrieve"] == {"p50": 3.0, "p95": pytest.approx(3.9), "share": 6 / 30, "n": 2}
    assert stages["total"]["share"] == 1.0


def test_without_a_total_the_stages_are_added_up():
    assert latency([{"retrieve": 2.0, "read": 6.0}])["total"]["p50"] == 8.0
    assert latency([]) == {}


def test_the_report_shows_every_figure_with_its_meaning():
    rows = [judged("a", 1.0, milliseconds={"total": 4.0}), judged("b", 0.25), judged("c", confidence=0.2)]
    text = to_markdown({"origin": {"commit": "abc", "questions_sha256": "f00"}, **summarise(rows)}, rows)
    assert "commit abc" in text
    assert "f00" not in text
    assert "| F1 | 0.625 [0.250, 1.000] n=2 |" in text
    assert "| type unanswerable | 0/1/0 |" in text
    assert MEANING.strip() in text
    assert "| total | 4.0 | 4.0 | 100 % | 1 |" in text
    assert "- b (who, F1 0.25, rank 1): 问b？ — wanted 甲; got 某人" in text


def test_the_report_names_questions_without_a_result():
    missing = Judgement("z", "z", "zh", "who", "?", (), None, 0.0, True, None, {"F1": 0.0, "answered": 0.0})
    summary = {"origin": {}, **summarise([missing])}
    assert "1 question has no result: z" in to_markdown(summary, [missing])


def test_the_worst_come_first_and_perfect_ones_never():
    rows = [judged("a", 1.0), judged("b", 0.5), judged("d", 0.0), judged("c", 0.0), judged("e")]
    assert [one.id for one in worst_answered(rows, 9)] == ["c", "d", "b"]
