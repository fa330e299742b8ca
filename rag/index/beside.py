"""What stands beside a file and changes how it is read, found without asking the disk about every name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

from rag.articles.corrections.sidecar import SUFFIX as CORRECTIONS
from rag.articles.corrections.sidecar import sidecar_of
from rag.articles.formats.fields import FOLDER_FILE as FOLDER_FIELDS
from rag.articles.formats.fields import SUFFIX as FIELDS
from rag.articles.formats.fields import fields_file
from rag.articles.formats.kinds import KINDS

Names = Callable[[str], frozenset[str] | None]  # as names_in, remembered
_WITH_FIELDS = frozenset({"csv", "json", "zip"})  # files whose columns a user may name


def beside_it(path: Path, source: str, names: Names) -> Iterator[Path]:
    """Yield what changes how ``path`` is read; looked for only where there is such a name at all."""
    folder = os.path.dirname(path)
    if _may_hold(names(folder), path.name + CORRECTIONS):
        yield sidecar_of(path)
    if KINDS.get(path.suffix.lower()) in _WITH_FIELDS:
        depth = max(1, source.count("/"))
        upwards = list(accumulate(range(depth - 1), lambda above, _: os.path.dirname(above), initial=folder))
        there = _may_hold(names(folder), path.name + FIELDS)
        if (there or any(_may_hold(names(above), FOLDER_FIELDS) for above in upwards)) and (
            told := fields_file(path, depth)
        ):
            yield told


def names_in(folder: str) -> frozenset[str] | None:
    """Return what a folder holds; None when it may be entered but not listed."""
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return None


def _may_hold(names: frozenset[str] | None, name: str) -> bool:
    return names is None or name in names
