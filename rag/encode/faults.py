"""What is said when an encoder cannot be had."""

from __future__ import annotations

import logging
from pathlib import Path

from rag.errors import ModelError
from rag.hub import first_line

logger = logging.getLogger(__name__)

BUNDLED_FOLDER = Path(__file__).parents[1] / "models" / "encoder"


def unloadable(folder: Path, reason: object) -> ModelError:
    logger.debug("encoder %s cannot be loaded", folder, exc_info=True)
    mend = "Install Wenju anew." if folder == BUNDLED_FOLDER else "Name a complete sentence-transformers folder."
    return ModelError(f"the encoder cannot be loaded: {first_line(reason)}", where=folder, mend=mend)


def unreachable(name: str, reason: object) -> ModelError:
    logger.debug("encoder %s cannot be fetched", name, exc_info=True)
    return ModelError(
        f"the encoder is neither a folder here nor could it be fetched: {first_line(reason)}",
        where=name,
        mend='Check the name and the network, name a model folder, or use the encoder "bundled".',
    )
