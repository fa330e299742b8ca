"""Sizes and names that surprise, and things in a folder that are no files."""

# ruff: noqa: E501

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from . import Case

_TEXT = "村口的桥\n\n去年修好了，过河不再绕路，大家都很高兴。\n".encode()
_MEGA = 1_000_000
NAMES = (
    "-rf.txt", "--help.txt", "a\nb.txt", "a\tb.txt", "'quote\".txt", "<img src=x onerror=alert(1)>.txt", "\u202etxt.exe.txt",
    "\u200b.txt", "e\u0301.txt", "\u00e9.txt", "CON.txt", "nul.md", "C:\\x.txt", "a b .txt", "%2e%2e%2f.txt", "~.txt",
    "$(touch x).txt", "`x`.txt", "*.txt", "a;b.txt", "村" * 80 + ".txt", "{0}.txt", "%s.txt", "\U0001f600.txt",
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Yield files of awkward sizes."""
    yield from (
        Case(f"size-{n}.{suffix}", b"x"[:n]) for suffix in ("txt", "docx", "pdf", "html", "csv") for n in (0, 1)
    )
    yield Case("only-mark.txt", b"\xef\xbb\xbf")
    yield Case("only-mark-16.txt", b"\xff\xfe")
    yield Case("only-spaces.txt", b" " * 1_000)
    yield Case("only-zeros.txt", b"\0" * 100_000)
    yield Case("line-of-49-mb.txt", "桥".encode() * 16 * _MEGA)
    yield Case("letters-of-49-mb.txt", b"a" * 49 * _MEGA)
    yield Case("million-lines.txt", "村口的桥修好了\n".encode() * _MEGA)
    yield Case("million-paragraphs.txt", "桥。\n\n".encode() * _MEGA)
    yield Case("too-large.txt", b"a" * 51 * _MEGA)


def populate(folder: Path, outside: Path) -> int:
    """Put files with odd names and things that are no files into a folder, and return how many are good to read.

    ``outside`` is a file beyond the folder, to which links lead.
    """
    good = 0
    for n, name in enumerate(NAMES):
        with suppress(OSError):  # the system may not have such a name
            (folder / name).write_bytes(_TEXT + str(n).encode())
            good += 1
    with suppress(OSError):
        Path(os.fsdecode(os.fsencode(folder) + b"/no-utf-8-\xff\xfe.txt")).write_bytes(_TEXT)
    os.mkfifo(folder / "pipe.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "nowhere.txt").symlink_to("gone.txt")
    (folder / "itself.txt").symlink_to("itself.txt")
    (folder / "above").symlink_to("..")
    (folder / "linked.txt").symlink_to(outside)
    (folder / "folder.txt").mkdir()
    with socket.socket(socket.AF_UNIX) as ear, suppress(OSError):
        ear.bind(str(folder / "socket.txt"))
    with open(folder / "sparse.txt", "wb") as sparse:
        sparse.truncate(1_000 * _MEGA)
    deep = folder
    for _ in range(40):
        deep = deep / "deeper"
        deep.mkdir()
    (deep / "last.txt").write_bytes(_TEXT)
    return good + 1
