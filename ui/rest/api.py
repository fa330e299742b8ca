"""The routes, put together; what is not there for this server is not routed at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from fastapi import APIRouter, FastAPI

from rag import __version__
from rag.converse import Turn
from rag.errors import WenjuError
from rag.query import check_question
from rag.serialize import answer_to_dict, hit_to_dict
from rag.serialize_search import explanation_to_dict, matches_to_dict, quote_to_dict
from rag.types import Answer
from ui.archive.live import Live
from ui.archive.manage import Manager
from ui.kept.feedback import Feedback
from ui.kept.history import History
from ui.kept.meter import Meter
from ui.rest import shapes
from ui.rest.articles import articles_router
from ui.rest.errors import TROUBLES, catch
from ui.rest.keeping import feedback_router, history_router
from ui.rest.managing import manage_router
from ui.rest.originals import originals_router
from ui.rest.state import state
from ui.rest.workers import Workers

SAYS = "Asks an archive of articles and gets its own words. Offsets count characters; an answer is verbatim."


@dataclass(frozen=True, slots=True)
class Desk:
    """What the server works with; without ``manager`` nothing can be changed, without the others nothing is kept."""

    live: Live
    meter: Meter = field(default_factory=Meter)
    workers: Workers = field(default_factory=Workers)
    history: History | None = None
    feedback: Feedback | None = None
    manager: Manager | None = None


def build_api(desk: Desk) -> FastAPI:
    """Return the application that stands below /api, with its document at openapi.json."""
    api = FastAPI(
        title="Wenju", version=__version__, description=SAYS, docs_url=None, redoc_url=None,
        openapi_url="/openapi.json", responses=TROUBLES,
    )  # fmt: skip
    catch(api)
    api.include_router(_asking(desk))
    api.include_router(articles_router(desk.live))
    api.include_router(originals_router(desk.live, desk.workers))
    if desk.history:
        api.include_router(history_router(desk.history))
    if desk.feedback:
        api.include_router(feedback_router(desk.feedback, desk.live))
    if desk.manager:
        api.include_router(manage_router(desk.manager))

    @api.get("/status", tags=["status"])
    def status() -> dict[str, Any]:
        """Tell what the index holds, what it was made with, how much waits and how long answers took."""
        return state(desk.live, desk.meter, desk.workers, desk.manager)

    return api


def _asking(desk: Desk) -> APIRouter:
    router, live = APIRouter(tags=["asking"]), desk.live

    @router.post("/ask")
    async def ask(body: shapes.Ask) -> dict[str, Any]:
        """Answer a question that stands on its own: what `wenju ask --json` prints."""

        return await desk.workers.run(_timed(desk.meter, lambda: _answer(live, body)))

    @router.post("/chat")
    async def chat(body: shapes.Chat) -> dict[str, Any]:
        """Answer a question that may lean on earlier ones; `asked` is what was looked up."""
        earlier = [_turn(one) for one in body.earlier]

        def answer() -> dict[str, Any]:
            found = live.assistant.chat(body.question, earlier, body.where, without=body.without)
            return {**answer_to_dict(found), "asked": _asked(found)}

        return await desk.workers.run(_timed(desk.meter, answer))

    @router.post("/search")
    async def search(body: shapes.Search) -> dict[str, Any]:
        """List the passages nearest to a query, or with `all` every passage that says it."""
        return await desk.workers.run(lambda: _search(live, body))

    @router.post("/quote")
    async def quote(body: shapes.Quote) -> list[dict[str, Any]]:
        """Check a quotation letter for letter, piece by piece."""
        return await desk.workers.run(lambda: [quote_to_dict(one) for one in live.archive.check_quote(body.quote)])

    return router


def _answer(live: Live, body: shapes.Ask) -> dict[str, Any]:
    if not body.explain:
        return answer_to_dict(live.assistant.ask(body.question, body.where))
    found, why = live.assistant.explain(body.question, body.where)
    return {**answer_to_dict(found), "explanation": explanation_to_dict(why)}


def _search(live: Live, body: shapes.Search) -> dict[str, Any]:
    query = check_question(body.query)
    with live.held() as now:
        if body.all:
            from rag.retrieve.matches import all_matches

            return matches_to_dict(all_matches(now.index, query, body.where, page=body.page, per_page=body.per_page))
        asked = (query, body.k, body.where)
        why = now.retriever.explain(*asked, per_article=body.per_article) if body.explain else None
        hits = why.hits if why else now.retriever.retrieve(*asked, per_article=body.per_article)
    said: dict[str, Any] = {"query": query, "where": body.where, "hits": [hit_to_dict(hit) for hit in hits]}
    return {**said, "explanation": explanation_to_dict(why)} if why else said


def _timed(meter: Meter, call: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    def timed() -> dict[str, Any]:
        begin = perf_counter()
        try:
            made = call()
        except WenjuError:
            raise  # a question that cannot be asked says nothing of the server
        except Exception:
            meter.failed()
            raise
        meter.answered(1000 * (perf_counter() - begin))
        return made

    return timed


def _turn(told: shapes.Earlier | str) -> Turn | str:
    return told if isinstance(told, str) else Turn(told.question, told.answer, tuple(told.items), told.asked)


def _asked(answer: Answer) -> str:
    return answer.asked or answer.query
