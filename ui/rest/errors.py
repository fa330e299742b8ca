"""What went wrong, as JSON: {"error", "where", "mend"} with the status code that fits, and nothing of the machine."""

from __future__ import annotations

from logging import getLogger
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from rag.errors import ArticleError, ConfigError, IndexStoreError, ModelError, WenjuError
from ui.archive.holdings import NotThere
from ui.archive.originals import Changed
from ui.parts.reasons import in_words, plain
from ui.rest.workers import Busy

logger = getLogger(__name__)

LANG = "x-wenju-lang"  # the page tells its language with what it asks; other clients are told in English
CODES: tuple[tuple[type[WenjuError], int], ...] = (
    (Busy, 503),
    (ConfigError, 400),
    (ArticleError, 400),
    (IndexStoreError, 503),
    (ModelError, 503),
)


class Missing(WenjuError):
    """What was asked for is not there."""


class Refused(WenjuError):
    """It is there, and not for whoever asks."""


class TooLarge(WenjuError):
    """More bytes than are taken."""


class Trouble(BaseModel):
    """What went wrong, where, and how to mend it; the last two may be unknown."""

    error: str
    where: str | None = None
    mend: str | None = None


TROUBLES: dict[int | str, dict[str, Any]] = {
    code: {"model": Trouble, "description": says}
    for code, says in (
        (400, "The request cannot be read, or asks for something that cannot be had."),
        (401, "Nobody is signed in."),
        (404, "There is no such article, conversation, collection or file."),
        (409, "The file has changed since it was indexed."),
        (413, "More bytes than are taken."),
        (429, "Too many requests from one client; Retry-After tells when to try again."),
        (503, "Too many questions are waiting, or the index cannot be read just now."),
    )
}


def told(error: WenjuError, lang: str = "en") -> dict[str, str | None]:
    """Return an error as JSON, without the paths of this machine; English where nobody has said it in ``lang``."""
    where = None if error.where is None else plain(str(error.where))
    return {"error": in_words(error.what, lang), "where": where, "mend": in_words(error.mend, lang) or None}


def code_of(error: WenjuError) -> int:
    """Return the status code of an error."""
    for kind, code in ((Missing, 404), (NotThere, 404), (Refused, 403), (Changed, 409), (TooLarge, 413)):
        if isinstance(error, kind):
            return code
    return next((code for kind, code in CODES if isinstance(error, kind)), 400)


def catch(api: FastAPI) -> None:
    """Let every error of ``api`` become JSON."""
    api.add_exception_handler(WenjuError, _wenju)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(Exception, _unforeseen)


def refusal(code: int, error: str, mend: str | None = None, lang: str = "en", **headers: str) -> JSONResponse:
    """Return an error that no exception stands for."""
    said = {"error": in_words(error, lang), "where": None, "mend": in_words(mend, lang) if mend else None}
    return JSONResponse(said, code, headers=headers)


async def _wenju(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WenjuError)
    headers = {"Retry-After": str(error.after)} if isinstance(error, Busy) else None
    return JSONResponse(told(error, request.headers.get(LANG, "en")), code_of(error), headers=headers)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    said = {"error": str(first["msg"]), "where": where, "mend": "See openapi.json for what can be asked."}
    return JSONResponse(said, 400)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    mend = "See openapi.json for what can be asked." if error.status_code in (404, 405) else None
    return refusal(error.status_code, str(error.detail), mend, **(error.headers or {}))


async def _unforeseen(_: Request, error: Exception) -> JSONResponse:
    logger.error("a request failed", exc_info=error)
    return refusal(500, "Something went wrong here.", "Try again; the log of the server says more.")
