from xml.etree import ElementTree

from eval.budget import budget, cause_of, to_lines, to_table
from eval.diagrams import diagrams
from eval.judge import Judgement


def judged(name, f1=None, *, answer="别的", rank=1, false=0.0):
    scores = {"false answers": false} if f1 is None else {"F1": f1, "answered": float(answer is not None)}
    return Judgement(name, name, "zh", "number", "几座桥？", ("三座",), answer, 0.5, False, rank, scores)


def test_each_question_is_lost_to_one_cause():
    causes = {
        "retrieval": judged("a", 0.0, rank=9),
        "refusal": judged("b", 0.0, answer=None),
        "reading": judged("c", 0.2),
        "shape": judged("d", 0.7),
        "false answer": judged("e", None, false=1.0),
    }
    assert {cause_of(one) for one in causes.values()} == set(causes)
    assert all(cause_of(one) == cause for cause, one in causes.items())


def test_nothing_is_lost_by_a_right_answer_or_a_right_refusal():
    assert cause_of(judged("a", 1.0)) is None
    assert cause_of(judged("b", None)) is None


def test_a_budget_counts_sums_and_shows_the_worst_first():
    found = budget([judged("a", 0.3), judged("b", 0.0), judged("c", 1.0), judged("d", 0.6)])
    assert (found["reading"]["n"], found["reading"]["lost"]) == (2, 1.7)
    assert found["reading"]["examples"] == ["b", "a"]
    assert found["shape"]["n"] == 1


def test_the_table_names_share_and_examples():
    judgements = [judged("a", 0.0), judged("b", 1.0)]
    told = to_table(budget(judgements), judgements)
    assert "| reading | 1 | 1.0 | 0.500 |" in told
    assert "- a (number): 几座桥？ — wanted 三座; got 别的" in told
    assert "reading          1 questions, F1 lost 1.0" in to_lines(budget(judgements))


def test_diagrams_are_well_formed_and_put_figures_where_they_belong():
    drawn = diagrams({
        "ECE": 0.04,
        "bins": [{"low": 0.8, "high": 0.9, "n": 12, "confidence": 0.85, "right": 0.5}],
        "risk_coverage": [
            {"confidence": 0.9, "coverage": 0.2, "risk": 0.0}, {"confidence": 0.5, "coverage": 0.6, "risk": 0.25},
        ],
    })  # fmt: skip
    assert set(drawn) == {"reliability.svg", "risk-coverage.svg"}
    reliability = ElementTree.fromstring(drawn["reliability.svg"])
    shapes = {child.tag.split("}")[1] for child in reliability.iter()}
    assert {"rect", "circle", "line"} <= shapes
    bar = next(one for one in reliability.iter() if one.get("class") == "bar")
    assert float(bar.get("height")) == 160.0
    assert "calibration error 0.040" in drawn["reliability.svg"]
    line = next(one for one in ElementTree.fromstring(drawn["risk-coverage.svg"]).iter() if one.get("class") == "line")
    assert len(line.get("points").split()) == 2


def test_diagrams_without_answers_are_empty_frames():
    drawn = diagrams({"ECE": None, "bins": [], "risk_coverage": []})
    assert all(ElementTree.fromstring(one) is not None for one in drawn.values())
    assert "no answers" in drawn["reliability.svg"]
