"""rag.articles: which files are read, which are refused, and with what sentence."""

import os

import pytest

from rag.articles import SUFFIXES, find_files, read_articles, walk, why_not
from rag.articles.limits import Limits
from rag.errors import ArticleError


def test_files_are_found_in_order_and_hidden_ones_are_not(tmp_path):
    for name in (
        "b.txt",
        "a/z.MD",
        "a/b.pdf",
        ".git/x.txt",
        ".hidden.txt",
        "~$open.docx",
        "a/picture.png",
        "a/table.xls",
        "a.txt.wenju.toml",
        "wenju-fields.toml",
        "__MACOSX/b.txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = find_files(tmp_path)
    assert [p.relative_to(tmp_path).as_posix() for p in found] == ["a/b.pdf", "a/z.MD", "b.txt"]
    unread = {p.name for p, supported in walk(tmp_path) if not supported}
    assert unread == {"picture.png", "table.xls"}


def test_a_file_is_its_own_root(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("正文。")
    assert find_files(path) == [path]
    assert find_files(path.with_suffix(".txt")) == [path]
    picture = tmp_path / "a.png"
    picture.write_text("x")
    assert find_files(picture) == []


def test_an_empty_folder_holds_no_files(tmp_path):
    assert find_files(tmp_path) == []


def test_a_missing_folder_is_an_error_that_names_it(tmp_path):
    with pytest.raises(ArticleError, match=r"No such file or folder.*nowhere"):
        find_files(tmp_path / "nowhere")


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".csv"])
def test_a_file_without_text_is_refused(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_text("\n \n\u3000\n")
    with pytest.raises(ArticleError, match="holds no text"):
        read_articles(path, "a")


def test_unknown_suffixes_are_refused_with_the_known_ones(tmp_path):
    path = tmp_path / "a.css"
    path.write_text("x")
    with pytest.raises(ArticleError, match=r"type \.css.*\.docx.*\.pdf"):
        read_articles(path, "a")


def test_too_large_a_file_is_refused_unread(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("正文。" * 10)
    with pytest.raises(ArticleError, match=r"too large.*Split it"):
        read_articles(path, "a", Limits(file_bytes=50))


def test_a_vanished_file_is_an_article_error(tmp_path):
    with pytest.raises(ArticleError, match="cannot be opened"):
        read_articles(tmp_path / "gone.txt", "gone")


def test_the_report_tells_encoding_and_damage(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("青山镇的人都来了。".encode("gb18030"))
    report = read_articles(path, "root/a.txt")
    assert (report.source, report.encoding, report.undecodable) == ("root/a.txt", "gb18030", 0)
    path.write_bytes("青山镇的人都来了。".encode() + b"\xff\n" + "他们都在。".encode() * 9)
    assert read_articles(path, "a").undecodable == 1


def test_reading_twice_gives_the_same_articles(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("题目在此\n\n作者：林晓\n\n正文一段。\n\n正文二段。\n")
    assert read_articles(path, "a.txt") == read_articles(path, "a.txt")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_every_suffix_is_met_in_a_folder(tmp_path, suffix):
    (tmp_path / f"a{suffix.upper()}").write_text("x")
    assert len(find_files(tmp_path)) == 1


def test_files_without_a_suffix_or_of_a_doubtful_one_are_known_by_their_first_bytes(tmp_path):
    for name, begin in {
        "简报": "正文。".encode(),
        "第3期.2024": "正文。".encode(),
        "page.doc": b"<html><body>x</body></html>",
        "new.doc": b"PK\x03\x04",
        "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "core": b"\x7fELF\0\0",
        "empty": b"",
        "photo": b"\xff\xd8\xff\xe0",
    }.items():
        (tmp_path / name).write_bytes(begin)
    read = {path.name for path, supported in walk(tmp_path) if supported}
    assert read == {"简报", "第3期.2024", "page.doc", "new.doc"}
    assert "save it as .docx" in why_not(tmp_path / "old.doc")


def test_links_that_lead_out_of_the_folder_are_told_not_followed(tmp_path):
    root, other = tmp_path / "root", tmp_path / "other"
    for folder in (root, other):
        folder.mkdir()
        (folder / "a.txt").write_text("正文。")
    (root / "more").symlink_to(other)
    (root / "b.txt").symlink_to("a.txt")
    (root / "c.txt").symlink_to(other / "a.txt")
    (root / "nowhere.txt").symlink_to(other / "gone.txt")
    met = {path.name: (supported, why_not(path)) for path, supported in walk(root)}
    assert [name for name, (supported, _) in met.items() if supported] == ["a.txt", "b.txt"]
    assert "outside the folder" in met["c.txt"][1]
    assert met["more"][0] is False
    assert "link to a folder" in met["more"][1]
    assert met["nowhere.txt"][0] is False
    assert "cannot be read" in met["nowhere.txt"][1]


def test_pipes_are_never_opened(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    assert [supported for _, supported in walk(tmp_path)] == [False, False]
    assert all("a pipe, a socket or a device" in why_not(path) for path, _ in walk(tmp_path))


def test_a_folder_that_cannot_be_looked_into_is_met_itself(tmp_path, monkeypatch):
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.txt").write_text("正文。")
    (tmp_path / "closed").mkdir()
    look = os.scandir

    def guarded(path):
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", guarded)
    met = {path.name: supported for path, supported in walk(tmp_path)}
    assert met == {"a.txt": True, "closed": False}
    assert "Permission denied" in why_not(tmp_path / "closed")


def test_names_that_are_no_text_are_told(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xb1\xa8.txt")
    with open(path, "w") as file:
        file.write("x")
    [(met, supported)] = walk(tmp_path)
    assert not supported
    assert "no known encoding" in why_not(met)


@pytest.mark.parametrize("name", ["x" * 5_000, "a\0b"])
def test_names_that_no_file_can_have_are_no_files(tmp_path, name):
    with pytest.raises(ArticleError, match="No such file"):
        find_files(tmp_path / name)
