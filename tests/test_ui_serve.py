"""The server around the page: its address, its doors, its end. Nothing here needs a browser."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

import pytest
from ui_answers import ABOUT, BRIDGE, BRIDGE_ANSWER, EXAMPLES, KnownAssistant

from rag.errors import ConfigError
from ui.serve import Page, running, serve
from ui.server.gate import SHUT, host_name
from ui.server.listener import listen

TESTS = Path(__file__).parent
SERVE = """
import sys
sys.path.insert(0, sys.argv[1])
from ui_answers import KnownAssistant
from ui.serve import serve
serve(KnownAssistant(), {}, port=0, ready=lambda url: print(url, flush=True))
print("over", flush=True)
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with running(KnownAssistant(), ABOUT, examples=EXAMPLES) as page:
        yield page


def request(
    page: Page, path: str = "/", *, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    """Send one request by hand, so that any header can be forged; returns status, headers, text."""
    connection = HTTPConnection(urlsplit(page.url).netloc, timeout=30)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    found = {name.lower(): value for name, value in response.getheaders()}
    text = response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, found, text


def test_a_taken_port_is_one_sentence_that_names_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"port {port}: .+\. Stop the program .+ --port\.$"):
            serve(KnownAssistant(), {}, port=port)


@pytest.mark.parametrize("port", [-1, 70000])
def test_an_impossible_port_is_an_error_of_the_same_kind(port: int) -> None:
    with pytest.raises(ConfigError, match="Cannot listen"):
        serve(KnownAssistant(), {}, port=port)


def test_the_listener_names_its_protocol_without_which_asyncio_holds_every_answer_back() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "archive.example"])
def test_an_address_open_to_others_is_refused_unless_allowed(host: str) -> None:
    with pytest.raises(ConfigError, match="no password"):
        serve(KnownAssistant(), {}, host=host, port=0)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("127.0.0.1:7860", "127.0.0.1"),
        ("LocalHost", "localhost"),
        ("[::1]:7860", "::1"),
        ("[::1]", "::1"),
        ("evil.example:7860", "evil.example"),
        ("", ""),
    ],
)
def test_the_host_name_is_read_without_port_and_brackets(header: str, name: str) -> None:
    assert host_name(header) == name


@pytest.mark.slow
def test_the_page_answers_as_soon_as_its_address_is_told(page: Page) -> None:
    status, headers, _ = request(page)
    assert status == 200
    assert headers["content-type"].startswith("text/html")


@pytest.mark.slow
def test_the_browser_is_told_to_load_from_nowhere_else(page: Page) -> None:
    policy = request(page)[1]["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert not re.search(r"https?:|\*", policy)


@pytest.mark.slow
def test_the_page_and_its_theme_load_no_font_or_script_from_elsewhere(page: Page) -> None:
    html, theme = request(page)[2], request(page, "/theme.css")[2]
    assert not re.search(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"']?(?:https?:)?//", html)
    assert "@import" not in theme
    assert "@font-face" not in theme
    assert all(address.startswith("data:") for address in re.findall(r"url\([\"']?([^\"')]*)", theme))
    config = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", html, re.DOTALL)[1])
    assert config["analytics_enabled"] is False
    assert config["stylesheets"] == []


@pytest.mark.slow
@pytest.mark.parametrize("path", SHUT)
def test_routes_that_the_page_does_not_need_are_shut(page: Page, path: str) -> None:
    assert request(page, path)[0] == 404
    assert request(page, path + "=/etc/hostname")[0] == 404
    assert request(page, path + "/", method="POST", body=b"x")[0] == 404


@pytest.mark.slow
def test_nothing_can_be_uploaded(page: Page) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhello\r\n--x--\r\n'
    kind = "multipart/form-data; boundary=x"
    assert request(page, "/gradio_api/upload", method="POST", body=body, content_type=kind)[0] == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/../../../etc/passwd", "/static/../../../etc/passwd", "/assets/..%2f..%2f__init__.py"]
)
def test_paths_that_climb_find_nothing(page: Page, path: str) -> None:
    status, _, text = request(page, path)
    assert status in (400, 403, 404) or "<gradio-app" in text
    assert "root:" not in text


@pytest.mark.slow
@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", ""])
def test_a_request_under_another_name_is_refused(page: Page, host: str) -> None:
    assert request(page, Host=host)[0] == 400


@pytest.mark.slow
@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_another_site_gets_no_leave_to_read(page: Page, origin: str) -> None:
    _, headers, _ = request(page, "/gradio_api/info", Origin=origin)
    assert headers.get("access-control-allow-origin") not in ("*", origin)


@pytest.mark.slow
def test_the_endpoint_answers_with_the_json_of_the_command_line(page: Page) -> None:
    from gradio_client import Client

    result = Client(page.url, verbose=False, analytics_enabled=False).predict(BRIDGE_ANSWER.query, api_name="/ask")
    assert (result["status"], result["answer"]) == ("answered", "一九三二年")
    assert result["citations"][0]["text"] == BRIDGE


@pytest.mark.slow
@pytest.mark.parametrize(("question", "sentence"), [("索引坏了", "The index is damaged"), ("程序坏了", "unexpected")])
def test_the_endpoint_says_what_went_wrong_in_a_sentence(page: Page, question: str, sentence: str) -> None:
    from gradio_client import Client

    with pytest.raises(Exception, match=sentence) as failure:
        Client(page.url, verbose=False, analytics_enabled=False).predict(question, api_name="/ask")
    assert "secret detail" not in str(failure.value)


@pytest.mark.slow
def test_only_the_asking_endpoint_is_offered_to_programs(page: Page) -> None:
    info = json.loads(request(page, "/gradio_api/info")[2])
    assert list(info["named_endpoints"]) == ["/ask"]
    assert info["unnamed_endpoints"] == {}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="^C cannot be sent to one process there")
def test_an_interrupt_ends_the_server_quietly() -> None:
    command = [sys.executable, "-c", SERVE, str(TESTS)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=TESTS.parent
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline()
        assert url.startswith("http://127.0.0.1:")
        server.send_signal(signal.SIGINT)
        try:
            out, errors = server.communicate(timeout=120)
        finally:
            server.kill()
    assert (server.returncode, out, errors) == (0, "over\n", "")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="^C cannot be sent to one process there")
def test_after_an_interrupt_the_server_is_waited_for() -> None:
    def broken_off(page: Page) -> None:
        Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        page.wait()

    with running(KnownAssistant(), {}) as page:
        with pytest.raises(KeyboardInterrupt):
            broken_off(page)
        assert page._thread.is_alive()
        assert request(page)[0] == 200
    assert page._over.is_set()


@pytest.mark.slow
def test_an_interrupt_while_the_address_is_told_ends_it_too() -> None:
    def told(url: str) -> None:
        raise KeyboardInterrupt

    serve(KnownAssistant(), {}, port=0, ready=told)
