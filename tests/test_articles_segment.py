"""Where articles begin and end: contents pages, bylines, headings, labels, and files that are one article."""

from itertools import pairwise

import pytest

from rag.articles import read_articles

BODY = "{0}今年建成了三个代表联络站，覆盖全镇十二个村，每月开放两次，由代表轮流接待群众，收集到的意见当天登记。"
PLACES = ["青山镇", "河口镇", "上河镇", "白云镇"]
TITLES = ["青山镇把联络站建到村口", "小站点 大民声", "让意见件件有回音", "一盏灯照亮回家路"]
NAMES = ["林晓", "陈大山", "周正", "孙立"]


@pytest.fixture
def read(tmp_path):
    def reader(text, name="a.txt"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_articles(path, name)

    return reader


def articles(report):
    return [(a.title, a.authors) for a in report.articles if a.kind == "article"]


def body(article):
    return [article.text[p.start : p.end] for p in article.paragraphs if p.kind == "body"]


def printed(title, name, place):
    return f"{title}\n\n{name}\n\n{BODY.format(place)}\n\n{BODY.format(place)}\n\n"


ISSUE = "".join(printed(*parts) for parts in zip(TITLES, NAMES, PLACES, strict=True))
EXPECTED = [(title, (name,)) for title, name in zip(TITLES, NAMES, strict=True)]


@pytest.mark.parametrize(
    "entry",
    [
        "- {page:02d} {title}",
        "{page} {title}",
        "{title}……{page}",
        "{title} / {name}  {page}",
        "{title}·····{name}（{page}）",
        "{title}",
    ],
)
def test_contents_of_many_styles_lead_to_their_articles(read, entry):
    contents = "\n".join(entry.format(page=2 * k + 1, title=t, name=n) for k, (t, n) in enumerate(EXPECTED) for n in n)
    report = read(f"青山人大\n2024年第2期\n\n目 录\n\n{contents}\n\n{ISSUE}")
    assert articles(report) == EXPECTED
    assert report.notes == ("4 of 4 contents entries found",)
    pages = [None] * 4 if entry == "{title}" else ["1", "3", "5", "7"]
    assert [a.page for a in report.articles[1:]] == pages
    assert all(body(a) == [BODY.format(place)] * 2 for a, place in zip(report.articles[1:], PLACES, strict=True))


def test_front_matter_keeps_its_lines_and_lends_journal_and_issue_to_every_article(read):
    contents = "\n".join(f"{2 * k + 1:02d} {title}" for k, title in enumerate(TITLES))
    front, *rest = read(f"青山人大\n2024 · 2\n印刷：青山印务有限公司\n\n目录\n\n{contents}\n\n{ISSUE}").articles
    assert (front.id, front.kind, front.title) == ("a.txt#0", "front", "青山人大")
    assert "印刷：青山印务有限公司" in body_of(front)
    assert {(a.journal, a.issue) for a in rest} == {("青山人大", "2024·2")}


def body_of(article):
    return [article.text[p.start : p.end] for p in article.paragraphs]


def test_rubrics_of_the_contents_are_columns(read):
    contents = f"要闻\n01 {TITLES[0]}\n03 {TITLES[1]}\n\n理论研究\n05 {TITLES[2]}\n07 {TITLES[3]}"
    report = read(f"目录\n{contents}\n\n{ISSUE}")
    assert [a.column for a in report.articles[1:]] == ["要闻", "要闻", "理论研究", "理论研究"]


def test_a_title_over_two_lines_of_the_contents_is_one_entry(read):
    contents = f"01 {TITLES[0]}\n03 小站点\n   大民声\n05 {TITLES[2]}\n07 一盏灯\n   照亮回家路"
    assert articles(read(f"目录\n{contents}\n\n{ISSUE}")) == EXPECTED


def test_a_title_misread_in_the_contents_is_found_and_the_missing_one_reported(read):
    contents = (
        f"01 {TITLES[0].replace('村', '材')}\n03 {TITLES[1]}\n05 {TITLES[2]}\n07 {TITLES[3]}\n09 一篇没有印出来的文章"
    )
    report = read(f"目录\n{contents}\n\n{ISSUE}")
    assert articles(report) == EXPECTED
    assert report.notes == ("4 of 5 contents entries found", "listed but not found: 一篇没有印出来的文章")


def test_plain_articles_without_contents_begin_at_a_title_with_a_name_below(read):
    assert articles(read(ISSUE)) == EXPECTED


def test_marked_bylines_begin_articles_below_their_titles(read):
    text = "".join(
        f"{t}\n\n■ {n}（青山）\n\n{BODY.format(p)}\n\n" for t, n, p in zip(TITLES, NAMES, PLACES, strict=True)
    )
    report = read(text)
    assert articles(report) == EXPECTED
    assert {a.affiliation for a in report.articles} == {"青山"}


def test_titles_printed_below_their_articles_go_with_the_byline_above(read):
    text = "".join(
        f"■ {n}（青山）\n\n{BODY.format(p)}\n\n{t}\n\n" for t, n, p in zip(TITLES, NAMES, PLACES, strict=True)
    )
    report = read(text)
    assert articles(report) == EXPECTED
    assert [body(a) for a in report.articles] == [[BODY.format(place)] for place in PLACES]


def test_a_title_inside_its_article_is_taken_out_of_the_sentence_it_cuts(read):
    first, second = BODY.format("河口镇")[:30], BODY.format("河口镇")[30:]
    text = (
        f"# {TITLES[0]}\n\n■ 林晓（青山）\n\n{BODY.format('青山镇')}\n\n"
        f"■ 陈大山（河口）\n\n{first}\n\n## {TITLES[1]}\n\n{second}\n\n"
        f"# {TITLES[2]}\n\n■ 周正（上河）\n\n{BODY.format('上河镇')}\n"
    )
    report = read(text)
    assert articles(report) == EXPECTED[:3]
    assert body(report.articles[1]) == [BODY.format("河口镇")]


def test_a_signature_begins_no_article(read):
    report = read(f"{TITLES[0]}\n\n{BODY.format('青山镇')}\n\n作者：林晓\n")
    assert articles(report) == [(TITLES[0], ("林晓",))]


def test_labelled_titles_begin_articles(read):
    text = "".join(f"标题：{t}\n作者：{n}\n{BODY.format(p)}\n\n" for t, n, p in zip(TITLES, NAMES, PLACES, strict=True))
    assert articles(read(text)) == EXPECTED


def test_headings_of_the_first_rank_are_titles_of_a_markdown_collection(read):
    text = "".join(
        f"# {t}\n\n{n}\n\n{BODY.format(p)}\n\n## 做法\n\n{BODY.format(p)}\n\n"
        for t, n, p in zip(TITLES, NAMES, PLACES, strict=True)
    )
    assert articles(read(text, "a.md")) == EXPECTED


def test_numbered_headings_of_the_first_rank_are_sections(read):
    text = f"# 一、概况\n\n{BODY.format('青山镇')}\n\n# 二、做法\n\n{BODY.format('河口镇')}\n"
    assert len(read(text, "report.md").articles) == 1


def test_rubrics_in_brackets_belong_to_the_article_below(read):
    text = "".join(f"【实践】\n\n{printed(*parts)}" for parts in zip(TITLES, NAMES, PLACES, strict=True))
    report = read(text)
    assert articles(report) == EXPECTED
    assert {a.column for a in report.articles} == {"实践"}


def test_a_masthead_heading_is_front_matter(read):
    text = (
        f"# 青山人大 2024年第2期\n\n主办：青山镇人大\n\n## {TITLES[0]}\n\n■ 林晓（青山）\n\n{BODY.format('青山镇')}\n\n"
    )
    text += f"## {TITLES[1]}\n\n■ 陈大山（河口）\n\n{BODY.format('河口镇')}\n"
    report = read(text, "a.md")
    assert [a.kind for a in report.articles] == ["front", "article", "article"]
    assert report.articles[1].issue == "2024年第2期"


def test_an_imprint_at_the_end_is_front_matter(read):
    report = read(f"{ISSUE}主办：青山镇人大\n印刷：青山印务\n地址：青山街一号\n电话：123456\n")
    assert report.articles[0].kind == "front"
    assert "印刷：青山印务" in report.articles[0].text
    assert "印刷" not in report.articles[-1].text


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("青山镇联络站建设情况\n作者：林晓\n2024年5月3日\n\n", "青山镇联络站建设情况"),
        ("青山镇联络站建设情况\n——以河口村为例\n\n", "青山镇联络站建设情况"),
        ("用好“一张表”\n办好百件事\n\n■ 林晓（青山）\n\n", "用好“一张表” 办好百件事"),
        ("青山人大\n2024年第2期\n\n青山镇联络站建设情况\n\n", "青山镇联络站建设情况"),
        ("", "a"),
    ],
)
def test_a_single_article_finds_its_title_or_takes_the_name_of_its_file(read, head, title):
    report = read(f"{head}　　{BODY.format('青山镇')}\n　　{BODY.format('河口镇')}\n")
    assert [a.title for a in report.articles if a.kind == "article"] == [title]
    assert body(report.articles[-1]) == [BODY.format("青山镇"), BODY.format("河口镇")]


def test_one_line_is_text_not_a_title(read):
    (article,) = read("只有一行文字").articles
    assert (article.title, article.text) == ("a", "只有一行文字")


def test_english_articles_are_english(read):
    text = "A Seat for Every Child\n\nBy Jane Doe\n\nThe county closed forty village schools. The bus came instead.\n"
    (article,) = read(text).articles
    assert (article.title, article.authors, article.lang) == ("A Seat for Every Child", ("Jane Doe",), "en")


def test_articles_follow_one_another_in_the_file(read):
    report = read(ISSUE)
    starts = [a.paragraphs[0].origin[0][0] for a in report.articles]
    assert all(a < b for a, b in pairwise(starts))
    assert [a.id for a in report.articles] == [f"a.txt#{n}" for n in range(1, 5)]
