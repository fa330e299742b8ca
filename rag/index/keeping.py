"""Which generations lie in the folder of an index, and which of them may go."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from rag.index import lock
from rag.index.generation import MANIFEST, Manifest, parse

_HOME = re.compile(r"gen-(\d{6,})")


def number(home: Path) -> int:
    """Return the number of a generation's folder; -1 for anything else."""
    match = _HOME.fullmatch(home.name)
    return int(match[1]) if match and home.is_dir() else -1


def finished(folder: Path) -> dict[int, Manifest]:
    """Return the manifests that can be read, by generation; nothing is known yet of the files they name."""
    found = {}
    for home in sorted(folder.glob("gen-*")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            manifest = parse((home / MANIFEST).read_bytes())
            if manifest.generation == number(home):
                found[manifest.generation] = manifest
    return found


def sweep(folder: Path, kept: Collection[int]) -> list[int]:
    """Remove generations that are neither in ``kept`` nor read by anybody, and stores none of the rest uses.

    Returns the generations that are left.
    """
    whole, left = finished(folder), []
    for home in sorted(folder.glob("gen-*")):
        generation = number(home)
        if generation in kept and generation in whole:
            left.append(generation)
        elif generation >= 0:
            with lock.alone(home / MANIFEST) as unread:
                if unread:
                    shutil.rmtree(home)
                else:
                    left.append(generation)
    stores = {whole[generation].store for generation in left if generation in whole}
    for path in folder.glob("store-*.sqlite*"):
        if path.name.partition(".sqlite")[0] + ".sqlite" not in stores:
            path.unlink()
    return left
