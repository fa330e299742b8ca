"""New and changed files into the store: read, cut, written down; a file that cannot be read becomes a reason."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from logging import getLogger
from pathlib import Path

from rag.articles import FileReport
from rag.articles.process.readers import BrokenOff, Readers
from rag.errors import ArticleError
from rag.index.changes import Changes
from rag.index.facts import FileFacts, vector_key
from rag.index.remarks import to_notes
from rag.index.scan import DiskFile, Plan
from rag.passages import cut
from rag.types import Article, Passage

logger = getLogger(__name__)

_Cut = list[tuple[Article, list[tuple[Passage, bytes]]]]


def take_in(
    plan: Plan, changes: Changes, encoder: str, max_chars: int, progress: Callable[[str, int, int], None]
) -> list[FileFacts]:
    """Carry ``plan`` out in the store and return what was read, or why not, file by file."""
    taken = []
    for row in plan.gone:
        changes.retire(row.id)
    with closing(read_files((file.path, file.source) for file, _, _ in plan.read)) as outcomes:
        for done, ((file, sha256, older), (_, outcome)) in enumerate(zip(plan.read, outcomes, strict=True)):
            progress("reading", done, len(plan.read))
            facts, articles = _facts(file, sha256, outcome, encoder, max_chars)
            if older is not None:
                changes.retire(older.id)
            changes.add(facts, articles)
            taken.append(facts)
    progress("reading", len(plan.read), len(plan.read))
    return taken


def read_files(files: Iterable[tuple[Path, str]]) -> Generator[tuple[str, FileReport | ArticleError], None, None]:
    """Yield what became of each file (path, source), in order; each is read in a process with limits."""
    with Readers() as readers:
        yield from readers.read(files)


def _facts(
    file: DiskFile, sha256: str, outcome: FileReport | ArticleError, encoder: str, max_chars: int
) -> tuple[FileFacts, _Cut]:
    place = (file.source, str(file.root), str(file.path), file.size, file.mtime, sha256)
    if isinstance(outcome, BrokenOff):  # without a hash and a time it counts as changed, so the next run tries again
        return FileFacts(*place[:3], file.size, 0, "", error=str(outcome)), []
    if isinstance(outcome, ArticleError):
        return FileFacts(*place, error=str(outcome)), []
    articles: _Cut = []
    try:
        for article in outcome.articles:
            article.text.encode()  # half a surrogate pair cannot be stored; say so now
            articles.append((article, [(passage, vector_key(encoder, passage)) for passage in cut(article, max_chars)]))
    except Exception as error:  # a fault met here concerns this one file, not the thousand others
        logger.warning("cutting %s failed", file.path, exc_info=True)
        return FileFacts(*place, error=f"Reading failed: {type(error).__name__}: {error}"), []
    return FileFacts(*place, outcome.encoding, outcome.undecodable, to_notes(outcome)), articles
