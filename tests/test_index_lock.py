"""One writer; nothing removed from under a reader."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import IndexStoreError
from rag.index import lock


def test_a_second_writer_is_refused_at_once_and_the_next_one_let_in(tmp_path: Path) -> None:
    with (
        lock.writing(tmp_path),
        pytest.raises(IndexStoreError, match="another process is writing"),
        lock.writing(tmp_path),
    ):
        pass
    with lock.writing(tmp_path):
        pass


def test_a_killed_writer_locks_nobody_out(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path; from rag.index.lock import writing\n"
        "with writing(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert ended.returncode < 0
    with lock.writing(tmp_path):
        pass


def free(path: Path) -> bool:
    with lock.alone(path) as alone:
        return alone


def test_a_file_is_in_use_as_long_as_it_is_held(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.touch()
    assert free(path)
    first, second = lock.hold(path), lock.hold(path)
    os.close(first)
    assert not free(path)
    os.close(second)
    assert free(path)


def test_nobody_takes_hold_of_what_is_going_away(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.touch()
    with lock.alone(path) as alone:
        assert alone
        with pytest.raises(FileNotFoundError):
            lock.hold(path)
        path.unlink()
    with pytest.raises(FileNotFoundError):
        lock.hold(path)
    assert free(path)
