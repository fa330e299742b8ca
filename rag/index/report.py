"""What a run of indexing has to say for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rag.index.facts import FileFacts
from rag.index.generation import Counts
from rag.index.listing import Flagged, Listed
from rag.index.remarks import from_notes
from rag.index.scan import Plan
from rag.index.snapshot import Snapshot, SourceRow
from rag.types import Article

FIELDS = ("title", "authors", "affiliation", "journal", "issue", "date", "page")  # counted over the articles
_LOST = "\ufffd"
_PLACES = 20  # of undecodable characters, for each file
_AROUND = 12  # characters shown on either side of one


@dataclass(frozen=True, slots=True)
class Undecoded:
    """Characters of a file that could not be decoded: how many, and the first ``places``.

    A place is an article's id, the number of the paragraph (0 for its title), and the words around.
    """

    source: str
    count: int
    places: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one run did, for the paths it was given, and what the index holds after it.

    Counts up to ``notes``, and ``alike``, are of this run; the rest is of the whole index. ``having`` counts the
    articles, front matter aside, of which a field is known. A run that read nothing leaves what stands after
    ``unapplied`` empty.
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: tuple[tuple[str, str], ...]  # source and reason, members of archives too
    notes: tuple[tuple[str, str], ...]  # source and remark, of the files read in this run
    files: int
    articles: int
    paragraphs: int
    passages: int
    characters: int
    unapplied: tuple[tuple[str, str], ...] = ()  # source and why a correction by hand was not made
    having: Mapping[str, int] = field(default_factory=dict)
    undecoded: tuple[Undecoded, ...] = ()
    flagged: tuple[Flagged, ...] = ()  # paragraphs that look garbled or out of place
    alike: tuple[tuple[str, str, float], ...] = ()  # near copies, one of each read in this run, and their resemblance


def report(plan: Plan, counts: Counts, read: Sequence[FileFacts], store: Snapshot) -> IndexReport:
    """Sum a run up; ``read`` tells what became of the files in ``plan.read``. A file counts once it gave articles."""
    readable_before = {file.source for file, _, row in plan.read if row is not None and row.error is None}
    good = {facts.source for facts in read if facts.error is None}
    reasons = [(facts.source, facts.error) for facts in read if facts.error is not None]
    reasons += [(row.source, row.error) for row in plan.same if row.error is not None]
    kept = [*plan.same, *(row for row, _ in plan.touched)]
    noted = [(facts.source, facts.notes) for facts in read] + [(row.source, row.notes) for row in kept]
    for source, notes in noted:
        reasons += [(f"{source}/{name}", reason) for name, reason in from_notes(notes).skipped]
    sources = store.sources()
    return IndexReport(
        added=len(good - readable_before),
        changed=len(good & readable_before),
        removed=len(readable_before - good) + sum(row.error is None for row in plan.gone),
        unchanged=sum(row.error is None for row in kept),
        skipped=tuple(sorted([*plan.skipped, *reasons])),
        notes=tuple((facts.source, note) for facts in read for note in from_notes(facts.notes).notes),
        **asdict(counts),
        unapplied=tuple((row.source, why) for row in sources for why in from_notes(row.notes).unapplied),
        **(_looked_through(store, sources) if read else {}),
    )


def _looked_through(store: Snapshot, sources: Sequence[SourceRow]) -> dict[str, Any]:
    """Return what only a look at every article can tell; a run that read nothing spares itself that."""
    listed = store.listed()
    articles = [article for article in listed if article.kind != "front"]
    return {
        "having": {name: sum(article.has(name) for article in articles) for name in FIELDS},
        "undecoded": tuple(_undecoded(store, sources, listed)),
        "flagged": tuple(store.flagged()),
        "alike": tuple(store.copies(store.generation)),
    }


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
