"""What the disk holds against what the index knows: corrections count, and what cannot be seen stays."""

import os
from pathlib import Path

import pytest

from rag.articles.corrections.sidecar import Correction, sidecar_of
from rag.articles.corrections.write_sidecar import write_correction
from rag.index import IndexReport, open_index, update_index


@pytest.fixture
def update(corpus: Path, tmp_path: Path, encoder):
    def run() -> IndexReport:
        return update_index([corpus], tmp_path / "index", encoder, max_chars=320)

    return run


def changes(report: IndexReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def close(folder: Path, monkeypatch) -> None:
    """Let no one look into ``folder``."""
    scandir = os.scandir

    def refuse(path="."):
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)


def test_a_correction_added_changed_and_removed_is_a_change_of_its_file(update, corpus, tmp_path):
    update()
    path = corpus / "river.txt"
    for page in ("3", "4"):
        write_correction(path, Correction("青石河治理三年记", None, {"page": page}))
        assert changes(update()) == (0, 1, 0, 3)
        with open_index(tmp_path / "index") as index:
            assert index.article("corpus/river.txt#1").page == page
        assert changes(update()) == (0, 0, 0, 4)
    sidecar_of(path).unlink()
    assert changes(update()) == (0, 1, 0, 3)
    with open_index(tmp_path / "index") as index:
        assert index.article("corpus/river.txt#1").page is None


def test_a_correction_that_is_only_touched_is_no_change(update, corpus):
    path = corpus / "river.txt"
    write_correction(path, Correction("青石河治理三年记", None, {"page": "3"}))
    update()
    os.utime(sidecar_of(path), (1, 1))
    assert changes(update()) == (0, 0, 0, 4)


def test_corrections_survive_a_change_of_their_file(update, corpus, tmp_path):
    path = corpus / "river.txt"
    write_correction(path, Correction("青石河治理三年记", 0, {"authors": ("林知远",)}))
    update()
    path.write_text("青石河治理三年记\n\n治理又过了一年，白鹭更多了，河水也更清了。\n", encoding="utf-8")
    assert changes(update()) == (0, 1, 0, 3)
    with open_index(tmp_path / "index") as index:
        assert index.article("corpus/river.txt#1").authors == ("林知远",)


def test_a_correction_that_cannot_be_made_is_told_by_every_run_until_it_is_mended(update, corpus):
    path = corpus / "river.txt"
    sidecar_of(path).write_text('[[article]]\nbegins = "没有这一篇"\npage = "3"\n', encoding="utf-8")
    for _ in range(2):
        ((source, why),) = update().unapplied
        assert (source, "没有这一篇" in why) == ("corpus/river.txt", True)
    sidecar_of(path).unlink()
    assert update().unapplied == ()


def test_corrections_without_their_file_are_named(update, corpus):
    (corpus / "gone.txt.wenju.toml").write_text("[file]\njournal = 'x'\n", encoding="utf-8")
    assert update().skipped == (
        ("corpus/gone.txt.wenju.toml", "corrects gone.txt, which is not there; give it the new name"),
    )


def test_a_folder_that_cannot_be_looked_into_keeps_what_is_known_of_it(update, corpus, monkeypatch):
    update()
    with monkeypatch.context() as patched:
        close(corpus / "notes", patched)
        report = update()
    assert (changes(report), report.files) == ((0, 0, 0, 4), 4)
    ((folder, reason),) = report.skipped
    assert folder == "corpus/notes"
    assert "Permission denied" in reason
    assert reason.endswith("what the index holds of it stays")
    assert update().skipped == ()


def test_a_folder_that_is_really_gone_takes_its_files_with_it(update, corpus):
    update()
    (corpus / "notes" / "harbour.txt").unlink()
    (corpus / "notes").rmdir()
    assert changes(update()) == (0, 0, 1, 3)


def test_a_file_that_cannot_be_opened_any_more_stays_as_it_was(update, corpus, monkeypatch):
    import rag.index.scan

    update()
    path = corpus / "river.txt"
    os.utime(path, (1, 1))

    def refuse(_: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(rag.index.scan, "digest", refuse)
    report = update()
    assert (changes(report), report.articles) == ((0, 0, 0, 4), 4)
    assert report.skipped == (("corpus/river.txt", "cannot be read: Permission denied"),)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_is_passed_over_and_never_opened(update, corpus):
    os.mkfifo(corpus / "pipe.txt")
    assert [source for source, _ in update().skipped] == ["corpus/pipe.txt"]


def test_a_mapping_of_columns_that_changes_is_a_change_of_its_table(update, corpus, tmp_path):
    (corpus / "news.csv").write_text("kop,lijf\n夜市,石桥镇的夜市去年秋天重新开张了。\n", encoding="utf-8")
    mapping = corpus / "news.csv.fields.toml"
    mapping.write_text('title = "kop"\ntext = "lijf"\n', encoding="utf-8")
    update()
    assert changes(update()) == (0, 0, 0, 5)
    mapping.write_text('title = "kop"\ntext = "lijf"\n[fixed]\njournal = "石桥通讯"\n', encoding="utf-8")
    assert changes(update()) == (0, 1, 0, 4)
    with open_index(tmp_path / "index") as index:
        assert index.article("corpus/news.csv#1").journal == "石桥通讯"
