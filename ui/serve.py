"""Serve the page: from a socket to a page that answers, until interrupted."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from logging import CRITICAL, getLogger
from threading import Thread
from typing import TYPE_CHECKING
from urllib.request import ProxyHandler, build_opener

from rag.errors import ConfigError, WenjuError

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from ui.app import Assistant

START_SECONDS = 60.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    assistant: Assistant,
    about: Mapping[str, object],
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    examples: Sequence[str] = (),
    ready: Callable[[str], None] = lambda url: None,
    allow_remote: bool = False,
) -> None:
    """Serve the page until interrupted; ``ready`` is called with its address once it really answers.

    Raises ConfigError when the port is taken, or when ``host`` is open to other machines without ``allow_remote``:
    there is no password, whoever reaches the port reads the archive.
    """
    with running(assistant, about, host=host, port=port, examples=examples, allow_remote=allow_remote) as page:
        ready(page.url)
        page.wait()


class Page:
    """A server at work in its own thread."""

    def __init__(self, url: str, server: uvicorn.Server, thread: Thread) -> None:
        self.url, self._server, self._thread = url, server, thread

    def wait(self) -> None:
        """Block until ^C or until the server ends."""
        try:
            while self._thread.is_alive():
                self._thread.join(0.5)  # a join without a limit would not see ^C on Windows
        except KeyboardInterrupt:
            pass

    def stop(self) -> None:
        """Ask the server to end and wait for it."""
        # streams that open pages hold are cut off now, which uvicorn would report as one error each
        getLogger("uvicorn.error").setLevel(CRITICAL)
        self._server.should_exit = True
        self._thread.join()


@contextmanager
def running(
    assistant: Assistant,
    about: Mapping[str, object],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    examples: Sequence[str] = (),
    allow_remote: bool = False,
) -> Iterator[Page]:
    """Serve the page while the block runs; port 0 takes a free one. Raises what ``serve`` raises."""
    if not allow_remote and not _is_loopback(host):
        raise ConfigError(
            f"{host} can be reached from other machines, and the page has no password",
            mend="Use 127.0.0.1, or allow it explicitly with --allow-remote.",
        )
    listener = _listen(host, port)  # first, so that a taken port does not cost the seconds Gradio takes to import
    try:
        import uvicorn

        hosts = None if allow_remote else LOOPBACK
        config = uvicorn.Config(
            build_site(assistant, about, examples, hosts),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,  # an open page keeps a stream open that never ends by itself
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="wenju-page", daemon=True)
        thread.start()
        page = Page(_url(host, listener), server, thread)
        try:
            _wait_for(page.url, thread)
            yield page
        finally:
            page.stop()
    finally:
        listener.close()


def build_site(
    assistant: Assistant, about: Mapping[str, object], examples: Sequence[str], hosts: Sequence[str] | None
) -> FastAPI:
    """Return the web application: the page with its look, behind the gate, with Gradio's defaults closed."""
    import fastapi
    import gradio as gr

    from ui.app import build_app
    from ui.gate import Gate
    from ui.look import ICON, STYLE, theme

    site = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(
        site,
        build_app(assistant, about, examples),
        path="/",
        theme=theme(),
        head=f"<style>{STYLE.read_text('utf-8')}</style>",  # css= would prefix every selector, those on :root too
        favicon_path=str(ICON),
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        max_file_size="1kb",
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
    )
    site.add_middleware(Gate, hosts=hosts)
    return site


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    """Return a bound socket; raises ConfigError in one sentence when that cannot be had."""
    name = host.strip("[]")
    listener = socket.socket(socket.AF_INET6 if ":" in name else socket.AF_INET, socket.SOCK_STREAM)
    # lets a restarted server have its port back at once; on Windows it would let two servers share one
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((name, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigError(
            f"Cannot listen on {host} port {port}: {getattr(error, 'strerror', None) or error}",
            mend="Stop the program that uses it, or choose another port with --port.",
        ) from None
    return listener


def _url(host: str, listener: socket.socket) -> str:
    """Return an address that this machine can open, whatever was bound."""
    name = host.strip("[]")
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(name, name)
    return f"http://{f'[{name}]' if ':' in name else name}:{listener.getsockname()[1]}/"


def _wait_for(url: str, thread: Thread) -> None:
    """Return once the page answers; raises WenjuError when the server ends or stays silent."""
    opener = build_opener(ProxyHandler({}))  # an office's proxy cannot reach this machine's own address
    deadline = time.monotonic() + START_SECONDS
    while thread.is_alive() and time.monotonic() < deadline:
        try:
            with opener.open(url, timeout=START_SECONDS) as response:
                if response.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise WenjuError("The page did not start", where=url, mend="Run again with WENJU_DEBUG=1 to see why.")
