"""The whole server: page, REST and doors together on one port. Needs no browser; Gradio takes seconds to import."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import WordEncoder

from rag.config import Settings
from ui.archive.jobs import Indexer
from ui.archive.live import Live
from ui.archive.manage import Manager
from ui.archive.opened import opener
from ui.kept.history import History
from ui.kept.talk import Kept
from ui.kept.visitor import BROWSER
from ui.rest import Desk
from ui.serve import Page, running
from ui.server.access import Access
from ui.server.users import Users, add_user

pytestmark = pytest.mark.slow

QUESTION = "青石河沿岸设了多少名河长？"
BASIC = {"Authorization": "Basic " + base64.b64encode(b"editor:a long password").decode()}


@pytest.fixture
def live(own_index: Path) -> Iterator[Live]:
    live = Live(own_index, opener(Settings(index=own_index), WordEncoder()))
    yield live
    live.close()


def ask(page: Page, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection(urlsplit(page.url).netloc, timeout=60)
    sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, sent, {"Content-Type": "application/json", **named})
    response = connection.getresponse()
    told = {name.lower(): value for name, value in response.getheaders()}
    text = response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, told, text


def test_page_and_rest_share_one_server_and_what_is_sent_is_found(live: Live, tmp_path: Path) -> None:
    history = History(tmp_path / "history.sqlite")
    manager = Manager(live, tmp_path / "uploads", Indexer(live, WordEncoder(), 320))
    desk = Desk(live, history=history, manager=manager)
    with running(live.assistant, live.about, archive=live.archive, desk=desk) as page:
        status, told, text = ask(page, "GET", "/")
        assert (status, "<gradio-app" in text) == (200, True)
        number = re.search(rf"{BROWSER}=([\w-]+)", told["set-cookie"])
        assert number is not None
        status, told, text = ask(page, "POST", "/api/ask", {"question": QUESTION})
        assert (status, json.loads(text)["status"]) == (200, "answered")
        assert "default-src 'self'" in told["content-security-policy"]
        assert "/ask" in json.loads(ask(page, "GET", "/api/openapi.json")[2])["paths"]
        assert ask(page, "POST", "/api/ask", {"question": QUESTION}, Origin="http://evil.example")[0] == 403
        assert ask(page, "GET", "/api/status", Host="evil.example")[0] == 400
        owner = history.put(f"browser:{number[1]}", None, 0, Kept(QUESTION))
        assert owner in ask(page, "GET", "/api/history", Cookie=f"{BROWSER}={number[1]}")[2]
        assert ask(page, "GET", "/api/history")[0] == 403
        ask(page, "POST", "/api/collections", {"name": "more"})
        sent = "古钟楼的大钟\n\n古钟楼的大钟重三千二百斤。\n".encode()
        assert ask(page, "PUT", "/api/collections/more/files/bell.txt", sent)[0] == 201
        job = json.loads(ask(page, "POST", "/api/collections/more/index")[2])
        assert json.loads(ask(page, "GET", f"/api/jobs/{job['id']}?wait=25")[2])["state"] == "done"
        assert "三千二百斤" in ask(page, "POST", "/api/ask", {"question": "古钟楼的大钟重多少斤？"})[2]
        assert json.loads(ask(page, "GET", "/api/status")[2])["asked"] >= 2


def test_who_has_a_password_comes_in_by_page_rest_and_client(live: Live, tmp_path: Path) -> None:
    from gradio_client import Client

    add_user(tmp_path / "users", "editor", "a long password")
    access = Access(Users(tmp_path / "users", b"s" * 32), "/wenju", rate=None)
    with running(live.assistant, live.about, archive=live.archive, access=access, desk=Desk(live)) as page:
        assert ask(page, "GET", "/", Accept="text/html")[1]["location"] == "/wenju/sign-in?next=/"
        assert ask(page, "GET", "/gradio_api/info")[0] == 401
        assert ask(page, "POST", "/api/ask", {"question": QUESTION})[0] == 401
        assert ask(page, "POST", "/api/ask", {"question": QUESTION}, **BASIC)[0] == 200
        status, _, text = ask(page, "GET", "/wenju/", **BASIC)
        config = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", text, re.DOTALL)[1])  # type: ignore[index]
        assert (status, urlsplit(config["root"]).path) == (200, "/wenju")
        client = Client(page.url + "wenju/", verbose=False, analytics_enabled=False, headers=BASIC)
        assert client.predict(QUESTION, api_name="/ask")["status"] == "answered"
