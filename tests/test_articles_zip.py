"""Archives: each member of a kind that is read is a source of its own."""

import io
import zipfile

import pytest

from rag.articles import FileReport, read_articles, read_members
from rag.articles.formats.fields import FOLDER_FILE
from rag.errors import ArticleError

TEXT = "三个站\n\n作者：林晓\n\n今年建成了三个代表联络站，覆盖全镇十二个村。\n\n每月开放两次。\n"


def pack(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def read(path) -> FileReport:
    return read_articles(path, "root/a.zip")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.zip"


def test_members_are_sources_within_the_archive(path):
    pack(path, {"2024/一月.txt": TEXT, "b.md": "# 两座桥\n\n桥修好了。\n", "folder/": ""})
    report = read(path)
    assert [(a.id, a.source, a.title) for a in report.articles] == [
        ("root/a.zip/2024/一月.txt#1", "root/a.zip/2024/一月.txt", "三个站"),
        ("root/a.zip/b.md#1", "root/a.zip/b.md", "两座桥"),
    ]
    assert (report.source, report.encoding, report.decoded, report.skipped) == ("root/a.zip", "zip", "", ())


def test_what_is_not_read_is_skipped_with_its_reason_and_clutter_silently(path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.txt", TEXT)
    pack(
        path,
        {
            "a.txt": TEXT,
            "photo.jpg": b"\xff\xd8\xff",
            "inner.zip": inner.getvalue(),
            "empty.txt": "",
            "broken.docx": b"no zip",
            "../out.txt": TEXT,
            ".hidden/x.txt": TEXT,
            "__MACOSX/._a.txt": b"\0\5",
            "Thumbs.db": b"\xd0\xcf",
            "a.txt.wenju.toml": "",
            FOLDER_FILE: "",
        },
    )
    report = read(path)
    assert [a.source for a in report.articles] == ["root/a.zip/a.txt"]
    reasons = dict(report.skipped)
    assert set(reasons) == {"photo.jpg", "inner.zip", "empty.txt", "broken.docx", "../out.txt"}
    assert "a picture" in reasons["photo.jpg"]
    assert "archive within an archive" in reasons["inner.zip"]
    assert "no text" in reasons["empty.txt"]
    assert "damaged" in reasons["broken.docx"]
    assert "leads out" in reasons["../out.txt"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_of_old_archives_are_decoded(path, encoding):
    name = "二〇二四年第三期.txt"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("n" * len(name.encode(encoding)))
        archive.writestr(info, TEXT)
    data = path.read_bytes().replace(b"n" * len(name.encode(encoding)), name.encode(encoding))
    path.write_bytes(data)
    assert read(path).articles[0].source == f"root/a.zip/{name}"


def test_each_member_has_its_own_decoded_text_that_origins_count_in(path):
    pack(path, {"a.txt": TEXT, "b.txt": TEXT * 2, "c.png": b""})
    reports = list(read_members(path, "root/a.zip"))
    assert [report.source for report in reports] == [f"root/a.zip/{name}" for name in ("a.txt", "b.txt", "c.png")]
    for report in reports[:2]:
        for article in report.articles:
            for paragraph in article.paragraphs:
                text = "".join(report.decoded[a:b] for a, b in paragraph.origin)
                assert text == article.text[paragraph.start : paragraph.end]
    assert reports[2].articles == ()


def test_notes_and_lost_characters_of_members_are_kept(path):
    pack(
        path, {"a.txt": TEXT.encode() + b"\xff" + TEXT.encode(), "b.docx": TEXT, "c.json": f'[{{"text": "{TEXT[:3]}"}}'}
    )
    report = read(path)
    assert report.undecodable == 1
    assert {name for name, _ in report.skipped} == {"b.docx", "c.json"}


def test_a_member_that_is_another_kind_than_its_name_says_is_told(path):
    pack(path, {"a.txt": f"<!DOCTYPE html><html><body><h1>三个站</h1><p>{TEXT}</p></body></html>"})
    assert read(path).notes[0] == "a.txt: named .txt, but is a web page"


def test_an_archive_without_anything_to_read_is_refused_with_one_reason(path):
    with pytest.raises(ArticleError, match=r"Nothing in this archive.*photo\.jpg.*a picture"):
        read(pack(path, {"photo.jpg": b"x"}))
    with pytest.raises(ArticleError, match="Nothing in this archive"):
        read(pack(path, {}))


def test_a_locked_archive_is_refused(path):
    pack(path, {"a.txt": TEXT})
    data = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + at] |= 1
    path.write_bytes(data)
    with pytest.raises(ArticleError, match="locked with a password"):
        read(path)


@pytest.mark.parametrize("cut", [10, 100, 300])
def test_an_archive_that_breaks_off_is_refused(path, cut):
    data = pack(path, {"a.txt": TEXT}).read_bytes()
    path.write_bytes(data[: -cut % len(data)])
    with pytest.raises(ArticleError, match="damaged"):
        read(path)


def test_tables_in_an_archive_use_the_mapping_beside_it(path):
    (path.parent / FOLDER_FILE).write_text('title = "hl"\ntext = "story"\n', encoding="utf-8")
    pack(path, {"a.csv": "hl,story\n三个站,好。\n"})
    [article] = read(path).articles
    assert (article.title, article.text) == ("三个站", "好。")
