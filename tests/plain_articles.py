"""The plainest reading of a text file, for tests of what comes after reading: a title line, then paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from conftest import make_article

from rag.articles import FileReport
from rag.articles.process.worker import attempt
from rag.errors import ArticleError


def read_plain(path: Path, source: str) -> FileReport:
    """Return one article; a file that says "broken" cannot be read, one that says "crash" trips the parser."""
    text = path.read_text(encoding="utf-8")
    title, *lines = text.split("\n")
    if "broken" in text:
        raise ArticleError("this file is broken", where=path, mend="Mend it.")
    if "crash" in text:
        raise IndexError("a bug in the parser")
    article = make_article(source, title, [line for line in lines if line] or [title])
    return FileReport(source, (article,), "utf-8", 0, (), text)


def read_all_plain(files: Iterable[tuple[Path, str]]) -> Iterator[tuple[str, FileReport | ArticleError]]:
    """Read files as the index asks for them, in this process."""
    return ((source, attempt(read_plain, path, source)) for path, source in files)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the index read files by read_plain."""
    monkeypatch.setattr("rag.index.intake.read_files", read_all_plain)


def write(folder: Path, **texts: str) -> Path:
    """Write name.txt for each of ``texts`` and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder
