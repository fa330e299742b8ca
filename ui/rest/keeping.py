"""What is kept for whoever asks, over REST: conversations, and verdicts on answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from rag.serialize import answer_to_dict
from ui.archive.live import Live
from ui.kept.feedback import Feedback, Verdict, better_at
from ui.kept.history import History
from ui.kept.talk import Kept, NoTalk, Talk
from ui.kept.visitor import owner_of
from ui.rest.articles import article_of
from ui.rest.errors import Missing, Refused
from ui.rest.export import KINDS, Form, export, file_name
from ui.rest.shapes import Question, Where
from ui.words import WORDS, preferred


class Title(BaseModel):
    """A conversation's new title."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=200)


class Opinion(BaseModel):
    """A verdict on the answer to a question; ``article``, ``paragraph`` and ``words`` are those of a better one."""

    model_config = ConfigDict(extra="forbid")
    question: Question
    where: Where = None
    verdict: Verdict
    article: str | None = Field(None, max_length=2000)
    paragraph: int | None = Field(None, ge=1)
    words: str | None = Field(None, max_length=2000)


def owner(request: Request) -> str:
    """Return whose request it is; raises Refused where nothing tells."""
    found = owner_of(request)
    if not found:
        raise Refused("nobody to keep this for", mend="Open the page first, or sign in: a cookie tells who you are.")
    return found


Owner = Annotated[str, Depends(owner)]


def history_router(history: History) -> APIRouter:
    """Return the routes of one's own conversations."""
    router = APIRouter(prefix="/history", tags=["history"])

    @router.get("")
    def talks(
        me: Owner,
        words: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> list[dict[str, Any]]:
        """List one's conversations, newest first; `words` stand in title, questions or answers."""
        return [asdict(talk) for talk in history.talks(me, words, limit, offset)]

    @router.get("/{talk}")
    def read(me: Owner, talk: str) -> dict[str, Any]:
        """Return a conversation with its answers."""
        about, turns = _held(history, me, talk)
        return {**asdict(about), "turns": [_turn(one) for one in turns]}

    @router.get("/{talk}/export", response_model=None)
    def save(
        me: Owner, talk: str, request: Request, form: Annotated[Form, Query(alias="as")] = "md", lang: str = ""
    ) -> Response:
        """Return a conversation with its citations as a file."""
        about, turns = _held(history, me, talk)
        said = lang if lang in WORDS else preferred(request.headers.get("accept-language"))
        name = quote(file_name(about, form))
        headers = {"Content-Disposition": f"attachment; filename=conversation.{form}; filename*=UTF-8''{name}"}
        return Response(export(about, turns, form, said), media_type=KINDS[form], headers=headers)

    _changing(router, history)
    return router


def _changing(router: APIRouter, history: History) -> None:
    @router.patch("/{talk}")
    def rename(me: Owner, talk: str, body: Title) -> dict[str, Any]:
        """Give a conversation another title."""
        _held(history, me, talk)
        history.rename(me, talk, body.title)
        return asdict(history.talk(me, talk))

    @router.delete("/{talk}", status_code=204)
    def delete(me: Owner, talk: str) -> None:
        """Remove a conversation."""
        _held(history, me, talk)
        history.delete(me, talk)

    @router.delete("")
    def clear(me: Owner) -> dict[str, int]:
        """Remove all one's conversations."""
        return {"removed": history.clear(me)}


def feedback_router(feedback: Feedback, live: Live) -> APIRouter:
    """Return the routes of verdicts."""
    router = APIRouter(prefix="/feedback", tags=["feedback"])

    @router.post("", status_code=201)
    def add(body: Opinion, request: Request) -> dict[str, str]:
        """Keep a verdict; the question is asked again, so that the verdict is on what the archive says now."""
        better = None
        if body.article is not None and body.paragraph is not None and body.words is not None:
            better = better_at(article_of(live, body.article), body.paragraph, body.words)
        answer = live.assistant.ask(body.question, body.where)
        return {"id": feedback.add(owner_of(request), body.question, answer, body.verdict, better)}

    @router.get("/questions.jsonl", response_class=PlainTextResponse)
    def questions() -> Response:
        """Return the question set that came of all verdicts, for `python -m eval run`."""
        headers = {"Content-Disposition": "attachment; filename=questions.jsonl"}
        return PlainTextResponse(feedback.questions(), media_type="application/jsonl", headers=headers)

    @router.get("")
    def counts() -> dict[str, int]:
        """Count the verdicts of each kind."""
        return feedback.counts()

    return router


def _held(history: History, owner: str, talk: str) -> tuple[Talk, list[Kept]]:
    try:
        return history.talk(owner, talk), history.turns(owner, talk)
    except NoTalk as error:
        raise Missing(error.what, where=talk) from None


def _turn(one: Kept) -> dict[str, Any]:
    return {
        "question": one.question,
        "when": one.when,
        "filters": [list(pair) for pair in one.chosen],
        "error": one.error or None,
        "answer": answer_to_dict(one.answer) if one.answer else None,
    }
