"""Follow-up questions, without a language model: what an unfinished question takes over from those before it.

A question leans on the earlier ones when it points back (它, 该市, 那里, "there", "that author"), when it is a part
that takes the place of another (济宁呢？ "And in 2020?"), asks the same for more (还有呢？) or with another question
word (为什么？), corrects what was asked (不是，我问的是济宁), points to an item of a list, or names nothing and says
little.
A question that stands on its own takes over nothing, and opens a new topic.
"""

from rag.converse.lean import leans_back
from rag.converse.moves import Move
from rag.converse.resolve import resolve
from rag.converse.talk import Resolved
from rag.converse.terms import Term
from rag.converse.turns import Turn

__all__ = ["Move", "Resolved", "Term", "Turn", "leans_back", "resolve"]
