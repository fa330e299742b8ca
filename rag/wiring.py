"""Settings to ready objects: the one place that knows every class."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.answer.calibrate import load_calibration
from rag.assistant import Assistant
from rag.config import BUNDLED, Settings, load_settings
from rag.errors import ConfigError

if TYPE_CHECKING:
    from rag.index import Index
    from rag.retrieve import HybridRetriever
    from rag.types import Encoder, Reader, Retriever

CALIBRATION = "calibration.json"  # beside a reader's weights


def open_retriever(index: Path | str | None = None, **flags: Any) -> HybridRetriever:
    """Open the index for search: ``index`` is its folder, ``flags`` are the other fields of Settings.

    What is not given comes from WENJU_* in the environment, else from the defaults. Raises WenjuError
    for what cannot be opened.
    """
    return retriever_for(_settings(index, flags))


def open_assistant(index: Path | str | None = None, **flags: Any) -> Assistant:
    """Open the index and the reader, to ask and to chat; takes what ``open_retriever`` takes."""
    return assistant_for(_settings(index, flags))


def retriever_for(settings: Settings, index: Index | None = None, encoder: Encoder | None = None) -> HybridRetriever:
    """Open what ``settings`` name, over ``index`` and with ``encoder`` where they are open already."""
    from rag.encode import open_encoder
    from rag.index import open_index
    from rag.retrieve import HybridRetriever

    # the index first: it is what is most often missing
    opened = index or open_index(settings.index)
    return HybridRetriever(opened, encoder or open_encoder(settings.encoder), depth=settings.depth)


def assistant_for(settings: Settings, retriever: Retriever | None = None, reader: Reader | None = None) -> Assistant:
    """Open what ``settings`` name, around ``retriever`` and ``reader`` where they are open already."""
    from rag.read import open_reader

    return Assistant(
        retriever or retriever_for(settings),
        reader or open_reader(settings.reader),
        k_hits=settings.k_hits,
        k_read=settings.k_read,
        calibration=load_calibration(_reader_folder(settings.reader) / CALIBRATION).accepting(
            settings.accept_wrong or None
        ),
    )


def _reader_folder(name_or_path: str) -> Path:
    if name_or_path != BUNDLED:
        return Path(name_or_path)
    from rag.read import BUNDLED_READER

    return BUNDLED_READER


def _settings(index: Path | str | None, flags: dict[str, Any]) -> Settings:
    unknown = sorted(set(flags) - {spec.name for spec in fields(Settings)})
    if unknown:
        known = ", ".join(spec.name for spec in fields(Settings))
        raise ConfigError(f"there is no setting {', '.join(unknown)}", mend=f"There are {known}.")
    return load_settings({"index": index, **flags})
