"""rag.articles.formats.parse_text: lines of plain text and Markdown, each where it stands in the source."""

from time import process_time

import pytest

from rag.articles.formats.parse_text import parse_text


def parse(text, markdown=False):
    parsed = parse_text(text.encode(), "a", markdown)
    for line in parsed.lines:
        assert line.text == "".join(parsed.decoded[a:b] for a, b in line.ranges)
    return parsed


def shown(parsed):
    return [(line.text, line.level, line.kind) for line in parsed.lines]


def test_blank_lines_are_counted_not_kept():
    parsed = parse("甲\n\n\n乙\r\n丙\r\n\r\n丁")
    assert [(line.text, line.gap) for line in parsed.lines] == [("甲", 0), ("乙", 2), ("丙", 0), ("丁", 1)]


def test_indents_are_seen_and_left_out():
    parsed = parse("　　甲村。\n乙村。\n  丙村。\n 丁村。")
    assert [(line.text, line.indented) for line in parsed.lines] == [
        ("甲村。", True),
        ("乙村。", False),
        ("丙村。", True),
        ("丁村。", False),
    ]


def test_rules_are_left_out_but_part_like_a_blank_line():
    parsed = parse("甲\n==========\n乙\n——————\n丙")
    assert [(line.text, line.gap) for line in parsed.lines] == [("甲", 0), ("乙", 1), ("丙", 1)]


def test_rows_of_tabbed_tables_are_rows():
    parsed = parse("村\t站\n上河村\t2\n正文。\n一行\t里的制表符。\n别的。")
    assert [line.kind for line in parsed.lines] == ["table", "table", "text", "text", "text"]


def test_rows_of_spaced_figures_are_rows_but_prose_with_spaced_digits_is_not():
    parsed = parse(
        "水文站 最高水位 流量\n上渡站 44.07 2860\n下渡站 31.48 5140\n\n全镇 12 个村建成 30 个站，\n来了 5 个人看 8 次。"
    )
    assert [line.kind for line in parsed.lines] == ["table"] * 3 + ["text"] * 2


def test_markdown_headings_in_a_plain_text_file_count():
    assert shown(parse("# 题目\n\n正文一。\n\n### 一节\n\n正文二。")) == [
        ("题目", 1, "text"),
        ("正文一。", 0, "text"),
        ("一节", 3, "text"),
        ("正文二。", 0, "text"),
    ]


def test_a_hash_without_a_space_is_no_heading():
    assert shown(parse("#话题# 说一说")) == [("#话题# 说一说", 0, "text")]


def test_marks_that_are_not_words_are_left_out_of_markdown():
    parsed = parse(
        "今年建成**三个**站，见[名单](http://a.b/c)。\n\n- 每月~~两次~~开放\n\n![图](x.png)\n\n3*4*5", markdown=True
    )
    assert shown(parsed) == [
        ("今年建成三个站，见名单。", 0, "text"),
        ("每月两次开放", 0, "item"),
        ("3*4*5", 0, "text"),
    ]


def test_pipe_tables_lose_their_rule_and_outer_bars():
    parsed = parse("| 村 | 站 |\n|---|:-:|\n| 上河村 | 2 |\n", markdown=True)
    assert shown(parsed) == [("村 | 站", 0, "table"), ("上河村 | 2", 0, "table")]
    assert [line.head for line in parsed.lines] == [True, False]
    bare = parse("村 | 站\n---|---\n上河村 | 2\n", markdown=True)
    assert (bare.lines[0].kind, bare.lines[0].head) == ("table", True)


def test_footnotes_are_notes_and_their_signs_are_left_out():
    parsed = parse("建成三个站[^1]，每月开放。\n\n[^1]: 见县志。\n", markdown=True)
    assert shown(parsed) == [("建成三个站，每月开放。", 0, "text"), ("见县志。", 0, "note")]


def test_tags_within_lines_are_left_out_but_what_only_looks_like_one_stays():
    parsed = parse("H<sub>2</sub>O<br>与 <font color='red'>水</font>，若 a<b 且 c>d。", markdown=True)
    assert shown(parsed) == [("H2O与 水，若 a<b 且 c>d。", 0, "text")]


def test_form_feeds_part_pages():
    parsed = parse("甲。\n\f乙。\n丙。\f\f丁。\n\f")
    assert [(line.text, line.page) for line in parsed.lines] == [("甲。", 1), ("乙。", 2), ("丙。", 2), ("丁。", 4)]
    assert [line.page for line in parse("甲。\n乙。\n\f").lines] == [None, None]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\v", "\f"])
def test_every_kind_of_line_end_ends_a_line(end):
    assert [line.text for line in parse(f"甲。{end}乙。").lines] == ["甲。", "乙。"]


def test_underlined_headings_count_in_markdown():
    assert shown(parse("题目\n====\n\n一节\n----\n正文。", markdown=True)) == [
        ("题目", 1, "text"),
        ("一节", 2, "text"),
        ("正文。", 0, "text"),
    ]


def test_fenced_lines_stay_as_they_are():
    assert shown(parse("```\n# 不是标题\n**x**\n```\n正文。", markdown=True)) == [
        ("# 不是标题", 0, "item"),
        ("**x**", 0, "item"),
        ("正文。", 0, "text"),
    ]


def test_front_matter_is_metadata_not_text():
    parsed = parse("---\ntitle: 青山\nauthors: [林晓]\n日期: 2024-05-03\nother: x\n---\n正文。", markdown=True)
    assert parsed.native == {"title": "青山", "author": "林晓", "date": "2024-05-03"}
    assert shown(parsed) == [("正文。", 0, "text")]


@pytest.mark.parametrize(
    ("head", "native"),
    [
        ("---\ntitle: >\n  三个\n  站\nauthors:\n  - 林晓\n  - name: 陈大山\ndate: 2024-05-03\n---", "三个 站"),
        ("---\ntitle: 三个站：纪实: 上\nauthor: 林晓、陈大山\ndate: 2024-05-03\n---", "三个站：纪实: 上"),
        ('+++\ntitle = "三个站"\nauthors = ["林晓", "陈大山"]\ndate = 2024-05-03\n+++', "三个站"),
    ],
    ids=["yaml", "no yaml for its colon", "toml"],
)
def test_front_matter_may_hold_lists_and_long_values(head, native):
    parsed = parse(f"{head}\n正文。\n", markdown=True)
    assert parsed.native == {"title": native, "author": "林晓；陈大山", "date": "2024-05-03"}
    assert (shown(parsed), parsed.told) == ([("正文。", 0, "text")], "front matter")


def test_numbers_in_front_matter_stay_as_printed():
    assert parse("---\ntitle: a\nissue: 2024.10\n---\n正文。", markdown=True).native["issue"] == "2024.10"


@pytest.mark.parametrize("body", ["a: &a [x]\nb: !!python/object/apply:os.system [ls]", "[" * 2000, "a: *gone", "- x"])
def test_front_matter_that_is_hostile_does_no_harm(body):
    assert parse(f"---\n{body}\n---\n正文。", markdown=True).lines[-1].text == "正文。"


PIECES = ["[", "*", "# #", "<!--", "(", "<b a=", "<b a=b", "[^", "![", "[](", "*a ", "~~a", "**a "]


@pytest.mark.parametrize("length", [19_000, 30_000])
@pytest.mark.parametrize("piece", PIECES)
def test_hostile_lines_are_read_at_once(piece, length):
    begin = process_time()
    assert len(parse(piece * (length // len(piece)) + "\n\n# 题", markdown=True).lines) >= 1
    assert process_time() - begin < 3
