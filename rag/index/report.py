"""What a run of indexing has to say for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rag.index.facts import FileFacts
from rag.index.generation import Counts
from rag.index.listing import Flagged
from rag.index.remarks import from_notes
from rag.index.scan import Plan
from rag.index.snapshot import Snapshot
from rag.index.tally import Tally, Undecoded


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


def report(
    plan: Plan, counts: Counts, read: Sequence[FileFacts], store: Snapshot, sums: Tally | None = None
) -> IndexReport:
    """Sum a run up; ``read`` tells what became of the files in ``plan.read``. A file counts once it gave articles.

    ``sums`` are those of the generation that came of it.
    """
    readable_before = {file.source for file, _, row in plan.read if row is not None and row.error is None}
    good = {facts.source for facts in read if facts.error is None}
    reasons = [(facts.source, facts.error) for facts in read if facts.error is not None]
    reasons += [(row.source, row.error) for row in plan.same if row.error is not None]
    kept = [*plan.same, *(row for row, _ in plan.touched)]
    noted = [(facts.source, facts.notes) for facts in read] + [(row.source, row.notes) for row in kept]
    for source, notes in noted:
        reasons += [(f"{source}/{name}", reason) for name, reason in from_notes(notes).skipped]
    with_notes = store.sources(noted=True)
    return IndexReport(
        added=len(good - readable_before),
        changed=len(good & readable_before),
        removed=len(readable_before - good) + sum(row.error is None for row in plan.gone),
        unchanged=sum(row.error is None for row in kept),
        skipped=tuple(sorted([*plan.skipped, *reasons])),
        notes=tuple((facts.source, note) for facts in read for note in from_notes(facts.notes).notes),
        **asdict(counts),
        unapplied=tuple((row.source, why) for row in with_notes for why in from_notes(row.notes).unapplied),
        **(_looked_through(store, sums) if read and sums else {}),
    )


def _looked_through(store: Snapshot, sums: Tally) -> dict[str, Any]:
    """Return what only a look at every article can tell; a run that read nothing spares itself that."""
    return {
        "having": sums.having,
        "undecoded": sums.undecoded,
        "flagged": tuple(one for *_, one in sums.flagged),
        "alike": tuple(store.copies(sums.sketches, [row for row, _ in store.sketches("born")])),
    }
