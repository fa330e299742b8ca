"""What the store keeps of a file beside its articles, and by what name the vector of a text is known."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from rag.text import simplified
from rag.types import Passage


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file as found on the disk and as it could be read."""

    source: str
    root: str
    path: str
    size: int
    mtime: int
    sha256: str
    encoding: str = ""
    undecodable: int = 0
    notes: tuple[str, ...] = ()
    error: str | None = None


def vector_key(encoder: str, passage: Passage) -> bytes:
    """Name what is encoded: equal texts share a vector, within a run and from one run to the next."""
    return key_of(encoder, searched_text(passage.text, passage.context))


def key_of(encoder: str, text: str) -> bytes:
    """Name the vector that ``encoder`` gives to ``text``."""
    return sha256(f"{encoder}\0{text}".encode()).digest()[:16]


def searched_text(text: str, context: str) -> str:
    """Return what stands for a passage in the vector leg."""
    return simplified(f"{context}\n{text}" if context else text)
