"""Benches: what they count, not how fast this machine is."""

from __future__ import annotations

import json
import lzma
import sys

import pytest

from eval.bench import indexing, latency
from eval.bench.process import Finished, measured
from eval.data import DataError
from rag.errors import ConfigError
from rag.types import Answer


def test_a_measured_process_gives_its_code_output_and_peak():
    finished = measured([sys.executable, "-c", "import sys; print('出'); print('错', file=sys.stderr); sys.exit(3)"])
    assert (finished.code, finished.output, finished.errors) == (3, "出\n", "错\n")
    assert finished.seconds > 0


def test_the_peak_of_a_child_sees_what_it_held():
    large = measured([sys.executable, "-c", "x = bytearray(200_000_000)"])
    assert large.peak_bytes > 200_000_000


def test_questions_are_taken_at_equal_distances():
    assert latency.spread("abcdefghij", 5) == list("acegi")
    assert latency.spread("abc", 5) == list("abc")


def test_the_rest_is_what_no_stage_claims():
    assert latency.with_rest({"read": 30.0, "total": 35.0}, 100.0, "start") == {
        "start": 70.0,
        "read": 30.0,
        "total": 100.0,
    }


def test_cold_questions_are_asked_anew_and_the_first_run_is_not_counted(tmp_path, monkeypatch):
    peaks = iter([900, 100, 300])
    asked = []

    def pretend(command):
        asked.append(command[command.index("ask") + 1])
        return Finished(1, json.dumps({"milliseconds": {"read": 200.0, "total": 210.0}}), "", 1.0, next(peaks))

    monkeypatch.setattr(latency, "measured", pretend)
    figures = latency.ask_cold(["甲？", "乙？"], tmp_path)
    assert asked == ["甲？", "甲？", "乙？"]
    assert figures["peak_bytes"] == 300
    assert {name: stage["share"] for name, stage in figures["stages"].items()} == {
        "start": 0.8,
        "read": 0.2,
        "total": 1,
    }


def test_a_command_that_fails_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(latency, "measured", lambda command: Finished(2, "", "wenju: no index.\n", 0.1, 1))
    with pytest.raises(ConfigError, match="ended with 2: wenju: no index"):
        latency.ask_cold(["甲？"], tmp_path)


def test_warm_questions_are_asked_after_a_few_that_do_not_count():
    asked = []

    class Quick:
        def ask(self, query):
            asked.append(query)
            return Answer(query, "not_found", 0.0, milliseconds={"read": 0.0})

    figures = latency.ask_warm(list("abcde"), Quick)
    assert asked == [*"abc", *"abcde"]
    assert figures["stages"]["total"]["n"] == 5
    assert list(figures["stages"]) == ["rest", "read", "total"]


def test_a_line_of_two_questions_takes_as_long_as_both():
    parts = {"parts": [{"milliseconds": {"read": 30.0}}, {"milliseconds": {"read": 20.0, "answer": 5.0}}]}
    assert latency._stages(parts) == {"read": 50.0, "answer": 5.0}
    assert latency._stages({"milliseconds": {"read": 30.0}}) == {"read": 30.0}


def test_a_latency_table_names_its_stages():
    stages = {"total": {"p50": 10.0, "p95": 20.0, "share": 1.0, "n": 4}}
    figures = {"origin": {"commit": "abc"}, "warm": {"stages": stages, "peak_bytes": 2**20, "open_seconds": 0.5}}
    text = latency.to_markdown(figures)
    assert "## warm (milliseconds; peak memory 1 MiB, 0.50 s to open)" in text
    assert "| total | 10.0 | 20.0 | 100 % | 4 |" in text


def test_documents_come_from_every_file_in_turn(tmp_path):
    (tmp_path / "text-a.jsonl").write_text('{"text": "a1"}\n{"text": "a2"}\n{"text": "a3"}\n', encoding="utf-8")
    with lzma.open(tmp_path / "text-b.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"law": "某法", "preamble": "", "text": "b1"}) + "\n")
    (tmp_path / "other.jsonl").write_text("{}\n", encoding="utf-8")
    assert list(indexing.documents(tmp_path, 10)) == ["a1", "某法\nb1", "a2", "a3"]
    assert list(indexing.documents(tmp_path, 2)) == ["a1", "某法\nb1"]


def test_a_folder_without_texts_is_said_to_be(tmp_path):
    with pytest.raises(DataError, match="no text"):
        indexing.documents(tmp_path, 10)


def test_stages_share_the_time_between_calls():
    ticks = iter([0.0, 1.0, 3.0, 6.0, 10.0, 15.0])
    clock = indexing.StageClock(lambda: next(ticks))
    clock("read", 0, 2)  # until 1 nothing had begun
    clock("read", 2, 2)
    clock("embed", 0, 1)  # 3 to 6 still belongs to reading
    clock("embed", 1, 1)
    assert clock.stop() == {"start": 1.0, "read": 5.0, "embed": 9.0}


def test_indexing_is_timed_whole_unchanged_and_with_one_file_changed(tmp_path):
    seen = []

    def update(texts, index, progress):
        seen.append(sorted((path.name, len(path.read_text(encoding="utf-8"))) for path in texts.iterdir()))
        index.mkdir(exist_ok=True)
        (index / "store").write_bytes(b"12345")
        progress("read", 1, 1)

    characters = indexing.write_texts(iter(["一二三", "四五"]), tmp_path / "texts")
    figures = indexing.index_thrice(tmp_path / "texts", characters, update)
    assert (figures["files"], figures["characters"], figures["index_bytes"]) == (2, 5, 5)
    assert seen[0] == seen[1] == [("00001.txt", 3), ("00002.txt", 2)]
    assert [name for (name, before), (_, after) in zip(seen[1], seen[2], strict=True) if before != after] == [
        "00001.txt"
    ]
    assert "2 files, 5 characters" in indexing.to_markdown({"origin": {}, **figures})
