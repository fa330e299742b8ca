"""rag.articles.formats.parse_pdf: the text layer, page by page; the files are written here, character by character."""

import re
from random import Random

import pytest

from rag.articles import read_articles
from rag.articles.formats.parse_pdf import parse_pdf
from rag.errors import ArticleError

BODY = (
    "清晨六点，云雾乡的盘山路上亮起一串黄灯，那是一号线校车。车上坐着三十一个孩子，最远的家离学校十九公里。"
    "三年前，他们还要在镇上租房读书，家里总得有一位老人陪着过夜。"
)
MORE = (
    "县人大代表连续两年提出校车建议，县人大常委会专门作出决定。到今年秋季开学，全县有校车三十八辆，学生全部坐上了校车。"
)
EM = 10.5  # points


def stream(data):
    return b"<< /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"


def pdf(*pages, info="", catalog="", page="", extra=(), unmapped=""):
    """Write pages of (x, y, size, text), or of drawing commands, as a PDF whose one font maps each code to itself.

    ``info``, ``catalog`` and ``page`` are entries of the dictionaries of that name; ``extra`` are more objects,
    numbered from 101; the characters of ``unmapped`` are drawn as shapes without letters.
    """
    characters = sorted({c for rows in pages for row in rows if not isinstance(row, str) for c in row[3]})
    mapped = "\n".join(
        f"<{ord(c):04X}> <{ord(c) if c not in unmapped else 0xE000 + n:04X}>" for n, c in enumerate(characters)
    )
    cmap = (
        "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(characters)} beginbfchar\n{mapped}\nendbfchar endcmap"
    )
    widths = " ".join(f"{ord(c)} [{500 if c.isascii() else 1000}]" for c in characters)
    kids = " ".join(f"{8 + 2 * k} 0 R" for k in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] "
        "/ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) "
        f"/Ordering (Identity) /Supplement 0 >> /W [{widths}] /FontDescriptor << /Type /FontDescriptor "
        "/FontName /Song /Flags 4 "
        "/FontBBox [0 -200 1000 900] /Ascent 880 /Descent -120 >> >>",
        stream(cmap.encode()),
        f"<< {info} >>",
    ]
    for rows in pages:
        objects.append(stream("\n".join(row if isinstance(row, str) else drawn(*row) for row in rows).encode()))
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R "
            "/H << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> "
            f"/Contents {len(objects)} 0 R {page} >>"
        )
    out = b"%PDF-1.4\n"
    for n, item in [*enumerate(objects, 1), *enumerate(extra, 101)]:
        out += b"%d 0 obj\n" % n + (item if isinstance(item, bytes) else item.encode()) + b"\nendobj\n"
    return out + b"trailer << /Size %d /Root 1 0 R /Info 6 0 R >>\n%%%%EOF" % (len(objects) + len(extra) + 101)


def drawn(x, y, size, text, turn="1 0 0 1"):
    return f"BT /F {size} Tf {turn} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET"


def latin(x, y, text, turn="1 0 0 1"):
    """Draw in a font whose shapes the engine knows: it skips a piece of text without width on the page."""
    return f"BT /H {EM} Tf {turn} {x} {y} Tm ({text}) Tj ET"


def rule(x0, y0, x1, y1):
    return f"{x0} {y0} m {x1} {y1} l S"


def column(paragraphs, y=700, size=20, left=72):
    """Set paragraphs in lines of ``size`` characters with an indent of two."""
    rows = []
    for text in paragraphs:
        x = left + 2 * EM
        while text:
            count = size - (x > left) * 2
            rows.append((x, y, EM, text[:count]))
            text, x, y = text[count:], left, y - 16
    return rows


def lines(*pages, **rest):
    return [line.text for line in parse_pdf(pdf(*pages, **rest), "a.pdf").lines]


def texts(rows):
    return [row[3] for row in rows]


@pytest.fixture
def read(tmp_path):
    def reader(*pages):
        path = tmp_path / "a.pdf"
        path.write_bytes(pdf(*pages))
        return read_articles(path, "a.pdf")

    return reader


def shown(article):
    return [(p.kind, p.page, article.text[p.start : p.end]) for p in article.paragraphs]


def test_paragraphs_are_rejoined_over_lines_and_know_their_page(read):
    title = [(150, 760, 20, "校车开进云雾乡"), (200, 735, EM, "林晓")]
    (article,) = read([*title, *column([BODY])], column([MORE])).articles
    assert (article.title, article.authors) == ("校车开进云雾乡", ("林晓",))
    assert shown(article) == [("byline", 1, "林晓"), ("body", 1, BODY), ("body", 2, MORE)]


def test_a_sentence_goes_on_over_the_page_and_heads_and_numbers_are_dropped(read):
    def page(number, rows):
        return [(72, 800, 9, "云雾人大 2024年第2期"), *rows, (290, 40, 9, str(number))]

    rows = column([BODY, MORE], size=20)
    (article,) = read(page(5, rows[:3]), page(6, rows[3:5]), page(7, rows[5:])).articles
    assert shown(article) == [("body", 1, BODY), ("body", 3, MORE)]
    assert (article.journal, article.issue) == ("云雾人大", "2024年第2期")


def test_larger_type_makes_headings(read):
    rows = [(120, 760, 20, "校车开进云雾乡"), *column([BODY], 700), (72, 520, 13, "钱从哪里来"), *column([MORE], 490)]
    (article,) = read(rows).articles
    assert [kind for kind, *_ in shown(article)] == ["body", "heading", "body"]


def test_english_lines_join_with_spaces(read):
    rows = [
        "The town opened three stations, which are now used by",
        "twelve villages. Each of them is open twice a month,",
        "and the depu-",
        "ties take turns.",
    ]
    (article,) = read([(72, 700 - 16 * i, 11, text) for i, text in enumerate(rows)]).articles
    assert article.text == (
        "The town opened three stations, which are now used by twelve villages. Each of them is open twice a month, "
        "and the deputies take turns."
    )


TITLE = [(190, 790, 20, "校车开进云雾乡")]
LEFT, RIGHT = column([BODY, MORE], 740), column([MORE, BODY], 740, left=310)


@pytest.mark.parametrize("seed", range(6))
def test_columns_are_read_one_after_the_other_however_they_were_drawn(seed):
    rows = [*TITLE, *LEFT, *RIGHT]
    Random(seed).shuffle(rows)
    assert lines(rows) == texts([*TITLE, *LEFT, *RIGHT])


def test_three_columns_with_a_line_or_two_in_the_last():
    size = 14
    first, second = column([BODY + MORE], 740, size, 60), column([MORE + BODY], 740, size, 225)
    third = column([MORE], 740, size, 390)[:2]
    by_row = sorted([*first, *second, *third], key=lambda row: (-row[1], row[0]))
    assert lines(by_row) == texts([*first, *second, *third])


def test_a_title_across_the_columns_parts_the_page():
    low = [(200, 560, 20, "又一个很长的标题"), *column([MORE], 530), *column([BODY], 530, left=310)]
    high = [*column([BODY], 740), *column([MORE], 740, left=310)]
    assert lines(sorted([*high, *low], key=lambda row: -row[1])) == texts([*high, *low])


def test_a_rule_across_the_columns_parts_the_page():
    high = [*column([BODY], 740), *column([MORE], 740, left=310)]
    low = [*column([MORE], 580), *column([BODY], 580, left=310)]
    assert lines([rule(72, 600, 525, 600), *low, *high]) == texts([*high, *low])


def test_one_column_with_wide_gaps_is_no_two_columns():
    rows = [(72, 700, EM, "主任"), (300, 700, EM, "林晓"), (72, 684, EM, "副主任"), (300, 684, EM, "王五")]
    assert lines([*column([BODY], 780, 40), *rows]) == [*texts(column([BODY], 780, 40)), "主任\t林晓", "副主任\t王五"]


def cells(y, *row):
    return [(72 + 130 * i, y, EM, cell) for i, cell in enumerate(row)]


def test_a_table_between_columns_is_read_by_rows():
    table = [("乡镇", "校车", "资金", "学生"), ("云雾乡", "3", "12", "31"), ("清水镇", "4", "15", "40")]
    drawn_rows = [item for i, row in enumerate(table) for item in cells(580 - 16 * i, *row)]
    high, low = [*LEFT[:8], *RIGHT[:8]], [*column([MORE], 500), *column([BODY], 500, left=310)]
    parsed = parse_pdf(pdf(sorted([*high, *drawn_rows, *low], key=lambda row: (-row[1], row[0]))), "a.pdf")
    assert [line.text for line in parsed.lines if line.kind == "table"] == ["\t".join(row) for row in table]
    assert [line.text for line in parsed.lines if line.kind != "table"] == texts([*high, *low])


def test_lines_of_a_cell_between_rules_belong_together():
    rules = [rule(70, y, 400, y) for y in (720, 700, 660)] + [rule(x, 660, x, 720) for x in (70, 110, 400)]
    words = [(75, 705, EM, "序号"), (115, 705, EM, "建议"), (75, 680, EM, "1")]
    parsed = parse_pdf(pdf([*rules, *words, (115, 688, EM, "关于山区校车的"), (115, 672, EM, "建议")]), "a.pdf")
    assert [(line.kind, line.text) for line in parsed.lines] == [
        ("table", "序号\t建议"),
        ("table", "1\t关于山区校车的建议"),
    ]


def test_names_in_columns_are_read_by_rows_and_are_no_table(read):
    names = ["张明 李国强 王芳 赵小军", "陈立 刘建国 周敏 吴大伟", "郑华 孙志远 钱坤 冯晓梅"]
    rows = [item for i, row in enumerate(names) for item in cells(600 - 16 * i, *row.split())]
    parsed = parse_pdf(pdf([*column([BODY]), *sorted(rows)]), "a.pdf")
    assert [line.text.split() for line in parsed.lines[-3:]] == [row.split() for row in names]
    assert [line.kind for line in parsed.lines[-3:]] == ["item"] * 3


def test_characters_drawn_twice_are_read_once():
    rows = [(72 + dx, 700 - dx, EM, "重描的标题 Hello all") for dx in (0, 0.3, 0.6)]
    assert lines(rows) == ["重描的标题 Hello all"]


@pytest.mark.parametrize(("turn", "x", "y"), [("0 1 -1 0", 100, 100), ("0 -1 1 0", 400, 700), ("-1 0 0 -1", 500, 100)])
def test_text_on_a_turned_page_is_read_along_its_lines(turn, x, y):
    _, _, c, d = map(int, turn.split())
    words = ["the town opened three stations", "which are now used by all", "of the villages in the hills"]
    rows = [latin(x - 16 * i * c, y - 16 * i * d, line, turn) for i, line in enumerate(words)]
    assert lines(list(reversed(rows))) == words


def test_vertical_writing_is_read_from_right_to_left():
    letters = "heapboundagepodhubopendogunbuahdenopqgdb"
    rows = [latin(400 - 20 * (k // 10), 700 - 11 * (k % 10), letter) for k, letter in enumerate(letters)]
    parsed = parse_pdf(pdf(rows), "a.pdf")
    assert [line.text for line in parsed.lines] == [letters[k : k + 10] for k in range(0, 40, 10)]
    assert parsed.notes == ("page 1 is read as vertical writing, from right to left",)


def test_a_watermark_aslant_stays_out_of_the_sentence():
    slanted = drawn(150, 600, 30, "内部资料", "0.7 0.7 -0.7 0.7")
    rows = column([BODY + "内部资料"])
    assert lines([*rows[:2], slanted, *rows[2:]]) == [*texts(rows), "内部资料"]


@pytest.mark.parametrize(
    ("hidden", "kept", "note"),
    [
        (
            f"3 Tr {drawn(72, 300, EM, BODY[:20])} 0 Tr",
            True,
            "are invisible; they are kept",
        ),
        (
            f"1 g {drawn(72, 300, EM, BODY[:20])}",
            True,
            "are white on the page, or clear; they are kept",
        ),
        (drawn(72, 300, 0.5, BODY[:20]), False, "are too small to be seen; they are left out"),
        (drawn(-900, 300, EM, BODY[:20]), False, "are outside the page; they are left out"),
    ],
)
def test_what_no_reader_of_the_page_sees_is_told(hidden, kept, note):
    parsed = parse_pdf(pdf([*column([BODY]), hidden]), "a.pdf")
    assert parsed.notes == (f"20 characters on page 1 {note}",)
    assert (BODY[:20] in [line.text for line in parsed.lines]) == kept


def test_a_scan_with_recognised_text_is_no_hidden_text():
    assert parse_pdf(pdf(["3 Tr", *column([BODY])]), "a.pdf").notes == ()


def test_shapes_without_letters_are_told():
    (note,) = parse_pdf(pdf(column([BODY]), column([MORE]), unmapped="清晨云雾乡的校车"), "a.pdf").notes
    assert re.fullmatch(r"\d+ characters on page 1, 2 have no letters behind their shapes: .*OCR.*", note)


def test_ligatures_and_radicals_are_read_as_what_they_print():
    assert lines([(72, 700, EM, "the o\ufb03ce of \u2f08\u2f24")]) == ["the office of 人大"]


def test_properties_tell_title_author_and_issue(read, tmp_path):
    data = pdf(
        column([BODY, MORE]),
        info="/Title (The school bus) /Author (Lin Xiao) /CreationDate (D:20240315093000+08'00') /Subject (2024.3)",
    )
    parsed = parse_pdf(data, "a.pdf")
    assert parsed.native == {"title": "The school bus", "author": "Lin Xiao", "date": "2024-03-15", "issue": "2024.3"}


@pytest.mark.parametrize(
    "info",
    [
        "/Title (Microsoft Word - 1.doc) /Author (Administrator)",
        "/Title (untitled) /Author (user)",
        "/Title (C:\\\\a\\\\b.indd) /Author (DESKTOP-PC)",
        "/CreationDate (D:0000)",
    ],
)
def test_what_a_machine_filled_in_is_no_property(info):
    assert parse_pdf(pdf(column([BODY]), info=info), "a.pdf").native == {}


def test_the_day_a_file_was_made_gives_way_to_another_year_in_print():
    data = pdf([(72, 800, 9, "云雾人大 1998年第2期"), *column([BODY])], info="/CreationDate (D:20240315)")
    assert parse_pdf(data, "a.pdf").native == {}


def test_the_printed_page_is_told_by_the_page_labels(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([*TITLE, *column([BODY])], catalog="/PageLabels << /Nums [0 << /S /D /St 15 >>] >>"))
    (article,) = read_articles(path, "a.pdf").articles
    assert (article.page, article.found["page"], article.paragraphs[-1].page) == ("15", "properties", 1)


def test_labels_that_only_count_the_pages_tell_nothing():
    assert parse_pdf(pdf(column([BODY]), catalog="/PageLabels << /Nums [0 << /S /D >>] >>"), "a.pdf").labels == {}


def test_bookmarks_make_headings_of_the_lines_they_point_to():
    heads = [(72, 780, EM, "School buses"), (72, 780, EM, "Rivers")]
    marks = [
        "<< /First 102 0 R /Last 103 0 R /Count 2 >>",
        "<< /Title (School buses) /Parent 101 0 R /Next 103 0 R /Dest [8 0 R /Fit] >>",
        "<< /Title (Rivers) /Parent 101 0 R /Prev 102 0 R /Dest [10 0 R /Fit] >>",
    ]
    pages = [[head, *column([BODY])] for head in heads]
    parsed = parse_pdf(pdf(*pages, catalog="/Outlines 101 0 R", extra=marks), "a.pdf")
    assert [line.text for line in parsed.lines if line.level] == ["School buses", "Rivers"]


def test_pages_without_text_are_reported(read):
    report = read(column([BODY]), [])
    assert "1 of 2 pages have no text layer" in report.notes


def test_a_pdf_without_any_text_is_refused():
    with pytest.raises(ArticleError, match=r"no text layer on its 1 page.*scan\.pdf.*OCR"):
        parse_pdf(pdf([]), "scan.pdf")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 torn", b"plain text"])
def test_what_is_no_pdf_is_refused(data):
    with pytest.raises(ArticleError, match="cannot be opened"):
        parse_pdf(data, "a.pdf")
