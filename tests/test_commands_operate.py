"""index --dry-run and --root, repair, snapshot and restore as a user calls them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from test_cli import run


def files(folder: Path) -> dict[Path, bytes]:
    passing = ("-wal", "-shm")
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(passing))
    return {path: path.read_bytes() for path in found}


def test_a_dry_run_says_what_would_happen_and_writes_nothing(capsys, corpus, own_index):
    before = files(own_index)
    (corpus / "new.txt").write_text("新来的文章\n\n昨天下了一场大雨。\n", encoding="utf-8")
    (corpus / "library.txt").write_text("山里的图书馆\n\n图书馆搬了家。\n", encoding="utf-8")
    (corpus / "river.txt").unlink()
    (corpus / "table.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    code, out, _ = run(capsys, "index", corpus, "--index", own_index, "--dry-run")
    first, *rest = out.splitlines()
    assert code == 0
    assert "would read 1 new and 1 changed files, drop 1 and leave 2 as they are; nothing was written" in first
    assert rest[:3] == ["  new: corpus/new.txt", "  changed: corpus/library.txt", "  gone: corpus/river.txt"]
    assert rest[3].startswith("  skipped: corpus/table.xls: unsupported")
    told = json.loads(run(capsys, "index", corpus, "--index", own_index, "--dry-run", "--json")[1])
    assert (told["new"], told["gone"], told["unchanged"]) == (["corpus/new.txt"], ["corpus/river.txt"], 2)
    assert files(own_index) == before


def test_a_dry_run_without_an_index_makes_none(capsys, corpus, tmp_path):
    code, out, _ = run(capsys, "index", corpus, "--index", tmp_path / "x", "--dry-run")
    assert (code, "would read 4 new" in out, (tmp_path / "x").exists()) == (0, True, False)


def test_a_folder_that_moved_is_named_with_root(capsys, corpus, own_index, tmp_path):
    shutil.move(corpus, tmp_path / "papers")
    code, out, _ = run(capsys, "index", "--root", f"{corpus}={tmp_path / 'papers'}", "--index", own_index)
    assert (code, "added 0, changed 0, removed 0, unchanged 4" in out) == (0, True)
    code, _, err = run(capsys, "index", "--root", "nonsense", "--index", own_index)
    assert (code, "OLD=NEW" in err[0]) == (2, True)


def test_damage_is_one_sentence_with_the_command_that_mends_it(capsys, own_index):
    vectors = next(own_index.glob("gen-*/vectors.faiss"))
    vectors.write_bytes(b"damage")
    code, _, err = run(capsys, "search", "河长", "--index", own_index)
    assert (code, len(err)) == (2, 1)
    assert f"Run `wenju repair --index {own_index}`" in err[0]
    code, out, _ = run(capsys, "repair", "--check", "--index", own_index)
    assert (code, out.splitlines()[1]) == (1, "  damaged: vectors.faiss of the index is damaged")
    code, out, _ = run(capsys, "repair", "--index", own_index)
    assert (code, out.splitlines()[0]) == (0, f"{own_index}: mended, 4 articles")
    assert run(capsys, "search", "河长", "--index", own_index)[0] == 0
    assert run(capsys, "repair", "--index", own_index)[1] == f"{own_index}: sound, 4 articles\n"


def test_what_is_lost_is_named_and_is_exit_code_one(capsys, corpus, own_index):
    import sqlite3

    with sqlite3.connect(next(own_index.glob("store-*.sqlite"))) as store:
        store.execute("UPDATE articles SET title = '别的' WHERE name LIKE '%library%'")
    store.close()
    (corpus / "library.txt").unlink()
    code, out, _ = run(capsys, "repair", "--index", own_index)
    assert code == 1
    assert "  LOST: corpus/library.txt: 1 of 1 articles; the file is gone" in out.splitlines()


def test_a_snapshot_travels(capsys, own_index, tmp_path):
    code, _, err = run(capsys, "snapshot", "--index", own_index, "--out", tmp_path / "kept.zip")
    assert (code, "4 articles" in err[0]) == (0, True)
    code, _, err = run(capsys, "restore", tmp_path / "kept.zip", "--index", tmp_path / "far" / "index")
    assert (code, "4 articles, as of 20" in err[0], "--root OLD=NEW" in err[1]) == (0, True, True)
    one, other = (run(capsys, "search", "河长", "--index", x)[1] for x in (own_index, tmp_path / "far" / "index"))
    assert one == other
    code, _, err = run(capsys, "restore", tmp_path / "kept.zip", "--index", own_index)
    assert (code, "--force" in err[0]) == (2, True)
    assert run(capsys, "restore", tmp_path / "kept.zip", "--index", own_index, "--force")[0] == 0


def test_watch_refuses_a_pace_that_is_none(capsys, corpus, tmp_path):
    code, _, err = run(capsys, "watch", corpus, "--every", "0", "--index", tmp_path / "x")
    assert (code, "--every" in err[0]) == (2, True)
