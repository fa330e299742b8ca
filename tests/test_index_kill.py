"""A writer killed at any moment leaves the old index or the new one."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from conftest import WordEncoder
from plain_articles import plain, write

from rag.index import open_index, update_index

__all__ = ["plain"]
FILES, KILLS = 12, 24
# Says "ready" when only the update is left to do, so that a kill falls into it and not into starting Python.
WRITER = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
import rag.index.intake
from conftest import WordEncoder
from plain_articles import read_all_plain
from rag.index import update_index
rag.index.intake.read_files = read_all_plain
encoder = WordEncoder()
encoder.encode_passages(["start"])
print("ready", flush=True)
update_index([Path(sys.argv[3])], Path(sys.argv[4]), encoder, max_chars=60)
"""


def edition(root: Path, year: int) -> None:
    """Write every file anew, so that no two editions share a sentence."""
    write(root, **{f"n{n}": f"{year}年第{n}号\n{year}年，第{n}个村修路{year + n}里。" for n in range(FILES)})


def years(folder: Path) -> set[str]:
    """Check that everything in the index belongs together, and return the years its texts speak of."""
    with closing(open_index(folder)) as index:
        articles = list(index.articles())
        assert len(articles) == FILES
        texts = {article.text for article in articles}
        for text in texts:
            (row, _), *_ = index.search_words(text, 1)
            assert index.passage(row).passage.text == text
            ((near, _),) = index.search_vectors(WordEncoder().encode_queries([f"{article_title(text)}\n{text}"])[0], 1)
            assert index.passage(near).passage.text in texts
        return {text[:4] for text in texts}


def article_title(text: str) -> str:
    year, _, rest = text.partition("年，第")
    return f"{year}年第{rest.partition('个')[0]}号"


def start(root: Path, folder: Path) -> subprocess.Popen[str]:
    here = Path(__file__).parent
    command = [sys.executable, "-c", WRITER, str(here), str(here.parent), str(root), str(folder)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_the_old_index_or_the_new(
    tmp_path: Path, plain: None, capsys: pytest.CaptureFixture[str]
) -> None:
    root, folder, year = tmp_path / "journal", tmp_path / "index", 2000
    edition(root, year)
    begun = time.monotonic()
    update_index([root], folder, WordEncoder(), max_chars=60)
    chance, ended, limit = random.Random(7), {"old": 0, "new": 0}, time.monotonic() - begun
    for _ in range(KILLS):
        edition(root, year + 1)
        with start(root, folder) as writer:
            time.sleep(chance.uniform(0.2, 1) * limit)
            writer.send_signal(signal.SIGKILL)
        seen = years(folder)
        assert seen in ({str(year)}, {str(year + 1)})
        outcome = "new" if seen == {str(year + 1)} else "old"
        ended[outcome] += 1
        limit *= 1.3 if outcome == "old" else 0.8  # stay about the moment of the commit, whatever the machine
        year = int(seen.pop())
    assert min(ended.values()) > 0
    with capsys.disabled():
        print(f"\n{KILLS} kills: {ended['old']} left the old index, {ended['new']} the new one, none a mix")
    update_index([root], folder, WordEncoder(), max_chars=60)
    edition(root, 2100)
    update_index([root], folder, WordEncoder(), max_chars=60)
    assert years(folder) == {"2100"}
    assert len(list(folder.glob("gen-*"))) == 2
    assert len(list(folder.glob("store-*.sqlite"))) == 1


@pytest.mark.slow
def test_a_first_run_killed_at_any_moment_leaves_no_index_or_a_whole_one(tmp_path: Path, plain: None) -> None:
    root, folder = tmp_path / "journal", tmp_path / "index"
    edition(root, 2000)
    chance = random.Random(3)
    for _ in range(6):
        with start(root, folder) as writer:
            time.sleep(chance.uniform(0, 1.5))
            writer.send_signal(signal.SIGKILL)
        if (folder / "CURRENT").exists():
            assert years(folder) == {"2000"}
            shutil.rmtree(folder)
    update_index([root], folder, WordEncoder(), max_chars=60)
    assert years(folder) == {"2000"}
