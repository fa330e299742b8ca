"""The commands as typed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from eval.__main__ import main
from eval.provenance import CHECKOUT, commit, keep
from rag.config import Settings
from rag.types import Answer

QUESTION = {"id": "q1", "lang": "zh", "type": "who", "question": "谁？", "answers": ["甲"],
            "evidence": [{"file": "a", "quote": "是甲"}]}  # fmt: skip
RESULT = {"id": "q1", "status": "answered", "confidence": 0.9, "answer": "甲", "answers": ["甲"],
          "citations": [{"source": "a.txt", "text": "主席是甲。", "start": 3, "end": 4}],
          "hits": [{"source": "a.txt", "text": "主席是甲。"}]}  # fmt: skip


@pytest.fixture
def files(tmp_path):
    for name, row in (("q.jsonl", QUESTION), ("a.jsonl", RESULT)):
        (tmp_path / name).write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    return tmp_path


def test_score_prints_the_report(files, capsys):
    assert main(["score", str(files / "q.jsonl"), str(files / "a.jsonl")]) == 0
    assert "| F1 | 1.000 [1.000, 1.000] n=1 |" in capsys.readouterr().out


def test_score_prints_json_and_writes_a_folder_that_compare_takes(files, capsys):
    for name in ("A", "B"):
        assert (
            main(["score", str(files / "q.jsonl"), str(files / "a.jsonl"), "--out", str(files / name), "--json"]) == 0
        )
        assert json.loads(capsys.readouterr().out)["figures"]["all"]["EM"]["value"] == 1.0
    assert main(["compare", str(files / "A"), str(files / "B")]) == 0
    assert "| EM | 1 | 1.000 | 1.000 | +0.000 | [+0.000, +0.000] | 1.0000 |" in capsys.readouterr().out
    assert main(["compare", str(files / "A"), str(files / "B"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["moved"] == []


def test_run_opens_the_assistant_with_its_settings_and_shows_the_headline(files, capsys, monkeypatch):
    opened = []

    class Silent:
        def ask(self, query):
            return Answer(query, "not_found", 0.0)

    def open_assistant(index, **settings):
        opened.append((index, settings))
        return Silent()

    monkeypatch.setattr("rag.wiring.open_assistant", open_assistant)
    command = ["run", str(files / "q.jsonl"), "--index", str(files), "--out", str(files / "out"), "--k-read", "3"]
    assert main(command) == 0
    assert (opened[0][0], opened[0][1]["k_read"], opened[0][1]["k_hits"]) == (files, 3, Settings().k_hits)
    assert "| F1 | 0.000 [0.000, 0.000] n=1 |" in capsys.readouterr().out
    assert json.loads((files / "out" / "summary.json").read_text(encoding="utf-8"))["origin"]["k_read"] == 3


def test_an_interrupted_run_says_how_to_go_on(files, capsys, monkeypatch):
    def interrupt(index, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("rag.wiring.open_assistant", interrupt)
    assert main(["run", str(files / "q.jsonl"), "--index", str(files), "--out", str(files / "out")]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_what_can_be_mended_is_one_line_and_exit_code_2(files, capsys):
    assert main(["score", str(files / "none.jsonl"), str(files / "a.jsonl")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("eval: cannot read the file")
    assert said.count("\n") == 1


def test_help_imports_nothing_heavy():
    heavy = {"numpy", "torch", "faiss", "transformers", "sentence_transformers", "gradio", "tantivy"}
    code = f"import sys, eval.__main__; print(*sorted({heavy!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert done.stdout.split() == []


def test_kept_figures_are_named_by_commit(tmp_path):
    path = keep("dev", {"F1": 0.5}, tmp_path)
    assert path.name == f"dev-{commit()}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == {"F1": 0.5}
