"""Serve the page: from a socket to a page that answers, until interrupted."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from logging import CRITICAL, getLogger
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from rag.errors import ConfigError, WenjuError

if TYPE_CHECKING:
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI

    from ui.app import Assistant
    from ui.archive.known import Archive
    from ui.rest import Desk
    from ui.rooms.hall import Room
    from ui.server.access import Access

START_SECONDS = 60.0


def serve(
    assistant: Assistant,
    about: Mapping[str, object],
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    examples: Sequence[str] = (),
    archive: Archive | None = None,
    rooms: Sequence[Room] = (),
    ready: Callable[[str], None] = lambda url: None,
    access: Access | None = None,
    desk: Desk | None = None,
) -> None:
    """Serve the page until interrupted; ``ready`` is called with its address once it really answers.

    Raises ConfigError when the port is taken, or when ``host`` is open to other machines and ``access`` is not remote:
    without a password, whoever reaches the port reads the archive. With a ``desk`` there is REST below /api.
    """
    page = running(
        assistant,
        about,
        host=host,
        port=port,
        examples=examples,
        archive=archive,
        rooms=rooms,
        access=access,
        desk=desk,
    )
    with page as served, suppress(KeyboardInterrupt):
        ready(served.url)
        served.wait()


class Page:
    """A server at work in its own thread."""

    def __init__(self, url: str, server: uvicorn.Server, thread: Thread, over: Event) -> None:
        self.url, self._server, self._thread, self._over = url, server, thread, over

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


@contextmanager
def running(
    assistant: Assistant,
    about: Mapping[str, object],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    examples: Sequence[str] = (),
    archive: Archive | None = None,
    rooms: Sequence[Room] = (),
    access: Access | None = None,
    desk: Desk | None = None,
) -> Iterator[Page]:
    """Serve the page while the block runs; port 0 takes a free one. Raises what ``serve`` raises."""
    if not (access and access.remote) and not is_loopback(host):
        raise ConfigError(
            f"{host} can be reached from other machines, and the page has no password",
            mend="Use 127.0.0.1, or allow it explicitly with --allow-remote and --auth FILE.",
        )
    listener = _listen(host, port)  # first, so that a taken port does not cost the seconds Gradio takes to import
    try:
        import uvicorn

        config = uvicorn.Config(
            build_site(assistant, about, examples, archive, rooms, access, desk),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,  # an open page keeps a stream open that never ends by itself
        )
        server, over = uvicorn.Server(config), Event()
        thread = Thread(target=_run, args=(server, listener, over), name="wenju-page", daemon=True)
        thread.start()
        page = Page(_url(host, listener), server, thread, over)
        try:
            _wait_for(page.url, thread)
            yield page
        finally:
            page.stop()
    finally:
        listener.close()


def build_site(
    assistant: Assistant,
    about: Mapping[str, object],
    examples: Sequence[str],
    archive: Archive | None = None,
    rooms: Sequence[Room] = (),
    access: Access | None = None,
    desk: Desk | None = None,
) -> FastAPI:
    """Return the web application: the page with its look and REST, behind the doors, with Gradio's defaults closed."""
    import fastapi
    import gradio as gr

    from ui.look import ICON, head
    from ui.look.theme import theme
    from ui.rest import build_api
    from ui.server.access import Access

    access = access or Access(rate=None)
    site = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    if desk:
        site.mount("/api", build_api(desk))
    gr.mount_gradio_app(
        site,
        _page(assistant, about, examples, archive, rooms, desk),
        path="/",
        theme=theme(),
        head=head(),
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
        root_path=access.root.rstrip("/") or None,
    )
    access.guard(site)
    return site


def _page(
    assistant: Assistant,
    about: Mapping[str, object],
    examples: Sequence[str],
    archive: Archive | None,
    rooms: Sequence[Room],
    desk: Desk | None,
) -> gr.Blocks:
    """Return the page with all that the desk can do."""
    from ui.app import build_app
    from ui.chat.keeper import Keeper
    from ui.rooms.manage import ManageRoom

    if desk is None:
        return build_app(assistant, about, examples, archive, rooms)
    own = [ManageRoom(desk.manager, desk.live.archive)] if desk.manager else []
    keeper = Keeper(desk.history, desk.feedback)
    return build_app(assistant, about, examples, archive, [*own, *rooms], desk.meter, keeper, originals=True)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    """Return a bound socket; raises ConfigError in one sentence when that cannot be had."""
    name = host.strip("[]")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only where the protocol is named; else each answer waits 40 ms for the client
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
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


def _run(server: uvicorn.Server, listener: socket.socket, over: Event) -> None:
    try:
        server.run(sockets=[listener])
    finally:
        over.set()


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
        except HTTPError as error:
            if error.code == 401:  # it answers, and wants to know who asks
                return
            time.sleep(0.05)
        except OSError:
            time.sleep(0.05)
    raise WenjuError("The page did not start", where=url, mend="Run again with WENJU_DEBUG=1 to see why.")
