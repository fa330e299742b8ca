"""eval.bench.damage: articles broken on purpose, and how many of their paragraphs come back."""

import json

from eval.bench.damage import articles, main, matched, trial, unrepaired
from rag.train.breaking import Piece
from rag.train.printing import KINDS

SENTENCE = "县人大代表连续两年提出校车建议，县人大常委会专门作出决定，到今年秋季开学，全县有校车三十八辆。"
PARAGRAPHS = [f"第{n}次会议指出，{SENTENCE * 3}" for n in "一二三四五六"]


def test_matching_forgives_a_character_in_a_long_paragraph_and_none_in_a_short_one():
    assert matched(PARAGRAPHS, [PARAGRAPHS[0], PARAGRAPHS[1] + "甲"]) == 2
    assert matched(["短短的一段。"], ["短短的一段"]) == 0
    assert matched(["甲。", "甲。"], ["甲。"]) == 1


def test_before_repair_paragraphs_are_what_blank_lines_part_or_line_ends_where_there_are_none():
    assert unrepaired("甲\n乙\n\n丙") == ["甲乙", "丙"]
    assert unrepaired("甲\n乙") == ["甲", "乙"]


def test_repair_undoes_hard_wrapping_that_splitting_cannot():
    result = trial([[("", [Piece(text) for text in PARAGRAPHS])]], KINDS["wrap, indent"], seed=1)
    assert result["before"] < 0.2
    assert result["after"] == 1.0
    assert result["interval"] == (1.0, 1.0)


def test_only_every_nth_article_is_taken_and_only_whole_ones(tmp_path, capsys):
    path = tmp_path / "texts.jsonl"
    whole = {"a": "校车", "b": "\n".join(PARAGRAPHS)}
    path.write_text("\n".join(json.dumps(r) for r in [whole, {"b": "太短。"}, whole, whole]), encoding="utf-8")
    assert len(list(articles(path, 1))) == 3
    assert len(list(articles(path, 2))) == 1
    assert main([str(path), "--every", "1", "--articles", "2", "--kind", "page, line ends", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["page, line ends"]["files"] == 2
