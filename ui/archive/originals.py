"""The file that an article was read from, as it lies in the archive; given only while it is what the index knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from rag.articles.formats.decode import declared_charset, decode
from rag.articles.formats.guard import open_archive
from rag.articles.formats.kinds import KINDS, Kind, kind_of, suffix_of
from rag.articles.formats.parse import read_bytes
from rag.errors import WenjuError
from rag.index import scan
from ui.archive.holdings import NotThere

if TYPE_CHECKING:
    from rag.index import Index, SourceRow

MEDIA: Mapping[Kind, str] = {
    "text": "text/plain",
    "markdown": "text/plain",
    "json": "text/plain",
    "html": "text/html",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "epub": "application/epub+zip",
    "zip": "application/zip",
}
SHOWN: frozenset[Kind] = frozenset({"text", "markdown", "json", "html", "pdf"})  # others are saved by the browser
_TEXTS: frozenset[Kind] = frozenset({"text", "markdown", "json", "html", "csv"})
_CHARSETS = {"big5hkscs": "big5-hkscs", "cp949": "euc-kr", "euc_jp": "euc-jp", "cp1252": "windows-1252"}  # browsers'
# a sandboxed page has an origin of its own, runs nothing and loads nothing. Browsers show no PDF in a sandbox
LOCKED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
LOCKED_PDF = "script-src 'none'; base-uri 'none'; form-action 'none'"


class Changed(WenjuError):
    """The file is there, and not as it was when it was indexed."""


@dataclass(frozen=True, slots=True)
class Original:
    """A file, or a member of a packed one: ``name`` is its own, without folders."""

    name: str
    kind: Kind
    data: bytes

    def headers(self) -> dict[str, str]:
        """Return what a browser has to know to show it, and to run nothing of it."""
        how = "inline" if self.kind in SHOWN else "attachment"
        name = f"filename=original{suffix_of(self.name)}; filename*=UTF-8''{quote(self.name)}"
        charset = f"; charset={self._charset()}" if self.kind in _TEXTS else ""
        return {
            "Content-Type": f"{MEDIA[self.kind]}{charset}",
            "Content-Disposition": f"{how}; {name}",
            "Content-Security-Policy": LOCKED_PDF if self.kind == "pdf" else LOCKED,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-cache",
        }

    def _charset(self) -> str:
        declared = declared_charset(self.data) if self.kind == "html" else None
        encoding = decode(self.data, self.name, declared).encoding
        return _CHARSETS.get(encoding, encoding)


def original_of(index: Index, folder: Path, article_id: str) -> Original:
    """Return the file of an article of the index in ``folder``; of a packed file the member the article stands in.

    Raises NotThere for an article the index does not hold and for a file that is gone, Changed for one that is not
    what was indexed, ArticleError for one that cannot be opened.
    """
    try:
        source = index.article(article_id).source
    except KeyError:
        raise NotThere("there is no such article", where=article_id) from None
    row = _row(index, source)
    path = Path(row.path)
    if not path.is_file():
        raise NotThere(
            "the file is not where it was when it was indexed", where=row.source, mend="Bring the index up to date."
        )
    data = read_bytes(path)
    if not any(scan.digest_of(file) == row.sha256 for file in scan.find([path], [row], folder).files):
        raise Changed("the file has changed since it was indexed", where=row.source, mend="Bring the index up to date.")
    if source != row.source:
        with open_archive(data, row.source) as archive:
            data = archive.read(source.removeprefix(f"{row.source}/"))
    name = PurePosixPath(source).name
    return Original(name, kind_of(data, name, source)[0], data)


def page_of(source: str, page: int | None) -> int | None:
    """Return the page at which a browser can open the file of ``source``; None where only its beginning is sure."""
    return page if KINDS.get(suffix_of(source)) == "pdf" else None


def is_shown(source: str) -> bool:
    """Tell whether a browser shows the file of ``source``, by its name, or saves it."""
    return KINDS.get(suffix_of(source), "text") in SHOWN


def _row(index: Index, source: str) -> SourceRow:
    """Return the file that ``source`` is, or is packed in."""
    for row in index.sources():
        if source == row.source or source.startswith(f"{row.source}/"):
            return row
    raise NotThere("the index knows no such file", where=source, mend="Bring the index up to date.")
