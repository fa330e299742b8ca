"""A model by its name: a folder here, or one of a hub, where what was fetched before needs no network."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rag.errors import ModelError

Model = TypeVar("Model")


def folder_of(sort: str, name: str, kind: str) -> Path | None:
    """Return the folder that ``name`` is, or None where it can only be the name of a hub's model.

    Raises ModelError for a path without a folder, saying what ``sort`` of model was looked for and of which ``kind`` it
    has to be; no hub is asked for it.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if folder.exists() or folder.is_absolute() or name.startswith((".", "~")):
        what = f"the {sort} is not a folder" if folder.exists() else f"there is no such {sort} folder"
        raise ModelError(what, where=name, mend=f"Name a {kind} folder, or a hub model.")
    return None


def loaded(source: str, load: Callable[[bool], Model], refused: Callable[[object], ModelError]) -> Model:
    """Return ``load(True)``, which takes a folder, or what was fetched of a hub's model before; else ``load(False)``.

    So a model stays the one it was, and needs no network twice. Raises ``refused(why)`` where it cannot be had.
    """
    try:
        return load(True)
    except Exception as error:  # file, hub, network and model errors have no common class
        if Path(source).is_dir():
            raise refused(error) from error
        if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "on", "yes", "true"):
            raise refused("HF_HUB_OFFLINE is set and it was never fetched before") from error
    try:
        return load(False)
    except Exception as error:
        raise refused(error) from error


def first_line(reason: object) -> str:
    """Return the first line of what an error says, shortened, without its full stop; its class if it says nothing."""
    text = next((line for line in str(reason).splitlines() if line.strip()), type(reason).__name__)
    return text.strip().rstrip(".")[:200]
