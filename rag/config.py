"""Settings: defaults, overridden by WENJU_* in the environment, overridden by flags.

Only the command line, the page and the evaluation read this; classes take plain arguments.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rag.errors import ConfigError

BUNDLED = "bundled"  # stands for the model that ships with the package


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set, validated once."""

    index: Path = Path("indexes/default")
    encoder: str = BUNDLED  # a bundled model, a folder, or a hub name
    reader: str = BUNDLED
    max_chars: int = 320  # passage length; about one window of the bundled reader
    k_hits: int = 20  # passages a search or an answer returns
    k_read: int = 6  # passages handed to the reader
    depth: int = 100  # candidates from each leg, before fusion
    accept_wrong: float = 0.0  # the share of answers that may be wrong; 0 leaves it to the reader's calibration

    def __post_init__(self) -> None:
        for name in ("max_chars", "k_hits", "k_read", "depth"):
            if getattr(self, name) < 1:
                raise ConfigError(
                    f"{name} must be at least 1, got {getattr(self, name)}",
                    mend=f"Set WENJU_{name.upper()} or the flag to 1 or more.",
                )
        if not 0 <= self.accept_wrong < 1:
            raise ConfigError(
                f"accept_wrong must be a share below 1, got {self.accept_wrong}",
                mend="Set WENJU_ACCEPT_WRONG or --accept-wrong to 0.2 for one answer in five.",
            )


def load_settings(flags: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Settings:
    """Merge defaults, ``WENJU_<NAME>`` variables and flags; a flag that is None is not set.

    Raises ConfigError for a value of the wrong type, naming the variable.
    """
    chosen: dict[str, Any] = {}
    for spec in fields(Settings):
        variable = f"WENJU_{spec.name.upper()}"
        value = flags.get(spec.name)
        if value is None and environ.get(variable):
            value = environ[variable]
        if value is None:
            continue
        cast = type(getattr(Settings(), spec.name))
        cast = Path if issubclass(cast, Path) else cast
        try:
            chosen[spec.name] = cast(value)
        except ValueError:
            raise ConfigError(
                f"{spec.name} must be a {cast.__name__}, got {value!r}", where=variable, mend="Correct the value."
            ) from None
    return Settings(**chosen)
