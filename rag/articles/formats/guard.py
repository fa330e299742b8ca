"""What a packed file must keep to before anything of it is read: sizes, names, and no bytes that two members share.

Sizes are checked against what the archive declares; `Archive.read` then gives exactly the declared bytes or refuses.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from types import TracebackType

from rag.articles.limits import LIMITS, Limits
from rag.errors import ArticleError

_UNPACK = "Unpack it and give the files."
SAVE_AGAIN = "Save it again with the program that made it."
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})  # LZMA may ask for any memory
_LOCAL_HEADER = 30  # bytes before the name
_DRIVE = re.compile(r"[A-Za-z]:")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
_UTF8_NAME = 0x800
_BOX_DRAWING = 0xB0  # in cp437, from here on: no letters, so a name that has such bytes is in another encoding
_MAX_NAME = 1_000  # characters
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)


class Archive:
    """The members of a zip file that may be read, in the order of its directory.

    ``names`` lists them, ``refused`` pairs the others, their names made visible, with the reason. Folders are neither.
    """

    def __init__(self, packed: zipfile.ZipFile, where: object, limits: Limits) -> None:
        self._packed, self._where = packed, where
        self._members: dict[str, zipfile.ZipInfo] = {}
        refused = []
        for info in packed.infolist():
            name = _name(info)
            if name.endswith("/"):
                continue
            if reason := bad_name(name) or ("its name stands twice" if name in self._members else ""):
                refused.append((visible(name), reason))
            else:
                self._members[name] = info
        self.names = tuple(self._members)
        self.refused = tuple(refused)

    def read(self, name: str) -> bytes:
        """Return a member's bytes; KeyError for a name not in ``names``, ArticleError for one that is damaged."""
        info = self._members[name]
        try:
            data = self._packed.read(info)
        except _BROKEN as error:
            raise damaged(self._where, f"{visible(name)}: {error}") from error
        if len(data) != info.file_size:
            raise damaged(self._where, f"{visible(name)} is shorter than it says")
        return data

    def size(self, name: str) -> int:
        """Return how many bytes `read` gives."""
        return self._members[name].file_size

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._packed.close()


def open_archive(data: bytes, where: object, limits: Limits = LIMITS) -> Archive:
    """Open a zip file; raises ArticleError for one that is damaged, locked, or unfolds beyond the limits."""
    if data.count(b"PK\x01\x02") > 10 * limits.members:  # before a directory of a million entries is read
        raise _too_much(where, f"more than {limits.members:,} members")
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise damaged(where, str(error)) from error
    infos = packed.infolist()
    _check_sizes(infos, where, limits)
    _check_places(data, packed.start_dir, infos, where)
    return Archive(packed, where, limits)


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; old archives do not say how it is encoded, and zipfile then takes it for cp437."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_NAME and not name.isascii():
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030") if max(raw) >= _BOX_DRAWING else ():
            with suppress(UnicodeDecodeError):
                name = raw.decode(encoding)
                break
    return name.replace("\\", "/")


def bad_name(name: str) -> str:
    """Say why a member's name cannot be trusted; "" if it can."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in parts:
        return "its name leads out of the archive"
    if not name or len(name) > _MAX_NAME or _UNSEEN.search(name):
        return "its name is empty, too long, or holds characters that do not show"
    return ""


def visible(name: str) -> str:
    """Return a name fit to be shown: what does not show is spelled out, and it is not endless."""
    shown = _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", name)
    return shown if len(shown) <= 200 else f"{shown[:200]}…"


def _check_sizes(infos: Sequence[zipfile.ZipInfo], where: object, limits: Limits) -> None:
    if len(infos) > limits.members:
        raise _too_much(where, f"{len(infos):,} members, more than {limits.members:,}")
    for info in infos:
        if info.flag_bits & 1:
            raise ArticleError("This file is locked with a password", where=where, mend="Take the password off.")
        if info.compress_type not in _METHODS:
            raise damaged(where, f"{visible(info.filename)} is packed by a method that is not read")
        if info.file_size > limits.member_bytes:
            raise _too_much(where, f"a member of {info.file_size:,} bytes, more than {limits.member_bytes:,}")
        if info.file_size > max(limits.ratio_from, limits.ratio * info.compress_size):
            raise _too_much(where, f"a member packed more than {limits.ratio} to 1")
    if (total := sum(info.file_size for info in infos)) > limits.unpacked_bytes:
        raise _too_much(where, f"{total:,} bytes unpacked, more than {limits.unpacked_bytes:,}")


def _check_places(data: bytes, directory: int, infos: Sequence[zipfile.ZipInfo], where: object) -> None:
    """Refuse members that share bytes, the trick by which a small archive unfolds without end."""
    spans = []
    for info in infos:
        header = info.header_offset
        if header < 0 or data[header : header + 4] != b"PK\x03\x04" or header + _LOCAL_HEADER > len(data):
            raise damaged(where, f"{visible(info.filename)} is not where the directory says")
        name, extra = struct.unpack_from("<HH", data, header + 26)
        spans.append((header, header + _LOCAL_HEADER + name + extra + info.compress_size))
    spans.sort()
    if any(end > begin for (_, end), (begin, _) in pairwise([*spans, (directory, directory)])):
        raise damaged(where, "its members overlap")


def _too_much(where: object, what: str) -> ArticleError:
    return ArticleError(f"This file holds {what}", where=where, mend=_UNPACK)


def damaged(where: object, why: str) -> ArticleError:
    """Return the error of a file that is not what it should be, and ``why``."""
    return ArticleError(f"This file is damaged ({visible(why)})", where=where, mend=SAVE_AGAIN)
