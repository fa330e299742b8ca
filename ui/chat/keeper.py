"""Keeps conversations and verdicts for whoever asks, and brings conversations back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from logging import getLogger
from typing import Any

from rag.errors import WenjuError
from rag.types import Article
from ui.chat.talks import Listing, talks_html
from ui.chat.turns import Turn
from ui.kept.feedback import VERDICTS, Feedback, better_at
from ui.kept.history import History
from ui.kept.talk import Kept
from ui.kept.visitor import owner_of

logger = getLogger(__name__)

Talk = tuple[str, int]  # id of a conversation, and how many of its turns the page has forgotten


class Keeper:
    """Without a history or feedback nothing is kept; what cannot be kept is logged and keeps nobody from asking."""

    def __init__(self, history: History | None = None, feedback: Feedback | None = None) -> None:
        self.history, self.feedback = history, feedback

    def keep(self, request: object, talk: Talk | None, at: int, turn: Turn, forgotten: int = 0) -> Talk | None:
        """Write the turn ``at`` of those the page still has; ``forgotten`` more were dropped since the last."""
        owner = owner_of(request)
        if self.history is None or not owner:
            return None
        name, before = talk or (None, 0)
        before += forgotten
        kept = Kept(turn.question, turn.answer, str(turn.error or ""), turn.chosen, turn.without)
        try:
            return self.history.put(owner, name, before + at, kept), before
        except (WenjuError, ValueError) as error:
            logger.warning("a turn was not kept: %s", error)
            return talk

    def back(self, request: object, name: str) -> tuple[Turn, ...]:
        """Return the turns of a conversation; none where it is not there."""
        owner = owner_of(request)
        if self.history is None or not owner:
            return ()
        try:
            return tuple(_turn(kept) for kept in self.history.turns(owner, name))
        except (WenjuError, ValueError) as error:
            logger.info("a conversation was not brought back: %s", error)
            return ()

    def change(self, request: object, does: str, *values: str) -> None:
        """Do "rename" (id, title) or "delete" (id) with a conversation; one that is not there changes nothing."""
        owner = owner_of(request)
        if self.history is None or not owner:
            return
        try:
            if does == "rename":
                self.history.rename(owner, *values)
            elif does == "delete":
                self.history.delete(owner, *values)
        except WenjuError as error:
            logger.info("a conversation was not changed: %s", error)

    def listed(self, request: object, listing: Listing | None, talk: Talk | None, lang: str) -> str:
        """Return the list of conversations as it looks."""
        owner, talks = owner_of(request), []
        if self.history is not None and owner and listing is not None:
            try:
                talks = self.history.talks(owner, listing.query)
            except WenjuError as error:
                logger.warning("the conversations cannot be listed: %s", error)
        return talks_html(listing, talks, talk[0] if talk else None, lang)

    def judge(
        self,
        request: object,
        turn: Turn,
        verdict: str,
        article: Article | None = None,
        paragraph: int = 0,
        words: str = "",
    ) -> Turn:
        """Return the turn with its verdict noted, or why it was not."""
        if self.feedback is None or turn.answer is None or verdict not in VERDICTS:
            return turn
        try:
            better = better_at(article, paragraph, words) if article is not None else None
            told: Any = verdict
            self.feedback.add(owner_of(request), turn.question, turn.answer, told, better, turn.answer.asked)
        except WenjuError as error:
            return replace(turn, judged=("not", error))
        return replace(turn, judged=(verdict, better.text if better else ""))


def _turn(kept: Kept) -> Turn:
    error = None if kept.answer is not None else kept.error
    return Turn(kept.question, kept.answer, error, kept.chosen, kept.without)


def last_shown(turns: Sequence[Turn]) -> int | None:
    """Return the number of the turn whose sources to show."""
    return len(turns) - 1 if turns else None
