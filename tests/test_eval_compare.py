"""Two result folders: differences, their doubt, and the questions that moved."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from eval.compare import compare
from eval.compare_report import to_dict, to_text
from eval.data import DataError
from eval.judge import Judgement, save_judgements

ANSWERABLE = Judgement(
    "q", "q", "zh", "who", "谁？", ("甲",), "甲", 0.9, False, 1, {"R@5": 1.0, "F1": 1.0, "cited": 1.0}
)
UNANSWERABLE = Judgement("u", "u", "en", "unanswerable", "What?", (), None, 0.1, False, None, {"false answers": 0.0})


@pytest.fixture
def folders(tmp_path):
    def write(first, second):
        for name, rows in (("A", first), ("B", second)):
            (tmp_path / name).mkdir()
            save_judgements(tmp_path / name / "scores.jsonl", rows)
        return tmp_path / "A", tmp_path / "B"

    return write


def questions(*f1s, **more):
    return [
        replace(ANSWERABLE, id=f"q{n}", entry=f"q{n}", scores={**ANSWERABLE.scores, "F1": f1}, **more)
        for n, f1 in enumerate(f1s)
    ]


def line_of(comparison, metric, group="all"):
    return next(line for line in comparison.groups[group] if line.metric == metric)


def test_a_difference_is_second_less_first_with_its_doubt(folders):
    comparison = compare(*folders(questions(0.0, 0.5, 0.5, 1.0), questions(1.0, 1.0, 1.0, 1.0)))
    line = line_of(comparison, "F1")
    assert (line.n, line.first, line.second, line.difference) == (4, 0.5, 1.0, 0.5)
    assert line.p == 2 / 8  # three gains, all in one direction
    assert line.low < 0.5 < line.high


def test_equal_folders_differ_in_nothing(folders):
    rows = [*questions(0.2, 0.9), UNANSWERABLE]
    comparison = compare(*folders(rows, rows))
    assert comparison.moves == []
    assert {(line.difference, line.low, line.high) for line in comparison.groups["all"]} == {(0.0, 0.0, 0.0)}
    assert {line.p for line in comparison.groups["all"]} == {1.0, None}  # the AUROC is not tested


def test_the_order_of_the_questions_does_not_matter(folders):
    rows = questions(0.2, 0.9)
    assert compare(*folders(rows, rows[::-1])).moves == []


def test_languages_have_their_own_lines(folders):
    rows = [*questions(1.0), UNANSWERABLE]
    comparison = compare(*folders(rows, rows))
    assert list(comparison.groups) == ["all", "en", "zh"]
    assert [line.metric for line in comparison.groups["en"]] == ["false answers"]


def test_moved_questions_are_listed_with_losses_first(folders):
    spoke = replace(UNANSWERABLE, answer="乙", scores={"false answers": 1.0})
    first, second = [*questions(0.5, 0.5, 0.5), UNANSWERABLE], [*questions(0.5, 0.9, 0.2), spoke]
    moves = compare(*folders(first, second)).moves
    assert [(move.first.id, round(move.gain, 6)) for move in moves] == [("u", -1.0), ("q2", -0.3), ("q1", 0.4)]


def test_a_question_moves_by_rank_alone_too(folders):
    lost = replace(questions(1.0)[0], rank=9, scores={**ANSWERABLE.scores, "R@5": 0.0})
    comparison = compare(*folders(questions(1.0), [lost]))
    assert comparison.moves[0].gain == 0.0
    assert "## 1 question otherwise" in to_text(comparison, 5)
    assert "R@5 1.00 → 0.00; rank 1 → 9" in to_text(comparison, 5)


def test_verbatim_and_auroc_have_no_p(folders):
    first = [replace(one, scores={**one.scores, "verbatim": 1.0}) for one in questions(1.0, 1.0)] + [UNANSWERABLE]
    comparison = compare(*folders(first, [first[0], replace(first[1], confidence=0.05, answer=None), UNANSWERABLE]))
    assert (line_of(comparison, "verbatim").low, line_of(comparison, "verbatim").p) == (None, None)
    auroc = line_of(comparison, "AUROC")
    assert (auroc.first, auroc.second, auroc.p) == (1.0, 0.5, None)
    assert auroc.low <= -0.5 <= auroc.high


def test_folders_over_other_questions_are_refused(folders):
    with pytest.raises(DataError, match="1 differ, first q1"):
        compare(*folders(questions(1.0, 1.0), questions(1.0)))


def test_folders_over_changed_questions_are_refused(folders):
    with pytest.raises(DataError, match="different questions"):
        compare(*folders([UNANSWERABLE], [replace(ANSWERABLE, id="u", entry="u")]))


def test_a_folder_without_scores_is_refused(folders, tmp_path):
    first, _ = folders(questions(1.0), questions(1.0))
    with pytest.raises(DataError, match="cannot read the scores"):
        compare(first, tmp_path / "none")


def test_damaged_scores_are_refused(folders):
    first, second = folders(questions(1.0), questions(1.0))
    (second / "scores.jsonl").write_text('{"id": "q0"}\n', encoding="utf-8")
    with pytest.raises(DataError, match="damaged or of another version"):
        compare(first, second)


def test_what_else_changed_is_said(folders):
    first, second = folders(questions(1.0), questions(1.0))
    for folder, k in ((first, 4), (second, 8)):
        (folder / "summary.json").write_text(
            json.dumps({"origin": {"k_read": k, "reader": "bundled"}}), encoding="utf-8"
        )
    text = to_text(compare(first, second), 5)
    assert "k_read: 4 → 8" in text
    assert "reader" not in text


def test_the_list_is_cut_but_its_length_told(folders):
    text = to_text(compare(*folders(questions(*[1.0] * 6), questions(*[0.0] * 6))), 2)
    assert "## 6 questions worse" in text
    assert text.count("\n- q") == 2


def test_the_dictionary_holds_everything_and_is_json(folders):
    whole = to_dict(compare(*folders([*questions(1.0, 0.5), UNANSWERABLE], [*questions(0.0, 0.5), UNANSWERABLE])))
    assert json.loads(json.dumps(whole, allow_nan=False))["moved"][0]["changes"] == {"F1": [1.0, 0.0]}
    assert whole["groups"]["all"]["F1"]["difference"] == -0.5
