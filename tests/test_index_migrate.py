"""An index of the format before this one: refused by readers with the way out, brought up to date by writers."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from conftest import WordEncoder
from plain_articles import plain, write

from rag.errors import IndexStoreError
from rag.index import open_index, update_index
from rag.index.generation import FORMAT, OLDEST
from rag.index.repair import repair

pytestmark = pytest.mark.usefixtures("plain")
__all__ = ["plain"]
GOLDEN = Path(__file__).parent / "golden"


class NoEncoder(WordEncoder):
    """Has the name of the one that made the index, and nothing left to do but single words."""

    def encode_passages(self, texts):  # type: ignore[no-untyped-def]
        assert max(map(len, texts)) < 8, "no passage should be encoded again"
        return super().encode_passages(texts)


@pytest.fixture(params=range(OLDEST, FORMAT))
def made(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def folder(tmp_path: Path, made: int) -> Path:
    with zipfile.ZipFile(GOLDEN / f"format-{made}.zip") as archive:
        archive.extractall(tmp_path / "index")
    return tmp_path / "index"


def texts(folder: Path) -> dict[str, str]:
    with closing(open_index(folder)) as index:
        (row, _), *_ = index.search_words("白鹭筑巢", 5)
        assert index.passage(row).passage.article_id == "journal/river.txt#1"
        assert [one.title for one in index.listed()] == [article.title for article in index.articles()]
        return {article.id: article.text for article in index.articles()}


def test_there_is_a_kept_index_of_every_format_that_is_brought_up_to_date() -> None:
    assert [path.stem for path in sorted(GOLDEN.iterdir())] == [f"format-{n}" for n in range(OLDEST, FORMAT)]


def test_a_reader_refuses_it_and_says_what_brings_it_up_to_date(folder: Path, made: int) -> None:
    with pytest.raises(IndexStoreError, match=rf"has format {made}, .* reads format {FORMAT} .*wenju repair"):
        open_index(folder)


def test_repair_brings_it_up_to_date_without_reading_or_encoding_a_file(folder: Path, made: int) -> None:
    done = repair(folder, NoEncoder(), max_chars=320)
    assert (done.faults, done.again, done.lost) == ((f"the index has format {made}, not {FORMAT}",), (), ())
    assert texts(folder) == {
        "journal/library.txt#1": "青峰镇把旧粮站改成图书馆。",
        "journal/river.txt#1": "云溪市用三年治理青石河。\n白鹭又回到河口筑巢。",
    }
    assert repair(folder, NoEncoder(), max_chars=320).faults == ()


def test_the_next_update_brings_it_up_to_date_too(folder: Path, tmp_path: Path) -> None:
    root = write(tmp_path / "more", night="夜市\n石桥镇的夜市重新开张。")
    done = update_index([root], folder, WordEncoder(), max_chars=80)
    assert (done.added, done.files) == (1, 3)
    assert len(texts(folder)) == 3


def damage(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE articles SET title = '别的' WHERE id = 2")
        connection.commit()


@pytest.mark.parametrize("made", [3], indirect=True)
def test_what_is_damaged_in_one_with_marks_is_found_on_the_way(folder: Path) -> None:
    damage(folder / "store-000001.sqlite")
    assert [fault for fault in repair(folder, WordEncoder(), max_chars=320).faults if "damaged" in fault]


@pytest.mark.parametrize("made", [2], indirect=True)
def test_a_damaged_one_of_narrower_marks_is_left_as_it_is(folder: Path, made: int) -> None:
    store = folder / "store-000001.sqlite"
    damage(store)
    with pytest.raises(IndexStoreError, match="damaged"):
        repair(folder, WordEncoder(), max_chars=320)
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (made,)
