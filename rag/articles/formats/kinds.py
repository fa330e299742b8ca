"""What kind of file it is: by its name, and by its first bytes, which know better."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from rag.articles.formats.guard import open_archive
from rag.articles.limits import LIMITS, Limits
from rag.errors import ArticleError

Kind = Literal["text", "markdown", "html", "docx", "odt", "pdf", "epub", "csv", "json", "zip"]

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
        ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html",
        ".docx": "docx", ".docm": "docx", ".dotx": "docx", ".odt": "odt", ".pdf": "pdf", ".epub": "epub",
        ".csv": "csv", ".tsv": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json", ".zip": "zip",
    }
)  # fmt: skip
SUFFIXES: frozenset[str] = frozenset(KINDS)
_NAMES: Mapping[Kind, str] = {
    "text": "plain text", "markdown": "Markdown", "html": "a web page", "docx": "a Word file", "odt": "an ODT file",
    "pdf": "a PDF", "epub": "an EPUB book", "csv": "a table", "json": "JSON", "zip": "a zip archive",
}  # fmt: skip

# What offices keep that is not read: what it is, how to mend it, and the suffixes it goes by.
_WORD = ("an old Word file", "Open it in Word, WPS or LibreOffice and save it as .docx.")
_RTF = ("an RTF file", "Open it in Word, WPS or LibreOffice and save it as .docx.")
_SHEET = ("a spreadsheet", "Save each of its sheets as .csv.")
_SLIDES = ("a presentation", "Export it as PDF.")
_PICTURE = ("a picture", "Run text recognition (OCR) on it first.")
_READER = ("a page format of its own", "Open it in its reader and print it to PDF.")
_PACKED = ("an archive of another kind", "Unpack it, or pack it as .zip.")
_BOOK = ("an e-book of another kind", "Convert it to .epub.")
_SAVED = ("a web page saved as an archive", "Save it as .html.")
_OTHERS = {
    suffix: what
    for what, suffixes in (
        (_WORD, ".doc .dot .wps .wpt"),
        (_RTF, ".rtf"),
        (_SHEET, ".xls .xlsx .xlsm .et .ods"),
        (_SLIDES, ".ppt .pptx .pps .ppsx .dps .odp"),
        (_PICTURE, ".jpg .jpeg .png .gif .bmp .tif .tiff .webp .heic .djvu"),
        (_READER, ".caj .nh .kdh .ofd .ceb .xps .pdg"),
        (_PACKED, ".rar .7z .gz .tgz .bz2 .xz .tar"),
        (_BOOK, ".mobi .azw .azw3 .fb2 .chm"),
        (_SAVED, ".mht .mhtml"),
    )
    for suffix in suffixes.split()
}
_FIRST_BYTES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _WORD),
    (b"{\\rtf", _RTF),
    (b"\xff\xd8\xff", _PICTURE),
    (b"\x89PNG\r\n", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"Rar!\x1a", _PACKED),
    (b"7z\xbc\xaf\x27\x1c", _PACKED),
    (b"\x1f\x8b\x08", _PACKED),
    (b"CAJ\0", _READER),
    (b"HN\0\0", _READER),
)
_PACKED_KINDS: tuple[tuple[str, Kind], ...] = (("word/", "docx"), ("META-INF/container.xml", "epub"))
_PACKED_OTHERS = (("xl/", _SHEET), ("ppt/", _SLIDES), ("OFD.xml", _READER))
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S
)
_MARKED: frozenset[Kind] = frozenset({"text", "markdown", "csv", "json"})  # have no first bytes of their own
PEEK = 2_048  # bytes that show the kind
_SUFFIX = re.compile(r"\.[a-z][a-z0-9_~-]*|\.7z")


def suffix_of(name: str) -> str:
    """Return the suffix in lower case; what follows the dot of "2024.03" or "5.新闻" is none."""
    last = name.rstrip("/").rpartition("/")[2]
    suffix = last[last.rfind(".") :].lower() if "." in last[1:] else ""
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def unread(name: str) -> str:
    """Say why files of such a name are not read, and how to mend it; "" where they are."""
    suffix = suffix_of(name)
    if suffix in KINDS:
        return ""
    if suffix in _OTHERS:
        what, mend = _OTHERS[suffix]
        return f"unsupported file type {suffix}, {what}: {mend[0].lower()}{mend[1:-1]}"
    return f"unsupported file type {suffix or '(none)'}; supported are {' '.join(sorted(SUFFIXES))}"


def readable(name: str, begin: bytes) -> bool:
    """Tell whether a file can be read by its name, or, where that says little or is often wrong, by its first bytes."""
    suffix = suffix_of(name)
    if suffix in KINDS:
        return True
    if suffix and _OTHERS.get(suffix) not in (_WORD, _RTF):
        return False
    if begin.startswith((b"%PDF-", b"PK\x03\x04")) or _PAGE.match(begin):
        return True
    return not suffix and bool(begin.strip()) and b"\0" not in begin and not _foreign(begin)


def kind_of(data: bytes, name: str, where: object, limits: Limits = LIMITS) -> tuple[Kind, str]:
    """Return the kind of a file and a note where its name says another; raises ArticleError for what is not read."""
    named = KINDS.get(suffix_of(name))
    shown = _shown(data, named, where, limits)
    if shown is None and named is None and suffix_of(name):
        raise ArticleError(unread(name).capitalize(), where=where)
    kind = shown or named or "text"
    differs = named is not None and kind != named
    return kind, f"named {suffix_of(name)}, but is {_NAMES[kind]}" if differs else ""


def _shown(data: bytes, named: Kind | None, where: object, limits: Limits) -> Kind | None:
    """Return the kind that the bytes show; None where they show none."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _inside(data, where, limits)
    if b"%PDF-" in data[:1024] and named != "pdf":
        return "pdf" if data.startswith(b"%PDF-") else None
    if found := _foreign(data):
        if data.startswith(_FIRST_BYTES[0][0]) and _LOCKED in data:
            raise ArticleError("This file is locked with a password", where=where, mend="Take the password off.")
        raise ArticleError(f"This is {found[0]}, which is not read", where=where, mend=found[1])
    if (named is None or named in _MARKED) and _PAGE.match(data[:PEEK]):
        return "html"
    return None


def _foreign(data: bytes) -> tuple[str, str] | None:
    return next((what for begin, what in _FIRST_BYTES if data.startswith(begin)), None)


def _inside(data: bytes, where: object, limits: Limits) -> Kind:
    """Tell packed documents from archives by what they hold."""
    with open_archive(data, where, limits) as archive:
        for member, kind in _PACKED_KINDS:
            if any(name.startswith(member) for name in archive.names) and (kind == "epub" or _CONTENT in archive):
                return kind
        mimetype = archive.read("mimetype") if "mimetype" in archive else b""
        if b"opendocument.text" in mimetype or ("content.xml" in archive and "styles.xml" in archive and not mimetype):
            return "odt"
        for member, (what, mend) in _PACKED_OTHERS:
            if member in archive or (_CONTENT in archive and any(name.startswith(member) for name in archive.names)):
                raise ArticleError(f"This is {what}, which is not read", where=where, mend=mend)
        if b"opendocument" in mimetype:
            raise ArticleError("This OpenDocument file holds no running text", where=where, mend="Export it as PDF.")
    return "zip"


_CONTENT = "[Content_Types].xml"
