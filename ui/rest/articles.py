"""Articles over REST: a list to filter and to page through, one whole article, its references."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import PlainTextResponse, Response

from rag.filters import MAX_CHARS, parse
from rag.filters.conditions import About
from rag.references import STYLES, reference
from rag.serialize import article_to_dict, article_to_markdown
from rag.text import fold
from rag.types import Article
from ui.archive.live import Live
from ui.rest.errors import Missing

Id = Annotated[str, Path(max_length=2000, description="as hits and lists tell it; write # as %23: corpus/issue.md%232")]

LISTED = ("id", "source", "title", "kind", "lang", "authors", "column", "journal", "issue", "date", "page", "place")


def articles_router(live: Live) -> APIRouter:
    """Return the routes that read articles."""
    router = APIRouter(tags=["articles"])

    @router.get("/articles")
    def articles(
        where: Annotated[str | None, Query(max_length=MAX_CHARS, description="a filter, as in asking")] = None,
        words: Annotated[str, Query(max_length=200, description="in title, author or file name")] = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
        per_page: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """List articles by file; front matter only where the filter asks for its kind."""
        with live.held() as now:
            found = select([article for _, article in now.index.known()], where, words)
        return {
            "articles": [_listed(one) for one in found[(page - 1) * per_page : page * per_page]],
            "total": len(found), "page": page, "pages": -(-len(found) // per_page), "per_page": per_page,
        }  # fmt: skip

    @router.get("/articles/{id:path}", response_model=None)
    def article(
        id: Id, form: Annotated[Literal["json", "md"], Query(alias="as")] = "json"
    ) -> dict[str, Any] | Response:
        """Return a whole article, paragraph by paragraph, or as Markdown."""
        found = article_of(live, id)
        if form == "md":
            return PlainTextResponse(article_to_markdown(found), media_type="text/markdown")
        return article_to_dict(found)

    @router.get("/references/{id:path}")
    def references(id: Id) -> list[dict[str, Any]]:
        """Return an article as a bibliography names it; `missing` tells what is not known."""
        found = article_of(live, id)
        made = [reference(found, style) for style in STYLES]
        return [{"style": one.style, "text": one.text, "missing": list(one.missing)} for one in made]

    return router


def select(known: Sequence[About], where: str | None, words: str) -> list[About]:
    """Return the articles that meet the filter and hold ``words``; raises ConfigError for a filter that is none."""
    wanted, said = parse(where) if where else None, fold(words).split()
    return [
        one
        for one in known
        if (wanted.meets(one) if wanted else one.kind == "article")
        and all(word in fold(f"{one.title}\n{' '.join(one.authors)}\n{one.source}") for word in said)
    ]


def _listed(one: About) -> dict[str, Any]:
    return {name: getattr(one, name) for name in LISTED}


def article_of(live: Live, article_id: str) -> Article:
    """Return an article; raises Missing."""
    try:
        return live.assistant.article(article_id)
    except KeyError:
        raise Missing("there is no such article", where=article_id, mend="GET articles lists them.") from None
