"""``wenju search`` and ``wenju ask``: filters, explanations, all matches, words of one's own."""

from __future__ import annotations

import json

import pytest
from test_cli import read_lines, run, write_lines


def test_a_filter_limits_search_and_answer(capsys, indexed):
    code, out, _ = run(capsys, "search", "河长", "--where", "title~图书馆 or lang=en", "--index", indexed, "--json")
    row = json.loads(out)
    assert code == 0
    assert row["where"] == "title~图书馆 or lang=en"
    assert {hit["source"] for hit in row["hits"]} <= {"corpus/library.txt", "corpus/notes/harbour.txt"}
    code, out, _ = run(capsys, "ask", "全市设立了多少名河长？", "--where", "lang=en", "--index", indexed, "--json")
    assert (code, json.loads(out)["status"]) != (0, "answered")


def test_a_filter_that_cannot_be_read_is_told_before_anything_is_opened(capsys, tmp_path):
    for command in ("search", "ask"):
        code, out, err = run(capsys, command, "河长", "--where", "colour=red", "--index", tmp_path / "none")
        assert (code, out) == (2, "")
        assert "the filter wants a field (character 1" in err[0]


def test_an_explanation_stands_below_the_passages(capsys, indexed):
    _, out, _ = run(capsys, "search", "全市設立了106名河長", "-k", "2", "--explain", "--index", indexed)
    passages, told = out.split("检索说明")
    assert "一百零六" in passages
    assert "一百零六" in told
    assert "用时（毫秒）" in told
    _, out, _ = run(capsys, "search", "How many boats?", "--explain", "--index", indexed)
    assert "How this was found" in out


def test_a_leg_that_found_nothing_says_so(capsys, indexed):
    code, out, _ = run(capsys, "search", "河长", "--where", "year=1900", "--explain", "--index", indexed)
    assert code == 1
    assert "没有找到（没有文章符合条件）" in out


def test_an_explanation_as_json_has_terms_legs_and_times(capsys, indexed):
    _, out, _ = run(capsys, "ask", "全市设立了多少名河长？", "--explain", "--index", indexed, "--json")
    row = json.loads(out)
    told = row["explanation"]
    assert [p["rank"] for p in told["passages"]] == [hit["rank"] for hit in row["hits"]]
    first = told["passages"][0]
    assert {"words", "vectors"} >= set(first["legs"]) > set()
    assert all({"rank", "score", "share"} == set(leg) for leg in first["legs"].values())
    assert any("设立" in one["words"] for one in first["matched"])
    assert {"words", "vectors", "fusion", "read"} <= set(told["milliseconds"])
    assert "explanation" not in json.loads(run(capsys, "ask", "河长？", "--index", indexed, "--json")[1])


def test_all_matches_are_counted_grouped_and_paged(capsys, indexed):
    code, out, _ = run(capsys, "search", "--all", "“河长”", "--index", indexed, "--json")
    whole = json.loads(out)
    assert code == 0
    assert whole["wanted"] == [["河长"]]
    shown = [p["text"] for group in whole["groups"] for p in group["shown"]]
    assert len(shown) == whole["passages"] == sum(group["passages"] for group in whole["groups"])
    assert whole["articles"] == len(whole["groups"]) > 1
    pages = [
        json.loads(
            run(capsys, "search", "--all", "“河长”", "--per-page", 1, "--page", n, "--index", indexed, "--json")[1]
        )
        for n in range(1, whole["passages"] + 1)
    ]
    assert [page["groups"][0]["shown"][0]["text"] for page in pages] == shown
    _, out, _ = run(capsys, "search", "--all", "“河长”", "--per-page", 1, "--index", indexed)
    assert out.startswith(f"{whole['passages']} 段，见于 {whole['articles']} 篇文章")
    assert "--page 2" in out
    code, out, _ = run(capsys, "search", "--all", "“河长河长”", "--index", indexed)
    assert (code, out) == (1, "没有一段同时含有：河长河长\n")


@pytest.mark.parametrize(
    "options",
    [("--page", 2), ("--per-page", 5), ("-k", 0), ("--all", "--explain"), ("--all", "-k", 3), ("--all", "--page", 0)],
)
def test_options_that_do_not_go_together_are_refused(capsys, indexed, options):
    code, out, err = run(capsys, "search", "河长", *options, "--index", indexed)
    assert (code, out, len(err)) == (2, "", 1)


def test_an_article_takes_only_so_many_places(capsys, indexed):
    _, out, _ = run(capsys, "search", "河长", "--per-article", 1, "--index", indexed, "--json")
    articles = [hit["article"] for hit in json.loads(out)["hits"]]
    assert len(set(articles)) == len(articles) > 1


def test_a_batch_is_asked_within_a_filter_and_says_so(capsys, indexed, tmp_path):
    questions = write_lines(tmp_path / "q.jsonl", {"id": "a", "question": "全市设立了多少名河长？"})
    out = tmp_path / "a.jsonl"
    assert run(capsys, "ask", "--batch", questions, "--out", out, "--where", "lang=en", "--index", indexed)[0] == 0
    (row,) = read_lines(out)
    assert row["where"] == "lang=en"
    assert {hit["source"] for hit in row["hits"]} <= {"corpus/notes/harbour.txt"}
    code, _, err = run(capsys, "ask", "--batch", questions, "--out", out, "--explain", "--index", indexed)
    assert (code, "--explain" in err[0]) == (2, True)


def test_words_of_ones_own_reach_index_and_query_and_are_remembered(capsys, own_index, corpus, tmp_path):
    def found(query):
        return json.loads(run(capsys, "search", "--all", query, "--index", own_index, "--json")[1])["passages"]

    assert found("巡河人") == 0
    words = tmp_path / "mine.txt"
    words.write_text("巡河人 = 河长\n", encoding="utf-8")
    code, out, _ = run(capsys, "index", corpus, "--index", own_index, "--words", words)
    assert (code, "unchanged 4" in out) == (0, True)
    assert found("巡河人") == found("河长") > 0
    made = (own_index / "CURRENT").read_text(encoding="utf-8")
    run(capsys, "index", corpus, "--index", own_index)  # the list is remembered, and nothing has changed
    assert (own_index / "CURRENT").read_text(encoding="utf-8") == made
    (own_index / "words.txt").unlink()
    run(capsys, "index", corpus, "--index", own_index)  # nor was it asked for
    assert found("巡河人") > 0
    (own_index / "words.txt").write_text("", encoding="utf-8")
    run(capsys, "index", corpus, "--index", own_index)
    assert found("巡河人") == 0
    words.write_text("河\n", encoding="utf-8")
    code, _, err = run(capsys, "index", corpus, "--index", own_index, "--words", words)
    assert (code, "mine.txt, line 1" in err[0]) == (2, True)
