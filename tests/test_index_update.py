"""An index follows its folders: what is added, changed and removed, and what happens when it cannot."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import WordEncoder
from plain_articles import plain, write

from rag.errors import ArticleError, IndexStoreError
from rag.index import Index, IndexReport, clauses, derive, lock, open_index, update_index

pytestmark = pytest.mark.usefixtures("plain")
__all__ = ["plain"]  # a fixture that pytest finds by name

RIVER = "青石河治理\n云溪市用三年治理青石河。\n白鹭又回到河口筑巢。"
LIBRARY = "山里的图书馆\n青峰镇把旧粮站改成图书馆。"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "journal", river=RIVER, library=LIBRARY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def run(paths: Path | list[Path], folder: Path, encoder: WordEncoder | None = None, **options: object) -> IndexReport:
    given = paths if isinstance(paths, list) else [paths]
    return update_index(given, folder, encoder or WordEncoder(), **{"max_chars": 80, **options})  # type: ignore[arg-type]


@contextmanager
def opened(folder: Path) -> Iterator[Index]:
    with closing(open_index(folder)) as index:
        yield index


def found(folder: Path, question: str) -> list[str]:
    """Return the texts that the word leg finds, best first."""
    with opened(folder) as index:
        return [index.passage(row).passage.text for row, _ in index.search_words(question, 9)]


def names(folder: Path) -> list[str]:
    passing = ("-wal", "-shm")  # SQLite's own, there while somebody reads
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(passing))


class CountingEncoder(WordEncoder):
    """Counts the texts it had to encode, and may fail after some."""

    def __init__(self, fails_after: int = 10**9) -> None:
        self.texts, self._fails_after = 0, fails_after

    def encode_passages(self, texts):  # type: ignore[no-untyped-def]
        if self.texts >= self._fails_after:
            raise KeyboardInterrupt
        self.texts += len(texts)
        return super().encode_passages(texts)


def test_a_first_run_counts_what_it_found(root: Path, folder: Path) -> None:
    done = run(root, folder)
    assert (done.files, done.added, done.articles, done.paragraphs, done.passages) == (2, 2, 2, 3, 2)
    with opened(folder) as index:
        assert [row.source for row in index.sources()] == ["journal/library.txt", "journal/river.txt"]
        article = index.article("journal/river.txt#1")
        assert [article.text[p.start : p.end] for p in article.paragraphs] == RIVER.split("\n")[1:]
        assert [a.id for a in index.articles()] == ["journal/library.txt#1", "journal/river.txt#1"]
        assert done.characters == sum(len(a.text) for a in index.articles())
        with pytest.raises(KeyError):
            index.article("journal/none.txt#1")


def test_an_unchanged_folder_makes_no_new_generation(root: Path, folder: Path) -> None:
    run(root, folder)
    before = (folder / "CURRENT").read_bytes(), names(folder)
    done = run(root, folder)
    assert (done.added, done.changed, done.removed, done.unchanged, done.passages) == (0, 0, 0, 2, 2)
    os.utime(root / "river.txt", (1, 1))  # touched, but the same
    assert run(root, folder).unchanged == 2
    assert ((folder / "CURRENT").read_bytes(), names(folder)) == before


def test_additions_changes_and_removals_are_followed_and_only_new_text_is_encoded(root: Path, folder: Path) -> None:
    first = CountingEncoder()
    run(root, folder, first)
    write(root, river=RIVER.replace("白鹭", "苍鹭"), bees="养蜂\n山坡上有蜂箱。")
    (root / "library.txt").unlink()
    second = CountingEncoder()
    done = run(root, folder, second)
    assert (done.added, done.changed, done.removed, done.unchanged, done.files) == (1, 1, 1, 0, 2)
    assert second.texts < first.texts + 2
    assert found(folder, "苍鹭")
    assert not found(folder, "白鹭")
    assert not found(folder, "旧粮站")
    assert found(folder, "蜂箱") == ["山坡上有蜂箱。"]


def test_many_small_updates_end_in_the_same_index_as_one_run(tmp_path: Path, folder: Path) -> None:
    root = tmp_path / "journal"
    for n in range(40):  # large enough that updates extend the word index rather than make it anew
        write(root, **{f"n{n:02d}": f"第{n}号\n第{n}个村修了{n + 3}里路。"})
    run(root, folder)
    for n in (3, 17):
        write(root, **{f"n{n:02d}": f"第{n}号\n第{n}个村种了{n}棵枣树。"})
        run(root, folder)
    run(root, tmp_path / "whole")
    with opened(folder) as stepwise, opened(tmp_path / "whole") as whole:
        assert stepwise.counts() == whole.counts()
        assert list(stepwise.articles()) == list(whole.articles())
        for question in ("第17个村种了多少枣树", "哪个村修了20里路", "枣树"):
            one, other = (
                [index.passage(row).passage for row, _ in index.search_words(question, 5)]
                for index in (stepwise, whole)
            )
            assert one == other


def test_a_small_update_of_a_large_index_shares_what_did_not_change(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derive, "_LEXICON_FROM", 10)
    root = tmp_path / "journal"
    for n in range(40):
        write(root, **{f"n{n:02d}": f"第{n}号\n第{n}个村修了{n + 3}里路。"})
    run(root, folder)
    write(root, n03="第3号\n第3个村种了9棵枣树。", n40="第40号\n第40个村养了7箱蜜蜂。")
    (root / "n17.txt").unlink()
    again = CountingEncoder()
    run(root, folder, again)
    assert again.texts == 2
    shared = ("vectors.faiss", "ids.npy", "lexicon.words", "lexicon.npy")
    assert all((folder / "gen-000001" / name).samefile(folder / "gen-000002" / name) for name in shared)
    assert found(folder, "枣树") == ["第3个村种了9棵枣树。"]
    assert "第17个村修了20里路。" not in found(folder, "第17个村修了20里路")
    with opened(folder) as index:
        assert len(index.search_words("村", 60)) == index.counts().passages == 40
        vector = CountingEncoder().encode_passages(["第40号\n第40个村养了7箱蜜蜂。"])[0]
        assert index.passage(index.search_vectors(vector, 1)[0][0]).passage.text == "第40个村养了7箱蜜蜂。"


def test_words_that_were_cut_into_other_fields_are_made_anew(
    root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setitem(clauses.WEIGHTS, "about", 1.0)
        run(root, folder)
    with pytest.raises(IndexStoreError, match=r"older version.*wenju index"):
        open_index(folder)
    run(root, folder)
    assert found(folder, "白鹭")


def test_other_roots_stay(root: Path, folder: Path, tmp_path: Path) -> None:
    run(root, folder)
    more = write(tmp_path / "letters", bees="养蜂\n山坡上有蜂箱。")
    assert run(more, folder).files == 3
    shutil.rmtree(more)
    assert run(root, folder).files == 3


def test_part_of_a_known_root_is_brought_up_to_date_under_its_own_name(root: Path, folder: Path) -> None:
    run(root, folder)
    write(root / "2024", bees="养蜂\n山坡上有蜂箱。")
    (root / "library.txt").unlink()
    done = run([root / "2024", root / "river.txt"], folder)
    assert (done.added, done.removed, done.files) == (1, 0, 3)
    with opened(folder) as index:
        assert "journal/2024/bees.txt" in [row.source for row in index.sources()]
    assert run(root / "library.txt", folder).removed == 1


def test_a_wider_root_takes_a_narrower_one_in(root: Path, folder: Path, tmp_path: Path) -> None:
    run(root, folder)
    done = run(tmp_path / "journal" / "..", folder)
    with opened(folder) as index:
        assert all(row.source.startswith(f"{tmp_path.name}/journal/") for row in index.sources())
    assert done.files == 2


def test_an_index_within_the_folder_it_is_made_of_is_passed_over(root: Path) -> None:
    folder = root / "index"
    run(root, folder)
    write(folder, stray="不是文章\n这是索引的一部分。")
    done = run(root, folder)
    assert (done.files, done.unchanged, done.skipped) == (2, 2, ())


def test_a_single_file_is_named_by_itself(root: Path, folder: Path) -> None:
    run(root / "river.txt", folder)
    with opened(folder) as index:
        assert [article.id for article in index.articles()] == ["river.txt#1"]


def test_two_roots_of_the_same_name_are_refused_by_name(root: Path, folder: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "elsewhere" / "journal", river="另一条河\n水很清。")
    with pytest.raises(IndexStoreError) as at_once:
        run([root, other], folder)
    run(root, folder)
    with pytest.raises(IndexStoreError) as later:
        run(other, folder)
    for error in (at_once, later):
        assert str(root) in str(error.value)
        assert str(other) in str(error.value)


def test_a_root_that_moved_is_known_again(root: Path, folder: Path, tmp_path: Path) -> None:
    first = CountingEncoder()
    run(root, folder, first)
    moved = tmp_path / "archive" / "journal"
    moved.parent.mkdir()
    root.rename(moved)
    (moved / "library.txt").unlink()
    second = CountingEncoder()
    done = run(moved, folder, second)
    assert (done.unchanged, done.removed, done.files, second.texts) == (1, 1, 1, 0)


def test_what_cannot_be_read_is_skipped_with_its_reason(root: Path, folder: Path) -> None:
    write(root, bad="broken", bug="crash")
    (root / "photo.jpeg").write_bytes(b"\xff\xd8")
    (root / "nowhere.txt").symlink_to(root / "gone.txt")
    (root / ".hidden.txt").write_text("不看", encoding="utf-8")
    done = run(root, folder)
    reasons = dict(done.skipped)
    assert (done.files, done.added) == (2, 2)
    assert "this file is broken" in reasons["journal/bad.txt"]
    assert "a bug in the parser" in reasons["journal/bug.txt"]
    assert "unsupported file type .jpeg" in reasons["journal/photo.jpeg"]
    assert "cannot be read" in reasons["journal/nowhere.txt"]
    assert len(reasons) == 4
    assert run(root, folder).skipped == done.skipped  # remembered, not read again


def test_a_file_that_breaks_loses_its_articles_and_one_that_is_mended_gets_them_back(root: Path, folder: Path) -> None:
    run(root, folder)
    write(root, river="broken")
    assert (run(root, folder).removed, found(folder, "白鹭")) == (1, [])
    write(root, river=RIVER)
    assert run(root, folder).added == 1
    assert found(folder, "白鹭")


def test_nothing_to_read_is_an_error_and_nothing_is_written(tmp_path: Path, folder: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for case in (empty, write(tmp_path / "bad", one="broken", two="crash"), tmp_path / "no such folder"):
        with pytest.raises(ArticleError):
            run(case, folder)
        assert not folder.exists()


def test_an_index_is_not_emptied_by_a_folder_that_is_empty_today(root: Path, folder: Path) -> None:
    run(root, folder)
    for path in root.iterdir():
        path.unlink()
    with pytest.raises(ArticleError, match="no readable article"):
        run(root, folder)
    assert found(folder, "白鹭")


def test_an_interrupted_update_leaves_the_old_index_and_passes_the_interrupt_on(root: Path, folder: Path) -> None:
    run(root, folder)
    before = names(folder)
    write(root, river=RIVER.replace("白鹭", "苍鹭"))

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "words" and done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(root, folder, progress=interrupt)
    assert names(folder) == before
    assert found(folder, "白鹭")
    assert run(root, folder).changed == 1
    assert found(folder, "苍鹭")


def test_an_interrupted_first_run_keeps_its_vectors_for_the_next(
    root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.derive._BATCH", 1)
    with pytest.raises(KeyboardInterrupt):
        run(root, folder, CountingEncoder(fails_after=1))
    with pytest.raises(IndexStoreError, match="no finished index"):
        open_index(folder)
    whole, rest = CountingEncoder(), CountingEncoder()
    run(root, folder, rest)
    run(root, folder.with_name("other"), whole)
    assert rest.texts == whole.texts - 1


def test_another_encoder_or_passage_length_is_refused_unless_the_index_is_rebuilt(root: Path, folder: Path) -> None:
    run(root, folder)

    class Other(WordEncoder):
        name = "another"

    with pytest.raises(IndexStoreError, match=r"words-by-hash.*another.*--rebuild"):
        run(root, folder, Other())
    with pytest.raises(IndexStoreError, match=r"passage length 80.*asks for 90.*--rebuild"):
        run(root, folder, max_chars=90)
    assert found(folder, "白鹭")
    run(root / "river.txt", folder, Other(), max_chars=90, rebuild=True)
    with opened(folder) as index:
        assert (index.manifest.encoder, index.manifest.max_chars, index.counts().files) == ("another", 90, 1)
    assert len([name for name in names(folder) if name.startswith("store")]) == 1


def test_a_failed_rebuild_leaves_the_old_index(root: Path, folder: Path) -> None:
    run(root, folder)
    before = names(folder)
    with pytest.raises(KeyboardInterrupt):
        run(root, folder, CountingEncoder(fails_after=0), rebuild=True)
    assert found(folder, "白鹭")
    assert names(folder) == before


def test_damaged_derived_files_are_made_anew_by_the_next_run(root: Path, folder: Path) -> None:
    run(root, folder)
    (folder / "gen-000001" / "vectors.faiss").write_bytes(b"damage")
    with pytest.raises(IndexStoreError, match=r"vectors\.faiss of the index is damaged"):
        open_index(folder)
    run(root, folder)
    assert found(folder, "白鹭")


def test_a_second_writer_is_refused(root: Path, folder: Path) -> None:
    run(root, folder)
    with lock.writing(folder), pytest.raises(IndexStoreError, match="another process is writing"):
        run(root, folder)


def test_a_reader_keeps_its_generation_through_any_number_of_updates(root: Path, folder: Path) -> None:
    run(root, folder)
    with opened(folder) as old:
        for bird in ("苍鹭", "天鹅", "野鸭"):
            write(root, river=RIVER.replace("白鹭", bird))
            run(root, folder)
        row, _ = old.search_words("白鹭", 9)[0]
        assert old.passage(row).passage.text.endswith("白鹭又回到河口筑巢。")
        assert old.article("journal/river.txt#1").text.endswith("白鹭又回到河口筑巢。")
        assert "gen-000001" in names(folder)
    write(root, river=RIVER.replace("白鹭", "大雁"))
    run(root, folder)
    assert [name for name in names(folder) if name.startswith("gen")] == ["gen-000004", "gen-000005"]
    with closing(sqlite3.connect(folder / "store-000001.sqlite")) as store:
        assert [text for (text,) in store.execute("SELECT text FROM articles") if "白鹭" in text] == []


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be nobody for a while, since the superuser may write anywhere."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if user == 0:
            os.seteuid(0)


def test_a_read_only_index_can_be_searched_and_refuses_an_update() -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        root, folder = write(place / "journal", river=RIVER), place / "index"
        run(root, folder)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        write(root, library=LIBRARY)
        with unprivileged():
            with pytest.raises(IndexStoreError, match=r"cannot be written.*--index"):
                run(root, folder)
            assert found(folder, "白鹭")
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)


def test_a_file_in_the_way_of_the_folder_is_one_clear_error(root: Path, folder: Path) -> None:
    folder.write_text("not a folder", encoding="utf-8")
    with pytest.raises(IndexStoreError, match="cannot be written"):
        run(root, folder)


@pytest.mark.parametrize(
    "said",
    [
        "An index writer was killed. A worker thread encountered an error (io::Error most likely) or panicked.",
        "An error occurred in a thread: 'Worker thread failed.'",
        "Failed to join merging thread.",
        "An IO error occurred: 'No space left on device (os error 28)'",
        "Error in virtual size_t faiss::FileIOWriter::operator()(...): write error",
    ],
)
def test_whatever_a_library_says_of_a_disk_that_fails_becomes_a_sentence(
    root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(said)

    monkeypatch.setattr("rag.index.word_files.build", fail)
    with pytest.raises(IndexStoreError, match="cannot be written: the files for search"):
        run(root, folder)


def test_a_fault_of_our_own_is_not_taken_for_one_of_the_disk(
    root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setattr("rag.index.word_files.build", fail)
    with pytest.raises(ValueError, match="broadcast"):
        run(root, folder)


def test_what_a_writer_could_not_remove_goes_with_the_next_run_that_finds_nothing_new(
    root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[int]:
        raise OSError("the disk would not")

    with monkeypatch.context() as patch:
        patch.setattr("rag.index.keeping.sweep", fail)
        for n in range(3):
            write(root, night=f"夜市\n石桥镇的夜市第{n}次开张。")
            run(root, folder)
    assert len([name for name in names(folder) if name.startswith("gen-")]) == 3
    run(root, folder)
    assert [name for name in names(folder) if name.startswith("gen-")] == ["gen-000002", "gen-000003"]
    with closing(sqlite3.connect(folder / "store-000001.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM sources WHERE died <= 2").fetchone() == (0,)
