"""The file of an article over HTTP: for programs, and for the link on a card."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from rag.errors import WenjuError
from ui.archive.live import Live
from ui.archive.originals import Original, original_of
from ui.parts.bare import bare_html
from ui.parts.markup import element
from ui.parts.troubles import sentence
from ui.rest.articles import Id
from ui.rest.errors import code_of
from ui.rest.workers import Workers
from ui.words import WORDS, preferred, say


def originals_router(live: Live, workers: Workers) -> APIRouter:
    """Return the route of files."""
    router = APIRouter(tags=["articles"])

    @router.get("/originals/{id:path}", response_class=Response)
    async def original(id: Id, request: Request, lang: str = "") -> Response:
        """Return the file of an article as it lies in the archive; 409 where it has changed since it was indexed.

        `file_page` of a citation is a page of it.
        """

        def read() -> Original:
            with live.held() as now:
                return original_of(now.index, live.folder, id)

        try:
            found = await workers.run(read)
        except WenjuError as error:
            if "text/html" not in request.headers.get("accept", ""):
                raise
            spoken = lang if lang in WORDS else preferred(request.headers.get("accept-language"))
            return HTMLResponse(_said(error, spoken), code_of(error))
        return Response(found.data, headers=found.headers())

    return router


def _said(error: WenjuError, lang: str) -> str:
    return bare_html(lang, say(lang, "original"), element("p", sentence(error, lang)))
