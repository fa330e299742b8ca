"""rag.articles.formats.guard: what archives and XML must keep to before a parser sees them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from hostile.archives import docx, many, overlapping, packed, quine

from rag.articles.formats.guard import bad_name, open_archive, visible
from rag.articles.formats.guard_xml import check_document, check_xml, parse_xml
from rag.articles.limits import LIMITS
from rag.errors import ArticleError

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'


def test_members_are_listed_in_the_order_of_the_directory_without_folders():
    data = packed({"b.txt": "二", "a/": "", "a/c.txt": "三"})
    with open_archive(data, "x.zip") as archive:
        assert archive.names == ("b.txt", "a/c.txt")
        assert archive.read("a/c.txt").decode() == "三"
        assert archive.size("a/c.txt") == 3
        assert "b.txt" in archive
        assert "a/" not in archive
        assert archive.refused == ()


BAD_NAMES = ["../a.txt", "/a.txt", "a/../../b.txt", "C:\\a.txt", "..\\a.txt", "a\nb", "\u202ea"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_member_with_a_bad_name_is_refused_and_the_others_are_read(name):
    with open_archive(packed({name: "x", "good.txt": "好"}), "x.zip") as archive:
        assert archive.names == ("good.txt",)
        ((shown, reason),) = archive.refused
        assert shown.isprintable()
        assert reason == bad_name(name)
    with pytest.raises(ArticleError, match=reason):
        check_document(docx(more={name: "x"}), "x.docx")


def test_of_two_members_of_one_name_the_first_is_read():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as writer:
        writer.writestr("a.txt", "one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            writer.writestr("a.txt", "two")
    with open_archive(buffer.getvalue(), "x.zip") as archive:
        assert archive.read("a.txt") == b"one"
        assert archive.refused == (("a.txt", "its name stands twice"),)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_of_old_archives_that_do_not_tell_their_encoding_are_read(encoding):
    data = packed({"x" * len("会议/报告.txt".encode(encoding)): "好"}, zipfile.ZIP_STORED)
    data = data.replace(b"x" * len("会议/报告.txt".encode(encoding)), "会议/报告.txt".encode(encoding))
    with open_archive(data, "x.zip") as archive:
        assert archive.names == ("会议/报告.txt",)


def test_a_zero_in_a_name_hides_nothing():
    data = packed({"a?b.txt": "x"}, zipfile.ZIP_STORED).replace(b"a?b", b"a\0b")
    with open_archive(data, "x.zip") as archive:
        assert archive.names == ()
        assert archive.refused[0][0] == "a\\u0000b.txt"


def test_western_names_of_old_archives_stay_western():
    data = packed({"caf?.txt": "x"}, zipfile.ZIP_STORED).replace(b"caf?", "café".encode("cp437"))
    with open_archive(data, "x.zip") as archive:
        assert archive.names == ("café.txt",)


NARROW = replace(LIMITS, members=3, member_bytes=1_000, unpacked_bytes=1_500, ratio=10, ratio_from=100, xml_depth=4)


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({f"{n}": "x" for n in range(4)}, "4 members, more than 3"),
        ({"a": bytes(range(256)) * 4}, "a member of 1,024 bytes, more than 1,000"),
        ({"a": bytes(range(256)) * 3, "b": bytes(range(255)) * 3}, "1,533 bytes unpacked, more than 1,500"),
        ({"a": "x" * 900}, "packed more than 10 to 1"),
    ],
)
def test_what_unfolds_beyond_the_limits_is_refused_by_what_it_declares(members, what):
    with pytest.raises(ArticleError, match=what):
        open_archive(packed(members), "x.zip", NARROW)


def test_small_members_may_be_packed_as_tightly_as_they_like():
    with open_archive(packed({"a": "x" * 100}), "x.zip", NARROW) as archive:
        assert len(archive.read("a")) == 100


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"no archive", "damaged"),
        (quine(), "packed more than 100 to 1"),
        (overlapping(), "members overlap"),
        (many(2_001), "2,001 members, more than 2,000"),
        (packed({"a": "x"}, zipfile.ZIP_LZMA), "a method that is not read"),
    ],
    ids=["none", "quine", "overlapping", "many", "lzma"],
)
def test_damaged_and_lying_archives_are_refused_with_the_reason(data, what):
    with pytest.raises(ArticleError, match=what):
        open_archive(data, "x.zip")


def test_a_locked_archive_says_so():
    data = bytearray(packed({"a": "x"}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ArticleError, match="locked with a password"):
        open_archive(bytes(data), "x.zip")


@pytest.mark.parametrize(("offset", "value"), [(16, 1), (24, 1), (24, 200)], ids=["checksum", "shorter", "longer"])
def test_a_member_that_is_not_what_the_directory_says_is_damaged(offset, value):
    data = bytearray(packed({"a": bytes(range(100))}))
    data[data.rindex(b"PK\x01\x02") + offset] = value
    with open_archive(bytes(data), "x.zip") as archive, pytest.raises(ArticleError, match="damaged"):
        archive.read("a")


def test_an_ordinary_word_file_passes():
    check_document(docx(), "x.docx")


@pytest.mark.parametrize(
    "more",
    [
        {"word/document.xml": LAUGHS},
        {"word/document.xml": LAUGHS.encode("utf-16")},
        {"[Content_Types].xml": LAUGHS},
        {"word/media/image1.png": LAUGHS},  # a name says little
        {"word/media/image1.png": b"\xef\xbb\xbf" + LAUGHS.encode()},
    ],
    ids=["document", "utf-16", "types", "image", "image-with-mark"],
)
def test_entities_are_refused_wherever_they_are_declared(more):
    with pytest.raises(ArticleError, match="declares XML entities of its own"):
        check_document(docx(more=more), "x.docx")


def test_depth_is_counted_and_not_only_the_number_of_elements():
    check_xml(b"<a><b/><b/><b><c><d/></c></b></a>", "x", NARROW)
    with pytest.raises(ArticleError, match="more than 4 deep"):
        check_xml(b"<a><b><c><d><e/></d></c></b></a>", "x", NARROW)


def test_a_document_type_may_be_allowed_but_entities_never():
    named = b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://127.0.0.1:9/x.dtd"><html/>'
    check_xml(named, "x", doctype=True)
    assert parse_xml(named, "x", doctype=True).tag == "html"
    with pytest.raises(ArticleError):
        check_xml(named, "x")
    with pytest.raises(ArticleError):
        check_xml(LAUGHS.encode(), "x", doctype=True)


BROKEN = [b"", b"<a>", b"<a></b>", b"\0\0", b"<a>&nosuch;</a>", b'<?xml version="1.0" encoding="x"?><a/>']


@pytest.mark.parametrize("data", BROKEN)
def test_broken_xml_is_damage(data):
    with pytest.raises(ArticleError, match="damaged"):
        parse_xml(data, "x")


def test_what_does_not_show_in_a_name_is_spelled_out():
    assert visible("a\n\u202eb\0.txt") == "a\\u000a\\u202eb\\u0000.txt"
    assert visible("x" * 999) == "x" * 200 + "…"
    assert visible("会议.txt") == "会议.txt"
