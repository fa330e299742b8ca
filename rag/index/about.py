"""What filters and the ranking ask of every article, column by column: read in a moment, however many there are.

about.npz         the articles whose passages are in vectors.faiss, by source and in the order of the file
added.about.npz   those that came later

"rows" are rows of articles, "owners" the place among these of each passage's article. Each column has the distinct
values, as bytes of a JSON array, and the place of each article's value among them. A writer that adds a few articles
shares the first file, as it does that of the vectors; what is gone is told by the rows of the living.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.filters.conditions import ASKS, Filter
from rag.index import dense
from rag.index.listing import Brief

if TYPE_CHECKING:
    import numpy.typing as npt

FILE, ADDED, GONE = "about.npz", "added.about.npz", "gone.about.npy"
VALUES = ".values"
Told = tuple[int, Brief]  # row of an article, and what is known of it


class Kind(NamedTuple):
    """What the ranking asks of a passage's article: its language, and whether it is front matter."""

    lang: str
    front: bool


class Meeting(NamedTuple):
    """Rows of the articles that meet a filter, of those that do not, and of the passages of the first, ascending."""

    articles: npt.NDArray[np.int64]
    others: npt.NDArray[np.int64]
    passages: npt.NDArray[np.int64]


class About:
    """The articles of a generation, by row, and whose each passage is."""

    def __init__(self, home: Path) -> None:
        gone, lost = rows_in(home / GONE), rows_in(home / dense.GONE)
        there = [(home / FILE, home / dense.ROWS), (home / ADDED, home / dense.ADDED_ROWS)]
        self.parts = [_Part(path, rows_in(rows), gone, lost) for path, rows in there if path.exists()]
        self._known: list[Told] | None = None

    def articles(self) -> int:
        """Return how many articles there are, front matter not counted."""
        return sum(int((part.alive & ~part.front()).sum()) for part in self.parts)

    def whole(self) -> bool:
        """Tell whether each passage of the vector leg has its article here."""
        return all(len(part.owners) == len(part.passages) for part in self.parts)

    def of(self, passages: Sequence[int]) -> dict[int, Kind]:
        """Return the kinds of passages."""
        found: dict[int, Kind] = {}
        for part in self.parts:
            found.update(part.of([row for row in passages if row not in found]))
        return found

    def owners_of(self, passages: Sequence[int]) -> dict[int, int]:
        """Return by passage the row of its article."""
        found: dict[int, int] = {}
        for part in self.parts:
            rows, places = part.places([row for row in passages if row not in found])
            found.update(zip(rows, part.rows[part.owners[places]].tolist(), strict=True))
        return found

    def owners(self) -> npt.NDArray[np.int64]:
        """Return (row of a passage, row of its article) of every passage, by row."""
        return np.concatenate([part.owned() for part in self.parts])

    def known(self) -> list[Told]:
        """Return every article, by source and in the order of the file."""
        if self._known is None:
            told = [one for part in self.parts for one in part.briefs(np.flatnonzero(part.alive))]
            self._known = told if len(self.parts) == 1 else sorted(told, key=lambda one: (one[1].source, one[0]))
        return self._known

    def briefs(self, rows: Collection[int]) -> list[Told]:
        """Return these articles, in no order."""
        return [one for part in self.parts for one in part.briefs(np.flatnonzero(among(part.rows, rows)))]

    def meeting(self, wanted: Filter) -> Meeting:
        """Return what ``wanted`` lets through."""
        found = [(part, part.meets(wanted)) for part in self.parts]
        return Meeting(
            np.concatenate([part.rows[meets & part.alive] for part, meets in found]),
            np.concatenate([part.rows[~meets & part.alive] for part, meets in found]),
            np.concatenate([part.passages[part.held & meets[part.owners]] for part, meets in found]),
        )

    def without(self, rows: Collection[int]) -> list[Told]:
        """Return every article but these, in no order."""
        return [one for part in self.parts for one in part.briefs(np.flatnonzero(part.alive & ~among(part.rows, rows)))]


class _Part:
    """The articles of one file."""

    def __init__(
        self,
        path: Path,
        passages: npt.NDArray[np.int64],
        gone: npt.NDArray[np.int64],
        lost: npt.NDArray[np.int64],
    ) -> None:
        self._path = path
        with np.load(path, allow_pickle=False) as kept:
            self.rows: npt.NDArray[np.int64] = kept["rows"]
            self.owners: npt.NDArray[np.unsignedinteger[Any]] = kept["owners"]
        self.passages = passages
        self.alive, self.held = ~np.isin(self.rows, gone), ~np.isin(passages, lost)
        self._columns: dict[str, npt.NDArray[np.unsignedinteger[Any]]] = {}
        self._values: dict[str, list[Any]] = {}

    def column(self, name: str) -> npt.NDArray[np.unsignedinteger[Any]]:
        """Return the place of each article's value among the values of a column."""
        if name not in self._columns:
            with np.load(self._path, allow_pickle=False) as kept:
                values = json.loads(kept[name + VALUES].tobytes())
                self._values[name] = [tuple(one) for one in values] if name == "authors" else values
                self._columns[name] = kept[name]
        return self._columns[name]

    def values(self, name: str) -> list[Any]:
        """Return the distinct values of a column."""
        self.column(name)
        return self._values[name]

    def front(self) -> npt.NDArray[np.bool_]:
        """Tell which articles are front matter."""
        is_front = np.array([kind == "front" for kind in self.values("kind")], bool)
        front: npt.NDArray[np.bool_] = is_front[self.column("kind")]
        return front

    def places(self, passages: Sequence[int]) -> tuple[list[int], npt.NDArray[np.int64]]:
        """Return the rows of those of the passages that are here, and the place of each."""
        places = np.searchsorted(self.passages, passages)
        held = places < len(self.passages)
        held[held] = self.passages[places[held]] == np.asarray(passages, np.int64)[held]
        return [passages[n] for n in np.flatnonzero(held).tolist()], places[held]

    def of(self, passages: Sequence[int]) -> Iterable[tuple[int, Kind]]:
        kinds, langs = self.values("kind"), self.values("lang")
        rows, places = self.places(passages)
        owners = self.owners[places]
        of_lang, of_kind = (self.column(name)[owners].tolist() for name in ("lang", "kind"))
        for row, lang, kind in zip(rows, of_lang, of_kind, strict=True):
            yield row, Kind(langs[lang], kinds[kind] == "front")

    def owned(self) -> npt.NDArray[np.int64]:
        return np.stack([self.passages, self.rows[self.owners]], axis=1)[self.held]

    def briefs(self, places: npt.NDArray[np.int64]) -> list[Told]:
        told = (self._column_of(name, self.column(name)[places]) for name in COLUMNS)
        return [(row, _brief(*one)) for row, *one in zip(self.rows[places].tolist(), *told, strict=True)]

    def _column_of(self, name: str, places: npt.NDArray[Any]) -> list[Any]:
        values = self.values(name)
        return [values[place] for place in places.tolist()]

    def meets(self, wanted: Filter) -> npt.NDArray[np.bool_]:
        """Tell of each article whether it meets ``wanted``; each mixture of values is looked at once."""
        names = sorted({name for field in wanted.fields() for name in ASKS[field]})
        _, first, mixture = np.unique(self._mixed(names), return_index=True, return_inverse=True)
        columns = [self._column_of(name, self.column(name)[first]) for name in names]
        told = ({**_NOTHING, **dict(zip(names, values, strict=True))} for values in zip(*columns, strict=True))
        each = np.fromiter((wanted.meets(_brief(**one)) for one in told), bool, len(first))
        meets: npt.NDArray[np.bool_] = each[mixture]
        return meets

    def _mixed(self, names: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return a number for each article, the same for those that agree in all these columns."""
        mixed = np.zeros(len(self.rows), np.int64)
        for name in names:
            mixed = np.unique(mixed, return_inverse=True)[1] * len(self.values(name)) + self.column(name)
        return mixed


COLUMNS = ("source", "part", *Brief._fields[2:])  # an id is the source and the part that follows it
_NOTHING: Mapping[str, Any] = dict.fromkeys(COLUMNS, "") | {"authors": ()}


def _brief(source: str, part: str, *rest: Any, **named: Any) -> Brief:
    return Brief(f"{source}#{part}", source, *rest, **named)


def among(rows: npt.NDArray[np.int64], some: Collection[int]) -> npt.NDArray[np.bool_]:
    """Tell which of ``rows`` are among ``some``."""
    return np.isin(rows, np.fromiter(some, np.int64, len(some)))


def rows_in(path: Path) -> npt.NDArray[np.int64]:
    """Return the rows kept in a file, none where it is not there."""
    rows: npt.NDArray[np.int64] = np.load(path, allow_pickle=False) if path.exists() else np.zeros(0, np.int64)
    return rows
