"""The files of what is known of articles: made for all of them, or upon those of the generation before."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.index import dense, files
from rag.index.about import ADDED, COLUMNS, FILE, GONE, VALUES, About, Told, among, rows_in

if TYPE_CHECKING:
    import numpy.typing as npt

Owners = Callable[[Sequence[int]], Sequence[int]]  # rows of passages to those of their articles, 0 for one that is gone


def build(home: Path, articles: Iterable[Told], owners: Owners) -> None:
    """Write the files in ``home`` for the passages that its vectors are of."""
    ordered = sorted(articles, key=lambda one: (one[1].source, one[0]))
    later = rows_in(home / dense.ADDED_ROWS)
    apart = set(owners(later.tolist()))
    _write(home / FILE, [one for one in ordered if one[0] not in apart], rows_in(home / dense.ROWS), owners)
    if apart:
        _write(home / ADDED, [one for one in ordered if one[0] in apart], later, owners)


def extend(home: Path, older: Path, came: Iterable[Told], gone: Collection[int], owners: Owners) -> None:
    """Write the files in ``home`` upon those in ``older``, whose first file of vectors it shares.

    ``came`` are the new articles, ``gone`` the rows of those that are there no more.
    """
    files.share(older / FILE, home / FILE)
    first, *others = About(older).parts
    lost = first.rows[~first.alive | among(first.rows, gone)]
    if len(lost):
        np.save(home / GONE, lost, allow_pickle=False)
    added = [one for part in others for one in part.briefs(np.flatnonzero(~among(part.rows, gone)))]
    added += came
    if added:
        _write(home / ADDED, added, rows_in(home / dense.ADDED_ROWS), owners)


def _write(path: Path, articles: Sequence[Told], passages: npt.NDArray[np.int64], owners: Owners) -> None:
    rows = np.array([row for row, _ in articles], np.int64)
    order = np.argsort(rows)
    places = np.searchsorted(rows, np.asarray(owners(passages.tolist()), np.int64), sorter=order)
    places = order[np.minimum(places, max(0, len(rows) - 1))]
    kept: dict[str, npt.NDArray[Any]] = {"rows": rows, "owners": places.astype(np.uint32)}
    for name in COLUMNS:
        told = [one.id.rpartition("#")[2] if name == "part" else getattr(one, name) for _, one in articles]
        known = {value: place for place, value in enumerate(dict.fromkeys(told))}
        kept[name] = np.array([known[value] for value in told], np.min_scalar_type(len(known)))
        kept[name + VALUES] = np.frombuffer(json.dumps(list(known), ensure_ascii=False).encode(), np.uint8)
    np.savez(path, allow_pickle=False, **kept)
