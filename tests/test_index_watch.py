"""An index that follows its folders by itself."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import WordEncoder
from plain_articles import plain, write

from rag.index import lock, open_index, scan
from rag.index.watch import Notice, Pace, watch

pytestmark = pytest.mark.usefixtures("plain")
__all__ = ["plain"]
PACE = Pace(every=0.05, settle=0.1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "journal", river="青石河治理\n白鹭又回到河口筑巢。")


class Watched:
    """What a watch has told so far."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def tell(self, notice: Notice) -> None:
        self.told.append((notice.what, notice.says))

    def wait_for(self, what: str, about: str = "", seconds: float = 60) -> str:
        """Return what the notice says, once it is there; it is taken off the list with all before it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for n, (kind, says) in enumerate(self.told):
                if kind == what and about in says:
                    del self.told[: n + 1]
                    return says
            time.sleep(0.01)
        raise AssertionError(f"no {what} {about} in {self.told}")


@contextmanager
def watching(root: Path, folder: Path, encoder: WordEncoder | None = None, pace: Pace = PACE) -> Iterator[Watched]:
    watched, stop = Watched(), threading.Event()
    options = {"max_chars": 80, "stop": stop, "tell": watched.tell, "pace": pace}
    thread = threading.Thread(target=watch, args=([root], folder, encoder or WordEncoder()), kwargs=options)
    thread.start()
    try:
        yield watched
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def articles(folder: Path) -> set[str]:
    with closing(open_index(folder)) as index:
        return {article.id for article in index.articles()}


def test_files_that_come_change_and_go_are_told_and_searchable(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with watching(root, folder) as watched:
        assert watched.wait_for("new") == "journal/river.txt"
        assert watched.wait_for("ready") == "1 files, 1 articles, 1 passages"
        write(root, bees="养蜂\n山坡上有蜂箱。")
        assert watched.wait_for("new") == "journal/bees.txt"
        watched.wait_for("ready")
        assert articles(folder) == {"journal/river.txt#1", "journal/bees.txt#1"}
        write(root, bees="养蜂\n山坡上还有果园。")
        assert watched.wait_for("changed") == "journal/bees.txt"
        (root / "bees.txt").unlink()
        assert watched.wait_for("gone") == "journal/bees.txt"
        watched.wait_for("ready")
        assert articles(folder) == {"journal/river.txt#1"}
        write(root, bad="broken")
        assert "this file is broken" in watched.wait_for("skipped", "journal/bad.txt")


def test_a_file_that_still_grows_is_not_read_and_keeps_no_other_waiting(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, find, growing = tmp_path / "index", scan.find, threading.Event()

    def grown(*given: Any) -> scan.Found:
        """Look, after the file grew: whoever writes it by the clock may pause for longer than the watch waits."""
        if growing.is_set():
            with (root / "slow.txt").open("a", encoding="utf-8") as file:
                file.write("慢慢写\n又一句。")
        return find(*given)

    monkeypatch.setattr(scan, "find", grown)
    with watching(root, folder) as watched:
        watched.wait_for("ready")
        growing.set()
        write(root, bees="养蜂\n山坡上有蜂箱。")
        assert watched.wait_for("new") == "journal/bees.txt"
        watched.wait_for("ready")
        assert (root / "slow.txt").exists()
        assert "journal/slow.txt#1" not in articles(folder)
        growing.clear()
        assert watched.wait_for("new") == "journal/slow.txt"


def test_what_goes_wrong_is_told_once_and_the_watch_goes_on(root: Path, tmp_path: Path) -> None:
    folder, away = tmp_path / "index", tmp_path / "away"
    with watching(root, folder) as watched:
        watched.wait_for("ready")
        shutil.move(root, away)  # a drive that is pulled out
        assert "no such file or folder" in watched.wait_for("error")
        time.sleep(0.4)
        assert watched.told == []
        assert articles(folder) == {"journal/river.txt#1"}
        shutil.move(away, root)
        write(root, bees="养蜂\n山坡上有蜂箱。")
        watched.wait_for("ready")
        with lock.writing(folder):
            write(root, tea="采茶\n清明前后采茶。")
            assert "another process is writing" in watched.wait_for("error")
        assert watched.wait_for("new") == "journal/tea.txt"


def test_a_stop_undoes_the_update_under_way(root: Path, tmp_path: Path) -> None:
    folder, stop, told = tmp_path / "index", threading.Event(), []

    class Stopping(WordEncoder):
        def encode_passages(self, texts):  # type: ignore[no-untyped-def]
            stop.set()
            return super().encode_passages(texts)

    watch([root], folder, Stopping(), max_chars=80, stop=stop, tell=told.append, pace=PACE)
    assert told == []
    assert not (folder / "CURRENT").exists()


def test_watching_a_folder_at_rest_costs_next_to_nothing(root: Path, tmp_path: Path) -> None:
    with watching(root, tmp_path / "index", pace=Pace(0.3, 0.1)) as watched:
        watched.wait_for("ready")
        before = time.process_time()
        time.sleep(1.5)
        assert time.process_time() - before < 0.5
        assert watched.told == []


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_at_a_signal_and_not_at_its_next_look(root: Path, tmp_path: Path, how: signal.Signals) -> None:
    (root / "river.txt").write_text("青石河治理\n\n云溪市用三年治理青石河，白鹭又回到河口筑巢。\n", encoding="utf-8")
    command = [sys.executable, "-m", "rag.cli", "watch", str(root), "--index", str(tmp_path / "index")]
    options = ["--every", "600", "--settle", "0.1"]
    here = Path(__file__).parents[1]
    with subprocess.Popen([*command, *options], cwd=here, stdout=subprocess.PIPE, text=True) as watcher:
        assert watcher.stdout is not None
        assert watcher.stdout.readline().split()[1:] == ["new", "journal/river.txt"]
        assert "1 articles" in watcher.stdout.readline()
        watcher.send_signal(how)
        try:
            assert watcher.wait(60) == 0  # a second or less on a machine that does nothing else
        finally:
            watcher.kill()
    assert len(articles(tmp_path / "index")) == 1
