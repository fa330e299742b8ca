"""rag.articles.formats.tables and table_heads: what is a row, and what a row stands under."""

import pytest
from docx import Document

from rag.articles import read_articles
from rag.articles.formats.table_heads import Row, table_heads, table_notes
from rag.articles.formats.tables import mark_tables
from rag.articles.lines import Line

BEFORE = "全县今年共投入校车专项资金，各乡镇进展如下，县人大常委会作了专题视察。"
AFTER = "代表们建议继续加大投入，让孩子们平安上学。"
HEAD = ("乡镇", "校车", "投入资金")
ROWS = (("云雾乡", "3", "12.0"), ("清水镇", "4", "15.5"), ("白石镇", "5", "19.0"), ("青山乡", "6", "22.5"))


def marked(text):
    lines, position, gap = [], 0, 0
    for raw in text.split("\n"):
        words = raw.strip()
        begin = position + raw.find(words)
        if words:
            lines.append(Line(words, ((begin, begin + len(words)),), gap))
        gap = 0 if words else gap + 1
        position += len(raw) + 1
    found = mark_tables(lines)
    assert all("".join(text[a:b] for a, b in line.ranges) == line.text for line in found)
    return [(line.kind, line.text) for line in found]


def heads(*texts):
    return table_heads([Row("table", text) if isinstance(text, str) else Row(*text) for text in texts])


@pytest.mark.parametrize("mark", ["\t", " | ", "  ", "│"])
def test_cells_between_tabs_bars_and_spaces_make_rows(mark):
    text = "\n".join(mark.join(row) for row in (HEAD, *ROWS))
    assert [kind for kind, _ in marked(text)] == ["table"] * 5


@pytest.mark.parametrize(("corner", "bar"), [("┼", "│"), ("+", "|")])
def test_drawn_frames_are_left_out_and_bars_at_the_ends_too(corner, bar):
    dash = "─" if corner == "┼" else "-"
    frame = corner + (dash * 4 + corner) * 3
    text = "\n".join([frame, *(f"{line}\n{frame}" for line in (bar + bar.join(row) + bar for row in (HEAD, *ROWS)))])
    assert marked(text) == [("table", bar.join(row)) for row in (HEAD, *ROWS)]


@pytest.mark.parametrize(
    "text",
    [
        "张明\t李国强\t王芳\t赵小军\n陈立\t刘建国\t周敏\t吴大伟",
        "主任：张明\t副主任：李国强\t王芳\n委员：陈立\t买买提·艾力\t周敏",
        "张明 李国强 王芳 赵小军\n陈立 刘建国 周敏 吴大伟",
        "张　明　　李国强　　王　芳",
        "1.\t加强组织领导，落实责任。\n2.\t加大投入力度，改善条件。",
        "一、\t工作回顾\n二、\t工作安排",
        "他说|她也说，这是一件好事。",
    ],
)
def test_lists_and_prose_are_no_tables(text):
    assert {kind for kind, _ in marked(text)} <= {"text", "item"}


def test_rows_of_names_between_wide_spaces_stay_apart():
    assert [kind for kind, _ in marked("张明　李国强　王芳\n陈立　刘建国　周敏")] == ["item", "item"]
    assert [kind for kind, _ in marked("校　车　开　进　云　雾　乡\n张明　李国强")] == ["text", "text"]


def test_names_above_a_table_stay_out_of_it():
    text = "张明\t李国强\t王芳\t赵小军\n乡镇\t校车\t资金\n云雾乡\t3\t12"
    assert [kind for kind, _ in marked(text)] == ["item", "table", "table"]


def test_rows_stand_under_heads_unit_and_caption():
    rows = [
        Row("note", "表1 校车情况"),
        Row("note", "单位：辆、万元"),
        *(Row("table", "\t".join(r)) for r in (HEAD, *ROWS)),
    ]
    assert table_heads(rows) == [None, 0, 1, 2, 2, 2, 2]


def test_two_rows_of_heads_stand_one_under_the_other():
    assert heads("乡镇 | 两年情况", "校车 | 资金", "云雾乡 | 3 | 12", "清水镇 | 4 | 15") == [None, 0, 1, 1]


def test_years_may_head_columns():
    assert heads("乡镇 | 2022年 | 2023年", "云雾乡 | 3 | 4", "清水镇 | 5 | 6") == [None, 0, 0]


def test_the_usual_words_head_a_table_without_figures():
    assert heads("姓名 | 职务", "张明 | 主任", "李国强 | 副主任") == [None, 0, 0]


def test_rows_alike_have_no_head():
    assert heads("张明 | 主任", "李国强 | 副主任") == [None, None]
    assert heads("1 | 2", "3 | 4") == [None, None]


def test_the_word_of_the_format_is_taken_for_heads():
    assert heads(("table", "2021 | 5", True), "7 | 8", "9 | 10") == [None, 0, 0]


def test_heads_printed_again_on_the_next_page_are_the_heads_from_there():
    head, unit = "乡镇\t校车", ("note", "单位：辆")
    assert heads(unit, head, "云雾乡\t3", head, "清水镇\t4") == [None, 0, 1, 0, 3]


def test_a_table_goes_on_below_the_words_that_say_so():
    assert heads("乡镇\t校车", "云雾乡\t3", ("note", "续表"), "清水镇\t4") == [None, 0, None, 0]
    assert heads("乡镇\t校车", "云雾乡\t3", ("body", "又一段话。"), "清水镇\t4") == [None, 0, None, None]


def test_a_table_without_heads_stands_under_its_unit():
    assert heads(("note", "单位：辆"), "云雾乡\t3", "清水镇\t4") == [None, 0, 0]


def test_captions_and_units_above_a_table_are_notes():
    rows = [
        Row("heading", "表1 校车情况"),
        Row("body", "（单位：万元）"),
        Row("table", "甲\t1"),
        Row("body", "单位：县人大"),
    ]
    assert table_notes(rows) == {0, 1}


def written(folder, form):
    path = folder / f"a.{form}"
    cells = (HEAD, *ROWS)
    if form == "docx":
        document = Document()
        for text in ("校车进展", BEFORE, "表1 校车情况", "单位：辆、万元"):
            document.add_paragraph(text)
        table = document.add_table(rows=len(cells), cols=3)
        for row, texts in zip(table.rows, cells, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        document.add_paragraph(AFTER)
        document.save(str(path))
    elif form == "html":
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
        top = f"<h1>校车进展</h1><p>{BEFORE}</p><p>表1 校车情况</p><p>单位：辆、万元</p>"
        path.write_text(f"{top}<table>{rows}</table><p>{AFTER}</p>", "utf-8")
    else:
        begin, mark, end = ("| ", " | ", " |") if form == "md" else ("", "\t", "")
        rows = [begin + mark.join(row) + end for row in cells]
        rows[1:1] = ["|---|---|---|"] if form == "md" else []
        gap = "\n\n" if form == "md" else "\n"
        top = gap.join(["校车进展\n", BEFORE + "\n", "表1 校车情况", "单位：辆、万元", ""])
        path.write_text(top + "\n".join(rows) + f"\n\n{AFTER}\n", "utf-8")
    return path


@pytest.mark.parametrize("form", ["txt", "md", "html", "docx"])
def test_every_format_gives_rows_with_their_heads(tmp_path, form):
    (article,) = read_articles(written(tmp_path, form), f"a.{form}").articles
    table = {p.number: p for p in article.paragraphs if p.kind in {"table", "note"}}
    shown = {n: article.text[p.start : p.end] for n, p in table.items()}
    caption, unit, head, *rows = table
    assert [table[n].head for n in (caption, unit, head)] == [None, caption, unit]
    assert [table[n].head for n in rows] == [head] * len(ROWS)
    assert (shown[caption], shown[unit]) == ("表1 校车情况", "单位：辆、万元")
    assert all(cell in shown[n] for n, row in zip([head, *rows], (HEAD, *ROWS), strict=True) for cell in row)
    assert BEFORE in article.text
    assert AFTER in article.text
