"""The reader and the encoder by themselves: what is read, what is counted, what the command writes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from eval.__main__ import main
from eval.data import DataError
from eval.models import encoding, reading
from eval.models.report import to_markdown
from rag.train.overlap import word_f1
from rag.train.reader_eval import outcomes
from rag.types import Span

TEXT = "石桥镇有渡口三处。镇长是林岚。"


def written(path, *rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def record(**changes):
    asked = {"q": "渡口几处？", "a": [["三处", TEXT.index("三处")]], "type": "span"}
    return {"src": "own", "lang": "zh", "context": TEXT, "qas": [asked | changes]}


class Marker:
    """A reader that finds the first of its words in a passage, with a score of its own."""

    def __init__(self, word, score=1.0):
        self.word, self.score = word, score

    def read(self, query, passages, k):
        found = [(one, one.text.find(self.word)) for one in passages]
        return [Span(p, at, at + len(self.word), self.word, self.score) for p, at in found if at >= 0][:k]


class Letters:
    """Texts as counts of their characters, scaled to length 1."""

    name, dim = "letters", 64

    def encode_passages(self, texts):
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text:
                row[ord(char) % self.dim] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    encode_queries = encode_passages


def quiet(stage, done, total):
    assert 0 <= done <= total


def test_records_of_every_documented_shape_are_read(tmp_path):
    squad = {"data": [{"paragraphs": [{"context": "Lin Lan is mayor.", "qas": [
        {"question": "Who is mayor?", "answers": [{"text": "Lin Lan", "answer_start": 0}]},
        {"question": "Who is king?", "answers": [], "is_impossible": True}]}]}]}  # fmt: skip
    (tmp_path / "squad.json").write_text(json.dumps(squad), encoding="utf-8")
    own = {
        "p": 1,
        "title": "镇",
        "text": TEXT,
        "qas": [{"lang": "en", "type": "who", "q": "Who leads?", "a": ["林岚"]}],
    }
    assert [q.answers for q in reading.read(tmp_path / "squad.json")] == [((0, 7),), ()]
    assert [q.lang for q in reading.read(tmp_path / "squad.json")] == ["en", "en"]
    assert [q.answers for q in reading.read(written(tmp_path / "w.jsonl", own))] == [((12, 14),)]
    assert [q.answers for q in reading.read(written(tmp_path / "q.jsonl", record()))] == [((6, 8),)]


@pytest.mark.parametrize("text", ["no json", '{"a": 1}', "", '{"context": "x", "qas": [{"q": "y"}]}'])
def test_a_file_that_holds_no_questions_is_one_clear_sentence(tmp_path, text):
    (tmp_path / "bad.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="questions"):
        reading.read(tmp_path / "bad.jsonl")


def test_a_set_in_two_languages_is_told_apart_and_cut_to_the_limit(tmp_path):
    english = record(q="How many ferries?", lang="en")
    file = written(tmp_path / "both.jsonl", *[record()] * 5, *[english] * 2)
    sets = reading.question_sets(None, [file], limit=3, seed=0)
    assert {name: len(found) for name, found in sets.items()} == {"both.jsonl (en)": 2, "both.jsonl (zh)": 3}


def test_a_reader_is_scored_on_answerable_and_ranked_against_unanswerable(tmp_path):
    none = record(q="谁是皇帝？", a=[], type="unanswerable")
    sets = {"own": reading.read(written(tmp_path / "q.jsonl", record(), record(a=[["渡口", 4]]), none))}
    figures = reading.measure(Marker("三处"), sets, quiet)["own"]
    assert (figures["EM"]["value"], figures["EM"]["n"]) == (0.5, 2)
    assert figures["AUROC"]["value"] == 0.5
    assert figures["F1"]["low"] <= figures["F1"]["value"] <= figures["F1"]["high"]


def test_a_reader_that_finds_nothing_scores_nothing(tmp_path):
    found = list(outcomes(Marker("不在"), reading.read(written(tmp_path / "q.jsonl", record()))))
    assert found[0].scores == {"EM": 0.0, "F1": 0.0, "word F1": 0.0}
    assert found[0].score == float("-inf")


def test_two_readers_agree_where_their_spans_lie_in_one_place(tmp_path):
    questions = reading.read(written(tmp_path / "q.jsonl", record(), record()))
    assert reading.agreement(Marker("三处"), Marker("三处", 2.0), questions, quiet)["value"] == 1.0
    assert reading.agreement(Marker("三处"), Marker("林岚"), questions, quiet)["value"] == 0.0
    assert reading.agreement(Marker("不在"), Marker("也不在"), questions, quiet)["value"] == 1.0


def test_questions_to_compare_come_from_each_set_in_turn():
    assert reading.spread({"a": [1, 2, 3], "b": [4]}, 3) == [1, 4, 2]


def test_f1_by_words_is_that_of_squad():
    assert word_f1("the Lin Lan!", ["lin lan"]) == 1.0
    assert word_f1("Lin Lan the mayor", ["mayor Lin"]) == pytest.approx(2 * 2 / (3 + 2))
    assert word_f1("三处渡口", ["三处"]) == 0.0
    assert word_f1("", ["x"]) == 0.0


def test_a_pair_is_found_among_all_second_texts(tmp_path):
    file = written(tmp_path / "p.jsonl", {"a": "桥在哪", "b": "桥在东"}, {"a": "谁开船", "b": "船工开"})
    figures = encoding.measure(Letters(), encoding.read(file), ["山上有寺"], 10, 0)
    assert figures["among"] == 3
    assert figures["R@1"]["value"] == figures["MRR@10"]["value"] == 1.0


def test_the_rank_of_a_text_counts_all_that_are_nearer():
    texts = ["桥在东", "山上有寺", "桥在哪"]
    assert encoding.ranks(Letters(), ["桥在哪"], texts, [{0}]) == [2]
    assert encoding.ranks(Letters(), ["桥在哪"], texts, [{0, 2}]) == [1]


def test_grades_are_compared_by_rank(tmp_path):
    rows = [{"a": "桥在东", "b": "桥在东", "label": "5"}, {"a": "桥在东", "b": "桥在山", "label": "3"},
            {"a": "桥在东", "b": "谁开船", "label": "0"}, {"a": "x", "b": "y", "label": "neutral"}]  # fmt: skip
    figures = encoding.measure(Letters(), encoding.read(written(tmp_path / "p.jsonl", *rows)), [], 10, 0)
    assert figures == {"pairs": 3, "Spearman": pytest.approx(1.0)}


def test_equal_values_share_their_mean_rank():
    assert encoding.spearman(np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])) == pytest.approx(np.sqrt(3) / 2)


def test_labels_of_two_kinds_are_also_told_apart(tmp_path):
    rows = [{"a": "桥在东", "b": "桥在东", "label": 1}, {"a": "桥在东", "b": "谁开船", "label": 0}]
    figures = encoding.measure(Letters(), encoding.read(written(tmp_path / "p.jsonl", *rows)), [], 10, 0)
    assert figures["AUROC"] == 1.0


@pytest.mark.slow
def test_the_command_measures_further_files_and_writes_both_forms(tmp_path, capsys):
    qa = written(tmp_path / "q.jsonl", record(), record(q="谁是皇帝？", a=[], type="unanswerable"))
    pairs = written(tmp_path / "p.jsonl", {"a": "桥在哪", "b": "桥在东"}, {"a": "谁开船", "b": "船工开"})
    out = tmp_path / "out"
    assert main(["models", "--qa", str(qa), "--pairs", str(pairs), "--out", str(out), "--no-speed"]) == 0
    result = json.loads((out / "models.json").read_text(encoding="utf-8"))
    assert result["reading"]["q.jsonl"]["EM"]["n"] == 1
    assert result["same span"]["n"] == 2
    assert result["same vector"]["least"] > 0.999
    assert result["models"]["reader"]["bytes"] <= 25_000_000
    assert capsys.readouterr().out.strip() == to_markdown(result).strip() == (out / "models.md").read_text().strip()


def test_questions_without_their_articles_are_refused(tmp_path, capsys):
    assert main(["models", "--gold", str(tmp_path / "q.jsonl"), "--out", str(tmp_path / "out")]) == 2
    assert "--corpus" in capsys.readouterr().err
