"""wenju export: JSON lines and Markdown, and that the Markdown is read back as the same articles."""

import json
from pathlib import Path

import pytest
from conftest import make_article
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_cli import run

from rag.articles import read_articles
from rag.commands.export import file_name
from rag.serialize import article_to_markdown
from rag.types import Article, Paragraph

FIELDS = (
    "title", "subtitle", "authors", "affiliation", "place", "column", "journal", "issue", "date", "page", "kind"
)  # fmt: skip


def read_back(folder: Path, *articles: Article) -> tuple[Article, ...]:
    path = folder / "back.md"
    path.write_text("".join(article_to_markdown(article) + "\n" for article in articles), encoding="utf-8")
    return read_articles(path, "back.md").articles


def print_of(article: Article) -> list[tuple[object, ...]]:
    told = [getattr(article, name) for name in FIELDS]
    return [tuple(told), *((article.text[p.start : p.end], p.kind, p.page, p.head) for p in article.paragraphs)]


def full_article() -> Article:
    parts: list[tuple[str, dict[str, object]]] = [
        ("林 知远  （石桥镇政府）", {"kind": "byline"}),
        ("石桥镇的夜市去年秋天重新开张，摊位一共八十六个，", {}),
        ("每晚六点开门。", {"page": 2}),
        ("一、摊位从哪里来", {"kind": "heading", "page": 2}),
        ("# 这一行不是标题", {"page": 2}),
        ("1. 这一行不是编号", {"page": 2}),
        ("> 这一行不是引文，*这里*也不是强调", {"page": 3}),
        ("月份\t摊位（个）", {"kind": "table", "page": 3}),
        ("九月\t86", {"kind": "table", "page": 3, "head": 8}),
        ("注：据镇里的统计。", {"kind": "note", "page": 3}),
        ("---", {"page": 3}),
        ("\\end", {"page": 3}),
    ]
    position, paragraphs = 0, []
    for n, (text, told) in enumerate(parts, 1):
        paragraphs.append(Paragraph(n, position, position + len(text), **told))  # type: ignore[arg-type]
        position += len(text) + 1
    return Article(
        id="r/a.txt#1",
        source="r/a.txt",
        title='石桥镇的夜市："开张" # 一年',
        text="\n".join(text for text, _ in parts),
        paragraphs=tuple(paragraphs),
        subtitle="——一份调查",
        authors=("林知远", "Parks Department, City of Marrow Bay"),
        affiliation="石桥镇政府",
        column="调查",
        journal="石桥通讯",
        issue="2024年第3期",
        date="2024-05-01",
        page="12",
        place="石桥",
    )


def test_markdown_is_read_back_as_the_same_article(tmp_path):
    (back,) = read_back(tmp_path, full_article())
    assert print_of(back) == print_of(full_article())


def test_several_articles_and_front_matter_share_one_file(tmp_path):
    front = make_article("r/a.txt", "石桥通讯", ["主办：石桥镇政府", "总第十二期"], number=0, kind="front")
    one = make_article("r/a.txt", "夜市", ["石桥镇的夜市重新开张。", "摊位八十六个。"])
    other = make_article("r/b.txt", "Ferry", ["The last ferry leaves at nine.", "--- it says ---"])
    back = read_back(tmp_path, front, one, other)
    assert [a.kind for a in back] == ["front", "article", "article"]
    assert [print_of(a)[1:] for a in back[1:]] == [print_of(a)[1:] for a in (one, other)]
    assert [p[0] for p in print_of(back[0])[1:]] == ["主办：石桥镇政府", "总第十二期"]


def test_markdown_of_another_origin_is_read_as_before(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: 夜市\nwenju: something else\n---\n\n石桥镇的夜市重新开张。\n", encoding="utf-8")
    (article,) = read_articles(path, "a.md").articles
    assert (article.title, article.found["title"]) == ("夜市", "front matter")


def test_a_field_changed_by_hand_may_lack_its_quotes(tmp_path):
    path = tmp_path / "a.md"
    text = article_to_markdown(full_article()).replace('issue: "2024年第3期"', "issue: 2024年第4期")
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    (article,) = read_articles(path, "a.md").articles
    assert (article.issue, article.page) == ("2024年第4期", "12")
    assert print_of(article)[1:] == print_of(full_article())[1:]


LINE = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cf")), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=6), LINE)
def test_any_words_come_back(tmp_path_factory, paragraphs, title):
    assume(title not in paragraphs)  # a title printed again is a running head, here as anywhere
    article = make_article("r/a.txt", title, paragraphs)
    (back,) = read_back(tmp_path_factory.mktemp("md"), article)
    assert back.text == article.text
    assert back.title == title


def test_the_articles_of_an_index_come_back_from_one_file_and_from_a_folder(capsys, indexed, tmp_path):
    from rag.articles import find_files

    exported = [json.loads(line) for line in run(capsys, "export", "--index", indexed)[1].splitlines()]
    told = sorted((row["title"], [p["text"] for p in row["paragraphs"]]) for row in exported)
    for out in (tmp_path / "all.md", tmp_path / "folder"):
        code, _, err = run(capsys, "export", "--format", "md", "--index", indexed, "--out", out)
        assert (code, err) == (0, [f"wenju: wrote 4 articles to {out}"])
        back = [a for path in find_files(out) for a in read_articles(path, path.name).articles]
        assert sorted((a.title, a.text.split("\n")) for a in back) == told
    names = [path.relative_to(tmp_path / "folder").as_posix() for path in find_files(tmp_path / "folder")]
    assert "corpus/river.txt/01 青石河治理三年记.md" in names


def test_a_folder_that_is_not_empty_is_left_alone(capsys, indexed, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.md").write_text("x", encoding="utf-8")
    code, _, err = run(capsys, "export", "--format", "md", "--index", indexed, "--out", tmp_path / "mine")
    assert (code, "not empty" in err[0], len(list((tmp_path / "mine").iterdir()))) == (2, True, 1)


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("../../etc/passwd", "x"),
        ("a/b.txt", "../../x"),
        ("/a.txt", 'a/b\\c:d*?"<>|\n\x00'),
        ("a", "夜" * 300),
        ("~", "."),
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path, source, title):
    name = file_name(make_article(source, title, ["一"]))
    assert (tmp_path / name).resolve().is_relative_to(tmp_path.resolve())
    assert ".." not in name.parts
    assert all(len(part.encode()) < 255 for part in name.parts)
    assert name.name.startswith("01 ")
