"""Files that users send: names that lead nowhere else, and bytes that are a file only once they are all there."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from rag.articles import SUFFIXES
from rag.errors import ArticleError, ConfigError

LONGEST = 200  # bytes of a name; a system takes 255, and corrections add theirs
FILES = 20_000  # in one collection
SPARE = 200_000_000  # bytes that stay free on the disk
_NEVER = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)


def safe_name(name: str) -> str:
    """Return ``name`` as a collection may have it; raises ConfigError for one that could be more than a name."""
    clean = unicodedata.normalize("NFC", name).strip()
    try:
        length = len(clean.encode())
    except UnicodeEncodeError:
        length = 0
    if not 0 < length <= LONGEST or _NEVER.search(clean) or clean[0] in ".-~" or clean[-1] == ".":
        raise ConfigError(
            f"{_shown(name)} cannot be a name",
            mend=f'Use letters, figures and spaces, at most {LONGEST} bytes; none of / \\ : * ? " < > |, no dot first.',
        )
    if _DEVICE.fullmatch(clean):
        raise ConfigError(f"{clean} is the name of a device on Windows", mend="Choose another.")
    return clean


def safe_file(name: str) -> str:
    """Return ``name`` as an uploaded file may have it; raises ConfigError, also for a type that cannot be read."""
    clean = safe_name(name)
    if Path(clean).suffix.lower() not in SUFFIXES:
        raise ConfigError(
            f"files like {clean} cannot be read as articles", mend=f"Send one of {' '.join(sorted(SUFFIXES))}."
        )
    return clean


async def receive(folder: Path, name: str, stream: AsyncIterator[bytes], told: int, most: int) -> bool:
    """Write what ``stream`` brings as the file ``name`` of ``folder``, in one step at its end; tell if it replaced one.

    ``told`` is how many bytes were announced, ``most`` how many there may be. Raises ConfigError for more or fewer,
    and ArticleError where the disk has no room.
    """
    target = folder / safe_file(name)
    if told > most:
        raise ConfigError(f"{target.name} has more than {most:,} bytes", mend="Split it.")
    if not target.exists() and len(os.listdir(folder)) >= FILES:
        raise ConfigError(f"a collection takes {FILES:,} files", where=folder.name, mend="Begin another one.")
    if shutil.disk_usage(folder).free - told < SPARE:
        raise ArticleError("the disk is full", mend="Ask the administrator for room.")
    draft = folder / f".incoming-{secrets.token_hex(8)}"  # a hidden file is not indexed
    size = 0
    try:
        with draft.open("xb") as file:
            async for chunk in stream:
                size += len(chunk)
                if size > most:
                    raise ConfigError(f"{target.name} has more than {most:,} bytes", mend="Split it.")
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if size != told:
            raise ConfigError(f"{size:,} bytes came of {told:,}", where=target.name, mend="Send the file again.")
        if not size:
            raise ConfigError("the file is empty", where=target.name)
        replaced = target.exists()
        os.replace(draft, target)
        return replaced
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def tidy(folder: Path) -> None:
    """Remove what a server that was killed left behind in the collections below ``folder``."""
    for draft in folder.glob("*/.incoming-*"):
        with suppress(OSError):
            draft.unlink()


def _shown(name: str) -> str:
    return repr(name[:40])
