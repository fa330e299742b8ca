"""Texts to vectors: the bundled static model without torch, any other model through sentence-transformers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rag.config import BUNDLED
from rag.encode.faults import BUNDLED_FOLDER
from rag.encode.sentence import SentenceEncoder
from rag.encode.static import StaticEncoder, is_static
from rag.hub import folder_of

if TYPE_CHECKING:
    from rag.types import Encoder

__all__ = ["BUNDLED_FOLDER", "SentenceEncoder", "StaticEncoder", "is_static", "open_encoder"]


@cache
def _bundled() -> StaticEncoder:
    """Return the one that the search and the reader share."""
    return StaticEncoder(BUNDLED_FOLDER, label=BUNDLED)


def open_encoder(name_or_path: str) -> Encoder:
    """Open the bundled encoder ("bundled"), a model folder, or a model by its hub name.

    A folder that holds nothing but a static embedding runs in numpy and starts in a moment; all else needs
    sentence-transformers. Raises ModelError when there is no such model or it cannot be loaded.
    """
    if name_or_path == BUNDLED:
        return _bundled()
    folder = folder_of("encoder", name_or_path, "sentence-transformers model")
    if folder and is_static(folder):
        return StaticEncoder(folder)
    return SentenceEncoder(str(folder or name_or_path))
