"""PDF files with loops, bombs and lies, and good ones broken at random."""

# ruff: noqa: E501

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence

from . import Case, mutated, truncated

_TEXT = (
    b"BT /F1 12 Tf 72 700 Td (The bridge by the village was mended last year.) Tj 0 -16 Td (All are glad of it.) Tj ET"
)
_MEGA = 1_000_000


def pdf(
    objects: Mapping[int, bytes], trailer: bytes = b"", *, start: int | None = None, size: int | None = None
) -> bytes:
    """Return a file of these numbered objects with the table of their places; ``trailer`` adds to its dictionary."""
    data, places = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table, last = len(data), max(objects, default=0) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n" % last
    data += b"".join(b"%010d 00000 %s \n" % (places.get(n, 0), b"n" if n in places else b"f") for n in range(1, last))
    root = b"" if b"/Root" in trailer else b"/Root 1 0 R"
    data += b"trailer\n<< /Size %d %s %s >>\n" % (last if size is None else size, root, trailer)
    return data + b"startxref\n%d\n%%%%EOF\n" % (table if start is None else start)


def stream(data: bytes, entries: bytes = b"", length: int | None = None) -> bytes:
    """Return a stream object."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data) if length is None else length, data)


def simple(
    content: bytes | None = None, more: Mapping[int, bytes] | None = None, page: bytes = b""
) -> dict[int, bytes]:
    """Return the objects of a file with one page of text; ``more`` adds some or replaces them."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> /XObject << /X1 6 0 R >> >> %s >>" % page,
        4: stream(_TEXT) if content is None else content,
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        **(more or {}),
    }


def cases(seeds: Sequence[tuple[str, bytes]] = ()) -> Iterator[Case]:
    """Yield loops, bombs and lies, and what becomes of ``seeds`` (name, bytes) and a few files more when broken."""
    yield from _loops()
    yield from _bombs()
    yield from _lies()
    good = pdf(simple())
    flate = pdf(simple(stream(zlib.compress(_TEXT * 30), b"/Filter /FlateDecode")))
    pages = {n: simple()[3] for n in range(10, 20)}
    kids = b"<< /Type /Pages /Kids [%s] /Count 10 >>" % b" ".join(b"%d 0 R" % n for n in pages)
    several = pdf(simple(more={2: kids, **pages}))
    for n, (name, data) in enumerate([("plain.pdf", good), ("flate.pdf", flate), ("pages.pdf", several), *seeds]):
        yield from mutated(name, data, 60, 11 + n)
        yield from truncated(name, data, 40 if n < 3 else 10)


def _loops() -> Iterator[Case]:
    good = pdf(simple())
    table = good.rindex(b"xref\n0")
    yield Case("prev-is-itself.pdf", pdf(simple(), b"/Prev %d" % table))
    first = pdf(simple(), b"/Prev 0000000000")
    yield Case("prev-loop.pdf", first.replace(b"/Prev 0000000000", b"/Prev %010d" % first.rindex(b"xref\n0")))
    yield Case("start-is-itself.pdf", pdf(simple(), start=len(good) - 20))
    yield Case("start-beyond.pdf", pdf(simple(), start=10**9))
    yield Case("start-negative.pdf", pdf(simple(), start=-1))
    yield Case("pages-cycle.pdf", pdf(simple(more={2: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"})))
    two = {
        2: b"<< /Type /Pages /Kids [7 0 R] /Count 9 >>",
        7: b"<< /Type /Pages /Kids [2 0 R] /Count 9 /Parent 2 0 R >>",
    }
    yield Case("pages-cycle-of-two.pdf", pdf(simple(more=two)))
    yield Case("page-is-its-parent.pdf", pdf(simple(more={3: b"<< /Type /Page /Parent 3 0 R /Contents 3 0 R >>"})))
    outline = {1: b"<< /Type /Catalog /Pages 2 0 R /Outlines 8 0 R >>", 8: b"<< /First 9 0 R /Last 9 0 R /Count 1 >>",
               9: b"<< /Title (a) /Next 9 0 R /Prev 9 0 R /First 9 0 R /Parent 9 0 R >>"}  # fmt: skip
    yield Case("outline-cycle.pdf", pdf(simple(more=outline)))
    form = stream(
        b"/X1 Do /X1 Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X1 6 0 R >> >>"
    )
    yield Case("form-cycle.pdf", pdf(simple(stream(_TEXT + b" /X1 Do"), {6: form})))
    yield Case("length-is-itself.pdf", pdf(simple(b"<< /Length 4 0 R >>\nstream\n" + _TEXT + b"\nendstream")))
    yield Case("reference-cycle.pdf", pdf(simple(more={4: b"6 0 R", 6: b"4 0 R"})))
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [5 0 R] /ToUnicode 5 0 R >>"
    yield Case("font-is-its-descendant.pdf", pdf(simple(more={5: font})))
    three = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 0 /LastChar 255 " \
            b"/Encoding << /Differences [0 /a] >> /CharProcs << /a 6 0 R >> /Resources << /Font << /F1 5 0 R >> >> >>"  # fmt: skip
    yield Case("type-3-draws-itself.pdf", pdf(simple(more={5: three, 6: stream(_TEXT)})))
    packed = stream(b"7 0 8 10 <</A 1>> <</B 2>>", b"/Type /ObjStm /N 2 /First 8 /Extends 7 0 R")
    yield Case("object-stream-extends-itself.pdf", pdf(simple(more={7: packed})))


def _bombs() -> Iterator[Case]:
    zeros = b" " * 50 * _MEGA
    once = zlib.compress(zeros, 9)
    yield Case("flate-bomb.pdf", pdf(simple(stream(once, b"/Filter /FlateDecode"))))
    twice = zlib.compress(zlib.compress(b" " * 200 * _MEGA, 9), 9)
    yield Case("flate-twice.pdf", pdf(simple(stream(twice, b"/Filter [/FlateDecode /FlateDecode]"))))
    many = b"/Filter [" + b"/FlateDecode " * 500 + b"]"
    yield Case("flate-500.pdf", pdf(simple(stream(once, many))))
    yield Case("hex-500.pdf", pdf(simple(stream(b"20" * _MEGA, b"/Filter [" + b"/ASCIIHexDecode " * 500 + b"]"))))
    yield Case("run-length.pdf", pdf(simple(stream(b"\x81 " * _MEGA, b"/Filter /RunLengthDecode"))))
    yield Case("run-length-flate.pdf", pdf(simple(stream(zlib.compress(b"\x81 " * 4 * _MEGA, 9), b"/Filter [/FlateDecode /RunLengthDecode]"))))  # fmt: skip
    yield Case("lzw.pdf", pdf(simple(stream(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01" * 200_000, b"/Filter /LZWDecode"))))
    yield Case("predictor.pdf", pdf(simple(stream(once, b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 32 /BitsPerComponent 16 >>"))))  # fmt: skip
    yield Case(
        "operators.pdf", pdf(simple(stream(zlib.compress(b"q Q 1 0 0 1 0 0 cm " * 500_000), b"/Filter /FlateDecode")))
    )
    yield Case("deep-states.pdf", pdf(simple(stream(b"q " * _MEGA + _TEXT))))
    yield Case("much-text.pdf", pdf(simple(stream(zlib.compress(b"BT /F1 1 Tf 9 9 Td " + b"(aaaaaaaa) Tj " * 100_000 + b"ET"), b"/Filter /FlateDecode"))))  # fmt: skip
    yield Case("long-string.pdf", pdf(simple(stream(b"BT /F1 12 Tf (" + b"a" * _MEGA + b") Tj ET"))))
    kids = b" ".join([b"3 0 R"] * 100_000)
    yield Case("pages-100000.pdf", pdf(simple(more={2: b"<< /Type /Pages /Kids [%s] /Count 100000 >>" % kids})))
    yield Case("count-lies.pdf", pdf(simple(more={2: b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>"})))
    ranges = b"1 begincodespacerange <0000> <ffff> endcodespacerange\n" + b"100 beginbfrange\n" + b"<0000> <ffff> <0041>\n" * 20_000 + b"endbfrange"  # fmt: skip
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 7 0 R /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>"  # fmt: skip
    yield Case("giant-to-unicode.pdf", pdf(simple(more={5: font, 7: stream(ranges)})))
    yield Case("deep-arrays.pdf", pdf(simple(more={7: b"[" * 100_000 + b"]" * 100_000}, page=b"/A 7 0 R")))
    yield Case("deep-dictionaries.pdf", pdf(simple(more={7: b"<< /A " * 100_000 + b">>" * 100_000}, page=b"/A 7 0 R")))
    yield Case("deep-content.pdf", pdf(simple(stream(b"[" * 200_000 + _TEXT))))
    yield Case("size-lies.pdf", pdf(simple(), size=2**31 - 1))
    entries = b"/Type /XRef /Size 2147483647 /W [8 8 8] /Index [0 2147483647] /Root 1 0 R"
    body = pdf(simple())
    yield Case("xref-stream-lies.pdf", body[: body.rindex(b"xref\n0")] + b"9 0 obj\n" + stream(b"\0" * 240, entries) + b"\nendobj\nstartxref\n%d\n%%%%EOF" % body.rindex(b"xref\n0"))  # fmt: skip


def _lies() -> Iterator[Case]:
    yield Case("no-pdf.pdf", b"This is no PDF at all.")
    yield Case("only-head.pdf", b"%PDF-1.7\n%%EOF")
    yield Case("huge-length.pdf", pdf(simple(stream(_TEXT, length=2**31 - 1))))
    yield Case("negative-length.pdf", pdf(simple(stream(_TEXT, length=-5))))
    yield Case("no-end.pdf", pdf(simple(b"<< /Length 9 >>\nstream\n" + _TEXT)))
    yield Case("huge-page.pdf", pdf(simple(page=b"/UserUnit 1e30 /CropBox [-1e38 -1e38 1e38 1e38]")))
    yield Case("no-page.pdf", pdf(simple(more={2: b"<< /Type /Pages /Kids [] /Count 0 >>"})))
    yield Case("nan.pdf", pdf(simple(stream(b"BT /F1 1e400 Tf nan nan Td (a bridge) Tj 1e38 -1e38 Td (b) Tj ET"))))
    yield Case("huge-type.pdf", pdf(simple(stream(b"BT /F1 99999999 Tf 72 700 Td (The bridge was mended) Tj ET"))))
    yield Case("no-type.pdf", pdf(simple(stream(b"BT /F1 0 Tf 72 700 Td (The bridge was mended) Tj ET"))))
    for n, name in enumerate((b"../../etc/passwd", b"/etc/passwd", b"#2e#2e#2fa", b"a" * 5_000)):
        font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /%s /DescendantFonts [] >>" % name
        yield Case(f"map-{n}.pdf", pdf(simple(more={5: font})))
    lock = b"<< /Filter /Standard /V 4 /R 4 /Length 128 /P -44 /O (%s) /U (%s) >>" % (b"o" * 32, b"u" * 32)
    yield Case("locked.pdf", pdf(simple(more={7: lock}), b"/Encrypt 7 0 R /ID [(a) (b)]"))
    script = (
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL('http://127.0.0.1:9/')) >> >>"
    )
    yield Case("script.pdf", pdf(simple(more={1: script})))
    launch = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (/bin/sh) >> /AA << /WC << /S /URI /URI (http://127.0.0.1:9/) >> >> >>"  # fmt: skip
    yield Case("launch.pdf", pdf(simple(more={1: launch})))
    outside = b"<< /F (file:///etc/passwd) /Length 0 >>\nstream\n\nendstream"
    yield Case("stream-elsewhere.pdf", pdf(simple(outside)))
    for kind in (b"JPXDecode", b"JBIG2Decode", b"DCTDecode", b"CCITTFaxDecode", b"Crypt", b"NoSuch"):
        image = stream(b"\xff\xd8" * 500, b"/Type /XObject /Subtype /Image /Width 99999 /Height 99999 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /" + kind)  # fmt: skip
        yield Case(f"image-{kind.decode()}.pdf", pdf(simple(stream(_TEXT + b" /X1 Do"), {6: image})))
        yield Case(f"text-{kind.decode()}.pdf", pdf(simple(stream(_TEXT, b"/Filter /" + kind))))
    good = pdf(simple())
    yield Case("twice.pdf", good + good)
    yield Case("after-junk.pdf", b"junk\n" * 500 + good)
    yield Case("far-after-junk.pdf", b"junk\n" * 500_000 + good)
    yield Case("zeros-between.pdf", good.replace(b"\nendobj", b"\n" + b"\0" * 10_000 + b"endobj"))
    yield Case("page-is-a-font.pdf", pdf(simple(more={2: b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>"})))
    yield Case(
        "title.pdf", pdf(simple(more={7: b"<< /Title (\xfe\xff\xd8\x00\x00a) /Author <feffdc00> >>"}), b"/Info 7 0 R")
    )
