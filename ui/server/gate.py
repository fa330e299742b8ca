"""The doors of the server: which host names it answers to, which routes are shut, what a browser may load.

Gradio opens routes that this page never uses (uploads, files, proxying, monitoring); none is left open.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SHUT = (
    "/gradio_api/upload",
    "/gradio_api/file",
    "/gradio_api/proxy",
    "/gradio_api/stream",
    "/gradio_api/component_server",
    "/gradio_api/process_recording",
    "/gradio_api/deep_link",
    "/gradio_api/custom_component",
    "/gradio_api/runs",
    "/gradio_api/run-history",
    "/gradio_api/api/",
    "/gradio_api/mcp",
    "/gradio_api/vibe",
    "/gradio_api/undo-vibe",
    "/gradio_api/dev",
    "/gradio_api/profiling",
    "/file",
    "/monitoring",
    "/login",
    "/logout",
)
# Gradio's page is built on inline scripts, so scripts cannot be forbidden; every address but our own can
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
ADDED = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}


class Gate:
    """ASGI middleware; ``hosts`` are the names a request may be sent to, None for any."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # another site's name that resolves to this machine would make the browser treat it as ours
        if self._hosts is not None and host_name(Headers(scope=scope).get("host", "")) not in self._hosts:
            await PlainTextResponse("This server answers to its own address only.", 400)(scope, receive, send)
            return
        if scope["path"].startswith(SHUT):
            await PlainTextResponse("Not found.", 404)(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", POLICY)  # files of the archive bring a stricter one
                headers.update(ADDED)
            await send(message)

        await self._app(scope, receive, send_guarded)


def host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets, in lower case."""
    name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    return name.lower()
