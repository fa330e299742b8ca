"""rag.articles.formats.parse_odt: OpenDocument texts, in document order."""

import io
import zipfile

import pytest

from rag.articles.formats.parse_odt import parse_odt
from rag.errors import ArticleError

NS = "urn:oasis:names:tc:opendocument:xmlns"
HEAD = (
    f'<o:document-content xmlns:o="{NS}:office:1.0" xmlns:text="{NS}:text:1.0" xmlns:table="{NS}:table:1.0" '
    f'xmlns:draw="{NS}:drawing:1.0"><o:body><o:text>'
)
META = (
    f'<o:document-meta xmlns:o="{NS}:office:1.0" xmlns:m="{NS}:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<o:meta>{}</o:meta></o:document-meta>"
)


def pack(**members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.xml", content)
    return data.getvalue()


def parse(body, meta=""):
    return parse_odt(pack(content=f"{HEAD}{body}</o:text></o:body></o:document-content>", meta=META.format(meta)), "a")


def shown(parsed):
    assert [parsed.decoded[slice(*line.ranges[0])] for line in parsed.lines] == [line.text for line in parsed.lines]
    return [(line.text, line.level, line.kind) for line in parsed.lines]


def test_headings_paragraphs_and_lists_come_in_order():
    parsed = parse(
        '<text:h text:outline-level="1">一节</text:h><text:p>甲<text:span>乙</text:span><text:s text:c="2"/>丙。'
        "<text:line-break/>丁。</text:p><text:list><text:list-item><text:p>一</text:p></text:list-item></text:list>"
    )
    assert shown(parsed) == [("一节", 2, "text"), ("甲乙  丙。", 0, "text"), ("丁。", 0, "text"), ("一", 0, "item")]


def test_deleted_text_and_comments_are_left_out_and_notes_follow_their_paragraph():
    parsed = parse(
        "<text:tracked-changes><text:p>删了。</text:p></text:tracked-changes>"
        "<text:p>甲<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>见县志。</text:p>"
        "</text:note-body></text:note>。<o:annotation><text:p>批注</text:p></o:annotation></text:p><text:p>乙。</text:p>"
    )
    assert shown(parsed) == [("甲。", 0, "text"), ("见县志。", 0, "note"), ("乙。", 0, "text")]


def test_head_rows_are_marked_and_what_stands_in_cells_is_kept():
    def row(*cells):
        inner = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
        return f"<table:table-row>{inner}</table:table-row>"

    inner = f"<table:table>{row('<text:p>二</text:p>')}</table:table>"
    heads = row("<text:p>村</text:p>", "<text:p>站</text:p>")
    parsed = parse(
        f"<table:table><table:table-header-rows>{heads}</table:table-header-rows>"
        f"{row('<text:p>上河</text:p><text:p>村</text:p>', inner)}{row('', '')}</table:table>"
    )
    assert [(line.text, line.kind, line.head) for line in parsed.lines] == [
        ("村 | 站", "table", True),
        ("上河 村 | 二", "table", False),
    ]


def test_text_boxes_follow_the_paragraph_they_hang_on():
    parsed = parse(
        "<text:p><draw:frame><draw:text-box><text:p>框里。</text:p></draw:text-box></draw:frame>框外。</text:p>"
    )
    assert [text for text, *_ in shown(parsed)] == ["框外。", "框里。"]


def test_properties_are_read():
    meta = "<m:initial-creator>林晓</m:initial-creator><m:creation-date>2024-05-03T10:20</m:creation-date>"
    assert parse("<text:p>甲。</text:p>", f"<dc:title>三个站</dc:title>{meta}").native == {
        "title": "三个站",
        "author": "林晓",
        "date": "2024-05-03",
    }


@pytest.mark.parametrize("content", ["<broken", "<a/>", f"{HEAD}</o:text>"])
def test_what_holds_no_text_is_refused(content):
    with pytest.raises(ArticleError):
        parse_odt(pack(content=content), "a")
    with pytest.raises(ArticleError):
        parse_odt(pack(other="<a/>"), "a")
