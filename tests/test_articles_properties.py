"""What holds for every file: no character invented, none lost but what is documented, paragraphs in order."""

import random
import re
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag.articles import read_articles
from rag.errors import ArticleError
from rag.train.breaking import Piece, broken
from rag.train.printing import KINDS

SENTENCE = "青山镇今年建成了三个代表联络站，覆盖全镇十二个村，每月开放两次。"
LINES = st.one_of(
    st.sampled_from(
        [
            "",
            "",
            "　　",
            SENTENCE,
            "　　" + SENTENCE * 2,
            SENTENCE[:18],
            SENTENCE[18:30],
            "一、建好站点",
            "（二）用好站点。" + SENTENCE,
            "第三条　为了保护河道，制定本规定。",
            "青山镇把联络站建到村口",
            "——以河口村为例",
            "■ 林 晓（青山）",
            "作者：陈大山",
            "（作者系青山镇人大主席）",
            "2024年第3期",
            "2024年5月3日",
            "目 录",
            "03 青山镇把联络站建到村口",
            "【实践】",
            "全 镇 上 下 都 来 帮 忙 修 桥 补 路",
            "村\t站",
            "上河村\t2",
            "水位 44.07 2860",
            "# 小站点 大民声",
            "## 做法",
            "- 每月开放两次",
            "| 村 | 站 |",
            "|---|---|",
            "**三个**站，见[名单](a)",
            "The town opened three stations, which are now",
            "used by twelve villages. The depu-",
            "ties take turns.",
            "12",
            "— 13 —",
            "==========",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40),
)
FILES = st.lists(LINES, min_size=1, max_size=30).map("\n".join)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def bare(text):
    return re.sub(r"\s+", "", text)


def check(report):
    """Assert what Article and Paragraph promise, against the decoded source."""
    for article in report.articles:
        assert article.id.startswith(report.source + "#")
        assert article.title
        assert article.text == "\n".join(article.text[p.start : p.end] for p in article.paragraphs)
        assert [p.number for p in article.paragraphs] == list(range(1, len(article.paragraphs) + 1))
        position = 0
        for paragraph in article.paragraphs:
            assert (paragraph.start, paragraph.start < paragraph.end) == (position, True)
            position = paragraph.end + 1
            text = article.text[paragraph.start : paragraph.end]
            assert "\n" not in text
            assert bare("".join(report.decoded[a:b] for a, b in paragraph.origin)) == bare(text)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
@QUICK
@given(text=FILES)
def test_paragraphs_are_their_ranges_of_the_source_but_for_white_space(tmp_path, suffix, text):
    path = tmp_path / f"a{suffix}"
    path.write_text(text + "\n末。", encoding="utf-8")
    check(read_articles(path, "root/a"))


@QUICK
@given(text=FILES)
def test_no_character_of_the_source_lies_in_two_paragraphs(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_text(text + "\n末。", encoding="utf-8")
    ranges = sorted(r for a in read_articles(path, "a").articles for p in a.paragraphs for r in p.origin)
    assert all(first[1] <= second[0] for first, second in pairwise(ranges))


WORDS = "青山镇今年建成了三个代表联络站覆盖全镇十二村每月开放两次群众天天来治党主体责任"
CLAUSES = st.lists(st.text(WORDS, min_size=4, max_size=14), min_size=2, max_size=12)
PARAGRAPHS = st.lists(CLAUSES.map(lambda clauses: "，".join(clauses) + "。"), min_size=2, max_size=9)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paragraphs=PARAGRAPHS, seed=st.integers(0, 999))
def test_damaged_text_is_repaired_to_its_ranges_and_only_documented_characters_are_gone(
    tmp_path, kind, paragraphs, seed
):
    rng = random.Random(seed)
    printed, _ = broken([Piece(text) for text in paragraphs], KINDS[kind](rng), rng)
    path = tmp_path / "a.txt"
    path.write_text(printed, encoding="utf-8")
    report = read_articles(path, "a")
    check(report)
    covered = [False] * len(report.decoded)
    for start, end in (r for a in report.articles for p in a.paragraphs for r in p.origin):
        assert not any(covered[start:end])
        covered[start:end] = [True] * (end - start)
    titles = bare("".join(f"{a.title}{a.subtitle or ''}" for a in report.articles))
    gone = "".join(" " if kept else char for char, kept in zip(report.decoded, covered, strict=True))
    for piece in gone.split():  # furniture, characters printed twice, a first line taken for the title
        furniture = re.fullmatch(r"\d+|[-—]|会议文件|青河人大|2024·3", piece)
        assert furniture or len(piece) <= 4 or piece in titles, piece


PROSE = st.sampled_from([SENTENCE, SENTENCE[:18], "一、建好站点", "青山镇把联络站建到村口", "——以河口村为例", "林 晓"])


@QUICK
@given(lines=st.lists(PROSE, min_size=1, max_size=20), gap=st.sampled_from(["\n", "\n\n"]))
@example(
    lines=[
        *("一、建好站点", "青山镇把联络站建到村口", "——以河口村为例", "林 晓", SENTENCE[:18]),
        *("青山镇把联络站建到村口", "一、建好站点", "——以河口村为例", SENTENCE, SENTENCE[:18], "一、建好站点", "林 晓"),
    ],
    gap="\n\n",
)
def test_every_line_of_plain_prose_is_in_a_paragraph_or_is_a_title_or_column(tmp_path, lines, gap):
    path = tmp_path / "a.txt"
    path.write_text(gap.join(lines) + "\n", encoding="utf-8")
    report = read_articles(path, "a")
    left = list(report.decoded)
    for article in report.articles:
        for start, end in (r for p in article.paragraphs for r in p.origin):
            left[start:end] = " " * (end - start)
    titles = {bare(f"{a.title}{a.subtitle or ''}") for a in report.articles}
    columns = {bare(a.column or "") for a in report.articles}
    *uncovered, last = [bare(line).lstrip("—") for line in "".join(left).strip("\n").split("\n")]
    assert all(any(line in title for title in titles | columns) for line in uncovered)
    if not "".join(left[-len(lines[-1]) - 1 :]).isspace():
        assert any(last in title for title in titles)  # no column begins at the end


@QUICK
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_but_never_crash(tmp_path, data):
    for suffix in (".txt", ".md", ".html", ".docx", ".pdf"):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(data)
        with suppress(ArticleError):
            check(read_articles(path, "a"))
