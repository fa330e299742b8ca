"""Whole answers beside Haystack's: what is timed, what is asked of all, what the other reader is given."""

from __future__ import annotations

import json
import time
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import pytest

from eval.bench import answer, answer_child
from eval.bench.answer_haystack import FEATURES, PLAIN, Haystack, give_features, result
from eval.bench.latency import Stages
from eval.bench.process import Finished
from eval.data import DataError
from rag.config import Settings
from rag.index import open_index
from rag.read import BUNDLED_READER, token_types

RIVER = {"id": "q1", "lang": "zh", "type": "number", "question": "设了多少名河长？", "answers": ["一百零六名"],
         "evidence": [{"file": "river", "quote": "设立河长一百零六名"}]}  # fmt: skip
FISH = {"id": "q2", "lang": "zh", "type": "unanswerable", "question": "河里有鱼吗？", "answers": [], "evidence": []}
CHAT = {"id": "c1", "turns": [{"question": "河长是谁设的？", "answers": ["云溪市"], "evidence": []}]}


def questions(folder: Path, *rows: dict) -> Path:
    file = folder / "questions.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def given(tmp_path: Path, **changed) -> Namespace:
    usual = {"index_of": [tmp_path], "distractors": [], "passages": 9, "encoder": "bundled", "reader": "bundled",
             "limit_seconds": 60.0, "out": tmp_path}  # fmt: skip
    return Namespace(**usual | changed)


def test_stages_add_up_what_is_watched_and_give_the_rest_a_name():
    class Parts:
        def slow(self, seconds):
            time.sleep(seconds)
            return seconds

    parts, stages = Parts(), Stages()
    stages.watch(parts, "slow", "sleep")
    got, wall, work = stages.during(lambda: parts.slow(0.02) + parts.slow(0.01), "rest")
    assert got == pytest.approx(0.03)
    assert set(wall) == set(work) == {"rest", "sleep", "total"}
    assert wall["total"] == pytest.approx(wall["rest"] + wall["sleep"])
    assert wall["sleep"] >= 30 > work["sleep"]  # who sleeps does not work
    assert set(stages.during(lambda: None, "rest")[1]) == {"rest", "total"}


def test_conversations_are_left_out_and_a_file_of_nothing_else_is_refused(tmp_path):
    assert [one.id for one in answer_child.lone_questions(questions(tmp_path, RIVER, CHAT))] == ["q1"]
    with pytest.raises(DataError, match="only conversations"):
        answer_child.lone_questions(questions(tmp_path, CHAT))


def test_all_names_of_a_system_get_their_answers_and_time_ends_the_asking(tmp_path):
    entries = answer_child.lone_questions(questions(tmp_path, RIVER, FISH))
    heard = []

    def ask(text):
        heard.append(text)
        return {name: {"status": "not_found", "query": text} for name in ("one", "two")}

    system = SimpleNamespace(names=("one", "two"), ask=ask)
    assert answer_child.ask_all(system, entries, tmp_path, seconds=60) == 2
    assert len(heard) == 2 + 2  # once to warm up
    for name in system.names:
        lines = (tmp_path / name / answer_child.ANSWERS).read_text(encoding="utf-8").splitlines()
        assert sorted(json.loads(line)["id"] for line in lines) == ["q1", "q2"]
    assert answer_child.ask_all(system, entries, tmp_path, seconds=0) == 1


def test_the_archive_is_filled_up_once(tmp_path, corpus, encoder):
    news = tmp_path / "news.jsonl"
    text = "".join(f"第{n}条消息说，青石镇修好了第{n}座桥，桥长{n}米。" for n in range(100))
    news.write_text(json.dumps({"text": text}, ensure_ascii=False) + "\n", encoding="utf-8")
    alone = answer_child.index_all(tmp_path / "alone", given(tmp_path, index_of=[corpus]), encoder)["passages"]
    args = given(tmp_path, index_of=[corpus], distractors=[news], passages=alone + 4)
    filled = answer_child.index_all(tmp_path / "filled", args, encoder)["passages"]
    assert filled > alone
    news.unlink()
    assert answer_child.index_all(tmp_path / "filled", args, encoder)["passages"] == filled


def row(id_: str, total: float, **more) -> dict:
    spent = {"read": total - 1, "rest": 1.0, "total": total}
    return {"id": id_, "status": "not_found", "confidence": 0.1, "milliseconds": spent, "work": spent} | more


def pretend(world: Path, answers: dict[str, list[dict]]):
    """Return a child that has written these answers; a system without any has failed."""

    def child(phase, *_):
        names = [name for name in answers if name.startswith(phase)]
        for name in names:
            (world / name).mkdir(parents=True)
            lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in answers[name])
            (world / name / answer_child.ANSWERS).write_text("".join(lines), encoding="utf-8")
        told = {"names": names, "open_seconds": 2.0, "passages": 9, "peak_bytes": 5_000_000}
        return told if names or phase == answer.INDEXING else {"failed": "over 60 s"}

    return child


def test_systems_are_scored_on_the_questions_that_all_were_asked(tmp_path, monkeypatch):
    right = {"status": "answered", "answer": "一百零六名", "answers": ["一百零六名"],
             "citations": [{"source": "tiny/river.txt", "text": "全市为此设立河长一百零六名。"}]}  # fmt: skip
    answers = {
        "Wenju": [row("q1", 9.0, **right), row("q2", 3.0)],
        FEATURES: [row("q1", 80.0)],
        PLAIN: [row("q1", 70.0)],
    }
    monkeypatch.setattr(answer, "_child", pretend(tmp_path / "9", answers))
    told = answer.compare(given(tmp_path, questions=questions(tmp_path, RIVER, FISH)))
    assert {name: one["asked"] for name, one in told["systems"].items()} == {"Wenju": 1, FEATURES: 1, PLAIN: 1}
    text = answer.to_markdown(told)
    assert "| Wenju | 1 | 9.0 | 9.0 | 9.0 | 9.0 | 2.0 | 5 |" in text
    assert "| Wenju | all | 1/0 | 0.000 | 1.000 | 1.000 | 1.000 | 1.000 |  |  |" in text
    assert f"| type | n | Wenju | {FEATURES} | {PLAIN} |" in text
    assert "| number | 1 | 1.000 | 0.000 | 0.000 |" in text
    assert "| read | 79.0 | 79.0 | 79.0 | 79.0 | 99 % |" in text
    assert (tmp_path / "9" / "Wenju" / "summary.md").exists()


def test_a_system_that_fails_is_told_beside_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(answer, "_child", pretend(tmp_path / "9", {"Wenju": [row("q1", 9.0)]}))
    text = answer.to_markdown(answer.compare(given(tmp_path, questions=questions(tmp_path, RIVER))))
    assert "Haystack: over 60 s." in text
    assert "| Wenju | 1 |" in text


@pytest.mark.parametrize(
    ("code", "errors", "reason"),
    [(-9, "", "over 120 s, or out of memory"), (1, "a\nb: no\n", "b: no"), (1, "", "ended with 1")],
)
def test_a_phase_that_fails_tells_why(code, errors, reason, tmp_path, monkeypatch):
    monkeypatch.setattr(answer, "measured", lambda command, limit: Finished(code, "", errors, 1.0, 1))
    args = given(tmp_path, questions=tmp_path)
    assert answer._child("Haystack", tmp_path, args) == {"failed": reason}
    with pytest.raises(DataError, match="the index: "):
        answer.compare(args)


def test_the_other_reader_gets_the_token_types_that_ours_gets():
    from transformers import AutoTokenizer

    query, texts = "设立了多少名河长？", ["全市为此设立河长一百零六名。", "沿河关停小作坊四十二家。" * 60]
    seen = []
    reader = SimpleNamespace(
        warm_up=lambda: None,
        tokenizer=AutoTokenizer.from_pretrained(BUNDLED_READER),
        model=lambda **inputs: seen.append(inputs),
    )
    give_features(reader)
    options = {"padding": True, "truncation": True, "max_length": 384, "stride": 128, "return_tensors": "pt"}
    made = reader.tokenizer([query] * 2, texts, return_overflowing_tokens=True, **options)
    reader.model(input_ids=made["input_ids"][:2], attention_mask=made["attention_mask"][:2])
    reader.model(input_ids=made["input_ids"][2:], attention_mask=made["attention_mask"][2:])
    types = [types for inputs in seen for types in inputs["token_type_ids"].tolist()]
    whose = made["overflow_to_sample_mapping"].tolist()
    assert whose.count(1) > 1  # the long text is read in windows
    assert types == [token_types(made.encodings[n], query, texts[of]).tolist() for n, of in enumerate(whose)]
    assert all(sum(one) for one in types)


def extracted(data: str | None, score: float, document=None):
    return SimpleNamespace(data=data, score=score, document=document, document_offset=SimpleNamespace(start=5, end=10))


def test_an_answer_of_haystack_cites_its_passage_and_none_is_none():
    document = SimpleNamespace(content="全市为此设立河长一百零六名。", meta={"source": "a/river.txt"}, score=0.5)
    best = extracted("一百零六名", 0.7, document)
    told = result([best, extracted(None, 0.2)], [document])
    assert (told["status"], told["answer"], told["confidence"]) == ("answered", "一百零六名", 0.7)
    assert told["citations"] == [{"source": "a/river.txt", "text": document.content, "start": 5, "end": 10}]
    assert told["hits"][0]["source"] == "a/river.txt"
    refused = result([extracted(None, 0.8), best], [document])
    assert (refused["status"], refused["confidence"], "answer" in refused) == ("not_found", 0.7, False)
    assert result([], [])["status"] == "not_found"


@pytest.mark.slow
def test_both_readers_of_haystack_answer_from_the_passages_of_the_index(indexed, encoder):
    pytest.importorskip("haystack_integrations.components.readers.transformers")
    with open_index(indexed) as index:
        system = Haystack(index, encoder, BUNDLED_READER, Settings(k_read=2))
    told = system.ask("云溪市设立了多少名河长？")
    assert set(told) == {FEATURES, PLAIN}
    assert told[FEATURES]["answer"] == "一百零六名"
    for one in told.values():
        assert one["answer"] in one["citations"][0]["text"]
        assert {"words", "vectors", "join", "read", "pipeline", "total"} <= set(one["work"])
        assert one["milliseconds"]["total"] == pytest.approx(
            sum(spent for stage, spent in one["milliseconds"].items() if stage != "total")
        )
    assert system.ask("？")[PLAIN]["status"] in ("answered", "not_found")


@pytest.mark.slow
def test_the_whole_comparison_runs_on_a_small_archive(corpus, tmp_path, capsys):
    pytest.importorskip("haystack_integrations.components.readers.transformers")
    file = questions(tmp_path, RIVER, FISH, CHAT)
    out = tmp_path / "out"
    words = ["--index-of", str(corpus), "--questions", str(file), "--passages", "50", "--out", str(out), "--json"]
    assert answer.main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["systems"]) == {"Wenju", FEATURES, PLAIN}
    assert told["systems"]["Wenju"]["figures"]["all"]["F1"]["value"] == 1.0
    assert all(one["asked"] == 2 for one in told["systems"].values())
    assert (out / "50.json").exists()


def test_bad_input_is_one_line(tmp_path, capsys):
    words = ["--index-of", str(tmp_path), "--questions", str(tmp_path / "none"), "--out", str(tmp_path / "out")]
    assert answer.main(words) == 2
    assert capsys.readouterr().err.startswith("eval.bench.answer: cannot read the file")
