"""REST: the JSON of the command line over HTTP, typed errors, limits. No Gradio, no browser."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import WordEncoder
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag.config import Settings
from rag.errors import ConfigError, IndexStoreError, WenjuError
from ui.archive.live import Live
from ui.archive.opened import opener
from ui.rest import Desk, build_api
from ui.rest.errors import code_of, plain, told
from ui.rest.workers import Busy, Workers

QUESTION = "青石河沿岸设了多少名河长？"


@pytest.fixture
def live(indexed: Path) -> Live:
    return Live(indexed, opener(Settings(index=indexed), WordEncoder()))


@pytest.fixture
def client(live: Live) -> Iterator[TestClient]:
    with TestClient(build_api(Desk(live))) as client:
        yield client


def test_a_question_gets_the_json_of_the_command_line(client: TestClient, live: Live) -> None:
    from rag.serialize import answer_to_dict

    said = client.post("/ask", json={"question": QUESTION})
    expected = answer_to_dict(live.assistant.ask(QUESTION))
    assert said.status_code == 200
    assert said.json()["answer"] == expected["answer"]
    assert said.json().keys() == expected.keys()
    assert said.json()["citations"] == expected["citations"]


def test_a_question_can_be_explained_and_filtered(client: TestClient) -> None:
    said = client.post("/ask", json={"question": QUESTION, "explain": True}).json()
    assert said["explanation"]["passages"]
    none = client.post("/ask", json={"question": QUESTION, "where": "year=1900"}).json()
    assert (none["status"], none["hits"]) == ("not_found", [])


def test_a_follow_up_leans_on_the_turn_before_and_says_what_it_looked_up(client: TestClient) -> None:
    earlier = [{"question": QUESTION, "answer": "106名"}]
    said = client.post("/chat", json={"question": "那里有几座桥？", "earlier": earlier}).json()
    assert said["query"] == "那里有几座桥？"
    assert said["asked"]
    alone = client.post("/chat", json={"question": QUESTION, "earlier": ["有几座桥？"], "without": ["桥"]})
    assert alone.status_code == 200


def test_search_lists_the_nearest_and_all(client: TestClient) -> None:
    nearest = client.post("/search", json={"query": "河长", "k": 2, "explain": True}).json()
    assert 1 <= len(nearest["hits"]) <= 2
    assert nearest["explanation"]["passages"]
    every = client.post("/search", json={"query": "河长", "all": True, "per_page": 1}).json()
    assert every["passages"] >= 1
    assert every["per_page"] == 1


def test_a_quotation_is_checked(client: TestClient, live: Live) -> None:
    article = next(iter(live.archive.known().by_source.values()))[0]
    text = live.assistant.article(article.id).text.split("\n")[-1]
    verdicts = [one["verdict"] for one in client.post("/quote", json={"quote": text}).json()]
    assert "exact" in verdicts


def test_articles_are_listed_by_page_filter_and_words(client: TestClient) -> None:
    every = client.get("/articles", params={"per_page": 3}).json()
    assert (every["total"], every["pages"], len(every["articles"])) == (4, 2, 3)
    rest = client.get("/articles", params={"per_page": 3, "page": 2}).json()
    assert {one["id"] for one in rest["articles"]}.isdisjoint({one["id"] for one in every["articles"]})
    english = client.get("/articles", params={"where": "lang=en"}).json()
    assert [one["lang"] for one in english["articles"]] == ["en"]
    named = client.get("/articles", params={"words": "harbour"}).json()
    assert named["total"] == 1


def test_every_id_of_the_list_opens_its_article(client: TestClient) -> None:
    from urllib.parse import quote

    for one in client.get("/articles").json()["articles"]:
        assert "/" in one["id"]
        assert "#" in one["id"]
        whole = client.get(f"/articles/{quote(one['id'])}").json()
        assert (whole["id"], whole["title"]) == (one["id"], one["title"])
        assert whole["paragraphs"]
        assert client.get(f"/articles/{quote(one['id'])}", params={"as": "md"}).text.startswith("---\nwenju")
        styles = [made["style"] for made in client.get(f"/references/{quote(one['id'])}").json()]
        assert "gbt7714" in styles


@pytest.mark.parametrize("id_", ["none.txt%231", "..%2f..%2fetc%2fpasswd", "corpus/x%00%231", "%23"])
def test_an_article_that_is_not_there_is_404(client: TestClient, id_: str) -> None:
    said = client.get(f"/articles/{id_}")
    assert said.status_code == 404
    assert set(said.json()) == {"error", "where", "mend"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/ask", {}),
        ("/ask", {"question": ""}),
        ("/ask", {"question": " ？ "}),
        ("/ask", {"question": "问" * 1001}),
        ("/ask", {"question": 7}),
        ("/ask", {"question": QUESTION, "where": "colour=red"}),
        ("/ask", {"question": QUESTION, "more": 1}),
        ("/ask", [1]),
        ("/search", {"query": "河", "k": 51}),
        ("/search", {"query": "河", "k": 0}),
        ("/search", {"query": "河", "k": "many"}),
        ("/search", {"query": "河", "all": True, "page": -1}),
        ("/chat", {"question": QUESTION, "earlier": ["问"] * 41}),
        ("/quote", {"quote": ""}),
    ],
)
def test_what_cannot_be_asked_is_400_with_a_reason(client: TestClient, path: str, body: object) -> None:
    said = client.post(path, json=body)
    assert said.status_code == 400, said.text
    assert said.json()["error"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"question": NaN}', b"[" * 5000])
def test_bytes_that_are_no_json_are_400(client: TestClient, body: bytes) -> None:
    assert client.post("/ask", content=body, headers={"content-type": "application/json"}).status_code == 400


def test_the_document_names_every_route_and_error(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert {"/ask", "/chat", "/search", "/quote", "/articles", "/articles/{id}", "/status"} <= set(document["paths"])
    assert {"400", "404", "413", "429", "503"} <= set(document["paths"]["/ask"]["post"]["responses"])
    assert client.get("/docs").status_code == 404


def test_a_server_without_management_has_no_route_that_changes_anything(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert not [path for path in paths if path.startswith(("/collections", "/corrections", "/index", "/history"))]
    assert client.post("/collections", json={"name": "x"}).status_code == 404


def test_the_state_tells_index_models_queue_and_times(client: TestClient) -> None:
    assert client.get("/status").json()["p50"] is None
    for _ in range(3):
        client.post("/ask", json={"question": QUESTION})
    said = client.get("/status").json()
    assert (said["asked"], said["failed"], said["faults"]) == (3, 0, [])
    assert 0 < said["p50"] <= said["p95"]
    assert said["index"]["articles"] == 4
    assert said["queue"]["inside"] == 0
    assert said["packages"]["tantivy"]


def test_a_server_without_an_index_says_so(fake_models: None, tmp_path: Path) -> None:
    live = Live(tmp_path / "none", opener(Settings(index=tmp_path / "none"), WordEncoder()))
    with TestClient(build_api(Desk(live))) as client:
        said = client.post("/ask", json={"question": QUESTION})
        assert said.status_code == 503
        assert str(tmp_path) not in said.text
        assert client.get("/status").json()["index"] is None


def test_an_error_that_nobody_foresaw_tells_nothing_of_the_machine(live: Live, monkeypatch) -> None:
    def burst(*_: object) -> None:
        raise RuntimeError("secret detail in /home/someone")

    monkeypatch.setattr(type(live.assistant), "ask", burst)
    with TestClient(build_api(Desk(live)), raise_server_exceptions=False) as client:
        said = client.post("/ask", json={"question": QUESTION})
        assert said.status_code == 500
        assert "secret" not in said.text
        assert client.get("/status").json()["failed"] == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/srv/data/indexes/journals", "journals"),
        ("Run `wenju index PATH... --index /srv/x/old --rebuild`.", "Run `wenju index PATH... --index old --rebuild`."),
        (r"C:\Users\me\index", "index"),
        ("corpus/notes/harbour.txt#1", "corpus/notes/harbour.txt#1"),
        ("either/or, 3/4", "either/or, 3/4"),
    ],
)  # fmt: skip
def test_of_a_path_only_the_last_name_is_told(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("error", "code"),
    [(ConfigError("x"), 400), (IndexStoreError("x"), 503), (Busy("x"), 503), (WenjuError("x"), 400)],
)
def test_each_error_has_its_code(error: WenjuError, code: int) -> None:
    assert code_of(error) == code
    assert told(error) == {"error": "x", "where": None, "mend": None}


def test_workers_refuse_at_once_what_they_have_no_room_for() -> None:
    free = threading.Event()
    workers = Workers(threads=1, waiting=1)

    async def crowd() -> list[object]:
        calls = [asyncio.create_task(workers.run(lambda: free.wait(10))) for _ in range(4)]
        done, _ = await asyncio.wait(calls, timeout=0.5)
        assert len(done) == 2
        free.set()
        return await asyncio.gather(*calls, return_exceptions=True)

    made = asyncio.run(crowd())
    assert [one is True for one in made].count(True) == 2
    assert sum(isinstance(one, Busy) for one in made) == 2
    assert workers.inside == 0


def test_workers_do_not_wait_for_ever() -> None:
    free = threading.Event()
    workers = Workers(threads=1, waiting=4, patience=0.05)
    with pytest.raises(Busy, match="no answer within"):
        asyncio.run(workers.run(lambda: free.wait(5)))
    free.set()


def test_what_does_not_fit_the_queue_is_503_with_a_time_to_try_again(live: Live) -> None:
    workers = Workers(threads=1, waiting=0)
    free, begun = threading.Event(), threading.Event()
    workers._pool.submit(lambda: (begun.set(), free.wait(10)))
    workers._inside = 1
    with TestClient(build_api(Desk(live, workers=workers))) as client:
        said = client.post("/ask", json={"question": QUESTION})
    free.set()
    assert (said.status_code, said.headers["retry-after"]) == (503, "2")
    assert isinstance(build_api(Desk(live)), FastAPI)
