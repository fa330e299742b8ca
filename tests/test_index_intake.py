"""rag.index.intake: outcomes of reading, written into the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import WordEncoder
from plain_articles import read_plain, write

from rag.articles import FileReport
from rag.articles.process.child import BrokenOff
from rag.errors import ArticleError
from rag.index import IndexReport, open_index, update_index


def run(root: Path, folder: Path) -> IndexReport:
    return update_index([root], folder, WordEncoder(), max_chars=80)


def test_a_file_is_read_by_another_process_and_found(tmp_path: Path) -> None:
    root = write(tmp_path / "journal", river="青石河\n\n白鹭又回到河口筑巢。", empty="")
    done = run(root, tmp_path / "index")
    assert (done.files, done.articles) == (1, 1)
    assert "holds no text" in dict(done.skipped)["journal/empty.txt"]
    with closing(open_index(tmp_path / "index")) as index:
        assert [article.source for article in index.articles()] == ["journal/river.txt"]


def test_a_file_whose_reading_was_broken_off_is_read_again_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path / "journal", river="青石河\n白鹭又回到河口筑巢。", school="学校\n新学校今天开学。")
    unlucky = ["river.txt"]

    def read(files: Iterable[tuple[Path, str]]) -> Iterator[tuple[str, FileReport | ArticleError]]:
        for path, source in files:
            broken = path.name in unlucky
            yield source, BrokenOff("Killed", where=path) if broken else read_plain(path, source)

    monkeypatch.setattr("rag.index.intake.read_files", read)
    assert [source for source, _ in run(root, tmp_path / "index").skipped] == ["journal/river.txt"]
    unlucky.clear()
    done = run(root, tmp_path / "index")
    assert (done.added, done.unchanged, done.skipped) == (1, 1, ())
