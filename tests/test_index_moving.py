"""An index as one file and back: whole, wherever it goes, or refused before anything is put in place."""

from __future__ import annotations

import json
import os
import random
import shutil
import zipfile
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import pytest
from conftest import WordEncoder
from plain_articles import plain, write

from rag.errors import ConfigError, IndexStoreError
from rag.index import lock, open_index, update_index
from rag.index.moving import take_snapshot
from rag.index.preview import preview
from rag.index.restoring import restore_snapshot
from rag.index.roots import parse_moves

pytestmark = pytest.mark.usefixtures("plain")
__all__ = ["plain"]
RIVER = "青石河治理\n云溪市用三年治理青石河。\n白鹭又回到河口筑巢。"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "journal", river=RIVER, library="山里的图书馆\n青峰镇把旧粮站改成图书馆。")


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    update_index([root], tmp_path / "index", WordEncoder(), max_chars=80)
    return tmp_path / "index"


@pytest.fixture
def taken(folder: Path, tmp_path: Path) -> Path:
    take_snapshot(folder, tmp_path / "kept.zip")
    return tmp_path / "kept.zip"


def held(folder: Path) -> dict[str, str]:
    with closing(open_index(folder)) as index:
        (row, _), *_ = index.search_words("白鹭", 5)
        assert "白鹭" in index.passage(row).passage.text
        return {article.id: article.text for article in index.articles()}


def rewrite(path: Path, change) -> None:  # type: ignore[no-untyped-def]
    """Pack the members of a snapshot again after ``change`` has had its way with them; snapshot.json agrees."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(members.pop("snapshot.json"))
    change(members, told)
    for name in set(members) - set(told["members"]):
        told["members"][name] = [len(members[name]), sha256(members[name]).hexdigest()]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("snapshot.json", json.dumps(told))
        for name, data in members.items():
            archive.writestr(name, data)


def test_a_restored_index_is_the_one_that_was_taken(folder: Path, taken: Path, tmp_path: Path) -> None:
    restore_snapshot(taken, tmp_path / "far" / "away")
    assert held(tmp_path / "far" / "away") == held(folder)
    with closing(open_index(folder)) as one, closing(open_index(tmp_path / "far" / "away")) as other:
        assert one.manifest == other.manifest
        assert one.search_words("图书馆", 9) == other.search_words("图书馆", 9)
    assert sorted(path.name for path in taken.parent.iterdir()) == ["far", "index", "journal", "kept.zip"]


def test_words_of_ones_own_travel_along(root: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("流动书车", encoding="utf-8")
    update_index([root], folder, WordEncoder(), max_chars=80, words=tmp_path / "own.txt")
    take_snapshot(folder, tmp_path / "kept.zip")
    restore_snapshot(tmp_path / "kept.zip", tmp_path / "other")
    assert (tmp_path / "other" / "words.txt").read_text(encoding="utf-8") == "流动书车"


def test_a_restored_index_goes_on_being_updated(root: Path, taken: Path, tmp_path: Path) -> None:
    restore_snapshot(taken, tmp_path / "other")
    write(root, river=RIVER.replace("筑巢", "过冬"))
    done = update_index([root], tmp_path / "other", WordEncoder(), max_chars=80)
    assert (done.changed, done.unchanged) == (1, 1)


def test_a_snapshot_taken_while_a_writer_is_at_work_holds_what_readers_see(
    root: Path, folder: Path, tmp_path: Path
) -> None:
    before, taken = held(folder), []

    def meanwhile(stage: str, done: int, total: int) -> None:
        taken.append(tmp_path / f"{len(taken)}.zip")
        take_snapshot(folder, taken[-1])

    write(root, river=RIVER.replace("筑巢", "过冬"), bees="养蜂\n山坡上有蜂箱。")
    update_index([root], folder, WordEncoder(), max_chars=80, progress=meanwhile)
    assert len(taken) > 4
    for n, path in enumerate(taken):
        restore_snapshot(path, tmp_path / f"from{n}")
        assert held(tmp_path / f"from{n}") == before
        assert update_index([root], tmp_path / f"from{n}", WordEncoder(), max_chars=80).added == 1
        assert held(tmp_path / f"from{n}") == held(folder)


def test_nothing_is_written_over_unless_asked(folder: Path, taken: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--force"):
        take_snapshot(folder, taken)
    with pytest.raises(ConfigError, match="--force"):
        restore_snapshot(taken, folder)
    other = write(tmp_path / "letters", a="信\n白鹭来信。")
    with pytest.raises(ConfigError, match="in the way"):
        restore_snapshot(taken, other, force=True)  # no index, so never ours to replace
    assert os.listdir(other) == ["a.txt"]
    update_index([other], folder, WordEncoder(), max_chars=80)
    restore_snapshot(taken, folder, force=True)
    assert len(held(folder)) == 2
    take_snapshot(folder, taken, force=True)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_index_that_is_being_written_is_not_replaced(folder: Path, taken: Path) -> None:
    with lock.writing(folder), pytest.raises(IndexStoreError, match="another process is writing"):
        restore_snapshot(taken, folder, force=True)
    assert held(folder)


def test_every_flipped_bit_and_every_cut_is_found_before_anything_is_in_place(taken: Path, tmp_path: Path) -> None:
    whole, chance = taken.read_bytes(), random.Random(3)
    place, refused = tmp_path / "restored", 0
    for n in range(60):
        spoilt = bytearray(whole)
        spoilt[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        taken.write_bytes(spoilt if n % 3 else whole[: chance.randrange(len(whole))])
        with suppress(IndexStoreError):
            restore_snapshot(taken, place)
        if not place.exists():
            refused += 1
            continue
        assert len(held(place)) == 2  # a bit of the zip's own that says nothing: a time, a system
        shutil.rmtree(place)
    assert refused > 50


@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped", "gen-000001/../../escaped", "gen-000001/..", "CURRENT"])
def test_a_member_that_would_go_elsewhere_is_refused(taken: Path, tmp_path: Path, name: str) -> None:
    def add(members, told):  # type: ignore[no-untyped-def]
        members[name] = b"x"

    rewrite(taken, add)
    with pytest.raises(IndexStoreError, match="cannot be restored"):
        restore_snapshot(taken, tmp_path / "in" / "restored")
    assert not list(tmp_path.rglob("escaped"))

    def claim(members, told):  # type: ignore[no-untyped-def]
        told["manifest"]["store"] = name
        told["members"][name] = told["members"].pop("store-000001.sqlite")
        members[name] = members.pop("store-000001.sqlite")

    take_snapshot(tmp_path / "index", taken, force=True)
    rewrite(taken, claim)
    with pytest.raises(IndexStoreError, match="cannot be restored"):
        restore_snapshot(taken, tmp_path / "in" / "restored")
    assert not list(tmp_path.rglob("escaped"))


def test_more_than_the_disk_holds_is_refused_before_it_is_unpacked(taken: Path, tmp_path: Path) -> None:
    def inflate(members, told):  # type: ignore[no-untyped-def]
        told["members"]["store-000001.sqlite"][0] = 1 << 60

    rewrite(taken, inflate)
    with pytest.raises(IndexStoreError, match="too small"):
        restore_snapshot(taken, tmp_path / "restored")


def test_what_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"not a zip")
    with pytest.raises(IndexStoreError, match="no snapshot"):
        restore_snapshot(path, tmp_path / "restored")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(IndexStoreError, match="no snapshot"):
        restore_snapshot(path, tmp_path / "restored")


def test_a_damaged_index_is_not_kept_as_if_it_were_whole(folder: Path, tmp_path: Path) -> None:
    (folder / "gen-000001" / "ids.npy").write_bytes(b"x")
    with pytest.raises(IndexStoreError, match="wenju repair"):
        take_snapshot(folder, tmp_path / "kept.zip")
    assert not (tmp_path / "kept.zip").exists()


def test_an_index_that_is_moved_works_where_it_is(folder: Path, root: Path, tmp_path: Path) -> None:
    whole = held(folder)
    shutil.move(folder, tmp_path / "elsewhere")
    assert held(tmp_path / "elsewhere") == whole
    assert update_index([root], tmp_path / "elsewhere", WordEncoder(), max_chars=80).unchanged == 2


def test_a_root_moved_and_renamed_keeps_the_names_of_its_files(folder: Path, root: Path, tmp_path: Path) -> None:
    whole = held(folder)
    new = tmp_path / "archive" / "papers"
    new.parent.mkdir()
    shutil.move(root, new)
    moved = parse_moves([f"{root}={new}"])
    assert preview([new], folder, moved=moved).unchanged == 2
    done = update_index([new], folder, WordEncoder(), max_chars=80, moved=moved)
    assert (done.added, done.changed, done.removed, done.unchanged) == (0, 0, 0, 2)
    assert held(folder) == whole
    write(new, bees="养蜂\n山坡上有蜂箱。")
    assert update_index([new], folder, WordEncoder(), max_chars=80, moved=moved).added == 1
    assert "journal/bees.txt#1" in held(folder)
    (new / "bees.txt").unlink()
    assert update_index([new], folder, WordEncoder(), max_chars=80).removed == 1
    assert held(folder) == whole


def test_a_move_must_name_a_root_and_a_folder_that_is_there(folder: Path, root: Path, tmp_path: Path) -> None:
    for told in ("", "a", "a=", "=b", f"{root}={tmp_path / 'nowhere'}"):
        with pytest.raises(ConfigError):
            parse_moves([told])
    with pytest.raises(ConfigError, match=r"Its roots are: .*journal"):
        update_index([root], folder, WordEncoder(), max_chars=80, moved={tmp_path / "never": tmp_path})
