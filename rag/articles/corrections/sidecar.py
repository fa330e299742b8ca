"""Corrections by hand: ``<name>.wenju.toml`` beside a file, written by a person or by ``write_correction``.

    [file]                                # holds for every article of the file
    journal = "云泽人大"
    issue = "2024年第1期"

    [[article]]
    begins = "芦渡大桥通车记"               # the first words as printed; they decide where the article begins
    at = 1204                             # a character of the decoded source; chooses where the words stand twice
    title = "芦渡大桥通车记"
    authors = ["林知远", "周小满"]
    page = ""                             # nothing between the quotes takes a field away

    [[article]]
    begins = "编辑部地址"
    kind = "front"                        # no article; or joins = "previous", one with the article before

Words at which no article begins yet begin one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rag.errors import ArticleError

SUFFIX = ".wenju.toml"
FIELDS = ("title", "subtitle", "authors", "affiliation", "place", "column", "page", "journal", "issue", "date")
FILE_FIELDS = ("authors", "affiliation", "place", "column", "journal", "issue", "date")
_ANCHOR = ("begins", "at", "joins", "kind")
_MAX_BYTES = 1_000_000
_NAMES = re.compile(r"\s*[;；、\n]\s*")

Value = str | tuple[str, ...]


class SidecarError(ArticleError):
    """The corrections beside a file cannot be read; ``line`` is where, 0 for the whole."""

    def __init__(self, what: str, path: Path, line: int = 0, mend: str = "") -> None:
        super().__init__(what, where=f"{path.name}, line {line}" if line else path.name, mend=mend)
        self.line = line


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be different about the article that begins with the words ``begins``.

    ``at`` is where they stood in the decoded source; ``fields`` holds only what is corrected, empty for what is
    taken away. ``joins`` makes it part of the article before, ``front`` no article at all. ``line`` is its place in
    the sidecar, 0 before it is written.
    """

    begins: str
    at: int | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    joins: bool = False
    front: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Sidecar:
    """All corrections of one file; ``file`` holds the fields of every article in it."""

    file: Mapping[str, Value] = field(default_factory=dict)
    articles: tuple[Correction, ...] = ()


def sidecar_of(path: Path) -> Path:
    """Return where the corrections of ``path`` are kept."""
    return path.with_name(path.name + SUFFIX)


def is_sidecar(path: Path) -> bool:
    """Tell whether the file is one of corrections, not of articles."""
    return path.name.endswith(SUFFIX)


def read_sidecar(path: Path) -> Sidecar | None:
    """Read the corrections of the file ``path``, None where there are none.

    Raises SidecarError, which names the line, for broken TOML, unknown keys and values of a wrong type.
    """
    sidecar = sidecar_of(path)
    try:
        if not sidecar.is_file():
            return None
        if sidecar.stat().st_size > _MAX_BYTES:
            raise SidecarError("these corrections are too long", sidecar, mend=f"At most {_MAX_BYTES:,} bytes.")
        text = sidecar.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SidecarError(f"the corrections cannot be read: {error.strerror}", sidecar) from error
    except UnicodeDecodeError:
        raise SidecarError("the corrections are not UTF-8", sidecar, mend="Save them as UTF-8.") from None
    return parse_sidecar(text, sidecar)


def parse_sidecar(text: str, sidecar: Path) -> Sidecar:
    """Read the text of a sidecar; raises SidecarError."""
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said = re.search(r"\(at line (\d+)", str(error))
        line = int(said[1]) if said else len(text.splitlines()) or 1
        what = re.sub(r" \(at .*", "", str(error)) if isinstance(error, tomllib.TOMLDecodeError) else "nested too deep"
        raise SidecarError(f"this is not TOML: {what}", sidecar, line, 'Values stand in quotes: title = "…".') from None
    return _Checked(table, text, sidecar).sidecar()


class _Checked:
    """The table of a sidecar, with the lines of its text to name in errors."""

    def __init__(self, table: Mapping[str, Any], text: str, path: Path) -> None:
        self._table, self._lines, self._path = table, text.splitlines(), path

    def sidecar(self) -> Sidecar:
        for name in self._table:
            if name not in ("file", "article"):
                raise self._error(f"{name!r} is not known here", 0, name, "Use [file] and [[article]].")
        file, blocks = self._table.get("file", {}), self._table.get("article", [])
        if not isinstance(file, dict):
            raise self._error("[file] must be a table", 0, "file")
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            raise self._error("articles stand below [[article]], in two pairs of brackets", 0, "article")
        fields = self._fields(file, -1, FILE_FIELDS, ())
        return Sidecar(fields, tuple(self._correction(block, n) for n, block in enumerate(blocks)))

    def _correction(self, block: Mapping[str, Any], n: int) -> Correction:
        begins, at = block.get("begins"), block.get("at")
        if not isinstance(begins, str) or not begins.strip():
            raise self._error("an [[article]] wants its first words", n, "begins", 'Add begins = "…".')
        if at is not None and (type(at) is not int or at < 0):
            raise self._error("`at` must be a number of characters", n, "at")
        for name, only in (("joins", "previous"), ("kind", "front")):
            if block.get(name, only) != only:
                raise self._error(f"`{name}` can only be {only!r}", n, name)
        if "joins" in block and "kind" in block:
            raise self._error("an article is either joined or front matter", n, "joins", "Leave out one of the two.")
        fields = self._fields(block, n, FIELDS, _ANCHOR)
        if fields.get("title") == "":
            raise self._error("a title can be changed, not taken away", n, "title")
        return Correction(begins, at, fields, "joins" in block, "kind" in block, self._line(n))

    def _fields(
        self, block: Mapping[str, Any], n: int, allowed: Sequence[str], others: Sequence[str]
    ) -> dict[str, Value]:
        fields: dict[str, Value] = {}
        for name, raw in block.items():
            if name in allowed:
                fields[name] = self._value(raw, n, name)
            elif name not in others:
                known = f"Known are {', '.join((*others, *allowed))}."
                raise self._error(f"the key {name!r} is not known", n, name, known)
        return fields

    def _value(self, raw: object, n: int, name: str) -> Value:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            raw = raw.isoformat()
        if type(raw) is int:
            raw = str(raw)
        if name == "authors" and isinstance(raw, list) and all(isinstance(one, str) for one in raw):
            return tuple(filter(None, (" ".join(one.split()) for one in raw)))
        if not isinstance(raw, str):
            wanted = "a list of names" if name == "authors" else "text in quotes"
            raise self._error(f"`{name}` must be {wanted}", n, name)
        return names(raw) if name == "authors" else " ".join(raw.split())

    def _error(self, what: str, n: int, name: str, mend: str = "") -> SidecarError:
        return SidecarError(what, self._path, self._line(n, name), mend)

    def _line(self, n: int, name: str = "") -> int:
        """Return the line of a key in the n-th [[article]] (-1: in [file]), or of the block where it lacks the key."""
        opening = re.compile(r"\s*\[\s*file\s*\]" if n < 0 else r"\s*\[\[\s*article\s*\]\]")
        key = re.compile(rf"\s*(?:\[+\s*)?[\"']?{re.escape(name)}[\"']?\s*(?:[=.]|\])") if name else None
        openings = [i for i, line in enumerate(self._lines) if opening.match(line)]
        begin = openings[max(n, 0)] if max(n, 0) < len(openings) else 0
        end = next((i for i in range(begin + 1, len(self._lines)) if self._lines[i].lstrip().startswith("[")), None)
        found = [i for i in range(begin, end or len(self._lines)) if key and key.match(self._lines[i])]
        if key and not found and n <= 0:
            found = [i for i, line in enumerate(self._lines) if key.match(line)]
        return (found[0] if found else begin) + 1


def names(text: str) -> tuple[str, ...]:
    """Part names at ； 、 and line ends; commas stay, they stand within English names."""
    return tuple(filter(None, (" ".join(name.split()) for name in _NAMES.split(text))))
