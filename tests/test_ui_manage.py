"""The archive managed while others ask: a newer index without a pause, uploads, jobs, collections, corrections."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import WordEncoder
from fastapi.testclient import TestClient

from rag.config import Settings
from rag.errors import ConfigError, IndexStoreError
from rag.index import IndexReport, update_index
from rag.index.correct import Change
from ui.archive.holdings import NotThere
from ui.archive.job import Job
from ui.archive.jobs import Indexer, Work
from ui.archive.live import Live
from ui.archive.manage import Manager
from ui.archive.opened import opener
from ui.archive.uploads import receive, safe_file, safe_name
from ui.rest import Desk, build_api

BELL = "古钟楼的大钟\n\n古钟楼的大钟铸于一八七二年，重三千二百斤。\n\n每天早晚各敲一次。\n"
QUESTION = "古钟楼的大钟重多少斤？"
HELD = "青石河沿岸设了多少名河长？"


@pytest.fixture
def live(own_index: Path) -> Iterator[Live]:
    live = Live(own_index, opener(Settings(index=own_index), WordEncoder()))
    yield live
    live.close()


@pytest.fixture
def manager(live: Live, tmp_path: Path) -> Manager:
    return Manager(live, tmp_path / "state" / "uploads", Indexer(live, WordEncoder(), 320), most=10_000)


def send(manager: Manager, name: str, file: str, *chunks: bytes, told: int | None = None) -> bool:
    async def stream() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return asyncio.run(manager.receive(name, file, stream(), sum(map(len, chunks)) if told is None else told))


def done(manager: Manager, job: Job | None) -> Job:
    assert job is not None
    over = manager.job(job.id, 120)
    assert over.state == "done", over.error
    return over


def with_bell(manager: Manager) -> Manager:
    manager.create("钟楼")
    send(manager, "钟楼", "bell.txt", BELL.encode())
    done(manager, manager.index("钟楼"))
    return manager


# a newer generation


def test_a_newer_generation_answers_without_a_new_start(live: Live, corpus: Path) -> None:
    assert "三千二百斤" not in (live.assistant.ask(QUESTION).text or "")
    (corpus / "bell.txt").write_text(BELL, "utf-8")
    update_index([corpus], live.folder, WordEncoder(), max_chars=320)
    assert live.refresh() is True
    assert live.refresh() is False
    assert "三千二百斤" in (live.assistant.ask(QUESTION).text or "")
    assert live.about["articles"] == 5


def test_a_call_that_began_in_the_older_generation_ends_in_it(live: Live, corpus: Path) -> None:
    with live.held() as before:
        (corpus / "bell.txt").write_text(BELL, "utf-8")
        update_index([corpus], live.folder, WordEncoder(), max_chars=320)
        live.refresh()
        assert before.assistant.ask(HELD).status == "answered"
        assert before.index.counts().articles == 4
        with live.held() as after:
            assert after.index.counts().articles == 5
        assert before.index._held >= 0
    assert before.index._held == -1


def test_following_takes_what_another_process_wrote(live: Live, corpus: Path) -> None:
    live.refresh()
    live.follow(every=0.02)
    (corpus / "bell.txt").write_text(BELL, "utf-8")
    update_index([corpus], live.folder, WordEncoder(), max_chars=320)
    deadline = time.monotonic() + 30
    while live.about["articles"] != 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert live.about["articles"] == 5


def test_a_generation_that_cannot_be_opened_leaves_the_one_before_in_place(live: Live) -> None:
    live.refresh()
    (live.folder / "CURRENT").write_text("gen-000099 " + "0" * 64, "utf-8")
    with pytest.raises(IndexStoreError):
        live.refresh()
    assert live.assistant.ask(HELD).status == "answered"


def test_an_archive_without_an_index_is_empty_and_says_so_when_asked(fake_models: None, tmp_path: Path) -> None:
    live = Live(tmp_path / "none", opener(Settings(index=tmp_path / "none"), WordEncoder()))
    assert live.archive.known().articles == 0
    assert dict(live.about) == {"name": "none", "issues": 0}
    with pytest.raises(IndexStoreError, match="no index"):
        live.assistant.ask(HELD)


# names and bytes


@pytest.mark.parametrize("name", ["2024年第3期.txt", "a b (2).PDF", "ＡＢ.md", "…ok.html", "x" * 190 + ".txt"])
def test_names_that_people_use_are_taken(name: str) -> None:
    assert safe_file(name).endswith(Path(name).suffix)


@pytest.mark.parametrize(
    "name",
    [
        "", " ", ".", "..", ".hidden.txt", "../a.txt", "/etc/passwd.txt", "a/b.txt", "a\\b.txt", "C:\\a.txt", "a\0.txt",
        "a\n.txt", "CON.txt", "nul.md", "a\u202etxt.exe.txt", "-rf.txt", "~a.txt", "x" * 300 + ".txt", "\ud800.txt",
        "<img src=x>.txt", 'a".txt', "a.txt.", "a|b.txt", "a\u200b.txt",
    ],
)  # fmt: skip
def test_names_that_could_be_more_than_names_are_refused(name: str) -> None:
    with pytest.raises(ConfigError):
        safe_file(name)


@pytest.mark.parametrize("name", ["a.exe", "a", "a.txt.wenju.toml", "a.py"])
def test_types_that_cannot_be_read_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        safe_file(name)


def test_the_two_ways_to_write_an_accent_are_one_name() -> None:
    assert safe_name("Café") == safe_name("Cafe\u0301")


@pytest.mark.parametrize(
    ("chunks", "told", "says"),
    [
        ((b"x" * 6000, b"x" * 6000), 12_000, "more than"),
        ((b"x" * 6000, b"x" * 6000), 5, "more than"),
        ((b"abc",), 5, "3 bytes came"),
        ((), 0, "empty"),
    ],
)
def test_a_file_that_does_not_come_whole_leaves_nothing(
    manager: Manager, chunks: tuple[bytes, ...], told: int, says: str
) -> None:
    manager.create("x")
    with pytest.raises(ConfigError, match=says):
        send(manager, "x", "a.txt", *chunks, told=told)
    assert list((manager.uploads / "x").iterdir()) == []


def test_a_client_that_goes_away_leaves_the_older_file(manager: Manager) -> None:
    manager.create("x")
    send(manager, "x", "a.txt", b"older")

    async def broken() -> AsyncIterator[bytes]:
        yield b"new"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        asyncio.run(receive(manager.uploads / "x", "a.txt", broken(), 9, 100))
    assert [(path.name, path.read_bytes()) for path in (manager.uploads / "x").iterdir()] == [("a.txt", b"older")]


# collections


def test_a_file_that_was_sent_is_found_and_removed_again(manager: Manager) -> None:
    manager.create("钟楼")
    assert send(manager, "钟楼", "bell.txt", BELL.encode()) is False
    assert [one.state for one in manager.files("钟楼")] == ["new"]
    job = done(manager, manager.index("钟楼"))
    assert [(one.name, one.state) for one in job.files] == [("钟楼/bell.txt", "read")]
    assert job.report is not None
    assert (job.report.added, job.report.articles) == (1, 5)
    assert "三千二百斤" in (manager.live.assistant.ask(QUESTION, "collection=钟楼").text or "")
    assert [(one.name, one.files, one.articles, one.own) for one in manager.collections()] == [
        ("corpus", 4, 4, False),
        ("钟楼", 1, 1, True),
    ]
    assert [(one.name, one.articles, one.state) for one in manager.files("钟楼")] == [("bell.txt", 1, "indexed")]
    done(manager, manager.delete("钟楼", "bell.txt"))
    assert manager.live.about["articles"] == 4
    assert manager.files("钟楼") == []


def test_an_archive_begins_with_the_first_file(fake_models: None, tmp_path: Path) -> None:
    live = Live(tmp_path / "index", opener(Settings(index=tmp_path / "index"), WordEncoder()))
    manager = Manager(live, tmp_path / "uploads", Indexer(live, WordEncoder(), 320))
    assert manager.collections() == []
    with_bell(manager)
    assert "三千二百斤" in (live.assistant.ask(QUESTION).text or "")


def test_a_file_that_cannot_be_read_is_told_with_its_reason(manager: Manager) -> None:
    manager.create("x")
    send(manager, "x", "a.txt", BELL.encode())
    send(manager, "x", "broken.docx", b"this is no zip")
    job = done(manager, manager.index("x"))
    told = {one.name: (one.state, bool(one.says)) for one in job.files}
    assert told == {"x/a.txt": ("read", False), "x/broken.docx": ("skipped", True)}
    states = {one.name: one.state for one in manager.files("x")}
    assert states == {"a.txt": "indexed", "broken.docx": "unreadable"}


def test_a_collection_goes_with_all_its_files(manager: Manager) -> None:
    with_bell(manager)
    done(manager, manager.remove("钟楼"))
    assert [one.name for one in manager.collections()] == ["corpus"]
    assert list(manager.uploads.iterdir()) == []
    manager.create("leer")
    assert manager.remove("leer") is None
    assert list(manager.uploads.iterdir()) == []


def test_what_the_index_cannot_do_without_comes_back(fake_models: None, tmp_path: Path) -> None:
    live = Live(tmp_path / "index", opener(Settings(index=tmp_path / "index"), WordEncoder()))
    manager = with_bell(Manager(live, tmp_path / "uploads", Indexer(live, WordEncoder(), 320)))
    job = manager.job(manager.delete("钟楼", "bell.txt").id, 60)
    assert job.state == "failed"
    assert job.error is not None
    assert (manager.uploads / "钟楼" / "bell.txt").read_text("utf-8") == BELL
    assert [path.name for path in manager.uploads.iterdir()] == ["钟楼"]


def test_what_a_killed_server_had_set_aside_is_put_back(live: Live, tmp_path: Path) -> None:
    aside = tmp_path / "uploads" / ".removed-1" / "钟楼"
    aside.mkdir(parents=True)
    (aside / "bell.txt").write_text(BELL, "utf-8")
    (tmp_path / "uploads" / "钟楼").mkdir()
    (tmp_path / "uploads" / "钟楼" / ".incoming-1").write_text("half", "utf-8")
    manager = Manager(live, tmp_path / "uploads", Indexer(live, WordEncoder(), 320))
    assert [(path.name) for path in (manager.uploads / "钟楼").iterdir()] == ["bell.txt"]
    assert [path.name for path in manager.uploads.iterdir()] == ["钟楼"]


@pytest.mark.parametrize("name", ["../x", "corpus", "CORPUS", "a/b", ""])
def test_a_name_that_is_taken_or_none_makes_no_collection(manager: Manager, name: str) -> None:
    with pytest.raises(ConfigError):
        manager.create(name)
    assert list(manager.uploads.iterdir()) == []


def test_what_was_indexed_from_elsewhere_is_read_and_never_removed(manager: Manager, corpus: Path) -> None:
    for act in (
        lambda: manager.remove("corpus"),
        lambda: manager.delete("corpus", "a.txt"),
        lambda: send(manager, "corpus", "a.txt", b"x"),
        lambda: manager.remove("../../corpus"),
        lambda: manager.files("none"),
        lambda: manager.index("none"),
    ):
        with pytest.raises(NotThere):
            act()
    assert len(manager.files("corpus")) == 4
    assert len(list(corpus.rglob("*.txt"))) == 5
    (corpus / "bell.txt").write_text(BELL, "utf-8")
    assert done(manager, manager.index("corpus")).report.added == 1  # type: ignore[union-attr]


def test_everything_can_be_read_again(manager: Manager) -> None:
    with_bell(manager)
    same = done(manager, manager.reindex())
    assert (same.report.unchanged, same.files) == (5, ())  # type: ignore[union-attr]
    anew = done(manager, manager.reindex(anew=True))
    assert anew.report.added == 5  # type: ignore[union-attr]
    assert len(anew.files) == 5
    assert manager.live.assistant.ask(HELD).status == "answered"


# jobs


def test_others_ask_while_the_archive_grows(manager: Manager) -> None:
    over, faults, answered = threading.Event(), [], []

    def ask() -> None:
        while not over.is_set():
            try:
                answered.append(manager.live.assistant.ask(HELD).status)
                manager.live.archive.known()
            except Exception as error:
                faults.append(error)

    readers = [threading.Thread(target=ask) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        manager.create("x")
        for number in range(4):
            send(manager, "x", f"{number}.txt", BELL.replace("古钟楼", f"第{number}座钟楼").encode())
            done(manager, manager.index("x"))
    finally:
        over.set()
        for reader in readers:
            reader.join()
    assert faults == []
    assert set(answered) == {"answered"}
    assert manager.live.about["articles"] == 8


def test_jobs_are_done_one_after_the_other_and_tell_how_far_they_are(live: Live) -> None:
    indexer, free, seen = Indexer(live, WordEncoder(), 320), threading.Event(), []

    def work(name: str) -> Callable[[], list[Path]]:
        def before() -> list[Path]:
            seen.append(name)
            free.wait(30)
            raise ConfigError(f"{name} is over")

        return before

    jobs = [indexer.submit(name, Work(work(name))) for name in ("one", "two")]
    assert indexer.wait(jobs[1].id, 0.2).state == "waiting"
    assert [one.what for one in indexer.jobs()] == ["two", "one"]
    free.set()
    over = [indexer.wait(job.id, 30) for job in jobs]
    assert [(one.state, one.error.what) for one in over if one.error] == [
        ("failed", "one is over"),
        ("failed", "two is over"),
    ]
    assert seen == ["one", "two"]


def test_a_fault_of_ours_fails_the_job_and_not_the_next_one(live: Live, corpus: Path) -> None:
    indexer = Indexer(live, WordEncoder(), 320)

    def fault() -> list[Path]:
        raise RuntimeError("secret")

    bad, good = indexer.submit("bad", Work(fault)), indexer.submit("good", Work(lambda: [corpus]))
    assert "secret" not in str(indexer.wait(bad.id, 30).error)
    assert indexer.wait(good.id, 60).state == "done"


def test_a_job_waits_for_another_writer(live: Live, corpus: Path, monkeypatch) -> None:
    from rag.index import lock

    refused = threading.Event()

    def refusing(*given: Any, **more: Any) -> IndexReport:
        try:
            return update_index(*given, **more)
        except IndexStoreError:
            refused.set()
            raise

    monkeypatch.setattr("ui.archive.jobs.PAUSE", 0.02)
    monkeypatch.setattr("rag.index.update_index", refusing)
    (corpus / "bell.txt").write_text(BELL, "utf-8")
    indexer = Indexer(live, WordEncoder(), 320)
    with lock.writing(live.folder):
        job = indexer.submit("index", Work(lambda: [corpus]))
        assert refused.wait(60)
        assert indexer.job(job.id).state == "running"
    assert indexer.wait(job.id, 60).state == "done"


# corrections


def test_an_article_is_corrected_beside_its_file_and_back_again(manager: Manager) -> None:
    with_bell(manager)
    fields = manager.fields("钟楼/bell.txt#1")
    assert (fields.values["title"], fields.corrected, fields.seen) == ("古钟楼的大钟", False, "")
    change = Change({"title": "大钟", "authors": ("林知远", "周小满"), "date": "2024-03-15"})
    done(manager, manager.correct("钟楼/bell.txt#1", change, fields.seen))
    article = manager.live.assistant.article("钟楼/bell.txt#1")
    assert (article.title, article.authors, article.date) == ("大钟", ("林知远", "周小满"), "2024-03-15")
    assert manager.fields("钟楼/bell.txt#1").corrected
    assert manager.live.assistant.ask(QUESTION, "author=周小满").status == "answered"
    done(manager, manager.correct("钟楼/bell.txt#1", Change(undo=True)))
    assert manager.live.assistant.article("钟楼/bell.txt#1").authors == ()


def test_a_boundary_is_moved(manager: Manager) -> None:
    with_bell(manager)
    done(manager, manager.correct("钟楼/bell.txt#1", Change({"title": "早晚"}, split="每天早晚各敲一次")))
    assert manager.live.assistant.article("钟楼/bell.txt#2").title == "早晚"


def test_a_correction_that_cannot_be_made_says_why_and_changes_nothing(manager: Manager) -> None:
    with_bell(manager)
    stale = manager.fields("钟楼/bell.txt#1").seen
    done(manager, manager.correct("钟楼/bell.txt#1", Change({"title": "甲"}), stale))
    for change, seen in ((Change({"title": "乙"}), stale), (Change(split="没有这句话"), None)):
        job = manager.job(manager.correct("钟楼/bell.txt#1", change, seen).id, 60)
        assert job.state == "failed"
        assert job.error is not None
    assert manager.live.assistant.article("钟楼/bell.txt#1").title == "甲"
    job = manager.job(manager.correct("钟楼/none.txt#1", Change({"title": "丙"})).id, 60)
    assert isinstance(job.error, NotThere)


# over REST


@pytest.fixture
def client(manager: Manager) -> TestClient:
    return TestClient(build_api(Desk(manager.live, manager=manager)))


def test_a_file_goes_in_and_out_over_rest(client: TestClient) -> None:
    assert client.post("/collections", json={"name": "钟楼"}).status_code == 201
    assert client.post("/collections", json={"name": "钟楼"}).status_code == 400
    sent = client.put("/collections/钟楼/files/bell.txt", content=BELL.encode())
    assert (sent.status_code, sent.json()["replaced"]) == (201, False)
    job = client.post("/collections/钟楼/index").json()
    over = client.get(f"/jobs/{job['id']}", params={"wait": 25}).json()
    assert (over["state"], over["report"]["added"], over["error"]) == ("done", 1, None)
    assert client.get("/collections/钟楼/files").json()[0]["articles"] == 1
    assert "三千二百斤" in client.post("/ask", json={"question": QUESTION}).json()["answer"]
    id_ = "钟楼/bell.txt%231"
    assert client.get(f"/corrections/{id_}").json()["values"]["title"] == "古钟楼的大钟"
    body = {"fields": {"author": "林知远；周小满"}}
    fixed = client.post(f"/corrections/{id_}", params={"wait": 25}, json=body).json()
    assert fixed["state"] == "done", fixed
    assert client.get(f"/articles/{id_}").json()["authors"] == ["林知远", "周小满"]
    gone = client.delete("/collections/钟楼").json()
    assert client.get(f"/jobs/{gone['id']}", params={"wait": 25}).json()["state"] == "done"
    assert client.get(f"/articles/{id_}").status_code == 404
    assert len(client.get("/jobs").json()) == 3
    assert client.get("/status").json()["indexing"] == 0


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("PUT", "/collections/none/files/a.txt", 404),
        ("PUT", "/collections/..%2f..%2fx/files/a.txt", 404),
        ("DELETE", "/collections/corpus", 404),
        ("DELETE", "/collections/corpus/files/a.txt", 404),
        ("GET", "/jobs/none", 404),
        ("GET", "/collections/none/files", 404),
        ("GET", "/corrections/none%231", 404),
        ("POST", "/collections/none/index", 404),
    ],
)
def test_what_is_not_there_cannot_be_changed(client: TestClient, method: str, path: str, code: int) -> None:
    assert client.request(method, path, content=b"x" if method == "PUT" else None).status_code == code


def test_names_and_fields_that_cannot_be_are_400(client: TestClient) -> None:
    client.post("/collections", json={"name": "x"})
    for name in ("a.exe", "..", ".a.txt", "CON.txt", "a%00.txt"):
        assert client.put(f"/collections/x/files/{name}", content=b"x").status_code in (400, 404, 405)
    assert client.put("/collections/x/files/a.txt", content=b"x" * 10_001).status_code == 400
    assert client.post("/corrections/corpus%231", json={"fields": {"colour": "red"}}).status_code == 400
    assert client.post("/corrections/corpus%231", json={"fields": {"title": ""}}).status_code == 400
