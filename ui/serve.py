"""Serve the page: from a socket to a page that answers, until interrupted."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from logging import CRITICAL, getLogger
from threading import Event, Thread
from typing import TYPE_CHECKING, Unpack
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from rag.errors import ConfigError, WenjuError
from ui.server.listener import is_loopback, listen, url_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ui.app import Assistant
    from ui.site import Offered

START_SECONDS = 60.0


def serve(
    assistant: Assistant,
    about: Mapping[str, object],
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    ready: Callable[[str], None] = lambda url: None,
    **offered: Unpack[Offered],
) -> None:
    """Serve the page until interrupted; ``ready`` is called with its address once it really answers.

    Raises ConfigError when the port is taken, or when ``host`` is open to other machines and ``access`` is not remote:
    without a password, whoever reaches the port reads the archive. With a ``desk`` there is REST below /api.
    """
    page = running(assistant, about, host=host, port=port, **offered)
    with page as served, suppress(KeyboardInterrupt):
        ready(served.url)
        served.wait()


class Page:
    """A server at work in its own thread."""

    def __init__(self, url: str, site: FastAPI, listener: socket.socket) -> None:
        import uvicorn

        config = uvicorn.Config(
            site,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,  # an open page keeps a stream open that never ends by itself
        )
        self.url, self._server, self._over = url, uvicorn.Server(config), Event()
        self._thread = Thread(target=self._run, args=(listener,), name="wenju-page", daemon=True)
        self._thread.start()

    def wait_until_it_answers(self) -> None:
        """Return once the page answers; raises WenjuError when the server ends or stays silent."""
        opener = build_opener(ProxyHandler({}))  # an office's proxy cannot reach this machine's own address
        deadline = time.monotonic() + START_SECONDS
        while self._thread.is_alive() and time.monotonic() < deadline:
            try:
                with opener.open(self.url, timeout=START_SECONDS) as response:
                    if response.status == 200:
                        return
            except HTTPError as error:
                if error.code == 401:  # it answers, and wants to know who asks
                    return
                time.sleep(0.05)
            except OSError:
                time.sleep(0.05)
        raise WenjuError("The page did not start", where=self.url, mend="Run again with WENJU_DEBUG=1 to see why.")

    def wait(self) -> None:
        """Block until the server ends."""
        # not by joining the thread: Python 3.11 takes a thread for ended when ^C breaks off a join. A wait without a
        # limit would not see ^C on Windows
        while not self._over.wait(0.5):
            pass

    def stop(self) -> None:
        """Ask the server to end and wait for it."""
        # streams that open pages hold are cut off now, which uvicorn would report as one error each
        getLogger("uvicorn.error").setLevel(CRITICAL)
        self._server.should_exit = True
        self._thread.join()

    def _run(self, listener: socket.socket) -> None:
        try:
            self._server.run(sockets=[listener])
        finally:
            self._over.set()


@contextmanager
def running(
    assistant: Assistant,
    about: Mapping[str, object],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    **offered: Unpack[Offered],
) -> Iterator[Page]:
    """Serve the page while the block runs; port 0 takes a free one. Raises what ``serve`` raises."""
    access = offered.get("access")
    if not (access and access.remote) and not is_loopback(host):
        raise ConfigError(
            f"{host} can be reached from other machines, and the page has no password",
            mend="Use 127.0.0.1, or allow it explicitly with --allow-remote and --auth FILE.",
        )
    listener = listen(host, port)  # first, so that a taken port does not cost the seconds Gradio takes to import
    try:
        from ui.site import build_site

        page = Page(url_of(host, listener), build_site(assistant, about, **offered), listener)
        try:
            page.wait_until_it_answers()
            yield page
        finally:
            page.stop()
    finally:
        listener.close()
