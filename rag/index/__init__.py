"""Articles on disk, findable: ``update_index`` writes, ``open_index`` reads."""

from rag.index.generation import Counts, Manifest
from rag.index.listing import Flagged, Listed
from rag.index.reading import Index, open_index
from rag.index.report import IndexReport
from rag.index.snapshot import Found, SourceRow
from rag.index.tally import Undecoded
from rag.index.update import update_index

__all__ = [
    "Counts",
    "Flagged",
    "Found",
    "Index",
    "IndexReport",
    "Listed",
    "Manifest",
    "SourceRow",
    "Undecoded",
    "open_index",
    "update_index",
]
