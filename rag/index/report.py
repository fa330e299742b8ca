"""What a run of indexing has to say for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rag.index.changes import FileFacts
from rag.index.generation import Counts
from rag.index.scan import Plan


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one run did, for the paths it was given. The last five counts are of the whole index after it."""

    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: tuple[tuple[str, str], ...]  # source and reason
    notes: tuple[tuple[str, str], ...]  # source and remark, of the files read in this run
    files: int
    articles: int
    paragraphs: int
    passages: int
    characters: int


def report(plan: Plan, counts: Counts, read: Sequence[FileFacts]) -> IndexReport:
    """Sum a run up; ``read`` tells what became of the files in ``plan.read``. A file counts once it gave articles."""
    readable_before = {file.source for file, _, row in plan.read if row is not None and row.error is None}
    good = {facts.source for facts in read if facts.error is None}
    reasons = [(facts.source, facts.error) for facts in read if facts.error is not None]
    reasons += [(row.source, row.error) for row in plan.same if row.error is not None]
    kept = [*plan.same, *(row for row, _ in plan.touched)]
    return IndexReport(
        added=len(good - readable_before),
        changed=len(good & readable_before),
        removed=len(readable_before - good) + sum(row.error is None for row in plan.gone),
        unchanged=sum(row.error is None for row in kept),
        skipped=tuple(sorted([*plan.skipped, *reasons])),
        notes=tuple((facts.source, note) for facts in read for note in facts.notes),
        **asdict(counts),
    )
