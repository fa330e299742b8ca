"""rag.articles.parse_docx: paragraphs, headings and tables of Word files in document order."""

import io

import pytest
from docx import Document

from rag.articles.parse_docx import parse_docx
from rag.errors import ArticleError


def parse(document):
    data = io.BytesIO()
    document.save(data)
    return parse_docx(data.getvalue(), "a.docx")


def shown(parsed):
    assert [parsed.decoded[slice(*line.ranges[0])] for line in parsed.lines] == [line.text for line in parsed.lines]
    return [(line.text, line.level, line.kind) for line in parsed.lines]


def test_titles_headings_text_and_tables_come_in_order():
    document = Document()
    document.add_heading("题目", 0)
    document.add_paragraph("正文一。")
    table = document.add_table(2, 2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ["村", "站", "上河村", "2"], strict=True):
        cell.text = text
    document.add_heading("一节", 1)
    document.add_paragraph("正文二。\n换行后。")
    assert shown(parse(document)) == [
        ("题目", 1, "text"),
        ("正文一。", 0, "text"),
        ("村 | 站", 0, "table"),
        ("上河村 | 2", 0, "table"),
        ("一节", 2, "text"),
        ("正文二。", 0, "text"),
        ("换行后。", 0, "text"),
    ]


def test_a_merged_cell_is_written_once():
    document = Document()
    table = document.add_table(1, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合并"
    table.cell(0, 2).text = "末"
    assert shown(parse(document)) == [("合并 | 末", 0, "table")]


def test_empty_paragraphs_are_gaps():
    document = Document()
    for text in ("甲。", "", "　", "乙。"):
        document.add_paragraph(text)
    assert [(line.text, line.gap) for line in parse(document).lines] == [("甲。", 0), ("乙。", 2)]


def test_the_title_property_is_kept_unless_it_is_a_placeholder():
    document = Document()
    document.add_paragraph("正文。")
    document.core_properties.title = "镇志"
    assert parse(document).native == {"title": "镇志"}
    document.core_properties.title = "新建 文档.docx"
    assert parse(document).native == {}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a zip", b"plain text"])
def test_what_is_no_word_file_is_refused_with_advice(data):
    with pytest.raises(ArticleError, match=r"cannot be read.*\(a\.docx\).*save it again"):
        parse_docx(data, "a.docx")
