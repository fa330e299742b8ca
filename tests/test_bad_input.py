"""Whatever a person gets wrong: one clear sentence, exit code 2, and the old index as it was."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import WordEncoder
from test_cli import QUESTION, read_lines, run, write_lines

ROOT = Path(__file__).parents[1]


def assert_one_sentence(outcome, *parts):
    code, out, err = outcome
    assert (code, out) == (2, "")
    assert len(err) == 1, err
    assert err[0].startswith("wenju: ")
    assert "Traceback" not in err[0]
    for part in parts:
        assert str(part) in err[0]


def answers(capsys, folder):
    code, out, _ = run(capsys, "ask", QUESTION, "--index", folder)
    return code == 0 and "一百零六名" in out


def fingerprint(folder):
    """What the index holds for a reader: everything but the lock and SQLite's scratch files."""
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".lock",) and not path.name.endswith(("-wal", "-shm", "lock"))
    }


def test_an_empty_folder_is_one_sentence_and_leaves_nothing_behind(capsys, fake_models, tmp_path):
    (tmp_path / "empty").mkdir()
    assert_one_sentence(run(capsys, "index", tmp_path / "empty", "--index", tmp_path / "x"), "empty", "no readable")
    assert not (tmp_path / "x").exists()


def test_an_empty_folder_does_not_hurt_an_index_that_is_there(capsys, own_index, tmp_path):
    (tmp_path / "empty").mkdir()
    before = fingerprint(own_index)
    code, _, err = run(capsys, "index", tmp_path / "empty", "--index", own_index, "--rebuild")
    assert (code, len(err)) == (2, 1)
    assert fingerprint(own_index) == before
    assert answers(capsys, own_index)


def test_a_path_that_is_not_there_is_one_sentence(capsys, fake_models, tmp_path):
    assert_one_sentence(run(capsys, "index", tmp_path / "nowhere", "--index", tmp_path / "x"), "nowhere")


def test_nothing_to_index_is_one_sentence(capsys, fake_models):
    assert_one_sentence(run(capsys, "index"), "nothing to index", "--sample")


def test_an_unreadable_file_is_skipped_with_its_reason_and_the_rest_is_indexed(capsys, fake_models, corpus, tmp_path):
    (corpus / "gone.txt").symlink_to(tmp_path / "was-here.txt")
    code, out, _ = run(capsys, "index", corpus, "--index", tmp_path / "x")
    assert code == 0
    assert "4 articles" in out
    assert "skipped: corpus/gone.txt: " in out


def test_an_unknown_encoding_is_skipped_with_its_reason(capsys, fake_models, corpus, tmp_path):
    (corpus / "noise.txt").write_bytes(bytes(range(256)) * 8)
    code, out, _ = run(capsys, "index", corpus, "--index", tmp_path / "x")
    assert code == 0
    assert "skipped: corpus/noise.txt: " in out


def test_a_folder_of_nothing_but_noise_is_one_sentence(capsys, fake_models, tmp_path):
    (tmp_path / "noise").mkdir()
    (tmp_path / "noise" / "a.txt").write_bytes(bytes(range(256)) * 8)
    assert_one_sentence(run(capsys, "index", tmp_path / "noise", "--index", tmp_path / "x"), "a.txt")


@pytest.mark.parametrize("question", ["", "   ", "？？？"])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_an_empty_question_is_one_sentence(capsys, indexed, command, question):
    assert_one_sentence(run(capsys, command, question, "--index", indexed), "the question is empty")


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_of_ten_thousand_characters_is_one_sentence(capsys, indexed, command):
    outcome = run(capsys, command, "河" * 10_000, "--index", indexed)
    assert_one_sentence(outcome, "10,000 characters", "1,000")


def test_a_missing_index_is_one_sentence_that_tells_how_to_make_one(capsys, fake_models, tmp_path):
    for command in (["ask", QUESTION], ["search", "河长"], ["export"]):
        assert_one_sentence(run(capsys, *command, "--index", tmp_path / "none"), "none", "wenju index")


def test_a_folder_that_is_no_index_is_one_sentence(capsys, fake_models, corpus):
    assert_one_sentence(run(capsys, "ask", QUESTION, "--index", corpus), "wenju index")


def test_an_index_of_another_version_is_one_sentence_that_tells_how_to_rebuild(capsys, own_index):
    current = own_index / "CURRENT"
    name = current.read_text(encoding="utf-8").split()[0]
    manifest = own_index / name / "manifest.json"
    raw = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**raw, "format": raw["format"] + 1}), encoding="utf-8")
    current.write_text(f"{name} {hashlib.sha256(manifest.read_bytes()).hexdigest()}\n", encoding="utf-8")
    assert_one_sentence(run(capsys, "ask", QUESTION, "--index", own_index), "format", "--rebuild")


def test_an_index_of_another_model_is_one_sentence_naming_both(capsys, indexed, monkeypatch):
    import rag.encode

    class Other(WordEncoder):
        name = "another-model"

    monkeypatch.setattr(rag.encode, "open_encoder", lambda name: Other())
    outcome = run(capsys, "ask", QUESTION, "--index", indexed)
    assert_one_sentence(outcome, "words-by-hash", "another-model", "wenju index")


def test_indexing_with_another_model_leaves_the_old_index_alone(capsys, corpus, own_index, monkeypatch):
    import rag.encode

    class Other(WordEncoder):
        name = "another-model"

    before = fingerprint(own_index)
    with monkeypatch.context() as patched:
        patched.setattr(rag.encode, "open_encoder", lambda name: Other())
        assert_one_sentence(run(capsys, "index", corpus, "--index", own_index), "another-model", "--rebuild")
    assert fingerprint(own_index) == before
    assert answers(capsys, own_index)


def test_a_model_that_is_not_there_is_one_sentence(capsys, corpus, tmp_path):
    outcome = run(capsys, "index", corpus, "--index", tmp_path / "x", "--encoder", tmp_path / "no-model")
    assert_one_sentence(outcome, "no-model")
    assert not (tmp_path / "x").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="wants a folder that even root cannot write")
def test_a_folder_that_cannot_be_written_is_one_sentence(capsys, fake_models, corpus):
    assert_one_sentence(run(capsys, "index", corpus, "--index", "/proc/wenju"), "/proc/wenju")


def test_an_index_that_is_a_file_is_one_sentence(capsys, fake_models, corpus, tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert_one_sentence(run(capsys, "index", corpus, "--index", tmp_path / "file"), "file")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_index_answers_and_refuses_to_be_changed_in_one_sentence(capsys, corpus, own_index):
    (corpus / "new.txt").write_text("新来的文章\n\n昨天下了一场大雨。\n", encoding="utf-8")
    folders = [own_index, *(path for path in own_index.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    try:
        assert_one_sentence(run(capsys, "index", corpus, "--index", own_index), "index")
        assert answers(capsys, own_index)
    finally:
        for folder in folders:
            folder.chmod(0o700)


INTERRUPTED = """
import os, signal, sys
sys.path.insert(0, {tests!r})
import rag.encode
from conftest import WordEncoder
from rag.cli import main

class Slow(WordEncoder):
    def encode_passages(self, texts):
        os.kill(os.getpid(), signal.SIGINT)  # as ^C does
        return super().encode_passages(texts)

rag.encode.open_encoder = lambda name: Slow()
sys.exit(main(sys.argv[1:]))
"""


def interrupted(*argv):
    code = INTERRUPTED.format(tests=str(ROOT / "tests"))
    command = [sys.executable, "-c", code, *map(str, argv)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_interrupting_the_first_indexing_is_one_sentence_and_leaves_nothing(corpus, tmp_path):
    done = interrupted("index", corpus, "--index", tmp_path / "x")
    assert done.returncode == 130
    assert [line for line in done.stderr.splitlines() if line.startswith("wenju: ")] == [
        "wenju: interrupted; the index is as it was."
    ]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x" / "CURRENT").exists()


def test_interrupting_an_update_keeps_the_old_index_and_the_next_run_finishes(capsys, corpus, own_index):
    before = fingerprint(own_index)
    current = (own_index / "CURRENT").read_text()
    (corpus / "new.txt").write_text("新来的文章\n\n昨天下了一场大雨，河水涨了一尺。\n", encoding="utf-8")
    assert interrupted("index", corpus, "--index", own_index).returncode == 130
    assert (own_index / "CURRENT").read_text() == current
    generation = current.split()[0]
    assert {p: h for p, h in fingerprint(own_index).items() if p.parts[0] == generation} == {
        p: h for p, h in before.items() if p.parts[0] == generation
    }
    assert answers(capsys, own_index)
    code, out, _ = run(capsys, "index", corpus, "--index", own_index)
    assert (code, "files added 1" in out) == (0, True)


def test_interrupting_a_question_is_one_line(capsys, indexed, monkeypatch):
    from rag.assistant import Assistant

    def interrupt(self, query, **more):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Assistant, "ask_each", interrupt)
    assert run(capsys, "ask", QUESTION, "--index", indexed) == (
        130,
        "",
        ["wenju: interrupted; answers written so far are kept."],
    )


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("", "is empty"),
        ("{}\n", "line 1"),
        ('{"id": 1, "question": "河长？"}\nnot json\n', "line 2"),
        ('{"id": 1, "question": "河长？"}\n{"id": 1, "question": "河？"}\n', "stands twice"),
        ('{"id": 1, "question": "  "}\n', "the question is empty"),
        ('{"id": 1, "turns": []}\n', "line 1"),
        ('{"id": 1, "turns": [{"answer": "没有问题"}]}\n', "line 1"),
        ('["河长？"]\n', "line 1"),
        ('{"question": 7}\n', "line 1"),
    ],
)
def test_a_broken_question_file_is_one_sentence_and_asks_nothing(capsys, tmp_path, lines, says):
    asked = tmp_path / "q.jsonl"
    asked.write_text(lines, encoding="utf-8")
    outcome = run(capsys, "ask", "--batch", asked, "--out", tmp_path / "a.jsonl", "--index", tmp_path / "none")
    assert_one_sentence(outcome, says, "q.jsonl")
    assert not (tmp_path / "a.jsonl").exists()


def test_question_files_in_another_encoding_are_one_sentence(capsys, tmp_path):
    asked = tmp_path / "q.jsonl"
    asked.write_bytes('{"question": "河长有几名？"}\n'.encode("gb18030"))
    assert_one_sentence(run(capsys, "ask", "--batch", asked, "--out", tmp_path / "a.jsonl"), "UTF-8")


def test_results_of_other_questions_are_not_mixed_with_these(capsys, indexed, tmp_path):
    asked, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    write_lines(asked, {"id": "one", "question": QUESTION})
    run(capsys, "ask", "--batch", asked, "--out", out, "--index", indexed)
    kept = read_lines(out)
    write_lines(asked, {"id": "one", "question": "图书馆藏书多少？"})
    assert_one_sentence(
        run(capsys, "ask", "--batch", asked, "--out", out, "--index", indexed), "another question", "one"
    )
    assert read_lines(out) == kept


def test_something_that_is_no_result_file_is_not_appended_to(capsys, tmp_path):
    asked = write_lines(tmp_path / "q.jsonl", {"id": "one", "question": QUESTION})
    diary = tmp_path / "diary.txt"
    diary.write_text("亲爱的日记\n今天\n", encoding="utf-8")
    assert_one_sentence(run(capsys, "ask", "--batch", asked, "--out", diary), "diary.txt")
    assert diary.read_text(encoding="utf-8") == "亲爱的日记\n今天\n"


def test_the_questions_are_not_overwritten_by_their_answers(capsys, tmp_path):
    asked = write_lines(tmp_path / "q.jsonl", {"id": "one", "question": QUESTION})
    assert_one_sentence(run(capsys, "ask", "--batch", asked, "--out", asked), "overwrite")


BATCH = ["--batch", "q.jsonl"]


@pytest.mark.parametrize("argv", [BATCH, ["河长？", "--out", "a.jsonl"], ["河长？", *BATCH, "--out", "a.jsonl"]])
def test_flags_that_do_not_go_together_are_one_sentence(capsys, argv):
    assert_one_sentence(run(capsys, "ask", *argv), "--out")


def test_a_setting_that_is_no_number_names_its_variable(capsys, indexed, monkeypatch):
    monkeypatch.setenv("WENJU_K_READ", "many")
    assert_one_sentence(run(capsys, "ask", QUESTION, "--index", indexed), "WENJU_K_READ", "many")


def test_zero_passages_are_refused(capsys, indexed):
    assert_one_sentence(run(capsys, "search", "河长", "--index", indexed, "-k", "0"), "-k must be at least 1")


def test_an_unknown_setting_of_the_library_names_those_there_are(tmp_path):
    from rag import ConfigError, open_assistant

    with pytest.raises(ConfigError, match=r"no setting k_raed.*k_read"):
        open_assistant(tmp_path, k_raed=3)
