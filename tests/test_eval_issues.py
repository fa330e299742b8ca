"""Made-up issues: their gold follows from their print, and the score follows from both."""

from __future__ import annotations

import json
from itertools import pairwise
from random import Random

import pytest

from eval.bench import issues as bench
from eval.bench.issue_contents import contents
from eval.bench.issue_gold import make_issue, make_issues
from eval.bench.issue_layouts import FAMILIES, OPTIONS, draw, settle
from eval.bench.issue_paper import Geometry, paginate, set_lines
from eval.bench.issue_score import matched, overlap, score, squeeze
from eval.bench.issue_sources import Pool, load
from eval.bench.issue_types import Block, Draft, GoldArticle, Issue
from eval.data import DataError

SENTENCE = "第{0}号渡口于清晨恢复通航，船工{0}人到岗，岸边的居民送来热茶与馒头，往来乘客比上月多了{0}人。"


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """Forty titled texts, thirty laws and thirty English ones, all made up."""
    rows = []
    for n in range(100):
        body = "\n".join(SENTENCE.format(n * 10 + m) * 3 for m in range(6))
        rows.append({"a": f"古渡口第{n}次修缮完工 两岸通行恢复", "b": body})
    for n in range(60):
        articles = [f"第{m}条 渡口管理由第{n}管理所负责，任何单位不得擅自停航。" for m in "一二三四五六七八九"]
        rows.append({"law": f"渡口管理第{n}号办法", "text": "\n".join(["## 第一章  总则", *articles])})
    for n in range(60):
        line = f"Ferry number {n} crossed the river in fair weather, and the pilots reported calm water all day."
        rows.append({"a": f"Ferry number {n} resumes service", "b": f"{line}\n{line} It will sail again tomorrow."})
    path = tmp_path_factory.mktemp("issues") / "texts.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def pool(texts, seed=0):
    return Pool(load([texts]), seed)


def exported(issue):
    """What a system without fault would export."""
    return [
        {
            "title": a.title, "subtitle": a.subtitle, "authors": list(a.authors), "affiliation": a.affiliation,
            "column": a.column, "page": a.page, "paragraphs": [{"kind": "body", "text": p} for p in a.paragraphs],
        }
        for a in issue.articles
    ]  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_every_gold_paragraph_and_name_is_in_the_print(texts, family):
    for issue in make_issues(pool(texts), 3, 8, family):
        printed = squeeze(issue.text)
        for article in issue.articles:
            assert article.paragraphs
            assert any(squeeze(title) in printed for title in (article.title, *article.variants))
            assert all(squeeze(name).lower() in printed.lower() for name in article.authors)
            ends = [p for text in article.paragraphs for p in (text[:10], text[-10:])]
            assert all(end in printed for end in ends), issue.layout


def test_without_page_marks_gold_paragraphs_stand_whole_in_the_text(texts):
    plain = {"marks": "none", "title place": "above", "order": "read"}
    for n in range(20):
        issue = make_issue(Random(n), settle({**draw(Random(n), "issue"), **plain}), pool(texts), "x")
        printed = squeeze(issue.text)
        assert all(p in printed for article in issue.articles for p in article.paragraphs)


def test_the_same_seed_gives_the_same_issues_and_another_gives_others(texts):
    first, again, other = (list(make_issues(pool(texts, s), s, 8)) for s in (5, 5, 6))
    assert [(i.text, i.articles) for i in first] == [(i.text, i.articles) for i in again]
    assert [i.text for i in first] != [i.text for i in other]


def test_seeds_for_rules_and_for_reports_share_no_text(texts):
    fit, held = pool(texts, 0), pool(texts, 1000)
    titles = [{p.take("story").title for _ in range(50)} for p in (fit, held)]
    assert not titles[0] & titles[1]


def test_every_layout_is_drawn_from_the_options_and_settling_twice_changes_nothing():
    for n in range(300):
        layout = draw(Random(n))
        assert all(layout[name] == "-" or layout[name] in values for name, values in OPTIONS.items())
        assert settle(layout) == layout


def test_headings_without_numbers_are_never_the_only_kind_of_short_line():
    layouts = [draw(Random(n), "issue") for n in range(400)]
    bare = [layout for layout in layouts if layout["sections"] == "bare"]
    assert bare
    assert all(
        layout["contents"] != "none" or layout["markup"] == "hashes" or layout["byline"] not in ("none", "plain")
        for layout in bare
    )


def test_lines_are_as_wide_as_the_column_the_first_shorter_and_no_line_begins_with_a_stop():
    lines = set_lines("渡口恢复通航，船工到岗。" * 10, 12, 2)
    assert "".join(lines) == "渡口恢复通航，船工到岗。" * 10
    assert len(lines[0]) in (10, 11)
    assert all(11 <= len(line) <= 13 for line in lines[1:-1])
    assert not any(line[0] in "，。" for line in lines)


def test_a_page_never_ends_after_a_full_stop_inside_a_paragraph():
    draft = Draft("题", [Block("title", "题"), *(Block("body", "船工到岗。" * 40) for _ in range(20))])
    slips = paginate([draft], Geometry(10, 12, 2), 1, runs_on=True)[0]
    turns = [(a, b) for a, b in pairwise(slips) if a.leaf != b.leaf]
    assert turns
    assert all(a.block is not b.block or not a.text.endswith("。") for a, b in turns)


def test_columns_read_by_their_tops_keep_the_paragraphs_whole_in_gold(texts):
    moved = 0
    for n in range(12):
        layout = settle({**draw(Random(n), "issue"), "order": "tops first"} | {"title place": "above"})
        issue = make_issue(Random(n), layout, pool(texts), "x")
        paragraphs = [p for article in issue.articles for p in article.paragraphs]
        moved += sum(p not in squeeze(issue.text) for p in paragraphs)
        assert all(p.endswith(("人。", "。")) and not p.startswith("，") for p in paragraphs)
    assert moved


def test_english_pages_do_not_end_after_a_full_stop_inside_a_paragraph():
    text = "The ferry sailed again today. " * 60
    slips = paginate([Draft("x", [Block("body", text.strip())])], Geometry(15, 5, 1), 1, runs_on=True)[0]
    turns = [a.text.rstrip() for a, b in pairwise(slips) if a.leaf != b.leaf]
    assert turns
    assert not any(text.endswith(".") for text in turns)


def test_contents_break_long_titles_and_leave_unlisted_articles_out():
    layout = {**draw(Random(1), "issue"), "contents": "slash author", "contents wrap": "yes", "leaders": "……"}
    layout |= {"contents heading": "目录", "page digits": "01", "contents noise": "clean", "rubric at": "-"}
    drafts = [
        Draft("古渡口修缮一新两岸居民往来便利通行恢复", [], authors=("王伟",)),
        Draft("简讯一则", [], listed=False, umbrella="简讯"),
    ]
    lines = contents(Random(1), layout, drafts, [3, 9])
    assert lines == ["目录", "古渡口修缮一新两岸居民往来便利", "通行恢复/王伟……03", "简讯……09"]


def test_a_faultless_export_scores_one_everywhere(texts):
    for issue in make_issues(pool(texts), 7, 10):
        assert {value for value in score(issue, exported(issue)).values() if value is not None} == {1.0}


def gold(title, *paragraphs, **facts):
    cells = {"subtitle": None, "authors": (), "affiliation": None, "column": None, "page": None, "variants": ()}
    return GoldArticle(title=title, paragraphs=paragraphs, **(cells | facts))


def test_the_score_by_hand():
    issue = Issue(
        "x", {}, "", (gold("甲", "一二三四五六七八九", "末段", authors=("王伟",), page="3"), gold("乙", "另一段"))
    )
    given = [
        {
            "title": " 甲",
            "authors": ["王 伟"],
            "page": "03",
            "paragraphs": [{"kind": "body", "text": "一二三四五六七八九"}],
        },
        {"title": "末段", "authors": [], "page": None, "paragraphs": [{"kind": "heading", "text": "另一段"}]},
    ]
    row = score(issue, given)
    assert (row["title recall"], row["title precision"], row["authors"], row["page"]) == (0.5, 0.5, 1.0, 1.0)
    assert row["paragraphs"] == pytest.approx(2 * 1 / (3 + 1))
    assert row["body"] == pytest.approx((2 * 2 / (4 + 2) + 0) / 2)
    assert row["column"] is None


def test_loose_text_and_titles_count_neither_way():
    issue = Issue("x", {}, "", (gold("甲", "正文一段。"),), loose=("表1 件数\n云溪县 12",), loose_titles=("简讯",))
    given = [
        {
            "title": "甲",
            "paragraphs": [{"kind": "body", "text": "正文一段。"}, {"kind": "table", "text": "云溪县 | 12"}],
        },
        {"title": "简讯", "paragraphs": []},
    ]
    row = score(issue, given)
    assert (row["title F1"], row["paragraphs"]) == (1.0, 1.0)


def test_long_paragraphs_may_differ_by_a_character_short_ones_may_not():
    long = "渡口恢复通航船工到岗往来乘客比上月多岸边居民送来热茶" * 8
    assert matched([long], [long.replace("热茶", "凉茶", 1)]) == 1
    assert matched(["渡口恢复通航。"], ["渡口恢复通车。"]) == 0
    assert matched(["甲。", "甲。"], ["甲。"]) == 1
    assert overlap("一二三四五六七八", "一二三四五六七八") == 1.0


def test_the_bench_prints_a_row_for_each_option_and_keeps_the_files(texts, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(bench, "bench", lambda issues: [(i, score(i, exported(i))) for i in issues])
    assert bench.main([str(texts), "--issues", "6", "--family", "issue", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "| title F1 | 1.000 | 1.000-1.000 | 6 |" in printed
    assert "| byline | " in printed
    assert len(list(tmp_path.glob("0000-00*.txt"))) == len(list(tmp_path.glob("*.gold.json"))) == 6
    assert json.loads((tmp_path / "scores.jsonl").read_text(encoding="utf-8").splitlines()[0])["scores"]["body"] == 1.0


def test_texts_that_are_missing_or_of_the_wrong_kind_are_refused(texts, tmp_path, capsys):
    assert bench.main([str(tmp_path / "none.jsonl")]) == 2
    assert "unreadable" in capsys.readouterr().err
    empty = tmp_path / "empty.jsonl"
    empty.write_text("", encoding="utf-8")
    with pytest.raises(DataError):
        Pool(load([empty]), 0).take("law")
