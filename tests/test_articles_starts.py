"""Where articles begin in files that list none: titles told from headings by what stands around them in the file."""

import pytest

from rag.articles import read_articles

BODY = "{0}今年建成了三个代表联络站，覆盖全镇十二个村，每月开放两次，由代表轮流接待群众，收集到的意见当天登记。"
PLACES = ["青山镇", "河口镇", "上河镇", "白云镇"]
TITLES = ["青山镇把联络站建到村口", "小站点 大民声", "让意见件件有回音", "一盏灯照亮回家路"]
NAMES = ["林晓", "陈大山", "周正", "孙立"]
EXPECTED = [(title, (name,)) for title, name in zip(TITLES, NAMES, strict=True)]


@pytest.fixture
def read(tmp_path):
    def reader(text, name="a.txt"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return [a for a in read_articles(path, name).articles if a.kind == "article"]

    return reader


def issue(form, bodies=2):
    text = "\n\n".join(BODY.format("{place}") for _ in range(bodies))
    parts = zip(TITLES, NAMES, PLACES, strict=True)
    return "\n\n".join(form.format(title=t, name=n, place=p, body=text.format(place=p)) for t, n, p in parts) + "\n"


def found(articles):
    return [(a.title, a.authors) for a in articles]


@pytest.mark.parametrize(
    "form",
    [
        "{title}\n{name}\n{body}",
        "{title}\n\n（{name}）\n\n{body}",
        "{title}\n\n本刊记者 {name}\n\n{body}",
        "{title}\n\n文/{name}\n\n{body}",
        "{name}\n\n{title}\n\n{body}",
        "■ {name}（青山）\n\n{title}\n\n{body}",
        "{title}\n\n——以一个村为例\n\n{name}\n\n{body}",
        "{title}\n\n{name}\n\n2024年5月3日\n\n{body}",
        "【实践】\n\n{title}\n\n{name}\n\n{body}\n\n（责编 周亮）",
        "{title}\n\n{body}\n\n（{name}）",
        "{title}\n\n本报讯（记者 {name}）{body}",
    ],
)
def test_bylines_of_many_forms_tell_titles(read, form):
    assert found(read(issue(form))) == EXPECTED


def test_section_headings_of_the_same_rank_are_no_titles_where_titles_have_bylines(read):
    form = "## {title}\n\n■ {name}（青山）\n\n{body}\n\n## 把门打开\n\n{body}\n\n## 把事办好\n\n{body}"
    assert found(read(issue(form), "a.md")) == EXPECTED


def test_laws_begin_with_their_titles_and_the_notes_of_their_passing(read):
    clauses = "第一条 为了管理，制定本办法。\n\n第二条 本县适用本办法。"
    laws = ["青山县河道管理办法", "青山县养犬规定", "青山县绿化办法"]
    text = "\n\n".join(
        f"{law}\n\n（2020年5月{k}日青山县第三届人民代表大会\n常务委员会第二次会议通过）\n\n{clauses}"
        for k, law in enumerate(laws, 1)
    )
    articles = read(text)
    assert [a.title for a in articles] == laws
    assert articles[0].date == "2020年5月1日"


def test_bylines_of_the_file_s_form_begin_articles_whose_titles_stand_inside(read):
    first, second = BODY.format("河口镇")[:30], BODY.format("河口镇")[30:]
    pages = [f"# {t}\n\n{n} (青山)\n\n{BODY.format(p)}\n\n" for t, n, p in zip(TITLES, NAMES, PLACES, strict=True)]
    pages[1] = f"{NAMES[1]} (青山)\n\n{first}\n\n## {TITLES[1]}\n\n{second}\n\n"
    assert found(read("".join(pages), "a.md")) == EXPECTED


def test_bare_names_above_and_titles_below_every_article_go_together(read):
    assert found(read(issue("{name}（青山）\n\n{body}\n\n{title}"))) == EXPECTED


def test_a_list_of_names_begins_no_articles(read):
    text = f"{TITLES[0]}\n\n{BODY.format('青山镇')}\n\n名单\n\n林晓\n\n陈大山\n\n周正\n\n{BODY.format('河口镇')}\n"
    assert len(read(text)) == 1


def test_bold_sections_of_one_document_are_no_articles(read):
    text = f"{TITLES[0]}\n\n" + "".join(f"把门打开\n\n{BODY.format(p)}\n\n" for p in PLACES)
    assert len(read(text)) == 1


def test_rubrics_of_many_forms_are_columns_and_carry_on_until_the_next(read):
    for mark in ("【{}】", "■{}", "·{}·", "“{}”"):
        parts = [f"{t}\n\n{n}\n\n{BODY.format(p)}\n\n" for t, n, p in zip(TITLES, NAMES, PLACES, strict=True)]
        text = f"{mark.format('要闻')}\n\n{parts[0]}{parts[1]}{mark.format('工作研究')}\n\n{parts[2]}{parts[3]}"
        articles = read(text)
        assert found(articles) == EXPECTED
        assert [a.column for a in articles] == ["要闻", "要闻", "工作研究", "工作研究"]
        assert articles[0].found["column"] == "heading"


def test_page_numbers_tell_on_which_page_an_article_begins(read):
    parts = [
        f"{t}\n\n{n}\n\n{BODY.format(p)}\n\n— {k} —\n\n"
        for k, (t, n, p) in enumerate(zip(TITLES, NAMES, PLACES, strict=True), 5)
    ]
    articles = read("".join(parts))
    assert [a.page for a in articles] == ["5", "6", "7", "8"]
    assert {a.found["page"] for a in articles} == {"page number"}


def test_short_news_below_a_rubric_are_articles_of_their_own_though_the_contents_leave_them_out(read):
    briefs = [
        ("河口镇开展培训", "河口镇举办了一期培训，六十名代表参加了学习。"),
        ("上河镇修好水渠", "上河镇的水渠修好了，三个村用上了水。"),
    ]
    contents = "".join(f"{k:02d} {t}\n" for k, t in enumerate([*TITLES[:3], "工作动态"], 1))
    body = "".join(
        f"{t}\n\n{n}\n\n{BODY.format(p)}\n\n" for t, n, p in list(zip(TITLES, NAMES, PLACES, strict=True))[:3]
    )
    news = "".join(f"{t}\n\n{text}\n\n" for t, text in briefs)
    articles = read(f"目录\n\n{contents}\n{body}工作动态\n\n{news}")
    assert [a.title for a in articles] == [*TITLES[:3], *(t for t, _ in briefs)]
    assert [a.column for a in articles[3:]] == ["工作动态"] * 2


def test_a_contents_page_without_a_heading_is_known_by_its_titles_standing_again(read):
    text = (
        "\n".join(TITLES)
        + "\n\n"
        + "".join(f"{t}\n\n{BODY.format(p)}\n\n" for t, p in zip(TITLES, PLACES, strict=True))
    )
    assert [a.title for a in read(text)] == TITLES


def test_numbers_on_lines_of_their_own_belong_to_the_contents(read):
    contents = "\n".join(f"{title}\n({2 * k + 1})" for k, title in enumerate(TITLES))
    text = issue("{title}\n\n{name}\n\n{body}")
    articles = read(f"目录\n{contents}\n\n{text}")
    assert [(a.title, a.page) for a in articles] == list(zip(TITLES, ["1", "3", "5", "7"], strict=True))


def test_every_field_tells_where_it_was_read(read):
    contents = "".join(f"{2 * k + 1:02d} {t}\n" for k, t in enumerate(TITLES))
    text = issue("{title}\n\n——以一个村为例\n\n■ {name}（青山市）\n\n{body}")
    article = read(f"青山人大\n2024 · 2\n印刷：青山印务\n\n目录\n\n{contents}\n{text}")[0]
    assert (article.place, article.affiliation) == ("青山市", "青山市")
    assert article.found == {
        "authors": "byline",
        "title": "contents",
        "subtitle": "heading",
        "affiliation": "byline",
        "place": "byline",
        "page": "contents",
        "journal": "masthead",
        "issue": "masthead",
    }


def test_a_title_from_the_file_s_name_and_a_dateline_say_so(read):
    (article,) = read("本报青山3月5日讯（记者 林晓）" + BODY.format("青山镇") + "\n", "青山.txt")
    assert (article.title, article.place, article.date, article.authors) == ("青山", "青山", "3月5日", ("林晓",))
    assert article.found == {"title": "file name", "place": "text", "date": "text", "authors": "text"}


def test_an_author_whom_only_the_contents_name_is_taken_from_there(read):
    contents = "".join(f"{t}……{k}\n{n}\n" for k, (t, n) in enumerate(zip(TITLES, NAMES, strict=True), 1))
    articles = read(f"目录\n{contents}\n{issue('{title}' + chr(10) * 2 + '{body}')}")
    assert found(articles) == EXPECTED
    assert {a.found["authors"] for a in articles} == {"contents"}
