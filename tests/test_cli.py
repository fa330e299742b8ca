import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import TINY_ARTICLES, WordEncoder

import rag
from rag.cli import main

ROOT = Path(__file__).parents[1]
QUESTION = "全市设立了多少名河长？"


def run(capsys, *argv):
    """Run a command; return its exit code, stdout and the lines of stderr."""
    capsys.readouterr()
    try:
        code = main([str(arg) for arg in argv])
    except SystemExit as leaving:
        code = leaving.code
    out, err = capsys.readouterr()
    return code, out, err.splitlines()


def write_lines(path, *rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_index_says_what_it_holds_and_what_it_skipped(capsys, fake_models, corpus, tmp_path):
    (corpus / "table.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    code, out, _ = run(capsys, "index", corpus, "--index", tmp_path / "x")
    assert code == 0
    assert "4 files, 4 articles" in out
    assert "files added 4, changed 0, removed 0, unchanged 0" in out
    assert "skipped: corpus/table.xls: unsupported" in out


def test_index_again_does_nothing_and_a_new_file_is_added(capsys, corpus, own_index):
    (corpus / "new.txt").write_text("新来的文章\n\n昨天下了一场大雨，河水涨了一尺。\n", encoding="utf-8")
    code, out, _ = run(capsys, "index", corpus, "--index", own_index)
    assert (code, "files added 1, changed 0, removed 0, unchanged 4" in out) == (0, True)
    code, out, _ = run(capsys, "index", corpus, "--index", own_index, "--json")
    report = json.loads(out)
    assert (code, report["added"], report["unchanged"], report["files"]) == (0, 0, 5, 5)


def test_ask_prints_the_answer_first_then_the_marked_paragraph_and_its_place(capsys, indexed):
    code, out, err = run(capsys, "ask", QUESTION, "--index", indexed)
    assert code == 0
    assert err == []
    answer, quote = out.split("\n\n")[:2]
    assert "一百零六名" in answer
    assert "【" in quote
    assert "—— 《" in quote
    assert "corpus/river" in quote


def test_ask_takes_a_question_in_several_words(capsys, indexed):
    code, out, _ = run(capsys, "ask", "How", "many", "boats", "leave", "every", "morning?", "--index", indexed)
    assert code == 0
    assert out.startswith("Forty boats still leave it every morning for herring")


def test_ask_as_json_is_the_documented_shape(capsys, indexed):
    code, out, _ = run(capsys, "ask", QUESTION, "--index", indexed, "--json")
    row = json.loads(out)
    cited = row["citations"][0]
    assert (code, row["status"], row["query"]) == (0, "answered", QUESTION)
    assert cited["text"][cited["start"] : cited["end"]] == row["answer"]
    assert len(row["hits"]) == 4


def test_the_index_may_be_named_in_the_environment(capsys, indexed, monkeypatch):
    monkeypatch.setenv("WENJU_INDEX", str(indexed))
    assert run(capsys, "ask", QUESTION)[0] == 0


def test_no_answer_is_exit_code_one(capsys, indexed):
    code, out, err = run(capsys, "ask", "Why is the moon made of cheese?", "--index", indexed)
    assert (code, err) == (1, [])
    assert out.startswith(("These articles do not say.", "No answer is sure enough."))


def test_search_lists_passages_with_their_sources(capsys, indexed):
    code, out, _ = run(capsys, "search", "流动书车", "--index", indexed, "-k", "2")
    assert code == 0
    assert out.splitlines()[0] == " 1  《山里的图书馆》 corpus/library.txt"
    assert " 3  " not in out


def test_search_as_json_holds_k_hits_in_order(capsys, indexed):
    code, out, _ = run(capsys, "search", "河长", "--index", indexed, "-k", "3", "--json")
    hits = json.loads(out)["hits"]
    assert (code, [hit["rank"] for hit in hits]) == (0, [1, 2, 3])
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_export_writes_every_article_with_its_paragraphs(capsys, indexed, tmp_path):
    code, _, err = run(capsys, "export", "--index", indexed, "--out", tmp_path / "all.jsonl")
    rows = read_lines(tmp_path / "all.jsonl")
    assert (code, err) == (0, [f"wenju: wrote 4 articles to {tmp_path / 'all.jsonl'}"])
    assert {row["title"] for row in rows} == {TINY_ARTICLES[n].title for n in (0, 1, 2, 4)}
    assert all(paragraph["text"] for row in rows for paragraph in row["paragraphs"])


def test_front_matter_is_exported_only_when_asked_for(capsys, fake_models, tmp_path):
    from rag.sample import corpus_folder

    issue = next(corpus_folder().rglob("yunze-2024-1.txt"))
    assert run(capsys, "index", issue, "--index", tmp_path / "index")[0] == 0
    kinds = {}
    for flags in ((), ("--front",)):
        out = run(capsys, "export", "--index", tmp_path / "index", *flags)[1]
        kinds[flags] = [json.loads(line)["kind"] for line in out.splitlines()]
    assert kinds[()] == ["article"] * 10
    assert sorted(kinds["--front",]) == ["article"] * 10 + ["front"]


def test_export_without_out_goes_to_stdout(capsys, indexed):
    code, out, err = run(capsys, "export", "--index", indexed)
    assert (code, len(out.splitlines()), err) == (0, 4, [])


def test_a_batch_answers_questions_and_conversations(capsys, indexed, tmp_path):
    asked = write_lines(
        tmp_path / "q.jsonl",
        {"id": "one", "question": QUESTION},
        {"id": "two", "turns": [{"question": "云溪市治理了哪条河？"}, {"question": "那里设了多少名河长？"}]},
    )
    code, out, _ = run(capsys, "ask", "--batch", asked, "--out", tmp_path / "a.jsonl", "--index", indexed)
    one, two = read_lines(tmp_path / "a.jsonl")
    assert (code, out) == (0, "")
    assert (one["id"], one["status"]) == ("one", "answered")
    assert [turn["query"] for turn in two["turns"]] == ["云溪市治理了哪条河？", "那里设了多少名河长？"]
    assert (two["id"], two["turns"][1]["carried"]) == ("two", ["云溪市"])


def test_a_batch_goes_on_where_it_stopped(capsys, indexed, tmp_path, monkeypatch):
    asked = write_lines(tmp_path / "q.jsonl", *({"id": str(n), "question": f"河长{n}？"} for n in range(4)))
    out = tmp_path / "a.jsonl"
    run(capsys, "ask", "--batch", asked, "--out", out, "--index", indexed)
    whole = out.read_text(encoding="utf-8").splitlines(keepends=True)
    out.write_text("".join(whole[:2]) + whole[2][:40], encoding="utf-8")  # killed while it wrote the third

    from rag.assistant import Assistant

    seen, ask = [], Assistant.ask
    monkeypatch.setattr(Assistant, "ask", lambda self, query: seen.append(query) or ask(self, query))
    code, _, err = run(capsys, "ask", "--batch", asked, "--out", out, "--index", indexed)
    assert (code, seen) == (0, ["河长2？", "河长3？"])
    assert [row["id"] for row in read_lines(out)] == ["0", "1", "2", "3"]
    assert err[-1] == f"wenju: 2 answered now, 2 were there already, in {out}"


def test_a_finished_batch_opens_nothing(capsys, indexed, tmp_path):
    asked = write_lines(tmp_path / "q.jsonl", {"id": "one", "question": QUESTION})
    out = tmp_path / "a.jsonl"
    run(capsys, "ask", "--batch", asked, "--out", out, "--index", indexed)
    assert run(capsys, "ask", "--batch", asked, "--out", out, "--index", tmp_path / "nowhere")[0] == 0


def test_doctor_finds_a_sound_index(capsys, indexed):
    code, out, _ = run(capsys, "doctor", "--index", indexed)
    assert code == 0
    assert "4 articles, 4 passages, sound" in out
    assert "need no network" in out


def test_doctor_calls_a_damaged_index_a_fault(capsys, own_index):
    victim = next(own_index.rglob("*.faiss"))
    victim.write_bytes(b"x" + victim.read_bytes()[1:])
    code, out, _ = run(capsys, "doctor", "--index", own_index, "--json")
    faults = [finding["what"] for finding in json.loads(out) if finding["state"] == "fault"]
    assert (code, faults) == (2, ["index"])


def test_doctor_tells_that_the_encoder_is_not_the_one_of_the_index(capsys, indexed, monkeypatch):
    import rag.encode

    class Other(WordEncoder):
        name = "another-model"

    monkeypatch.setattr(rag.encode, "open_encoder", lambda name: Other())
    code, out, _ = run(capsys, "doctor", "--index", indexed)
    assert (code, "made with words-by-hash" in out, "cannot search it" in out) == (2, True, True)


@pytest.mark.parametrize(
    ("kept", "told"), [('{"says": "F1 70 on riddles"}', True), ('{"says": 7}', False), ("[]", False)]
)
def test_doctor_tells_what_was_measured_of_a_model(capsys, indexed, tmp_path, kept, told):
    (tmp_path / "scores.json").write_text(kept, encoding="utf-8")
    code, out, _ = run(capsys, "doctor", "--index", indexed, "--reader", tmp_path)
    assert (code, "F1 70 on riddles" in out) == (0, told)


def test_doctor_takes_a_missing_index_for_a_note(capsys, fake_models, tmp_path):
    code, out, _ = run(capsys, "doctor", "--index", tmp_path / "none")
    assert (code, "wenju index" in out) == (0, True)


def test_serve_hands_the_page_an_assistant_that_answers(capsys, indexed, monkeypatch):
    import ui.serve

    served = {}

    def serve(assistant, about, *, host, port, examples, archive, ready, access, desk):
        served.update(about=dict(about), host=host, port=port, examples=examples, remote=access.remote)
        served["answer"] = assistant.ask(QUESTION)
        ready("http://127.0.0.1:7999/")

    monkeypatch.setattr(ui.serve, "serve", serve)
    code, out, _ = run(capsys, "serve", "--index", indexed, "--port", "7999")
    assert code == 0
    assert "http://127.0.0.1:7999/" in out
    assert served["answer"].status == "answered"
    assert (served["host"], served["port"], served["remote"]) == ("127.0.0.1", 7999, False)
    assert {name: served["about"][name] for name in ("name", "files", "articles")} == {
        "name": "index", "files": 4, "articles": 4,
    }  # fmt: skip


def test_serving_the_sample_indexes_it_and_offers_its_questions(capsys, fake_models, tmp_path, monkeypatch):
    import ui.serve
    from rag.sample import EXAMPLES

    offered = []
    monkeypatch.setattr(ui.serve, "serve", lambda *_, examples, ready, **__: offered.extend(examples) or ready("URL"))
    code, out, _ = run(capsys, "serve", "--sample", "--index", tmp_path / "sample")
    assert code == 0
    assert tuple(offered) == tuple(EXAMPLES)
    assert all(question in out for question in EXAMPLES[:3])


def test_version_and_help_are_quick_to_say(capsys):
    assert run(capsys, "--version")[:2] == (0, f"wenju {rag.__version__}\n")
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(
        command in out for command in ("index", "articles", "show", "ask", "search", "serve", "export", "doctor")
    )


@pytest.mark.parametrize("argv", [["fly"], ["ask", "--moon"], ["search"], ["search", "河长", "-k", "many"], []])
def test_a_wrong_command_line_is_one_line_and_exit_code_two(capsys, argv):
    code, out, err = run(capsys, *argv)
    assert (code, out, len(err)) == (2, "", 1)
    assert err[0].startswith("wenju: ")
    assert "--help" in err[0]


def test_an_unexpected_error_is_one_line_without_a_traceback(capsys, indexed, monkeypatch):
    from rag.assistant import Assistant

    monkeypatch.setattr(Assistant, "ask_each", lambda self, query, **_: {}["boom\nboom"])
    code, out, err = run(capsys, "ask", QUESTION, "--index", indexed)
    assert (code, out, len(err)) == (70, "", 1)
    assert err[0].startswith("wenju: unexpected KeyError")
    assert "WENJU_DEBUG=1" in err[0]


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(indexed):
    code = "import sys; from rag.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "export", "--index", str(indexed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    process.stdout.close()  # as `| head -0` does
    assert process.stderr.read() == b""
    assert process.wait() == 0


def test_output_in_a_pipe_is_utf8_whatever_the_locale(indexed):
    code = "import sys; from rag.cli import main; sys.exit(main(sys.argv[1:]))"
    environ = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-c", code, "export", "--index", str(indexed)]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environ, check=True)
    assert "青石河" in done.stdout.decode("utf-8")
