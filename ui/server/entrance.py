"""Who comes in: signs people in where there are users, and tells every request whose it is."""

from __future__ import annotations

from base64 import b64decode
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.kept.visitor import BROWSER, OWNER, READER, is_browser, new_browser
from ui.rest.errors import refusal
from ui.server.limits import Rate, client_of
from ui.server.signin import signin_html
from ui.server.users import DAYS, Users
from ui.words import preferred

SESSION = "wenju-session"
SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"
TRIES, TRY_AGAIN = 5, 12.0  # wrong passwords of one client, and seconds until it may try one more
_YEAR = 365 * 86400


class Entrance:
    """ASGI middleware; without ``users`` everybody comes in. ``root`` is the path that a proxy puts before ours.

    ``secure`` marks cookies so that browsers send them over https only.
    """

    def __init__(self, app: ASGIApp, users: Users | None = None, root: str = "", secure: bool = False) -> None:
        self._app, self._users, self._root, self._secure = app, users, root, secure
        self._wrong = Rate(1 / TRY_AGAIN, TRIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # the page needs none
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cookies = _cookies(scope)
        if self._users and scope["path"] in (SIGN_IN, SIGN_OUT):
            await (await self._at_the_door(scope, receive))(scope, receive, send)
            return
        name = await self._name(scope, cookies) if self._users else ""
        if isinstance(name, Response):
            await name(scope, receive, send)
            return
        browser = cookies.get(BROWSER, "")
        owner = f"user:{quote(name)}" if name else f"browser:{browser}" if is_browser(browser) else ""
        _tell(scope, owner, reads=bool(name) and self._users is not None and not self._users.may_manage(name))
        page = scope["method"] == "GET" and scope["path"] == "/"
        if not page or is_browser(browser):
            await self._app(scope, receive, send)
            return

        async def send_number(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._give(MutableHeaders(scope=message), BROWSER, new_browser(), _YEAR)
            await send(message)

        await self._app(scope, receive, send_number)

    async def _name(self, scope: Scope, cookies: dict[str, str]) -> str | Response:
        """Return who is signed in, or what to say to somebody who is not."""
        assert self._users is not None
        name = self._users.of_cookie(cookies.get(SESSION, ""))
        if name:
            return name
        headers = Headers(scope=scope)
        basic = _basic(headers)
        if basic:
            if self._wrong.empty(client_of(scope)):
                return refusal(429, "too many wrong passwords", "Wait a minute.", **{"Retry-After": "60"})
            if await run_in_threadpool(self._users.check, *basic):
                return basic[0]
            self._wrong.take(client_of(scope))
        if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            asked = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            return RedirectResponse(f"{self._root}{SIGN_IN}?next={quote(asked)}", 303)
        challenge = {"WWW-Authenticate": 'Basic realm="Wenju", charset="UTF-8"'}
        return refusal(
            401, "nobody is signed in", "Sign in, or send name and password as Basic authentication.",
            **(challenge if scope["path"].startswith("/api/") else {}),
        )  # fmt: skip

    async def _at_the_door(self, scope: Scope, receive: Receive) -> Response:
        assert self._users is not None
        request, client = Request(scope, receive), client_of(scope)
        lang = preferred(request.headers.get("accept-language"))
        if scope["path"] == SIGN_OUT:
            if request.method != "POST":
                return refusal(405, "Method Not Allowed")
            gone = RedirectResponse(f"{self._root}{SIGN_IN}", 303)
            gone.delete_cookie(SESSION, path=f"{self._root}/")
            return gone
        if request.method != "POST":
            return HTMLResponse(signin_html(lang, self._root, _within(request.query_params.get("next", "/"))))
        told = {name: values[0] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}
        name, onward = told.get("name", ""), _within(told.get("next", "/"))
        if self._wrong.empty(client):
            return HTMLResponse(signin_html(lang, self._root, onward, name, "signin_wait"), 429)
        if not await run_in_threadpool(self._users.check, name, told.get("password", "")):
            self._wrong.take(client)
            return HTMLResponse(signin_html(lang, self._root, onward, name, "signin_wrong"), 401)
        welcome = RedirectResponse(f"{self._root}{onward}", 303)
        self._give(welcome.headers, SESSION, self._users.cookie(name), DAYS * 86400)
        return welcome

    def _give(self, headers: MutableHeaders, name: str, value: str, seconds: int) -> None:
        secure = "; Secure" if self._secure else ""
        headers.append(
            "set-cookie", f"{name}={value}; HttpOnly; SameSite=Lax; Path={self._root}/; Max-Age={seconds}{secure}"
        )


def _tell(scope: Scope, owner: str, *, reads: bool) -> None:
    """Put into the headers whose request it is and whether it may only read, and take out whatever stood there."""
    ours = {OWNER.encode(): owner.encode(), READER.encode(): b"1" if reads else b""}
    headers = [(name, value) for name, value in scope["headers"] if name.lower() not in ours]
    scope["headers"] = [*headers, *((name, value) for name, value in ours.items() if value)]


def _cookies(scope: Scope) -> dict[str, str]:
    with suppress(CookieError):
        return {name: one.value for name, one in SimpleCookie(Headers(scope=scope).get("cookie", "")).items()}
    return {}


def _basic(headers: Headers) -> tuple[str, str] | None:
    kind, _, packed = headers.get("authorization", "").partition(" ")
    with suppress(ValueError):
        name, colon, password = b64decode(packed, validate=True).decode().partition(":")
        return (name, password) if kind.lower() == "basic" and colon else None
    return None


def _within(path: str) -> str:
    """Return ``path`` if it leads to a place on this server, else the first page."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"
