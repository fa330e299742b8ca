"""rag.articles: which files are read, which are refused, and with what sentence."""

import pytest

import rag.articles
from rag.articles import SUFFIXES, find_files, read_articles, walk
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
        "archive.zip",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = find_files(tmp_path)
    assert [p.relative_to(tmp_path).as_posix() for p in found] == ["a/b.pdf", "a/z.MD", "b.txt"]
    unread = {p.name for p, supported in walk(tmp_path) if not supported}
    assert unread == {"picture.png", "archive.zip"}


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


@pytest.mark.parametrize("suffix", sorted(SUFFIXES - {".pdf", ".docx"}))
def test_a_file_without_text_is_refused(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_text("\n \n\u3000\n")
    with pytest.raises(ArticleError, match="holds no text"):
        read_articles(path, "a")


def test_unknown_suffixes_are_refused_with_the_known_ones(tmp_path):
    path = tmp_path / "a.epub"
    path.write_text("x")
    with pytest.raises(ArticleError, match=r"\*\.epub.*\.docx.*\.pdf"):
        read_articles(path, "a")


def test_too_large_a_file_is_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("正文。" * 10)
    monkeypatch.setattr(rag.articles.formats, "_MAX_BYTES", 50)
    with pytest.raises(ArticleError, match=r"too large.*Split it"):
        read_articles(path, "a")


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
