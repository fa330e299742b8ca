"""From files to cited answers, with the real rooms between stand-in models, and with the real models."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from test_cli import run

from rag import open_assistant, open_retriever
from rag.index import open_index


def test_ten_lines_of_the_readme_work(indexed):
    assistant = open_assistant(indexed)
    answer = assistant.ask("全市设立了多少名河长？")
    assert answer.status == "answered"
    for citation in answer.citations:
        for start, end in citation.marks:
            assert citation.text[start:end] in assistant.article(citation.article_id).text
    assert [hit.rank for hit in open_retriever(indexed).retrieve("河长", 3)] == [1, 2, 3]


def test_everything_cited_is_where_the_source_says_it_is(indexed):
    assistant = open_assistant(indexed)
    for question in ("全市设立了多少名河长？", "流动书车每周几到村口？", "How many boats leave every morning?"):
        for cited in assistant.ask(question).citations:
            source = (indexed.parent / cited.source).read_text(encoding="utf-8")
            assert cited.text in source
            article = assistant.article(cited.article_id)
            paragraph = next(p for p in article.paragraphs if p.number == cited.paragraph)
            assert "".join(source[start:end] for start, end in paragraph.origin) == cited.text


def test_an_archive_changes_and_answers_follow(capsys, own_index, corpus):
    question = ["ask", "全市设立了多少名河长？", "--index", own_index, "--json"]
    (corpus / "river-again.txt").unlink()
    river = corpus / "river.txt"
    river.write_text(river.read_text(encoding="utf-8").replace("一百零六", "九十"), encoding="utf-8")
    assert run(capsys, "index", corpus, "--index", own_index)[0] == 0
    row = json.loads(run(capsys, *question)[1])
    assert "九十名" in row["answer"]
    assert {cited["source"] for cited in row["citations"]} == {"corpus/river.txt"}
    assert not any("一百零六" in hit["text"] for hit in row["hits"])


def test_many_threads_share_one_index(indexed):
    assistant = open_assistant(indexed)
    questions = ["全市设立了多少名河长？", "流动书车每周几到村口？", "How many boats leave every morning?"] * 10
    alone = {question: assistant.ask(question).text for question in questions[:3]}
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(assistant.ask, questions))
    assert [answer.text for answer in together] == [alone[question] for question in questions]


def test_asking_twice_gives_the_same_answer(capsys, indexed):
    def asked():
        row = json.loads(run(capsys, "ask", "河长和图书馆", "--index", indexed, "--json")[1])
        return {**row, "milliseconds": None}

    assert asked() == asked()


def test_export_and_index_agree(capsys, indexed):
    rows = [json.loads(line) for line in run(capsys, "export", "--index", indexed)[1].splitlines()]
    with open_index(indexed) as index:
        assert sum(len(row["paragraphs"]) for row in rows) == index.counts().paragraphs
        assert [row["id"] for row in rows] == [article.id for article in index.articles()]


@pytest.fixture(scope="module")
def sample_index(tmp_path_factory):
    """The sample archive, indexed with the bundled encoder."""
    from rag.cli import main

    folder = tmp_path_factory.mktemp("sample") / "index"
    assert main(["index", "--sample", "--index", str(folder)]) == 0
    return folder


@pytest.mark.slow
def test_the_bundled_models_answer_the_questions_offered_first(capsys, sample_index):
    from rag.sample import EXAMPLES

    for question in EXAMPLES:
        row = json.loads(run(capsys, "ask", question, "--index", sample_index, "--json")[1])
        assert row["status"] == "answered", question
        assert any(row["answer"] in cited["text"] for cited in row["citations"])


@pytest.mark.slow
def test_every_answer_over_the_sample_is_verbatim_and_no_fault_occurs(capsys, sample_index, tmp_path):
    from rag.sample import questions_file

    out = tmp_path / "answers.jsonl"
    code, _, err = run(capsys, "ask", "--batch", questions_file(), "--out", out, "--index", sample_index)
    assert code == 0, err
    for line in out.read_text(encoding="utf-8").splitlines():
        result = json.loads(line)
        for row in result.get("turns", [result]):
            assert (row["answer"] is not None) == (row["status"] == "answered")
            for quote in row["answers"]:
                assert any(quote in cited["text"] for cited in row["citations"]), row["query"]
            for cited in row["citations"]:
                assert all(0 <= start < end <= len(cited["text"]) for start, end in cited["marks"])
