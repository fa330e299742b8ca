"""What one result scores, and what is owed when there is none."""

from __future__ import annotations

import pytest

from eval.data import Entry, Evidence, Question
from eval.judge import METRICS, judge, judge_all, load_judgements, save_judgements

QUESTION = Question("q1", "zh", "number", "几个站？", ("三十个", "30个"), (Evidence("a", "全市建站三十个"),))
NOTHING = Question("q2", "zh", "unanswerable", "几条河？", (), ())
PLACE = {"source": "root/a.txt", "text": "去年全市建站三十个，其中乡镇二十个。"}
ELSEWHERE = {"source": "root/b.txt", "text": "去年全市建站三十个，其中乡镇二十个。"}


def answered(**more):
    return {"status": "answered", "confidence": 0.8, "answer": "三十个", "citations": [PLACE], "hits": [PLACE], **more}


def test_a_perfect_result_has_every_measure_at_1():
    judgement = judge(QUESTION, answered(), "q1")
    assert set(judgement.scores) == set(METRICS) - {"false answers"}
    assert set(judgement.scores.values()) == {1.0}
    assert judgement.right


def test_a_question_without_a_result_owes_the_same_and_gets_0():
    judgement = judge(QUESTION, {}, "q1")
    assert judgement.missing
    assert set(judgement.scores) == set(METRICS) - {"false answers", "verbatim"}
    assert set(judgement.scores.values()) == {0.0}


def test_the_text_of_another_file_is_no_evidence():
    judgement = judge(QUESTION, answered(citations=[ELSEWHERE], hits=[ELSEWHERE, PLACE]), "q1")
    assert judgement.rank == 2
    assert judgement.scores["cited"] == 0.0
    assert judgement.scores["verbatim"] == 1.0


def test_only_the_first_citation_counts_as_cited():
    assert judge(QUESTION, answered(citations=[ELSEWHERE, PLACE]), "q1").scores["cited"] == 0.0


def test_hits_after_the_twentieth_do_not_count():
    assert judge(QUESTION, answered(hits=[ELSEWHERE] * 19 + [PLACE]), "q1").scores["R@20"] == 1.0
    assert judge(QUESTION, answered(hits=[ELSEWHERE] * 20 + [PLACE]), "q1").rank is None


@pytest.mark.parametrize("status", ["related", "not_found"])
def test_what_is_not_answered_scores_nothing_for_its_words(status):
    judgement = judge(QUESTION, answered(status=status), "q1")
    assert judgement.answer is None
    assert [judgement.scores[name] for name in ("EM", "F1", "cited", "answered")] == [0.0] * 4
    assert judgement.scores["R@1"] == 1.0
    assert "verbatim" not in judgement.scores


def test_an_answer_to_the_unanswerable_is_false_and_owes_only_that_and_verbatim():
    assert judge(NOTHING, answered(), "q2").scores == {"false answers": 1.0, "verbatim": 1.0}
    assert judge(NOTHING, {"status": "related"}, "q2").scores == {"false answers": 0.0}
    assert not judge(NOTHING, answered(), "q2").right


@pytest.mark.parametrize("kind", ["list", "crossdoc"])
def test_lists_want_all_items_and_other_questions_one_alternative(kind):
    items = ("教育", "医疗")
    result = answered(answer="教育", answers=["教育"])
    wanted_all = Question("q3", "zh", kind, "哪些？", items, ())
    wanted_one = Question("q4", "zh", "name", "什么？", items, ())
    assert judge(wanted_all, result, "q3").scores["F1"] == pytest.approx(2 * 1 * (1 / 2) / (1 + 1 / 2))
    assert judge(wanted_one, result, "q4").scores["F1"] == 1.0
    assert judge(wanted_all, result, "q3").scores["EM"] == 0.0
    assert judge(wanted_all, answered(answer="教育", answers=list(items)), "q3").scores["EM"] == 1.0


def test_a_list_without_items_is_judged_by_its_answer():
    wanted = Question("q3", "zh", "list", "哪些？", ("教育",), ())
    assert judge(wanted, answered(answer="教育", answers=[]), "q3").scores["F1"] == 1.0


def test_turns_are_judged_one_by_one_and_share_their_entry():
    chat = Entry("c", (QUESTION, NOTHING), is_chat=True)
    judgements = judge_all([chat], {"c": {"id": "c", "turns": [answered()]}})
    assert [(one.id, one.entry, one.missing) for one in judgements] == [("q1", "c", False), ("q2", "c", True)]


def test_judgements_are_read_back_as_they_were(tmp_path):
    judgements = [judge(QUESTION, answered(milliseconds={"read": 2.5}), "q1"), judge(NOTHING, {}, "q2")]
    save_judgements(tmp_path / "scores.jsonl", judgements)
    assert load_judgements(tmp_path / "scores.jsonl") == judgements
