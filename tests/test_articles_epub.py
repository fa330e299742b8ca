"""rag.articles.formats.parse_epub: books and issues as their contents list them."""

import io
import zipfile

import pytest

from rag.articles.formats.parse_epub import parse_epub
from rag.errors import ArticleError

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PAGE = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body{}>{}</body></html>'
TEXT = "<p>今年建成了三个代表联络站。</p><p>每月开放两次。</p>"


def nav(*entries):
    """Make the newer kind of contents: a link and a title each, or a title with entries below it."""

    def one(entry):
        link, title, *below = entry
        inner = f"<ol>{''.join(map(one, below))}</ol>" if below else ""
        label = f'<a href="{link}">{title}</a>' if link else f"<span>{title}</span>"
        return f"<li>{label}{inner}</li>"

    return PAGE.format("", f'<nav epub:type="toc"><h1>目录</h1><ol>{"".join(map(one, entries))}</ol></nav>')


def ncx(*entries):
    points = "".join(
        f'<navPoint><navLabel><text>{title}</text></navLabel><content src="{link}"/></navPoint>'
        for link, title in entries
    )
    kind = '<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">'
    return (
        f'<?xml version="1.0"?>{kind}<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>{points}</navMap></ncx>'
    )


def book(documents, contents=None, metadata="<dc:title>云泽文选</dc:title>", older=False, spine=None, **more):
    """Pack a book; ``documents`` maps names to the bodies of pages, ``more`` further members."""
    items = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in documents)
    if contents and older:
        items += '<item id="toc" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    elif contents:
        items += '<item id="toc" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    refs = spine or "".join(f'<itemref idref="{name}"/>' for name in documents)
    toc = ' toc="toc"' if older else ""
    opf = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{items}</manifest><spine{toc}>{refs}</spine></package>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/content.opf", opf)
        for name, body in documents.items():
            page = body if body.startswith("<html") else PAGE.format("", body)
            archive.writestr(f"OEBPS/{name}", page)
        if contents:
            archive.writestr("OEBPS/toc.ncx" if older else "OEBPS/nav.xhtml", contents)
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return data.getvalue()


def entries(parsed):
    for line in parsed.lines:
        assert line.text == "".join(parsed.decoded[a:b] for a, b in line.ranges)
    return [
        (entry.native.get("title"), [line.text for line in parsed.lines[entry.first : entry.last]])
        for entry in parsed.entries
    ]


def parse(*args, **more):
    return parse_epub(book(*args, **more), "a.epub")


BODY = ["今年建成了三个代表联络站。", "每月开放两次。"]
TWO = {"a.xhtml": f"<h1>三个站</h1>{TEXT}", "b.xhtml": f"<h1>两座桥</h1>{TEXT}"}
LISTED = (("a.xhtml", "三个站"), ("b.xhtml", "两座桥"))


@pytest.mark.parametrize("older", [False, True])
def test_each_entry_of_the_contents_is_an_article(older):
    parsed = parse(TWO, (ncx if older else nav)(*LISTED), older=older)
    assert entries(parsed) == [("三个站", ["三个站", *BODY]), ("两座桥", ["两座桥", *BODY])]


def test_without_contents_each_document_is():
    assert [lines for _, lines in entries(parse(TWO))] == [["三个站", *BODY], ["两座桥", *BODY]]


def test_the_order_is_that_of_the_spine():
    spine = '<itemref idref="b.xhtml"/><itemref idref="a.xhtml"/>'
    assert [title for title, _ in entries(parse(TWO, nav(*LISTED), spine=spine))] == ["两座桥", "三个站"]


def test_a_document_that_is_not_listed_goes_on_from_the_one_before():
    documents = {"a.xhtml": f"<h1>三个站</h1>{TEXT}", "a2.xhtml": "<p>续页。</p>", "b.xhtml": TWO["b.xhtml"]}
    assert entries(parse(documents, nav(*LISTED)))[0] == ("三个站", ["三个站", *BODY, "续页。"])


def test_cover_title_page_and_contents_are_no_articles():
    documents = {
        "cover.xhtml": PAGE.format(' epub:type="cover"', "<p>云泽文选</p>"),
        "c.xhtml": "<h1>版权信息</h1><p>云泽出版社出版。</p>",
        **TWO,
    }
    parsed = parse(documents, nav(("cover.xhtml", "封面"), ("c.xhtml", "版权信息"), *LISTED))
    assert [title for title, _ in entries(parsed)] == ["三个站", "两座桥"]
    assert parsed.lines[0].text == "云泽文选"  # kept, as front matter


def test_one_document_may_hold_several_articles():
    page = f'<h1 id="x">三个站</h1>{TEXT}<div><a id="y"></a><h1>两座桥</h1></div>{TEXT}'
    parsed = parse({"a.xhtml": page}, nav(("a.xhtml#x", "三个站"), ("a.xhtml#y", "两座桥")))
    assert entries(parsed) == [("三个站", ["三个站", *BODY]), ("两座桥", ["两座桥", *BODY])]


def test_sections_that_the_contents_list_below_an_article_stay_in_it():
    page = f'<h1>三个站</h1>{TEXT}<h2 id="s1">一、建站</h2>{TEXT}<h2 id="s2">二、用站</h2>{TEXT}'
    listed = ("a.xhtml", "三个站", ("a.xhtml#s1", "一、建站"), ("a.xhtml#s2", "二、用站"))
    assert [title for title, _ in entries(parse({"a.xhtml": page}, nav(listed)))] == ["三个站"]


@pytest.mark.parametrize("rubric", ["", "p.xhtml"])
def test_an_entry_that_only_stands_above_others_names_their_column(rubric):
    documents = {"p.xhtml": "<h1>实践</h1>", **TWO}
    parsed = parse(documents, nav((rubric, "实践", *LISTED)))
    assert [(e.native["title"], e.native["column"]) for e in parsed.entries] == [("三个站", "实践"), ("两座桥", "实践")]


def test_a_book_tells_author_and_date_and_an_issue_its_number():
    metadata = (
        "<dc:title>云泽人大 2024年第3期</dc:title><dc:creator>林晓</dc:creator><dc:date>2024-05-03T00:00:00Z</dc:date>"
    )
    parsed = parse(TWO, nav(*LISTED), metadata)
    assert parsed.entries[0].native == {
        "title": "三个站", "journal": "云泽人大", "issue": "2024年第3期", "date": "2024-05-03"
    }  # fmt: skip
    other = parse(TWO, nav(*LISTED), metadata.replace(" 2024年第3期", ""))
    assert other.entries[0].native["author"] == "林晓"


def test_footnotes_are_notes():
    page = f'<h1>三个站</h1>{TEXT}<aside epub:type="footnote"><p>见县志。</p></aside><aside><p>广告</p></aside>'
    parsed = parse({"a.xhtml": page})
    assert [(line.text, line.kind) for line in parsed.lines][3:] == [("见县志。", "note")]


def test_a_book_locked_by_its_seller_is_refused_but_hidden_fonts_do_not_matter():
    lock = '<encryption xmlns="urn:x"><CipherReference URI="OEBPS/{}"/></encryption>'
    with pytest.raises(ArticleError, match="locked by its seller"):
        parse(TWO, **{"META-INF__encryption.xml": lock.format("a.xhtml")})
    assert len(parse(TWO, **{"META-INF__encryption.xml": lock.format("f.otf")}).entries) == 2


def test_a_book_of_pictures_is_refused():
    with pytest.raises(ArticleError, match="no text"):
        parse({"a.xhtml": '<img src="1.jpg"/>'})


@pytest.mark.parametrize("part", ["META-INF/container.xml", "OEBPS/content.opf"])
@pytest.mark.parametrize("content", [None, "", "<broken", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_broken_frame_is_refused(part, content):
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(TWO))) as old, zipfile.ZipFile(data, "w") as new:
        for info in old.infolist():
            if info.filename != part:
                new.writestr(info.filename, old.read(info))
            elif content is not None:
                new.writestr(info.filename, content)
    with pytest.raises(ArticleError):
        parse_epub(data.getvalue(), "a.epub")


def test_links_that_lead_nowhere_do_no_harm():
    listed = (("gone.xhtml", "没有"), ("a.xhtml#gone", "没有"), ("../../../etc/passwd", "没有"), *LISTED)
    assert [title for title, _ in entries(parse(TWO, nav(*listed)))] == ["三个站", "两座桥"]
