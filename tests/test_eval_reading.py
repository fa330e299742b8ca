"""eval.bench.reading: what is counted while files are read."""

from __future__ import annotations

from pathlib import Path

from plain_articles import read_plain, write

from eval.bench.reading import bench, read_all
from rag.errors import ArticleError


def test_characters_articles_and_reasons_are_counted(tmp_path: Path) -> None:
    write(tmp_path, good="题\n一二三\n四五")
    good = read_plain(tmp_path / "good.txt", "good")
    faults = [ArticleError("Reading failed: KeyError: 1"), ArticleError("Reading failed: KeyError: 2")]
    counted = read_all([("good", good), *(("bad", fault) for fault in faults)])
    assert (counted["articles"], counted["paragraphs"], counted["characters"]) == (1, 2, len("一二三\n四五"))
    assert counted["refused"] == {"Reading failed": 2}
    assert {source for _, source in counted["longest_waits"]} == {"good", "bad"}


def test_processes_and_this_one_read_the_same(tmp_path: Path) -> None:
    write(tmp_path, **{f"n{n}": f"第{n}号桥\n\n去年修好，过河不再绕路。" for n in range(5)})
    figures = bench(tmp_path, workers=[0, 1], limit=3)
    assert figures["files"] == 3
    one, own = figures["1 processes"], figures["this process"]
    assert one["characters"] == own["characters"] > 0
    assert one["child_peak_bytes"] > 10_000_000
