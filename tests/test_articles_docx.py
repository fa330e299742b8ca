"""rag.articles.formats.parse_docx: what a printout of a Word file shows, in document order."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import parse_xml

from rag.articles.formats.parse_docx import parse_docx
from rag.errors import ArticleError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document):
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def parse(document):
    return parse_docx(saved(document), "a.docx")


def with_body(*blocks):
    """Return a file whose body is made of ``blocks`` of markup."""
    document = Document()
    for block in blocks:
        document.element.body.insert(len(document.element.body) - 1, parse_xml(block.replace(">", f" {W}>", 1)))
    return document


def with_part(data, name, kind, markup):
    """Add a part that belongs to the text, such as its footnotes."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "word/_rels/document.xml.rels":
                relation = (
                    '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                    f'relationships/{kind}" Target="{name}"/></Relationships>'
                )
                content = content.replace(b"</Relationships>", relation.encode())
            new.writestr(info.filename, content)
        new.writestr(f"word/{name}", markup)
    return changed.getvalue()


def shown(parsed):
    assert [parsed.decoded[slice(*line.ranges[0])] for line in parsed.lines] == [line.text for line in parsed.lines]
    return [(line.text, line.level, line.kind) for line in parsed.lines]


def texts(parsed):
    return [text for text, *_ in shown(parsed)]


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


def test_an_outline_level_makes_a_heading_without_a_style():
    parsed = parse(with_body("<w:p><w:pPr><w:outlineLvl w:val='0'/></w:pPr><w:r><w:t>一节</w:t></w:r></w:p>"))
    assert shown(parsed) == [("一节", 2, "text")]


def test_a_merged_cell_is_written_once_across_and_again_in_each_row_down():
    document = Document()
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合并"
    table.cell(0, 2).text = "末"
    assert texts(parse(document)) == ["合并 | 末"]
    down = Document()
    table = down.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "上河村"
    table.cell(0, 1).text, table.cell(1, 1).text = "一站", "二站"
    assert texts(parse(down)) == ["上河村 | 一站", "上河村 | 二站"]


def test_empty_paragraphs_are_gaps():
    document = Document()
    for text in ("甲。", "", "　", "乙。"):
        document.add_paragraph(text)
    assert [(line.text, line.gap) for line in parse(document).lines] == [("甲。", 0), ("乙。", 2)]


def test_deleted_and_hidden_text_is_left_out_and_inserted_text_is_in():
    parsed = parse(
        with_body(
            "<w:p><w:r><w:t>建成</w:t></w:r><w:del><w:r><w:delText>两</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>三</w:t></w:r></w:ins><w:r><w:t>个站。</w:t></w:r>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r></w:p>"
        )
    )
    assert texts(parsed) == ["建成三个站。"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next():
    parsed = parse(
        with_body(
            "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>建成三</w:t></w:r></w:p>",
            "<w:p><w:r><w:t>个站。</w:t></w:r></w:p>",
        )
    )
    assert texts(parsed) == ["建成三个站。"]


def test_field_codes_are_left_out_and_their_results_stay():
    parsed = parse(
        with_body(
            "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>"
            "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>五月</w:t></w:r>"
            "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
        )
    )
    assert texts(parsed) == ["五月"]


def test_text_in_content_controls_and_text_boxes_is_read_once():
    parsed = parse(
        with_body(
            "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件里。</w:t></w:r></w:p></w:sdtContent></w:sdt>",
            "<w:p><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
            "<mc:Choice><w:r><w:txbxContent><w:p><w:r><w:t>框里。</w:t></w:r></w:p></w:txbxContent></w:r></mc:Choice>"
            "<mc:Fallback><w:r><w:txbxContent><w:p><w:r><w:t>框里。</w:t></w:r></w:p></w:txbxContent></w:r></mc:Fallback>"
            "</mc:AlternateContent><w:r><w:t>框外。</w:t></w:r></w:p>",
        )
    )
    assert texts(parsed) == ["控件里。", "框外。", "框里。"]


def test_the_contents_that_word_makes_itself_are_left_out():
    parsed = parse(
        with_body(
            "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
            "<w:sdtContent><w:p><w:r><w:t>一节 3</w:t></w:r></w:p></w:sdtContent></w:sdt>",
            "<w:p><w:r><w:t>正文。</w:t></w:r></w:p>",
        )
    )
    assert texts(parsed) == ["正文。"]


def test_a_footnote_follows_the_paragraph_that_refers_to_it():
    document = with_body(
        "<w:p><w:r><w:t>甲</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:t>。</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>乙。</w:t></w:r></w:p>",
    )
    notes = (
        f"<w:footnotes {W}><w:footnote w:type='separator' w:id='0'><w:p><w:r><w:t>—</w:t></w:r></w:p></w:footnote>"
        "<w:footnote w:id='2'><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>见县志。</w:t></w:r></w:p></w:footnote>"
        "</w:footnotes>"
    )
    parsed = parse_docx(with_part(saved(document), "footnotes.xml", "footnotes", notes), "a.docx")
    assert shown(parsed) == [("甲。", 0, "text"), ("见县志。", 0, "note"), ("乙。", 0, "text")]


def table_of(document, *rows):
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts_ in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts_, strict=True):
            cell.text = text
    return table


def heads(parsed):
    return [line.text for line in parsed.lines if line.head]


def test_a_row_marked_as_head_or_the_one_bold_row_at_the_top_holds_the_heads():
    document = Document()
    table = table_of(document, ["村", "站"], ["上河村", "2"])
    assert heads(parse(document)) == []
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {W}/>"))
    assert heads(parse(document)) == ["村 | 站"]
    bold = Document()
    table = table_of(bold, ["镇", "户"], ["青山", "9"])
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    assert heads(parse(bold)) == ["镇 | 户"]


def test_a_table_within_a_cell_gives_rows_of_its_own():
    document = Document()
    table = table_of(document, ["上河村", "见内表"])
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "甲组", "3"
    assert texts(parse(document)) == ["上河村 | 见内表", "甲组 | 3"]


def test_a_frame_of_one_cell_is_no_table():
    document = Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "第一段。"
    cell.add_paragraph("第二段。")
    assert shown(parse(document)) == [("第一段。", 0, "text"), ("第二段。", 0, "text")]


def test_properties_are_kept_unless_a_program_wrote_them():
    document = Document()
    document.add_paragraph("正文。")
    properties = document.core_properties
    properties.title = "镇志"
    assert parse(document).native == {"title": "镇志"}  # its author is the library that made it, and so is the date
    properties.title, properties.author = "新建 文档.docx", "林晓"
    assert parse(document).native == {"author": "林晓", "date": "2013-12-23"}


def test_files_with_macros_and_templates_are_read_like_any_other():
    document = Document()
    document.add_paragraph("正文。")
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(document))) as old, zipfile.ZipFile(data, "w") as new:
        for info in old.infolist():
            content = old.read(info).replace(
                b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
                b"vnd.ms-word.document.macroEnabled.main",
            )
            new.writestr(info.filename, content)
    assert texts(parse_docx(data.getvalue(), "a.docm")) == ["正文。"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a zip", b"plain text"])
def test_what_is_no_word_file_is_refused_with_advice(data):
    with pytest.raises(ArticleError, match=r"damaged.*\(a\.docx\).*Save it again"):
        parse_docx(data, "a.docx")


def test_a_word_file_without_a_text_part_is_refused():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(ArticleError, match="no text part"):
        parse_docx(data.getvalue(), "a.docx")


@pytest.mark.parametrize("cut", [200, 2_000, 20_000])
def test_a_word_file_that_breaks_off_is_refused(cut):
    document = Document()
    document.add_paragraph("正文。")
    with pytest.raises(ArticleError, match="damaged"):
        parse_docx(saved(document)[:cut], "a.docx")


def test_entities_of_its_own_are_refused():
    data = saved(with_body("<w:p><w:r><w:t>正文。</w:t></w:r></w:p>"))
    bomb = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(bomb, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "word/document.xml":
                content = content.replace(b"?>", b'?><!DOCTYPE d [<!ENTITY a "aaaa">]>', 1)
            new.writestr(info.filename, content)
    with pytest.raises(ArticleError, match="entities"):
        parse_docx(bomb.getvalue(), "a.docx")
