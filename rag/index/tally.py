"""What a report says of the whole index, kept with a generation: the next adds what came and takes off what went.

tally.json           the sums
sketches.npy         of all articles; shared with the generation before as long as all of its articles are there
added.sketches.npy   of those that came later, up to a tenth of the others
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.index import files
from rag.index.alike import sketched
from rag.index.generation import Counts
from rag.index.listing import Flagged, Listed
from rag.index.snapshot import Snapshot, SourceRow
from rag.types import Article

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FILE, SKETCHES, ADDED = "tally.json", "sketches.npy", "added.sketches.npy"
FIELDS = ("title", "authors", "affiliation", "journal", "issue", "date", "page")  # counted over the articles
_LATER = 0.1  # share of the first file that may come later before it is written anew
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
    """Sums over the articles of a generation. ``having`` as in IndexReport; ``sketches`` as of rag.index.alike, of
    which the first ``shared`` are those of the file of the generation before."""

    counts: Counts
    having: Mapping[str, int]
    undecoded: tuple[Undecoded, ...]
    flagged: tuple[_Flagged, ...]
    sketches: npt.NDArray[np.uint64]
    shared: int = 0

    def save(self, home: Path, older: Path | None = None) -> None:
        """Write it into ``home``; the counts stand in the manifest. It was summed up upon the files in ``older``."""
        import numpy as np

        told = {
            "having": dict(self.having),
            "undecoded": [astuple(one) for one in self.undecoded],
            # by name: there may be tens of thousands, and astuple takes ten times as long
            "flagged": [(*at, one.article, one.paragraph, one.garble, one.misplaced) for *at, one in self.flagged],
        }
        (home / FILE).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        if older and self.shared:
            files.share(older / SKETCHES, home / SKETCHES)
            np.save(home / ADDED, self.sketches[self.shared :], allow_pickle=False)
        else:
            np.save(home / SKETCHES, self.sketches, allow_pickle=False)


def tally(store: Snapshot, older: tuple[Path, Counts] | None = None) -> Tally:
    """Sum up what a generation sees, upon the files of the one before it, and its counts, where there are any."""
    if older is None or not all((older[0] / name).is_file() for name in (FILE, SKETCHES)):
        return _part(store, "seen")
    import numpy as np

    before, came, went = _load(*older), _part(store, "born"), _part(store, "died")
    gone = {row.source for row in store.sources("died")}
    stays = ~np.isin(before.sketches[:, 0], went.sketches[:, 0])
    sketches = np.concatenate([before.sketches[stays], came.sketches])
    whole = stays[: before.shared].all() and len(sketches) <= (1 + _LATER) * before.shared
    pairs = zip(astuple(before.counts), astuple(came.counts), astuple(went.counts), strict=True)
    undecoded = [*(one for one in before.undecoded if one.source not in gone), *came.undecoded]
    flagged = [*(one for one in before.flagged if one[0] not in gone), *came.flagged]
    return Tally(
        Counts(*(a + b - c for a, b, c in pairs)),
        {name: before.having[name] + came.having[name] - went.having[name] for name in FIELDS},
        tuple(sorted(undecoded, key=lambda one: one.source)),
        tuple(sorted(flagged, key=lambda one: (*one[:2], one[2].paragraph))),
        sketches,
        before.shared if whole else 0,
    )


def _load(home: Path, counts: Counts) -> Tally:
    import numpy as np

    told = json.loads((home / FILE).read_text(encoding="utf-8"))
    undecoded = (Undecoded(source, n, tuple(map(tuple, places))) for source, n, places in told["undecoded"])
    flagged = tuple((source, row, Flagged(*one)) for source, row, *one in told["flagged"])
    first = np.load(home / SKETCHES, allow_pickle=False)
    added = [np.load(home / ADDED, allow_pickle=False)] if (home / ADDED).exists() else []
    return Tally(counts, told["having"], tuple(undecoded), flagged, np.concatenate([first, *added]), len(first))


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
