"""What is known of articles, column by column: the same as the store tells, whatever came and went since."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import WordEncoder, make_article

from rag.articles import FileReport
from rag.filters import parse
from rag.filters.conditions import ASKS, FIELDS
from rag.index import open_index, update_index
from rag.index.about import ADDED, FILE
from rag.index.generation import current, name

KNOWN: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "a": [("治水记", {"authors": ("林知远", "周小满"), "date": "2023-05-06", "column": "调查"}), ("短讯", {})],
    "b": [("夜市", {"authors": ("林知远",), "issue": "2021年第3期", "page": "12", "place": "石桥镇"})],
    "c": [("目录", {"kind": "front", "journal": "云泽\n人大"}), ("会议", {"journal": "云泽\n人大", "date": "2024"})],
}
FILTERS = (
    "year>=2023", "author~林", "author!=林知远", "column=调查 or page=12", "title~会", "source~b.txt", "kind=front",
    "article=journal/a.txt#2", "date>=2021", "journal~人大 and year=2024", "place=石桥镇", "collection=journal",
    "lang=en",
)  # fmt: skip


@pytest.fixture(autouse=True)
def read_as_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file hold the articles that KNOWN has under the letter it begins with, its text under each."""

    def read(files):  # type: ignore[no-untyped-def]
        for path, source in files:
            text = path.read_text(encoding="utf-8")
            articles = tuple(
                make_article(source, title, [text, f"第{n}段。"], number=n, **facts)
                for n, (title, facts) in enumerate(KNOWN[text[0]], 1)
            )
            yield source, FileReport(source, articles, "utf-8", 0, (), "")

    monkeypatch.setattr("rag.index.intake.read_files", read)


def write(root: Path, **texts: str) -> None:
    root.mkdir(exist_ok=True)
    for stem, text in texts.items():
        (root / f"{stem}.txt").write_text(text, encoding="utf-8")


def agrees_with_store(root: Path, folder: Path) -> Path:
    """Bring the index up to date, compare what both say, and return where the files of the generation are."""
    update_index([root], folder, WordEncoder(), max_chars=80)
    with closing(open_index(folder)) as index:
        snapshot = index._snapshot
        assert index.known() == snapshot.briefs()
        rows = index.owners()[:, 0].tolist()
        found = {one.row: one for one in index.passages(rows)}
        assert len(rows) == index.counts().passages
        assert {row: tuple(kind) for row, kind in index.kinds(rows).items()} == {
            row: (one.lang, one.front) for row, one in found.items()
        }
        ids = {row: one.id for row, one in index.known()}
        assert {row: ids[owner] for row, owner in index.owners_of(rows).items()} == {
            row: one.passage.article_id for row, one in found.items()
        }
        for text in FILTERS:
            wanted = parse(text)
            meets = {one.id for _, one in snapshot.briefs() if wanted.meets(one)}
            chosen = index.select(wanted).rows.tolist()
            assert chosen == sorted(row for row, one in found.items() if one.passage.article_id in meets)
    return folder / name(current(folder).generation)


def test_it_is_what_the_store_tells_through_all_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.index.dense.DRIFT", 2.0)
    root, folder = tmp_path / "journal", tmp_path / "index"
    write(root, a="a 河口的白鹭。", b="b 夜里的集市。", c="c 第三次会议。")
    first = (agrees_with_store(root, folder) / FILE).stat().st_ino
    write(root, ab="a 又一条河。", c="c 第四次会议。")
    home = agrees_with_store(root, folder)
    assert (home / FILE).stat().st_ino == first
    assert (home / ADDED).exists()
    (root / "ab.txt").unlink()
    (root / "a.txt").unlink()
    agrees_with_store(root, folder)
    write(root, ab="b 新的集市。", a="a 河口。")
    home = agrees_with_store(root, folder)
    assert (home / FILE).stat().st_ino == first
    monkeypatch.setattr("rag.index.dense.DRIFT", 0.0)
    write(root, d="c 第五次会议。")
    home = agrees_with_store(root, folder)
    assert (home / FILE).stat().st_ino != first
    assert not (home / ADDED).exists()


def test_every_field_of_a_filter_says_what_it_looks_at() -> None:
    assert ASKS.keys() == FIELDS.keys()
