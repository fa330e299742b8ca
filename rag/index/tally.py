"""What a report says of the whole index, kept with a generation: the next adds what came and takes off what went."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.index.alike import sketched
from rag.index.generation import Counts
from rag.index.listing import Flagged, Listed
from rag.index.snapshot import Snapshot, SourceRow
from rag.types import Article

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FILE, SKETCHES = "tally.json", "sketches.npy"
FIELDS = ("title", "authors", "affiliation", "journal", "issue", "date", "page")  # counted over the articles
_LOST = "\ufffd"
_PLACES = 20  # of undecodable characters, for each file
_AROUND = 12  # characters shown on either side of one

_Flagged = tuple[str, int, Flagged]  # file, row of the article, paragraph


@dataclass(frozen=True, slots=True)
class Undecoded:
    """Characters of a file that could not be decoded: how many, and the first ``places``.

    A place is an article's id, the number of the paragraph (0 for its title), and the words around.
    """

    source: str
    count: int
    places: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over the articles of a generation. ``having`` as in IndexReport; ``sketches`` as of rag.index.alike."""

    counts: Counts
    having: Mapping[str, int]
    undecoded: tuple[Undecoded, ...]
    flagged: tuple[_Flagged, ...]
    sketches: npt.NDArray[np.uint64]

    def save(self, home: Path) -> None:
        """Write it into ``home``; the counts stand in the manifest."""
        import numpy as np

        told = {
            "having": dict(self.having),
            "undecoded": [astuple(one) for one in self.undecoded],
            "flagged": [(source, row, *astuple(one)) for source, row, one in self.flagged],
        }
        (home / FILE).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        np.save(home / SKETCHES, self.sketches, allow_pickle=False)


def tally(store: Snapshot, older: tuple[Path, Counts] | None = None) -> Tally:
    """Sum up what a generation sees, upon the files of the one before it, and its counts, where there are any."""
    if older is None or not all((older[0] / name).is_file() for name in (FILE, SKETCHES)):
        return _part(store, "seen")
    import numpy as np

    before, came, went = _load(*older), _part(store, "born"), _part(store, "died")
    gone = {row.source for row in store.sources("died")}
    kept = before.sketches[~np.isin(before.sketches[:, 0], went.sketches[:, 0])]
    pairs = zip(astuple(before.counts), astuple(came.counts), astuple(went.counts), strict=True)
    undecoded = [*(one for one in before.undecoded if one.source not in gone), *came.undecoded]
    flagged = [*(one for one in before.flagged if one[0] not in gone), *came.flagged]
    return Tally(
        Counts(*(a + b - c for a, b, c in pairs)),
        {name: before.having[name] + came.having[name] - went.having[name] for name in FIELDS},
        tuple(sorted(undecoded, key=lambda one: one.source)),
        tuple(sorted(flagged, key=lambda one: (*one[:2], one[2].paragraph))),
        np.concatenate([kept, came.sketches]),
    )


def _load(home: Path, counts: Counts) -> Tally:
    import numpy as np

    told = json.loads((home / FILE).read_text(encoding="utf-8"))
    undecoded = (Undecoded(source, n, tuple(map(tuple, places))) for source, n, places in told["undecoded"])
    flagged = tuple((source, row, Flagged(*one)) for source, row, *one in told["flagged"])
    return Tally(counts, told["having"], tuple(undecoded), flagged, np.load(home / SKETCHES, allow_pickle=False))


def _part(store: Snapshot, part: str) -> Tally:
    listed = store.listed(part)
    articles = [article for article in listed if article.kind != "front"]
    return Tally(
        store.counts(part),
        {name: sum(article.has(name) for article in articles) for name in FIELDS},
        tuple(_undecoded(store, store.sources(part), listed)) if part != "died" else (),
        tuple(store.flagged(part)),
        sketched(store.sketches(part)),
    )


def _undecoded(store: Snapshot, sources: Sequence[SourceRow], listed: Sequence[Listed]) -> list[Undecoded]:
    """Say where characters are lost; an archive's members are looked for below its own name."""
    damaged = [article for article in listed if article.undecodable or _LOST in article.title]
    told = []
    for row in sources:
        if row.error is None and row.undecodable:
            own = [a for a in damaged if a.source == row.source or a.source.startswith(f"{row.source}/")]
            places: list[tuple[str, int, str]] = []
            for article in own:
                if len(places) < _PLACES:
                    places += _places(store.article(article.id))
            told.append(Undecoded(row.source, row.undecodable, tuple(places[:_PLACES])))
    return told


def _places(article: Article) -> list[tuple[str, int, str]]:
    places = [(article.id, 0, article.title)] if _LOST in article.title else []
    for p in article.paragraphs:
        at = article.text.find(_LOST, p.start, p.end)
        if at >= 0:
            around = article.text[max(p.start, at - _AROUND) : min(p.end, at + _AROUND)]
            places.append((article.id, p.number, " ".join(around.split())))
    return places
