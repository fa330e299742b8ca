"""rag.articles.parse_pdf: the text layer, page by page; the files are written here, character by character."""

import pytest

from rag.articles import read_articles
from rag.articles.parse_pdf import parse_pdf
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


def pdf(*pages):
    """Write pages of (x, y, size, text) as a PDF whose one font maps every code to its character."""
    characters = sorted({c for page in pages for *_, text in page for c in text})
    mapped = "\n".join(f"<{ord(c):04X}> <{ord(c):04X}>" for c in characters)
    cmap = (
        "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(characters)} beginbfchar\n{mapped}\nendbfchar endcmap"
    )
    widths = " ".join(f"{ord(c)} [{500 if c.isascii() else 1000}]" for c in characters)
    kids = " ".join(f"{7 + 2 * k} 0 R" for k in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] "
        b"/ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) "
        f"/Ordering (Identity) /Supplement 0 >> /W [{widths}] /FontDescriptor << /Type /FontDescriptor "
        "/FontName /Song /Flags 4 "
        "/FontBBox [0 -200 1000 900] /Ascent 880 /Descent -120 >> >>",
        stream(cmap.encode()),
    ]
    for page in pages:
        shown = "".join(f"/F {s} Tf 1 0 0 1 {x} {y} Tm <{t.encode('utf-16-be').hex()}> Tj\n" for x, y, s, t in page)
        objects.append(stream(f"BT\n{shown}ET".encode()))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            b"/Contents %d 0 R >>" % len(objects)
        )
    out = b"%PDF-1.4\n"
    for n, item in enumerate(objects, 1):
        out += b"%d 0 obj\n" % n + (item if isinstance(item, bytes) else item.encode()) + b"\nendobj\n"
    return out + b"trailer << /Size %d /Root 1 0 R >>\n%%%%EOF" % (len(objects) + 1)


def column(paragraphs, y=700, size=20):
    """Set paragraphs in lines of ``size`` characters with an indent of two."""
    rows = []
    for text in paragraphs:
        x = 72 + 2 * EM
        while text:
            count = size - (x > 72) * 2
            rows.append((x, y, EM, text[:count]))
            text, x, y = text[count:], 72, y - 16
    return rows


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
