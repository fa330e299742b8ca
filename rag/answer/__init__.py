"""Answers: spans and hits in; one of three outcomes out, with how sure it is and what proves it."""

from rag.answer.candidates import candidates
from rag.answer.cite import citation, cite, merge
from rag.answer.compose import compose, together
from rag.answer.question import understand
from rag.answer.sources import answer_key

__all__ = ["answer_key", "candidates", "citation", "cite", "compose", "merge", "together", "understand"]
