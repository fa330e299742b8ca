"""What is refused when an index is opened, each with its own sentence, and never with a traceback."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from conftest import WordEncoder
from plain_articles import plain, write

from rag.errors import IndexStoreError
from rag.index import files, open_index, update_index
from rag.index.generation import FORMAT

pytestmark = pytest.mark.usefixtures("plain")
__all__ = ["plain"]
HOME = "gen-000001"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = write(tmp_path / "journal", river="青石河\n云溪市用三年治理青石河。", bees="养蜂\n山坡上有蜂箱。")
    update_index([root], tmp_path / "index", WordEncoder(), max_chars=80)
    return tmp_path / "index"


def rewrite(folder: Path, **changes: object) -> None:
    """Change the manifest as another version of the program would have written it."""
    path = folder / HOME / "manifest.json"
    text = json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes})
    path.write_text(text, encoding="utf-8")
    (folder / "CURRENT").write_text(f"{HOME} {sha256(text.encode()).hexdigest()}\n", encoding="utf-8")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: shutil.rmtree(folder), r"there is no index .*wenju index"),
        (lambda folder: (folder / "CURRENT").unlink(), r"no finished index .*wenju index"),
        (
            lambda folder: (folder / "CURRENT").write_text("gen-9 ../../etc"),
            r"CURRENT of the index is damaged .*wenju repair",
        ),
        (
            lambda folder: flip(folder / HOME / "manifest.json"),
            r"manifest\.json of the index is damaged .*repair",
        ),
        (lambda folder: (folder / HOME / "manifest.json").unlink(), r"manifest\.json of the index is missing"),
        (
            lambda folder: rewrite(folder, format=FORMAT + 1),
            rf"format {FORMAT + 1}, .*reads format {FORMAT} .*newer version",
        ),
        (lambda folder: rewrite(folder, format=0), r"has format 0, .*--rebuild"),
        (lambda folder: (folder / HOME / "ids.npy").unlink(), r"ids\.npy of the index is missing .*wenju repair"),
        (
            lambda folder: flip(folder / HOME / "vectors.faiss"),
            r"vectors\.faiss of the index is damaged .*repair",
        ),
        (lambda folder: cut_short(folder / HOME / "lexicon.words"), r"lexicon\.words of the index is damaged"),
        (lambda folder: flip(next((folder / HOME / "tantivy").glob("*.term"))), r"\.term of the index is damaged"),
        (lambda folder: (folder / "store-000001.sqlite").unlink(), r"store-000001\.sqlite of the index is missing"),
        (
            lambda folder: (folder / "store-000001.sqlite").write_bytes(b"x" * 9000),
            r"store of the index cannot be read",
        ),
        (lambda folder: rewrite(folder, encoder="another"), r"do not belong together .*--rebuild"),
    ],
)
def test_each_fault_is_refused_with_its_own_sentence(folder: Path, spoil: Callable[[Path], None], says: str) -> None:
    spoil(folder)
    with pytest.raises(IndexStoreError, match=f"(?s){says}"):
        open_index(folder)


def test_an_index_of_another_format_is_not_written_to(folder: Path, tmp_path: Path) -> None:
    rewrite(folder, format=FORMAT + 1)
    with pytest.raises(IndexStoreError, match="newer version"):
        update_index([tmp_path / "journal"], folder, WordEncoder(), max_chars=80)
    update_index([tmp_path / "journal"], folder, WordEncoder(), max_chars=80, rebuild=True)
    with closing(open_index(folder)) as index:
        assert index.counts().files == 2


def test_a_flipped_bit_anywhere_in_the_store_gives_the_same_articles_or_a_refusal(folder: Path) -> None:
    with closing(open_index(folder)) as index:
        before = list(index.articles()), [found.passage for found in index.passages([1, 2])]
    store, chance = folder / "store-000001.sqlite", random.Random(5)
    whole = store.read_bytes()
    refused = 0
    for _ in range(60):
        spoilt = bytearray(whole)
        spoilt[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        store.write_bytes(spoilt)
        try:
            with closing(open_index(folder)) as index:
                assert (list(index.articles()), [found.passage for found in index.passages([1, 2])]) == before
        except IndexStoreError:
            refused += 1
    assert refused  # some of the flips did hit what is read


def test_a_file_is_hashed_once_while_it_looks_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vectors.faiss"
    path.write_bytes(b"one")
    os.utime(path, (1, 1))
    first, looked = files.known_digest(path), []
    monkeypatch.setattr(files, "digest", lambda path: looked.append(path) or "another")
    assert (files.known_digest(path), looked) == (first, [])
    os.utime(path, (2, 2))
    assert (files.known_digest(path), looked) == ("another", [path])


def test_a_file_written_a_moment_ago_is_hashed_again(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    path.write_bytes(b"one")
    first, facts = files.known_digest(path), path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))  # within one tick of the clock of the file system
    assert files.known_digest(path) != first
