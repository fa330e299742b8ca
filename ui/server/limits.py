"""How much one client may send, how often, and from which page."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.rest.errors import LANG, refusal

RATE = 10.0  # requests a second of one client
BURST = 4  # seconds' worth of requests that may come at once
BODY = 1 << 20  # bytes of anything but a file
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
_CLIENTS = 10_000  # remembered; who asks seldom is forgotten first


class Rate:
    """A bucket for each client: ``per_second`` drops run in, it holds ``burst``. Threads may share it."""

    def __init__(self, per_second: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = per_second, burst, clock
        self._lock = Lock()
        self._left: dict[str, tuple[float, float]] = {}  # drops, and when they were counted; the oldest first

    def take(self, client: str) -> float:
        """Take a drop and return 0, or return in how many seconds there will be one."""
        with self._lock:
            now = self._clock()
            drops, at = self._left.pop(client, (self._burst, now))
            drops = min(self._burst, drops + (now - at) * self._rate)
            wait = 0.0 if drops >= 1 else (1 - drops) / self._rate
            self._left[client] = (drops if wait else drops - 1, now)
            while len(self._left) > _CLIENTS:
                del self._left[next(iter(self._left))]
            return wait

    def empty(self, client: str) -> bool:
        """Tell whether there is no drop left, without taking one."""
        with self._lock:
            drops, at = self._left.get(client, (self._burst, 0.0))
            return min(self._burst, drops + (self._clock() - at) * self._rate) < 1


class Limits:
    """ASGI middleware. ``rate`` counts requests to the API and all that change something, None counts nothing.

    ``upload`` is how many bytes a file may have. A request that changes something must come from a page of this
    server, whose address is that of the Host header or ``origin``, or from no page at all.
    """

    def __init__(self, app: ASGIApp, rate: Rate | None, upload: int, origin: str | None = None) -> None:
        self._app, self._rate, self._upload, self._origin = app, rate, upload, origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._refused(scope) if scope["type"] == "http" else None
        await (refused or self._app)(scope, receive, send)

    def _refused(self, scope: Scope) -> ASGIApp | None:
        headers, changes = Headers(scope=scope), scope["method"] in CHANGING
        lang = headers.get(LANG, "en")
        if changes and not self._ours(headers):
            return refusal(403, "this request comes from another site", "Open Wenju itself and try again.", lang)
        if self._rate and (changes or scope["path"].startswith("/api/")):
            wait = self._rate.take(client_of(scope))
            if wait:
                after = {"Retry-After": str(max(1, round(wait)))}
                return refusal(429, "too many requests at once", "Wait a moment, then go on.", lang, **after)
        return self._too_large(scope, headers) if changes else None

    def _ours(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        return urlsplit(origin).netloc == headers.get("host") or origin == self._origin

    def _too_large(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        lang = headers.get(LANG, "en")
        if "transfer-encoding" in headers:
            return refusal(411, "the length of what is sent is not told", "Send it with Content-Length.", lang)
        limit = self._upload if scope["method"] == "PUT" and scope["path"].startswith("/api/collections/") else BODY
        told = headers.get("content-length", "0")
        if not told.isdecimal() or int(told) > limit:
            return refusal(413, f"more than {limit:,} bytes", "Send less at once.", lang)
        return None


def client_of(scope: Scope) -> str:
    """Return the address of who asks."""
    return scope["client"][0] if scope.get("client") else ""
