"""Every format: the same article gives the same title, authors, date and paragraphs, each where its source has it."""

import csv
import io
import json
import re
import zipfile
from contextlib import suppress
from random import Random

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_articles_epub import book, nav
from test_articles_pdf import pdf

from rag.articles import SUFFIXES, read_articles, read_members
from rag.articles.formats.kinds import KINDS
from rag.errors import ArticleError

TITLE = "三个站点进山村"
PARAGRAPHS = (
    "今年春天，青山镇建成了三个代表联络站，覆盖全镇十二个村。",
    "联络站每月开放两次，来反映情况的有三百多人。",
    "镇里说，明年还要再建两个。",
)
BYLINE, DAY = "作者：林晓、陈大山", "2024-05-03"
LINES = (BYLINE, DAY, *PARAGRAPHS)


def docx():
    document = Document()
    document.add_heading(TITLE, 0)
    for line in LINES:
        document.add_paragraph(line)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def odt():
    office = "urn:oasis:names:tc:opendocument:xmlns"
    body = f'<t:h t:outline-level="1">{TITLE}</t:h>' + "".join(f"<t:p>{line}</t:p>" for line in LINES)
    content = (
        f'<o:document-content xmlns:o="{office}:office:1.0" xmlns:t="{office}:text:1.0">'
        f"<o:body><o:text>{body}</o:text></o:body></o:document-content>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return data.getvalue()


def html(form="<html><head><meta charset='utf-8'></head><body>{}</body></html>"):
    return form.format(f"<h1>{TITLE}</h1>" + "".join(f"<p>{line}</p>" for line in LINES)).encode()


def zipped():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.txt", plain())
    return data.getvalue()


def plain():
    return "\n\n".join([TITLE, *LINES]).encode()


def table(delimiter):
    cells = [TITLE, "林晓、陈大山", DAY, "\n".join(PARAGRAPHS)]
    return "\n".join(
        delimiter.join(f'"{cell}"' for cell in row) for row in (["标题", "作者", "日期", "正文"], cells)
    ).encode()


def record(lines=False):
    one = {"title": TITLE, "authors": ["林晓", "陈大山"], "date": DAY, "text": list(PARAGRAPHS)}
    return (json.dumps(one) + "\n" + json.dumps(one) if lines else json.dumps([one], ensure_ascii=False)).encode()


def page():
    rows = [(60, 700, 18, TITLE), (60, 660, 10.5, BYLINE), (60, 640, 10.5, DAY)]
    return pdf([*rows, *((81, 610 - 20 * n, 10.5, line) for n, line in enumerate(PARAGRAPHS))])


FRONT_MATTER = f"---\ntitle: {TITLE}\nauthor: [林晓, 陈大山]\ndate: {DAY}\n---\n"
FILES = {
    ".txt": plain(),
    ".text": plain(),
    ".md": f"---\ntitle: {TITLE}\nauthor: [林晓, 陈大山]\ndate: {DAY}\n---\n".encode()
    + "\n\n".join(PARAGRAPHS).encode(),
    ".markdown": f"# {TITLE}\n\n".encode() + "\n\n".join(LINES).encode(),
    ".html": html(),
    ".htm": html(),
    ".shtml": html(),
    ".xhtml": html('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'),
    ".docx": docx(),
    ".docm": docx(),
    ".dotx": docx(),
    ".odt": odt(),
    ".pdf": page(),
    ".epub": book({"a.xhtml": html("<html><body>{}</body></html>").decode()}, nav(("a.xhtml", TITLE))),
    ".csv": table(","),
    ".tsv": table("\t"),
    ".json": record(),
    ".jsonl": record(lines=True),
    ".ndjson": record(lines=True),
    ".zip": zipped(),
}


def bare(text):
    return re.sub(r"\s+", "", text)


def check_places(report):
    if report.encoding == "zip":
        return
    for article in report.articles:
        for paragraph in article.paragraphs:
            text = article.text[paragraph.start : paragraph.end]
            assert bare("".join(report.decoded[a:b] for a, b in paragraph.origin)) == bare(text)


def test_every_suffix_is_tried_here():
    assert set(FILES) == SUFFIXES


@pytest.mark.parametrize("suffix", sorted(FILES))
def test_the_same_article_is_the_same_in_every_format(tmp_path, suffix):
    path = tmp_path / f"file{suffix}"
    path.write_bytes(FILES[suffix])
    report = read_articles(path, f"root/file{suffix}")
    article = report.articles[0]
    assert article.title == TITLE
    assert article.authors == ("林晓", "陈大山")
    assert article.date == DAY
    texts = [article.text[p.start : p.end] for p in article.paragraphs if p.kind == "body"]
    assert tuple(texts) == PARAGRAPHS
    assert set(article.found) >= {"title", "authors", "date"}
    check_places(report)
    for member in read_members(path, "root/file.zip") if suffix == ".zip" else ():
        check_places(member)


@pytest.mark.parametrize("suffix", sorted(FILES))
def test_a_file_is_read_by_what_it_is_whatever_it_is_called(tmp_path, suffix):
    marked = KINDS[suffix] in ("docx", "odt", "pdf", "epub", "html")
    for name in ("file.docx", "file.pdf", "file.txt", "file.zip", "file", "file.doc") if marked else ("file",):
        path = tmp_path / name
        path.write_bytes(FILES[suffix])
        if KINDS[suffix] == "html" and name.endswith((".docx", ".pdf", ".zip")):
            with pytest.raises(ArticleError):
                read_articles(path, name)
        elif KINDS[suffix] not in ("markdown", "csv", "json"):
            report = read_articles(path, name)
            assert report.articles[0].title == TITLE
            lies = path.suffix in KINDS and KINDS[path.suffix] != KINDS[suffix]
            assert lies == any(note.startswith(f"named {path.suffix}") for note in report.notes)


@pytest.mark.parametrize("suffix", sorted(FILES))
@pytest.mark.parametrize("kept", [0, 1, 7, 60, -30])
def test_a_file_that_breaks_off_is_read_or_refused(tmp_path, suffix, kept):
    path = tmp_path / f"file{suffix}"
    path.write_bytes(FILES[suffix][:kept])
    with suppress(ArticleError):
        report = read_articles(path, "file")
        assert report.articles
        check_places(report)


@pytest.mark.parametrize(
    "suffix", sorted(FILES.keys() - {".pdf", ".zip", ".docm", ".dotx", ".text", ".markdown", ".htm"})
)
def test_damage_anywhere_is_read_or_refused_but_never_crashes(tmp_path, suffix):
    random = Random(suffix)
    path = tmp_path / f"file{suffix}"
    for _ in range(30):
        data = bytearray(FILES[suffix])
        for _ in range(random.randint(1, 4)):
            data[random.randrange(len(data))] = random.choice([0, 34, 44, 60, 62, 92, 123, 255, random.randrange(256)])
        path.write_bytes(data)
        with suppress(ArticleError):
            check_places(read_articles(path, "file"))


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"old Word file.*save it as \.docx"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked with a password",
        ),
        ("a.rtf", b"{\\rtf1\\ansi a}", r"RTF file.*save it as \.docx"),
        ("a.txt", b"{\\rtf1\\ansi a}", r"RTF file.*save it as \.docx"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", r"picture.*text recognition"),
        ("a.zip", b"Rar!\x1a\x07\0", r"archive of another kind.*pack it as \.zip"),
        ("a.caj", b"CAJ\0", "print it to PDF"),
        ("a.mp4", b"\0\0\0\x18ftyp", "supported are"),
    ],
)
def test_what_is_not_read_is_refused_with_how_to_mend_it(tmp_path, name, data, why):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ArticleError, match=why):
        read_articles(tmp_path / name, name)


@pytest.mark.parametrize(
    ("member", "why"), [("xl/workbook.xml", r"spreadsheet.*\.csv"), ("ppt/x.xml", "Export it as PDF")]
)
def test_other_office_files_are_refused_whatever_they_are_called(tmp_path, member, why):
    for name in ("a.docx", "a.xlsx", "a.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr(member, "<x/>")
        with pytest.raises(ArticleError, match=why):
            read_articles(tmp_path / name, name)


SECTIONS = ("总则", "本规定为保护河道制定，适用于全县。", "职责", "各镇负责本镇河道的日常保护。")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "---\ntitle: 河道保护规定\n---\n# {}\n\n{}\n\n# {}\n\n{}\n"),
        ("a.html", "<title>河道保护规定</title><h1>{}</h1><p>{}</p><h1>{}</h1><p>{}</p>"),
    ],
)
def test_several_top_headings_below_a_title_that_the_file_tells_are_sections(tmp_path, name, text):
    (tmp_path / name).write_text(text.format(*SECTIONS), encoding="utf-8")
    [article] = read_articles(tmp_path / name, name).articles
    assert article.title == "河道保护规定"
    kinds = [(article.text[p.start : p.end], p.kind) for p in article.paragraphs]
    assert kinds == list(zip(SECTIONS, ["heading", "body"] * 2, strict=True))


ODD = ["一、建好站点", "林 晓", "2024年5月3日", "村\t站", "　　" + PARAGRAPHS[1], '"', ",", PARAGRAPHS[0][:18]]
ANY = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Pd"), exclude_characters="<&")
LINE = st.one_of(st.sampled_from([*PARAGRAPHS, *ODD]), st.text(ANY, max_size=30))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, min_size=1, max_size=12))
@pytest.mark.parametrize("suffix", [".csv", ".json", ".docx", ".html", ".epub"])
def test_no_character_of_a_text_is_lost_or_invented(tmp_path, suffix, lines):
    path = tmp_path / f"file{suffix}"
    text = "\n".join([*lines, "末尾的一句话。"])
    path.write_bytes(written(suffix, text))
    report = read_articles(path, "file")
    check_places(report)
    assert bare(report.decoded) == bare(text)
    assert suffix not in (".csv", ".json") or len(report.articles) == 1


def written(suffix, text):
    if suffix == ".csv":
        data = io.StringIO()
        csv.writer(data).writerows([["title", "text"], ["题外的题目", text]])
        return data.getvalue().encode()
    if suffix == ".json":
        return json.dumps({"title": "题外的题目", "text": text}).encode()
    if suffix == ".docx":
        document = Document()
        for line in text.split("\n"):
            document.add_paragraph(line)
        data = io.BytesIO()
        document.save(data)
        return data.getvalue()
    body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return f"<body>{body}</body>".encode() if suffix == ".html" else book({"a.xhtml": body}, nav(("a.xhtml", "题外")))
