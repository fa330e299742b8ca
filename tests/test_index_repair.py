"""Damage is found, mended from what is left, and what is lost is named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import WordEncoder
from plain_articles import plain, write

from rag.errors import IndexStoreError
from rag.index import open_index, update_index
from rag.index.repair import Repaired, examine, repair

pytestmark = pytest.mark.usefixtures("plain")
__all__ = ["plain"]
STORE = "store-000001.sqlite"
NAMES = [f"n{n:02}" for n in range(30)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(
        tmp_path / "journal",
        **{name: f"{name}村记\n{name}村修路{n}里，种树{n + 9}棵。" for n, name in enumerate(NAMES)},
    )


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    update_index([root], folder, WordEncoder(), max_chars=80)
    (root / "n00.txt").write_text("n00村记\nn00村又修路一里。", encoding="utf-8")
    update_index([root], folder, WordEncoder(), max_chars=80)
    return folder


class CountingEncoder(WordEncoder):
    def __init__(self) -> None:
        self.texts = 0

    def encode_passages(self, texts):  # type: ignore[no-untyped-def]
        self.texts += len(texts)
        return super().encode_passages(texts)


def held(folder: Path) -> dict[str, str]:
    """Return the articles, once the two legs lead to each of them."""
    with closing(open_index(folder)) as index:
        articles = list(index.articles())
        assert [row.source for row in index.sources()] == sorted(article.source for article in articles)
        for article in articles:
            (row, _), *_ = index.search_words(article.text, 1)
            assert index.passage(row).passage.article_id == article.id
        return {article.id: article.text for article in articles}


def contents(folder: Path) -> dict[Path, bytes]:
    passing = ("-wal", "-shm")  # SQLite's own, there while somebody reads
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(passing))
    return {path: path.read_bytes() for path in found}


def mend(folder: Path) -> Repaired:
    done = repair(folder, WordEncoder(), max_chars=80)
    assert examine(folder) == repair(folder, WordEncoder(), max_chars=80) == Repaired((), counts=done.counts)
    return done


def tamper(folder: Path, *queries: str) -> None:
    """Change rows behind the back of their marks."""
    with closing(sqlite3.connect(folder / STORE)) as store:
        for query in queries:
            assert store.execute(query).rowcount
        store.commit()


def flip(path: Path, needle: bytes, place: int = 0) -> None:
    whole = bytearray(path.read_bytes())
    whole[whole.index(needle) + place] ^= 1
    path.write_bytes(whole)


def test_a_sound_index_is_left_alone(folder: Path) -> None:
    before = contents(folder)
    done = repair(folder, WordEncoder(), max_chars=80)
    assert (done.faults, done.counts.articles) == ((), len(NAMES))
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "CURRENT").write_text("nothing"), "CURRENT of the index is damaged"),
        (lambda folder: (folder / "CURRENT").unlink(), "no finished index"),
        (
            lambda folder: (folder / "gen-000002/manifest.json").write_text("{}"),
            "manifest.json of the index is damaged",
        ),
        (lambda folder: (folder / "gen-000002/ids.npy").unlink(), "ids.npy of the index is missing"),
        (lambda folder: flip(folder / "gen-000002/vectors.faiss", b"", 300), "vectors.faiss of the index is damaged"),
        (lambda folder: shutil.rmtree(folder / "gen-000002"), "manifest.json of the index is missing"),
        (lambda folder: tamper(folder, "DELETE FROM settings"), "do not belong together"),
    ],
)
def test_what_is_not_the_store_is_made_anew_from_it(
    folder: Path, root: Path, spoil: Callable[[Path], object], says: str
) -> None:
    whole = held(folder)
    shutil.rmtree(root)  # nothing can be read again
    spoil(folder)
    encoder = CountingEncoder()
    done = repair(folder, encoder, max_chars=80)
    assert says in done.faults[0]
    assert (done.again, done.lost) == ((), ())
    assert held(folder) == whole
    assert encoder.texts == 0  # not even a word


def test_a_damaged_vector_is_encoded_again(folder: Path, root: Path) -> None:
    tamper(folder, "UPDATE vectors SET vector = zeroblob(64) WHERE rowid = 4")
    (root / "n01.txt").write_text("n01村记\n改了。", encoding="utf-8")
    with pytest.raises(IndexStoreError, match=r"damaged at the vector of .*wenju repair"):
        update_index([root], folder, WordEncoder(), max_chars=80)
    encoder = CountingEncoder()
    assert repair(folder, encoder, max_chars=80).faults == ("1 vectors in the store are damaged",)
    assert encoder.texts == 1
    assert update_index([root], folder, WordEncoder(), max_chars=80).changed == 1


ROWS = {
    "text": "UPDATE articles SET text = replace(text, '路', '桥') WHERE name LIKE '%n07%'",
    "title": "UPDATE articles SET title = '别村记' WHERE name LIKE '%n07%'",
    "paragraph": "UPDATE paragraphs SET stop = 1 WHERE article = (SELECT id FROM articles WHERE name LIKE '%n07%')",
    "article": "DELETE FROM articles WHERE name LIKE '%n07%'",
    "source": "UPDATE sources SET source = 'journal/other.txt' WHERE source LIKE '%n07%'",
    "missing source": "DELETE FROM sources WHERE source LIKE '%n07%'",
}


@pytest.mark.parametrize("query", ROWS.values(), ids=ROWS)
def test_a_file_whose_rows_are_damaged_is_read_again(folder: Path, query: str) -> None:
    whole = held(folder)
    tamper(folder, query)
    done = mend(folder)
    assert done.faults
    assert (done.again, done.lost) == (("journal/n07.txt",), ())
    assert held(folder) == whole


def test_a_passage_that_is_damaged_is_cut_again_without_its_file(folder: Path, root: Path) -> None:
    whole = held(folder)
    shutil.rmtree(root)
    tamper(folder, "UPDATE passages SET text = 'x' WHERE id = 5")
    done = mend(folder)
    assert (done.faults, done.again, done.lost) == (("1 passages are damaged",), (), ())
    assert held(folder) == whole


def test_what_is_lost_with_its_file_is_named_and_the_old_store_kept(folder: Path, root: Path) -> None:
    whole = held(folder)
    (root / "n07.txt").unlink()
    tamper(folder, ROWS["text"])
    done = repair(folder, WordEncoder(), max_chars=80)
    assert done.lost == (("journal/n07.txt", "1 of 1 articles; the file is gone"),)
    assert (folder / f"damaged-{STORE}").exists()
    with closing(open_index(folder)) as index:
        assert {a.id: a.text for a in index.articles()} == {k: v for k, v in whole.items() if "n07" not in k}
    (root / "n07.txt").write_text("n07村记\n找回来了。", encoding="utf-8")
    assert update_index([root], folder, WordEncoder(), max_chars=80).added + 1  # read, whatever it was counted as
    assert held(folder)["journal/n07.txt#1"] == "找回来了。"


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"x" * 9000), lambda path: path.unlink()])
def test_an_index_without_its_store_is_read_anew_from_its_folders(
    folder: Path, spoil: Callable[[Path], object]
) -> None:
    whole = held(folder)
    spoil(folder / STORE)
    done = mend(folder)
    assert len(done.again) == len(NAMES)
    assert held(folder) == whole


def test_without_store_and_files_nothing_is_touched_and_one_sentence_says_so(folder: Path, root: Path) -> None:
    shutil.rmtree(root)
    (folder / STORE).write_bytes(b"x" * 9000)
    before = contents(folder)
    with pytest.raises(IndexStoreError, match=r"nothing of the index could be saved.*--rebuild"):
        repair(folder, WordEncoder(), max_chars=80)
    assert contents(folder) == before


def test_a_page_overwritten_costs_nothing_that_can_be_read_again(folder: Path, tmp_path: Path) -> None:
    whole = held(folder)
    pages = (folder / STORE).stat().st_size // 4096
    for page in range(0, pages, max(1, pages // 8)):
        spoilt = tmp_path / f"spoilt{page}"
        shutil.copytree(folder, spoilt)
        with (spoilt / STORE).open("r+b") as file:
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
        assert repair(spoilt, WordEncoder(), max_chars=80).lost == ()
        assert held(spoilt) == whole


def test_another_encoder_is_refused(folder: Path) -> None:
    class Other(WordEncoder):
        name = "another"

    (folder / "CURRENT").write_text("nothing")
    with pytest.raises(IndexStoreError, match=r"made with encoder words-by-hash.*--encoder"):
        repair(folder, Other(), max_chars=80)


def test_there_must_be_an_index(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(IndexStoreError):
            repair(place, WordEncoder(), max_chars=80)
    assert not (tmp_path / "nowhere").exists()
