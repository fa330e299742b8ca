"""The oldest versions that are safe to run with, and which installed packages are older."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from rag.errors import ConfigError

# Older ones have published holes, or lack what Wenju relies on. A package that is not installed cannot hurt.
MINIMUM = {
    "faiss-cpu": "1.15.1",  # bounds checks when it reads an index
    "gradio": "6.20.0",  # file access and open redirects
    "pdfminer.six": "20251230",  # a PDF could name a file to unpickle; not ours, but may stand beside us
    "pypdf": "6.12.0",
    "python-docx": "0.8.6",  # external entities
    "python-multipart": "0.0.27",  # requests that take for ever
    "starlette": "0.49.1",
    "torch": "2.10.0",  # code execution while loading weights
    "transformers": "5.3.0",  # code execution although remote code was refused
}


def outdated(installed: Callable[[str], str] = version) -> list[str]:
    """Return one phrase for each installed package that is older than it may be."""
    found = []
    for name, least in MINIMUM.items():
        try:
            have = installed(name)
        except PackageNotFoundError:
            continue
        if _parts(have) < _parts(least):
            found.append(f"{name} {have} is older than {least}")
    return found


def refuse_outdated(installed: Callable[[str], str] = version) -> None:
    """Raise ConfigError before a port is opened with packages that have published holes."""
    found = outdated(installed)
    if found:
        raise ConfigError(
            "; ".join(found), mend="Serving would not be safe; run `pip install -U` with constraints.txt."
        )


def _parts(text: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: 2.13.0+cpu -> (2, 13, 0)."""
    numbers = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(map(int, numbers.group().split("."))) if numbers else ()
