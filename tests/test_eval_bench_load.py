"""The load test itself: what it counts, and that a fault of the server is not taken for an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from eval.bench import load_page
from eval.bench.load import Shot, crowd, main, over_rest, summary, through_the_page, to_markdown
from rag.errors import ConfigError

ANSWER = {"answer": "106名", "milliseconds": {"total": 0.25}}


class Server(BaseHTTPRequestHandler):
    """Answers as the server does; "坏" gets an error."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/gradio_api/call/ask":
            return self.say({"event_id": "bad" if body["data"] == ["坏"] else "good"})
        return self.say(ANSWER, 503 if body["question"] == "坏" else 200)

    def do_GET(self) -> None:
        good = self.path.endswith("/good")
        over = "complete" if good else "error"
        text = f"event: heartbeat\ndata: null\n\nevent: {over}\ndata: {json.dumps([ANSWER])}\n\n"
        self.send(text.encode(), 200)

    def say(self, told: object, code: int = 200) -> None:
        self.send(json.dumps(told).encode(), code)

    def send(self, body: bytes, code: int) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("ask", [over_rest, through_the_page])
def test_both_ways_give_the_answer_and_tell_a_fault(port: int, ask) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    assert ask(connection, "好") == ANSWER
    with pytest.raises(OSError, match=r"503|could not"):
        ask(connection, "坏")
    connection.close()


def test_a_crowd_counts_every_answer_and_every_fault(port: int) -> None:
    shots = crowd(port, over_rest, ["好", "坏"], 2, 0.3)
    counted = summary(shots, 0.3)
    assert counted["asked"] == len(shots) >= 2
    assert 0 < counted["errors"] < counted["asked"]
    assert counted["reasons"] == {"OSError: status 503": counted["errors"]}
    assert counted["library"] == {"p50": 0.25, "p95": 0.25}
    assert counted["wall"]["p95"] >= counted["wall"]["p50"] > 0


def test_quantiles_leave_faults_out_and_the_table_says_them() -> None:
    shots = [Shot(float(n), 1.0) for n in range(1, 21)] + [Shot(0.0, 0.0, "no")]
    one = summary(shots, 2.0)
    assert (one["errors"], one["a_second"]) == (1, 10.0)
    assert one["wall"] == {"p50": 11.0, "p95": 20.0}
    assert one["over"] == {"p50": 10.0, "p95": 19.0}
    text = to_markdown({"origin": {"commit": "x"}, "rest": {"1": one}})
    assert "| rest | 1 | 21 | 1 | 10.0 | 11 | 20 | 1 | 1 | 10 | 19 |" in " ".join(text.split(" "))


@pytest.mark.parametrize("wrong", [["--users", "0"], ["--users", "65"], ["--seconds", "0"]])
def test_it_stays_within_bounds(capsys, tmp_path, wrong: list[str]) -> None:
    assert main(["--index", str(tmp_path), "--questions", str(tmp_path / "q"), *wrong]) == 2
    assert "users are 1 to 64" in capsys.readouterr().err


def test_without_a_browser_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_page.shutil, "which", lambda name: None)
    with pytest.raises(ConfigError, match=r"Chromium|playwright"):
        load_page.at_the_page(1, ["好"], 1)
