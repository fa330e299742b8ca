"""Who may reach the server and how much of it: what the command line asks for, put around the site."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.errors import ConfigError
from ui.archive.manage import MOST
from ui.server.entrance import Entrance
from ui.server.gate import Gate
from ui.server.limits import BURST, RATE, Limits, Rate
from ui.server.users import Users

if TYPE_CHECKING:
    from fastapi import FastAPI

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Access:
    """``root`` is the path before ours, or the whole address that a proxy gives the server: https://name/wenju.

    ``rate`` is requests a second of one client, None for any number; ``upload`` bytes of a file.
    """

    users: Users | None = None
    root: str = ""
    rate: float | None = RATE
    upload: int = MOST
    remote: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        parts = urlsplit(self.root)
        right = parts.scheme in ("", "http", "https") and bool(parts.scheme) == bool(parts.netloc)
        if not right or parts.query or parts.fragment or (parts.path and not parts.path.startswith("/")):
            raise ConfigError(f"{self.root!r} is no root path", mend="Give /wenju or https://name/wenju.")
        if self.rate is not None and not self.rate > 0:
            raise ConfigError(f"the rate must be more than 0, got {self.rate:g}")
        if self.upload < 1:
            raise ConfigError(f"at least one byte must be allowed, got {self.upload}")

    @property
    def path(self) -> str:
        """What stands before our paths, without a slash at its end."""
        return urlsplit(self.root).path.rstrip("/")

    @property
    def origin(self) -> str | None:
        """What a browser calls the pages of this server, where a proxy has given it another name."""
        parts = urlsplit(self.root)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None

    def hosts(self) -> tuple[str, ...] | None:
        """Return the names that requests may be sent to; None for any."""
        named = urlsplit(self.root).hostname
        return None if self.remote else LOOPBACK + ((named,) if named else ())

    def guard(self, site: FastAPI) -> None:
        """Put the doors before ``site``: the last one added is the first that a request meets."""
        rate = Rate(self.rate, BURST * self.rate) if self.rate else None
        secure = self.root.startswith("https:")
        site.add_middleware(Entrance, users=self.users, root=self.path, secure=secure)
        site.add_middleware(Limits, rate=rate, upload=self.upload, origin=self.origin)
        site.add_middleware(Gate, hosts=self.hosts())
        site.add_middleware(Rooted, path=self.path)


class Rooted:
    """ASGI middleware: takes ``path`` off requests, for a proxy that leaves it on; all behind it sees ours alone."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope.get("path", "")
        if self._path and asked == self._path and scope["type"] == "http":  # links of the page begin behind a slash
            await RedirectResponse(f"{self._path}/", 308)(scope, receive, send)
            return
        if self._path and asked.startswith(f"{self._path}/"):
            scope = {**scope, "path": asked[len(self._path) :]}
            scope.pop("raw_path", None)
        await self._app(scope, receive, send)
