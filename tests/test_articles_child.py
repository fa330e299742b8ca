"""rag.articles.process.readers: files read in processes that may crash, hang and swell without harm to the run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from itertools import count, islice
from pathlib import Path

import pytest

from rag.articles import FileReport, find_files, read_articles
from rag.articles.limits import LIMITS, Limits
from rag.articles.process.readers import BrokenOff, NoReader, Readers
from rag.articles.process.wire import dump, load, read_frame, to_bytes, write_frame
from rag.articles.process.worker import attempt
from rag.errors import ArticleError
from rag.sample import corpus_folder

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of this kind")
ROOT = Path(__file__).parents[1]
TEXT = "村口的桥\n\n{}号桥去年修好，过河不再绕路。\n"


@pytest.fixture
def readers() -> Iterator[Readers]:
    with Readers(workers=1) as readers:
        yield readers


def texts(folder: Path, n: int) -> list[tuple[Path, str]]:
    paths = [folder / f"{i}.txt" for i in range(n)]
    for i, path in enumerate(paths):
        path.write_text(TEXT.format(i), encoding="utf-8")
    return [(path, path.name) for path in paths]


def pipe(folder: Path) -> tuple[Path, str]:
    """Make a file that never begins, so that whoever opens it waits."""
    path = folder / "pipe.txt"
    os.mkfifo(path)
    return path, path.name


@contextmanager
def begun(path: Path) -> Iterator[None]:
    """Wait until somebody has opened a pipe to read it, and let nobody see its end."""
    ends: list[int] = []

    def opened() -> bool:
        with suppress(OSError):  # nobody reads
            ends.append(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        return bool(ends)

    until(opened)
    yield
    os.close(ends[0])


def alone(readers: Readers, path: Path) -> FileReport | ArticleError:
    ((_, outcome),) = readers.read([(path, path.name)])
    return outcome


def until(fact: Callable[[], object]) -> None:
    """Wait for a fact, a minute at most: a busy machine is slow, not wrong."""
    end = time.monotonic() + 60
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        return "State:\tZ" not in status.read_text()
    except OSError:
        return False


def test_a_file_read_in_another_process_gives_what_it_gives_in_this_one() -> None:
    files = [(path, f"sample/{path.name}") for path in find_files(corpus_folder())]
    with Readers(workers=2) as readers:
        for (path, source), (named, outcome) in zip(files, readers.read(files), strict=True):
            assert named == source
            assert outcome == replace(read_articles(path, source), decoded="")


def test_an_error_comes_back_with_what_where_and_mend(tmp_path: Path, readers: Readers) -> None:
    path = tmp_path / "nothing.txt"
    path.write_bytes(b"")
    with pytest.raises(ArticleError) as here:
        read_articles(path, "nothing.txt")
    there = alone(readers, path)
    assert isinstance(there, ArticleError)
    assert (there.what, there.where, there.mend) == (here.value.what, str(path), here.value.mend)


def test_half_a_surrogate_pair_and_every_field_pass_the_pipe(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    report = read_articles(path, "a.txt")
    odd = replace(report.articles[0], title="\ud800", authors=("甲", "乙"), found={"title": "heading"})
    report = replace(report, articles=(odd,), notes=("说明",), skipped=(("a", "b"),), decoded="")
    assert load(dump(report)) == report


def test_files_come_in_the_order_they_were_given_however_long_each_takes(tmp_path: Path) -> None:
    files = texts(tmp_path, 30)
    files[3][0].write_text("标题\n\n" + "河边的树都种好了。\n" * 5_000, encoding="utf-8")
    with Readers(workers=3) as readers:
        assert [source for source, _ in readers.read(files)] == [source for _, source in files]


def test_only_a_few_files_are_asked_for_ahead(tmp_path: Path, readers: Readers) -> None:
    (path, _), *_ = texts(tmp_path, 1)
    asked = count()
    endless = ((path, f"{next(asked)}") for _ in count())
    assert [source for source, _ in islice(readers.read(endless), 3)] == ["0", "1", "2"]
    assert next(asked) < 20


@posix
def test_a_crash_costs_one_file_and_the_next_is_read_by_a_new_process(tmp_path: Path, readers: Readers) -> None:
    one, two = texts(tmp_path, 2)
    endless = pipe(tmp_path)
    outcomes = readers.read([one, endless, two])
    next(outcomes)
    (first,) = readers.pids()
    with begun(endless[0]):
        os.kill(first, signal.SIGSEGV)
    (_, crashed), (_, after) = outcomes
    assert "crashed on this file (SIGSEGV)" in str(crashed)
    assert isinstance(after, FileReport)
    assert readers.pids() != [first]


@posix
def test_a_process_that_was_killed_says_so_and_that_trying_again_may_help(tmp_path: Path, readers: Readers) -> None:
    endless = pipe(tmp_path)
    outcomes = readers.read([*texts(tmp_path, 1), endless])
    next(outcomes)
    with begun(endless[0]):
        os.kill(readers.pids()[0], signal.SIGKILL)
    ((_, killed),) = outcomes
    assert isinstance(killed, BrokenOff)
    assert "when memory runs out" in str(killed)


@posix
def test_a_process_killed_between_two_files_costs_none(tmp_path: Path, readers: Readers) -> None:
    one, two = texts(tmp_path, 2)
    assert isinstance(alone(readers, one[0]), FileReport)
    (pid,) = readers.pids()
    os.kill(pid, signal.SIGKILL)  # it may still die while it is asked for the second file
    assert isinstance(alone(readers, two[0]), FileReport)


@posix
def test_a_hang_ends_at_the_time_limit(tmp_path: Path) -> None:
    (good,) = texts(tmp_path, 1)
    with Readers(Limits(seconds=5), workers=1) as readers:  # a new process needs part of them for the file behind
        hung, after = [outcome for _, outcome in readers.read([pipe(tmp_path), good])]
    assert "took more than 5 s (" in str(hung)
    assert isinstance(after, FileReport)


@posix
def test_computing_without_end_is_stopped_and_time_is_counted_for_each_file_anew(tmp_path: Path) -> None:
    small = texts(tmp_path, 1) * 3
    large = tmp_path / "large.txt"
    large.write_text("标题\n\n" + "河边的树都种好了，又把路修到了山上\n" * 100_000, encoding="utf-8")
    with Readers(Limits(cpu_seconds=1), workers=1) as readers:
        *before, stopped, after = [outcome for _, outcome in readers.read([*small, (large, "large"), small[0]])]
    assert "took more than 1 s of computing" in str(stopped)
    assert all(isinstance(outcome, FileReport) for outcome in (*before, after))


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit the address space")
def test_a_file_that_needs_too_much_memory_is_refused_in_words(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    large.write_text("标题\n\n" + "河边的树都种好了，又把路修到了山上\n" * 100_000, encoding="utf-8")
    with Readers(Limits(memory=64 << 20), workers=1) as readers:
        assert "needs more than 0.0625 GiB of memory (" in str(alone(readers, large))


def test_a_file_that_gives_too_much_text_is_refused(tmp_path: Path) -> None:
    (file,) = texts(tmp_path, 1)
    with Readers(Limits(answer_bytes=200), workers=1) as readers:
        assert "more text than one file may" in str(alone(readers, file[0]))


def test_a_large_answer_arrives_whole(tmp_path: Path, readers: Readers) -> None:
    path = tmp_path / "large.txt"
    path.write_text(
        "标题\n\n" + "".join(f"第{n}行说的是河边的树都种好了。\n\n" for n in range(8_000)), encoding="utf-8"
    )
    outcome = alone(readers, path)
    assert isinstance(outcome, FileReport)
    assert "第7999行" in outcome.articles[-1].text


@posix
def test_a_process_that_grew_large_is_replaced_and_another_is_kept(tmp_path: Path, readers: Readers) -> None:
    one, two = texts(tmp_path, 2)
    alone(readers, one[0])
    kept = readers.pids()
    assert isinstance(alone(readers, two[0]), FileReport)
    assert readers.pids() == kept != []
    with Readers(Limits(memory=128 << 20), workers=1) as narrow:  # Python itself is a quarter of that
        assert isinstance(alone(narrow, one[0]), FileReport)
        assert narrow.pids() == []


WAITING = """
import sys
from pathlib import Path
from rag.articles.process.readers import Readers
if __name__ == "__main__":
    with Readers(workers=1) as readers:
        for _, outcome in readers.read([(Path(name), name) for name in sys.argv[1:]]):
            print(*readers.pids(), flush=True)
"""


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A program that has read one file and hangs in the next, and the number of its reading process."""
    names = [str(texts(tmp_path, 1)[0][0]), str(pipe(tmp_path)[0])]
    command = [sys.executable, "-c", WAITING, *names]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    ) as program:
        assert program.stdout is not None
        yield program, int(program.stdout.readline())
        program.kill()


@posix
@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes by /proc")
def test_the_process_ends_with_the_one_that_asked_even_in_the_middle_of_a_file(
    waiting: tuple[subprocess.Popen[str], int],
) -> None:
    program, child = waiting
    assert is_alive(child)
    program.kill()
    until(lambda: not is_alive(child))


@posix
@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes by /proc")
def test_an_interrupt_ends_both_and_only_the_one_that_asked_speaks(waiting: tuple[subprocess.Popen[str], int]) -> None:
    program, child = waiting
    os.killpg(program.pid, signal.SIGINT)
    _, said = program.communicate(timeout=60)
    until(lambda: not is_alive(child))
    assert said.count("Traceback") == 1
    assert "worker.py" not in said


@posix
@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes by /proc")
def test_a_reading_process_knows_no_secret_and_has_its_limits(
    tmp_path: Path, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy")
    monkeypatch.setenv("API_TOKEN", "secret")
    alone(readers, texts(tmp_path, 1)[0][0])
    (pid,) = readers.pids()
    assert b"secret" not in Path(f"/proc/{pid}/environ").read_bytes()
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert f"Max address space         {LIMITS.memory}" in limits
    assert "Max open files            64" in limits
    assert "Max core file size        0" in limits


def test_a_file_in_the_users_folder_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = texts(tmp_path, 1)
    for name in ("json", "struct", "docx", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("open('was-run', 'w').close()")
    monkeypatch.chdir(tmp_path)
    with Readers(workers=1) as readers:
        assert isinstance(alone(readers, files[0][0]), FileReport)
    assert not Path("was-run").exists()


@pytest.mark.parametrize("program", ["/no/such/python", "/bin/false"])
def test_no_process_at_all_is_an_error_of_the_run_not_of_each_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with Readers(workers=1) as readers, pytest.raises(NoReader, match="does not start"):
        list(readers.read(texts(tmp_path, 2)))


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        ("print('loud'); import os; os.write(1, b'loud'); return real(path, source)", None),
        ("raise MemoryError", "needs more than 1 GiB of memory"),
        ("return fault(path, source)", "nests its parts too deep"),
        ("raise KeyError('a bug')", "Reading failed: KeyError: 'a bug'"),
    ],
)
def test_a_parser_that_prints_or_fails_disturbs_nobody(tmp_path: Path, fault: str, what: str | None) -> None:
    program = (
        "import rag.articles.process.worker as w\nreal = w.read_articles\n"
        f"def fault(path, source, limits=None):\n    {fault}\nw.read_articles = fault\nw.main()"
    )
    (file,) = texts(tmp_path, 1)
    command = [sys.executable, "-c", program, json.dumps(asdict(LIMITS))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert read_frame(worker.stdout) == b"ready"
        for _ in range(2):  # it goes on afterwards
            write_frame(worker.stdin, to_bytes([str(file[0]), "a"]))
            assert read_frame(worker.stdout) == b""
            answer = read_frame(worker.stdout)
            assert answer is not None
            outcome = load(answer[1:])
            assert isinstance(outcome, FileReport) if what is None else what in str(outcome)
        worker.stdin.close()
        assert worker.wait(timeout=60) == 0


def test_the_traceback_of_a_fault_goes_into_the_log(tmp_path: Path) -> None:
    def read(path: Path, source: str) -> FileReport:
        raise IndexError("a bug in the parser")

    failed = load(dump(attempt(read, tmp_path, "a")))
    assert any("in read" in note for note in failed.__notes__)


def test_reading_starts_without_large_libraries() -> None:
    heavy = {"numpy", "torch", "lxml", "docx", "bs4", "pypdfium2", "charset_normalizer", "jieba", "sqlite3"}
    code = f"import sys, rag.articles.process.worker; print(*sorted({heavy!r} & sys.modules.keys()))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.split() == []
