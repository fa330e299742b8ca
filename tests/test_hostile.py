"""Thousands of hostile files: each gives articles or an error in words, within its limits, and nothing else happens."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import WordEncoder
from hostile import Case, archives, encodings, names, pages, pdfs

from rag.index import open_index, update_index
from rag.sample import corpus_folder

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")]
ROOT = Path(__file__).parents[1]
LIMITS = {"cpu_seconds": 6, "seconds": 60}  # of computing, as few as the run needs to be short
MOST_MEMORY = 300_000_000  # bytes, for the process that asks
SECRET = "CANARY-5A1B"


class Read(NamedTuple):
    """What became of a file: ``kind`` is "report" or "error"."""

    name: str
    kind: str
    said: str
    seconds: float
    characters: int


def read_all(cases: Iterable[Case], home: Path) -> tuple[list[Case], dict[str, Read], dict[str, int]]:
    """Write the cases, read them in another process, and return them, what became of each, and its memory."""
    folder = home / "files"
    folder.mkdir()
    kept = []
    for case in cases:
        (folder / case.name).write_bytes(case.data)
        kept.append(Case(case.name, b"", case.text))
    command = [sys.executable, "-m", "tests.hostile.run", str(folder), json.dumps(LIMITS)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=900)
    assert done.returncode == 0, done.stderr[-3_000:]
    *rows, memory = map(json.loads, done.stdout.splitlines())
    read = {row[0]: Read(*row) for row in rows}
    assert len(read) == len(kept) == len(list(folder.iterdir()))
    return kept, read, memory


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a secret beside the files, older than any read of it."""
    secret = tmp_path / "canary.txt"
    secret.write_text(SECRET)
    os.utime(secret, (1, 1))
    return tmp_path


def judge(cases: list[Case], read: dict[str, Read], memory: dict[str, int], home: Path) -> str:
    """Check what holds for every file, and sum up in a line."""
    for row in read.values():
        assert row.kind in ("report", "error"), row
        assert row.said.strip(), row
        assert SECRET not in row.said, row
        assert "root:" not in row.said, row
        assert row.kind == "error" or row.characters > 0, row
    faults = [row for row in read.values() if row.kind == "error" and row.said.startswith("Reading failed")]
    assert not faults
    assert memory["peak"] - memory["before"] < MOST_MEMORY
    assert sorted(path.name for path in home.iterdir()) == ["canary.txt", "files"]
    assert (home / "canary.txt").read_text() == SECRET
    kinds = Counter(row.kind for row in read.values())
    ends = Counter(found.group() for row in read.values() if (found := re.search("took more|crashed|memory", row.said)))
    worst = max(read.values(), key=lambda row: row.seconds)
    return (
        f"{len(read):,} files: {kinds['report']:,} read, {kinds['error']:,} refused ({dict(ends)}); "
        f"longest wait {worst.seconds} s ({worst.name}); "
        f"{(memory['peak'] - memory['before']) / 1e6:.0f} MB more memory at most"
    )


@pytest.mark.parametrize("kind", ["encodings", "archives", "pdfs", "pages", "sizes"])
def test_every_hostile_file_gives_articles_or_an_error_in_words(
    kind: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds = [(path.name, path.read_bytes()) for path in sorted(corpus_folder().rglob("*.pdf"))]
    makers = {
        "encodings": encodings.cases, "archives": archives.cases, "pages": pages.cases, "sizes": names.cases,
        "pdfs": lambda: pdfs.cases(seeds),
    }  # fmt: skip
    start = time.perf_counter()
    cases, read, memory = read_all(makers[kind](), home)
    line = judge(cases, read, memory, home)
    with capsys.disabled():
        print(f"\n{kind}: {line}; {time.perf_counter() - start:.0f} s")
    lost = [case.name for case in cases if case.text and not keeps(case, read[case.name])]
    assert not lost


def keeps(case: Case, row: Read) -> bool:
    """Tell whether 99 of 100 characters of a text are among what was read, the title aside."""
    assert case.text is not None
    told, _, body = case.text.partition("\n\n")
    wanted = [c for c in body or told if c.isalnum()][:1_500]
    found = Counter(row.said)
    missing = Counter(wanted) - found
    return row.kind == "report" and missing.total() <= 0.01 * len(wanted)


def test_what_is_no_file_is_passed_over_and_odd_names_are_only_names(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home / "files"
    folder.mkdir()
    good = names.populate(folder, home / "canary.txt")
    before = sorted(path.name for path in home.iterdir())
    start = time.perf_counter()
    done = update_index([folder], home / "index", WordEncoder(), max_chars=80)
    seconds = time.perf_counter() - start
    with closing(open_index(home / "index")) as index:
        sources = {article.source for article in index.articles()}
    skipped = dict(done.skipped)
    assert {f"files/{name}" for name in names.NAMES} <= sources
    assert done.files == good
    no_files = ["pipe.txt", "zero.txt", "socket.txt", "linked.txt", "nowhere.txt", "itself.txt", "above", "sparse.txt"]
    assert {f"files/{name}" for name in no_files} <= skipped.keys()
    assert seconds < 100  # whoever opens a pipe waits for longer
    assert sorted(path.name for path in home.iterdir() if path.name != "index") == before
    assert (home / "canary.txt").read_text() == SECRET
    with capsys.disabled():
        print(f"\nnames: {done.files} read, {len(skipped)} passed over; {seconds:.1f} s")
