"""What may be asked over REST, and how much of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rag.filters import MAX_CHARS as FILTER_CHARS
from rag.query import MAX_CHARS

MAX_K, MAX_PAGE, MAX_TURNS = 50, 100_000, 40

Question = Annotated[str, Field(min_length=1, max_length=MAX_CHARS, examples=["青石河沿岸设了多少名河长？"])]
Where = Annotated[str | None, Field(max_length=FILTER_CHARS, examples=["year>=2023 and author~王"])]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Ask(_Body):
    """A question that stands on its own."""

    question: Question
    where: Where = None
    explain: bool = Field(False, description="also tell why its passages were found")


class Earlier(_Body):
    """A turn that came before; ``items`` are those of a list, ``asked`` is the question as it was looked up."""

    question: Question
    answer: str | None = Field(None, max_length=20_000)
    items: list[Annotated[str, Field(max_length=2000)]] = Field([], max_length=50)
    asked: str | None = Field(None, max_length=2 * MAX_CHARS)


class Chat(_Body):
    """A question that may lean on earlier turns, oldest first; words of ``without`` are not carried over."""

    question: Question
    earlier: list[Earlier | Question] = Field([], max_length=MAX_TURNS)
    where: Where = None
    without: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=20)


class Search(_Body):
    """Words to look for: the nearest passages, or with ``all`` every passage that says them, page by page."""

    query: Question
    where: Where = None
    k: int = Field(10, ge=1, le=MAX_K, description="how many of the nearest")
    per_article: int | None = Field(None, ge=1, le=MAX_K, description="at most so many of the nearest from one article")
    explain: bool = Field(False, description="also tell why the nearest were found")
    all: bool = False
    page: int = Field(1, ge=1, le=MAX_PAGE, description="with all: which page")
    per_page: int = Field(20, ge=1, le=MAX_K, description="with all: passages a page")


class Quote(_Body):
    """A quotation to be checked letter for letter; … in it stands for words left out."""

    quote: Question
