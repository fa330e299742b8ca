import json
import random
from hashlib import sha256

import pytest
from conftest import make_article, make_passages

from eval import fit, tuning
from eval.data import Question, read_questions
from eval.learn import fit_chance, fit_ranking, table
from eval.proposed import asked
from rag.answer.calibrate import load_calibration
from rag.types import Hit, Span


def made_questions(count=60, seed=0):
    """Proposals of which those with the larger margin are better; the noise tells nothing."""
    rng = random.Random(seed)
    questions = []
    for _ in range(count):
        good = rng.randrange(4)
        questions.append(
            [
                ({"margin": rng.gauss(3 if n == good else 0, 1), "noise": rng.random()}, float(n == good))
                for n in range(4)
            ]
        )
    return questions


def test_ranking_learns_what_tells_the_best_proposal():
    weights = fit_ranking(table(made_questions()))
    assert weights["margin"] > 0.3
    assert abs(weights["noise"]) < weights["margin"]


def test_questions_without_a_good_proposal_teach_ranking_nothing():
    hopeless = [[(features, 0.0) for features, _ in question] for question in made_questions()]
    assert fit_ranking(table(hopeless)) == {"margin": 0.0, "noise": 0.0}


def test_ranking_is_the_same_every_time():
    assert fit_ranking(table(made_questions())) == fit_ranking(table(made_questions()))


def test_chance_is_a_logistic_model_of_what_was_right():
    rng = random.Random(1)
    rows = [{"margin": rng.gauss(0, 2), "noise": rng.random()} for _ in range(500)]
    right = [rng.random() < 1 / (1 + 2.718 ** -(row["margin"] - 1)) for row in rows]
    weights, bias = fit_chance(rows, right, ridge=0.01)
    assert weights["margin"] == pytest.approx(1.0, abs=0.3)
    assert bias == pytest.approx(-1.0, abs=0.5)


def made_cases(count=40):
    """Every third question asks about a place that no article has; of the others the reader marks the right number."""
    cases = []
    for number in range(count):
        article = make_article(f"a{number}.txt", "桥梁", [f"云溪市有桥梁{number + 20}座，也有书车3辆。"])
        answerable = number % 3 > 0
        place, kind, gold = (
            ("云溪市", "number", (f"{number + 20}座",)) if answerable else ("青岛市", "unanswerable", ())
        )
        question = Question(f"q{number}", "zh", kind, f"{place}有桥梁多少座？", gold, ())
        passage = make_passages(article)[0]
        start = article.text.index(f"{number + 20}座")
        score = 5.0 if answerable else 1.0
        spans = [Span(passage, start, start + 3, article.text[start : start + 3], score)]
        cases.append(asked(question, [Hit(passage, 1.0, 1, {"words": 1})], spans, {article.id: article}.__getitem__))
    return cases


def test_a_proposal_scores_its_f1_and_nothing_where_there_is_no_answer():
    cases = made_cases(4)
    assert max(cases[1].scores) == 1.0
    assert max(cases[0].scores) == 0.0


def test_answers_given_are_wrong_in_no_larger_share_than_accepted():
    found = fit.fit(made_cases(), accepted=0.2)
    assert found.figures["AUROC answerable"] > 0.95
    assert found.figures["answerable answered"] > 0.9
    assert found.figures["right of answered"] >= 0.8
    assert 0 <= found.calibration.related_threshold <= found.calibration.answer_threshold <= 1


def test_the_threshold_is_the_lowest_that_keeps_the_share_of_wrong_answers():
    case = made_cases(1)[0]
    held = [
        (fit.Judged(case.question, {}, right), p) for right, p in ((True, 0.9), (True, 0.8), (False, 0.7), (False, 0.6))
    ]
    assert fit.threshold_for(held, 0.0) == 0.8
    assert fit.threshold_for(held, 0.34) == 0.7
    assert fit.threshold_for(held, 0.5) == 0.6
    assert fit.threshold_for(held[2:], 0.1) == 1.0


def test_what_is_saved_is_what_the_library_loads(tmp_path):
    found = fit.fit(made_cases(30))
    fit.save(tmp_path / "calibration.json", found.calibration, found.figures)
    loaded = load_calibration(tmp_path / "calibration.json")
    assert dict(loaded.weights) == pytest.approx(dict(found.calibration.weights), abs=1e-4)
    assert dict(loaded.rank) == pytest.approx(dict(found.calibration.rank), abs=1e-4)
    assert len(loaded.risks) == len(fit.SHARES)


def test_every_second_reading_text_is_kept_out_of_the_corpus_and_its_questions_unanswerable(tmp_path, monkeypatch):
    data, own = tmp_path / "data", tmp_path / "own.jsonl"
    own.write_text("", encoding="utf-8")
    monkeypatch.setattr(tuning, "OWN", own)
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


def test_our_own_questions_come_with_their_texts(tmp_path, monkeypatch):
    text = "云溪市有桥梁三座。"
    passage = {
        "file": "text-crud_news.jsonl", "line": 0, "start": 0, "end": len(text), "title": "",
        "sha256": sha256(text.encode()).hexdigest()[:12],
        "qas": [{"lang": "zh", "type": "number", "q": "有几座桥？", "a": [[6, 8]]}],
    }  # fmt: skip
    own = tmp_path / "own.jsonl"
    own.write_text(json.dumps(passage, ensure_ascii=False) + "\n", encoding="utf-8")
    monkeypatch.setattr(tuning, "OWN", own)
    for name in (tuning.WRITTEN, tuning.READING):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / tuning.NEWS).write_text(json.dumps({"text": text}, ensure_ascii=False) + "\n", encoding="utf-8")
    (entry,) = read_questions(tuning.write(tmp_path, tmp_path / "out"))
    assert (entry.id, entry.turns[0].answers) == ("o0000-0", ("三座",))
