"""New and changed files into the store: read, cut, written down; a file that cannot be read becomes a reason."""

from __future__ import annotations

from collections.abc import Callable
from logging import getLogger

from rag.articles import read_articles
from rag.errors import ArticleError
from rag.index.changes import Changes, FileFacts, vector_key
from rag.index.scan import DiskFile, Plan
from rag.passages import cut
from rag.types import Article, Passage

logger = getLogger(__name__)

_Cut = list[tuple[Article, list[tuple[Passage, bytes]]]]


def take_in(
    plan: Plan, changes: Changes, encoder: str, max_chars: int, progress: Callable[[str, int, int], None]
) -> list[FileFacts]:
    """Carry ``plan`` out in the store and return what was read, or why not, file by file."""
    read = []
    for row in plan.gone:
        changes.retire(row.id)
    for done, (file, sha256, older) in enumerate(plan.read):
        progress("reading", done, len(plan.read))
        facts, articles = _read(file, sha256, encoder, max_chars)
        if older is not None:
            changes.retire(older.id)
        changes.add(facts, articles)
        read.append(facts)
    progress("reading", len(plan.read), len(plan.read))
    return read


def _read(file: DiskFile, sha256: str, encoder: str, max_chars: int) -> tuple[FileFacts, _Cut]:
    place = (file.source, str(file.root), str(file.path), file.size, file.mtime, sha256)
    try:
        report = read_articles(file.path, file.source)
        articles: _Cut = []
        for article in report.articles:
            article.text.encode()  # half a surrogate pair cannot be stored; say so now
            articles.append((article, [(passage, vector_key(encoder, passage)) for passage in cut(article, max_chars)]))
    except ArticleError as error:
        return FileFacts(*place, error=str(error)), []
    except Exception as error:  # whatever a parser trips over concerns this one file, not the thousand others
        logger.warning("reading %s failed", file.path, exc_info=True)
        return FileFacts(*place, error=f"reading failed: {type(error).__name__}: {error}"), []
    return FileFacts(*place, report.encoding, report.undecodable, report.notes), articles
