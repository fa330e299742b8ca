"""Articles on disk, findable: ``update_index`` writes, ``open_index`` reads."""

from rag.index.generation import Counts, Manifest
from rag.index.reading import Index, open_index
from rag.index.report import IndexReport
from rag.index.store import Found, SourceRow
from rag.index.update import update_index

__all__ = ["Counts", "Found", "Index", "IndexReport", "Manifest", "SourceRow", "open_index", "update_index"]
