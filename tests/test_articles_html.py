"""rag.articles.formats.parse_html: the text of a page without its frame."""

import pytest

from rag.articles.formats.parse_html import parse_html


def parse(body, head="", encoding="utf-8"):
    return parse_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(encoding), "a.html")


def shown(parsed):
    return [(line.text, line.level, line.kind) for line in parsed.lines]


def test_headings_paragraphs_and_list_entries_are_lines():
    parsed = parse(
        "<h1>题</h1><p>甲<b>乙</b> 丙。</p><h2>节</h2><ul><li>一</li><li>二</li></ul><div>散文。<p>段。</p>尾。</div>"
    )
    assert shown(parsed) == [
        ("题", 1, "text"),
        ("甲乙 丙。", 0, "text"),
        ("节", 2, "text"),
        ("一", 0, "item"),
        ("二", 0, "item"),
        ("散文。", 0, "text"),
        ("段。", 0, "text"),
        ("尾。", 0, "text"),
    ]
    assert all(line.whole for line in parsed.lines)
    assert [parsed.decoded[slice(*line.ranges[0])] for line in parsed.lines] == [line.text for line in parsed.lines]


def test_the_frame_of_the_page_is_dropped():
    parsed = parse(
        "<nav>首页</nav><header>站名</header><script>x()</script><p>正文。</p><aside>广告</aside><footer>版权</footer>"
    )
    assert shown(parsed) == [("正文。", 0, "text")]


def test_what_a_reader_does_not_see_is_left_out():
    parsed = parse(
        "<p>一<span hidden>密</span>段。</p><p style='color:red; display: none'>密</p><div role='navigation'>首页</div>"
        "<form hidden><p hidden>密</p></form><p><ruby>站<rp>(</rp><rt>zhàn</rt><rp>)</rp></ruby>点。</p>"
    )
    assert shown(parsed) == [("一段。", 0, "text"), ("站点。", 0, "text")]


def test_a_header_with_the_title_stays():
    assert shown(parse("<article><header><h1>题</h1></header><p>正文。</p></article>"))[0] == ("题", 1, "text")


def test_a_lone_article_element_is_the_text():
    long = "这一段足够长，可以证明它就是网页的正文，而不是导航栏里的一个链接，也不是页脚里的版权声明。"
    assert shown(parse(f"<div>栏目导航</div><article><p>{long}</p></article>")) == [(long, 0, "text")]


def test_each_of_several_article_elements_is_an_article():
    long = "<p>这一段足够长，可以证明它就是一篇文章，而不是导航栏里的一个链接，也不是页脚里的版权声明之类。</p>"
    page = f"<h1>云泽人大</h1><article><h2>三个站</h2>{long}<article><p>评论。</p></article></article>"
    parsed = parse(page + f"<article><h2>两座桥</h2>{long}</article>", "<title>首页</title>")
    assert [parsed.lines[entry.first].text for entry in parsed.entries] == ["三个站", "两座桥"]
    assert "title" not in parsed.native
    assert parse(page).entries == ()


def test_line_breaks_part_lines_and_source_newlines_inside_chinese_vanish():
    assert shown(parse("<p>第一行<br>第二\n   行<br/>one\n two</p>")) == [
        ("第一行", 0, "text"),
        ("第二行", 0, "text"),
        ("one two", 0, "text"),
    ]


def test_rows_of_a_data_table_join_their_cells():
    table = (
        "<table><caption>各村</caption><tr><th>村</th><th><p>站</p></th></tr><tr><td>上河村</td><td>2</td></tr></table>"
    )
    assert shown(parse(table)) == [("各村", 0, "text"), ("村 | 站", 0, "table"), ("上河村 | 2", 0, "table")]


def test_a_table_that_only_lays_out_the_page_is_no_table():
    page = "<table><tr><td><a>首页</a></td><td><h1>题</h1><p>一。</p><p>二。</p></td></tr></table>"
    assert [kind for *_, kind in shown(parse(page))] == ["text"] * 4


def test_rows_of_heads_are_marked():
    table = "<table><tr><th>村</th><th>站</th></tr><tr><th>上河村</th><td>2</td></tr></table>"
    assert [line.head for line in parse(table).lines] == [True, False]
    table = (
        "<table><thead><tr><td>村</td><td>站</td></tr></thead><tbody><tr><td>上河村</td><td>2</td></tr></tbody></table>"
    )
    assert [line.head for line in parse(table).lines] == [True, False]


def test_preformatted_text_keeps_its_lines():
    assert [text for text, *_ in shown(parse("<pre>甲\n乙\n</pre>"))] == ["甲", "乙"]


def test_metadata_of_the_head_is_read():
    head = (
        '<title>三个站 - 青山网</title><meta name="author" content="林晓">'
        '<meta property="article:published_time" content="2024-05-03T10:20:00+08:00">'
    )
    assert parse("<p>正文。</p>", head).native == {"author": "林晓", "date": "2024-05-03", "title": "三个站"}


def test_metadata_of_papers_of_government_sites_and_of_linked_data_is_read():
    head = (
        '<meta name="citation_author" content="Smith, John"><meta name="citation_author" content="Lin Xiao">'
        '<meta name="citation_title" content="Stations"><meta name="citation_firstpage" content="12">'
    )
    assert parse("<p>x</p>", head).native == {"title": "Stations", "author": "Smith, John；Lin Xiao", "page": "12"}
    head = (
        '<meta name="ArticleTitle" content="三个站"><meta name="PubDate" content="2024-05-03 10:20">'
        '<meta name="ColumnName" content="要闻"><title>x</title>'
    )
    assert parse("<p>x</p>", head).native == {"title": "三个站", "date": "2024-05-03", "column": "要闻"}
    head = (
        '<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "站"}, {"@type": "NewsArticle", '
        '"headline": "三个站", "author": [{"name": "林晓"}, {"name": "陈大山"}], "datePublished": "2024-05-03T10Z"}]}'
        "</script><script type='application/ld+json'>{broken</script>"
    )
    assert parse("<p>x</p>", head).native == {"title": "三个站", "author": "林晓；陈大山", "date": "2024-05-03"}


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-8"])
def test_the_declared_encoding_is_used(encoding):
    parsed = parse("<p>青山</p>", f'<meta charset="{encoding}">', encoding)
    assert shown(parsed) == [("青山", 0, "text")]


def test_deep_nesting_does_not_break_the_parser():
    assert "底" in parse("<div>" * 3000 + "底" + "</div>" * 3000).decoded


def test_markup_that_is_not_html_yields_its_text():
    assert "没有标签的文字" in parse_html("没有标签的文字".encode(), "a.html").decoded
