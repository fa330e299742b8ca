"""Word files, books and archives that are bombs, lies, or damaged."""

# ruff: noqa: E501

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from . import Case, mutated, truncated

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
_PARAGRAPH = "<w:p><w:r><w:t>村口的桥修好了，大家都很高兴。</w:t></w:r></w:p>"
_MEGA = 1_000_000


def packed(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def docx(body: str = _PARAGRAPH, more: Mapping[str, str | bytes] | None = None, before: str = "") -> bytes:
    """Return a Word file with this body; ``more`` adds members, or replaces those that every file has."""
    document = f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document {_W}><w:body>{body}</w:body></w:document>'
    return packed({"[Content_Types].xml": _TYPES, "_rels/.rels": _RELS, "word/document.xml": document, **(more or {})})


def epub(chapters: Mapping[str, str | bytes] | None = None, package: str = "") -> bytes:
    """Return a book with these chapters."""
    chapters = chapters or {"one.xhtml": "<html><body><h1>村口的桥</h1><p>去年修好了，大家都很高兴。</p></body></html>"}
    manifest = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = package or (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>村口的桥</dc:title></metadata>'
        f"<manifest>{manifest}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    return packed(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "book.opf": package, **chapters}
    )


def quine() -> bytes:
    """Return a zip file whose directory names one block of packed zeros again and again, each time to unfold anew."""
    block = _deflated(b"\0" * 10 * _MEGA)
    header = _local(b"0", block, 10 * _MEGA)
    directory = b"".join(_central(str(n).encode(), block, 10 * _MEGA, 0) for n in range(1_000))
    return header + block + directory + _end(1_000, len(directory), len(header) + len(block))


def overlapping() -> bytes:
    """Return a zip file each of whose members reaches over those after it."""
    block = _deflated(b"\xe6\xa1\xa5" * 10_000)
    headers = [_local(f"{n}.txt".encode(), block, 30_000) for n in range(20)]
    body = b"".join(headers) + block
    directory, place = b"", 0
    for n, header in enumerate(headers):
        directory += _central(f"{n}.txt".encode(), body[place + len(header) :], 30_000, place)
        place += len(header)
    return body + directory + _end(len(headers), len(directory), len(body))


def many(count: int, suffix: str = ".txt") -> bytes:
    """Return a zip file of so many tiny members."""
    return packed({f"{n}{suffix}": "x" for n in range(count)}, zipfile.ZIP_STORED)


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _local(name: bytes, block: bytes, size: int) -> bytes:
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, 0, len(block), size, len(name), 0) + name


def _central(name: bytes, block: bytes, size: int, place: int) -> bytes:
    head = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, 0, len(block), size, len(name), 0, 0, 0, 0, 0, place
    )
    return head + name


def _end(count: int, length: int, place: int) -> bytes:
    return struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, length, place, 0)


def _patched(data: bytes, at: bytes, offset: int, value: bytes) -> bytes:
    """Write ``value`` at an offset from the last place that ``at`` stands."""
    place = data.rindex(at) + offset
    return data[:place] + value + data[place + len(value) :]


def cases() -> Iterator[Case]:
    """Yield bombs, lies and damage of docx, zip and epub."""
    yield from _bombs()
    yield from _lies()
    good, book = docx(_PARAGRAPH * 20), epub()
    pack = packed({"a.txt": "村口的桥\n\n修好了。", "b/c.md": "# 桥\n\n修好了。", "d.docx": docx()})
    for name, data, cuts, changes in (("w.docx", good, 100, 150), ("z.zip", pack, 100, 150), ("e.epub", book, 50, 100)):
        yield from truncated(name, data, cuts)
        yield from mutated(name, data, changes, 3)


def _bombs() -> Iterator[Case]:
    yield Case("member-of-100-mb.docx", docx(more={"word/media/image1.xml": b"\0" * 100 * _MEGA}))
    long = b"<w:t>" + b"a" * 250 * _MEGA
    yield Case("node-of-250-mb.docx", docx(more={"word/document.xml": long}))
    yield Case("node-of-30-mb.docx", docx("<w:p><w:r><w:t>" + "桥" * 10 * _MEGA + "</w:t></w:r></w:p>"))
    yield Case("many-paragraphs.docx", docx("<w:p/>" * _MEGA))
    yield Case("many-attributes.docx", docx("<w:p " + " ".join(f'a{n}="1"' for n in range(200_000)) + "/>"))
    styles = "".join(f'<w:style w:styleId="s{n}"><w:name w:val="s{n}"/></w:style>' for n in range(100_000))
    yield Case("many-styles.docx", docx(more={"word/styles.xml": f"<w:styles {_W}>{styles}</w:styles>"}))
    deep = "<w:tbl><w:tr><w:tc>" * 10_000 + _PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 10_000
    yield Case("tables-10000-deep.docx", docx(deep))
    yield Case("tables-60-deep.docx", docx("<w:tbl><w:tr><w:tc>" * 60 + _PARAGRAPH + "</w:tc></w:tr></w:tbl>" * 60))
    yield Case("laughs-in-types.docx", docx(more={"[Content_Types].xml": _ENTITIES + "<Types>&j;</Types>"}))
    yield Case("laughs-in-document.docx", docx("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>", before=_ENTITIES))
    wide = f'<!DOCTYPE x [<!ENTITY a "{"桥" * 50_000}">]>'
    yield Case("one-long-entity.docx", docx("<w:p><w:r><w:t>" + "&a;" * 5_000 + "</w:t></w:r></w:p>", before=wide))
    sixteen = f'<?xml version="1.0" encoding="UTF-16"?>{_ENTITIES}<w:document {_W}>&j;</w:document>'.encode("utf-16")
    yield Case("laughs-in-utf-16.docx", docx(more={"word/document.xml": sixteen}))
    for suffix in ("zip", "docx", "epub"):
        yield Case(f"quine.{suffix}", quine())
        yield Case(f"overlapping.{suffix}", overlapping())
        yield Case(f"members-65535.{suffix}", many(65_535))
    inner = packed({"0.txt": b"\0" * 30 * _MEGA})
    for _ in range(5):
        inner = packed({f"{n}.zip": inner for n in range(10)})
    yield Case("nested.zip", inner)
    yield Case("ten-of-40-mb.zip", packed({f"{n}.txt": b"a" * 40 * _MEGA for n in range(10)}))
    yield Case("laughs.epub", epub(package=_ENTITIES + "<package><metadata>&j;</metadata></package>"))
    yield Case("chapter-of-50-mb.epub", epub({"one.xhtml": "<p>" + "桥" * 16 * _MEGA}))
    yield Case("deep-chapter.epub", epub({"one.xhtml": "<div>" * 100_000 + "桥"}))


def _lies() -> Iterator[Case]:
    good = docx()
    yield Case("no-zip.docx", b"This is no Word file at all.")
    yield Case("no-zip.zip", b"PK\x03\x04" + b"\0" * 1_000)
    yield Case("outside.docx", docx(_PARAGRAPH, before='<!DOCTYPE x SYSTEM "file:///etc/passwd">'))
    secret = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    yield Case("entity-of-a-file.docx", docx("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", before=secret))
    linked = _RELS.replace('"word/document.xml"', '"file:///etc/passwd" TargetMode="External"')
    yield Case("document-elsewhere.docx", docx(more={"_rels/.rels": linked}))
    for n, target in enumerate(("../../../etc/passwd", "/etc/passwd", "word/../word/document.xml", "_rels/.rels", "")):
        yield Case(f"target-{n}.docx", docx(more={"_rels/.rels": _RELS.replace("word/document.xml", target)}))
    for n, name in enumerate(("../canary.txt", "/canary.txt", "C:\\canary.txt", "..\\canary.txt", "a\0b.txt", "\u202egnp.txt",
                              "a\nb.txt", "x" * 5_000 + ".txt", "CON", "-rf.txt", "<img src=x onerror=alert(1)>.txt")):  # fmt: skip
        for suffix in ("zip", "docx", "epub"):
            members = {"good.txt": "村口的桥\n\n修好了。", name: "村口的桥\n\n修好了。"}
            yield Case(f"name-{n}.{suffix}", packed(members) if suffix == "zip" else docx(more=members))
    wrong = _patched(good, b"PK\x01\x02", 16, b"\1\2\3\4")
    yield Case("wrong-checksum.docx", wrong)
    yield Case("locked.docx", _patched(good, b"PK\x01\x02", 8, b"\1\0"))
    yield Case("locked.zip", _patched(packed({"a.txt": "x"}), b"PK\x01\x02", 8, b"\1\0"))
    yield Case("method-99.zip", _patched(packed({"a.txt": "x"}), b"PK\x01\x02", 10, b"\x63\0"))
    yield Case("lzma.zip", packed({"a.txt": "村口的桥"}, zipfile.ZIP_LZMA))
    yield Case("bzip2.zip", packed({"a.txt": "村口的桥\n\n修好了。"}, zipfile.ZIP_BZIP2))
    yield Case("says-less.docx", _patched(good, b"PK\x01\x02", 24, b"\1\0\0\0"))
    yield Case("says-more.docx", _patched(good, b"PK\x01\x02", 24, b"\0\0\1\0"))
    yield Case("begins-elsewhere.docx", _patched(good, b"PK\x01\x02", 42, b"\xff\xff\xff\x7f"))
    yield Case("count-lies.docx", _patched(good, b"PK\x05\x06", 8, b"\xff\xff\xff\xff"))
    yield Case("directory-lies.docx", _patched(good, b"PK\x05\x06", 12, b"\xff\xff\xff\xff"))
    yield Case("twice.docx", good + good)
    yield Case("after-junk.docx", b"#!/bin/sh\necho\n" * 100 + good)
    yield Case("empty.zip", packed({}))
    yield Case("only-folders.zip", packed({"a/": "", "b/": ""}))
    yield Case("no-document.docx", packed({"[Content_Types].xml": _TYPES}))
    yield Case("no-package.epub", packed({"mimetype": "application/epub+zip"}))
    yield Case("cyclic-spine.epub", epub({"book.opf": "<html/>"}))
    yield Case("chapter-outside.epub", epub({"../../etc/passwd": "<p>桥</p>"}))
