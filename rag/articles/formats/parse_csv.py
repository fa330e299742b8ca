"""Tables of values parted by commas, tabs or the like: a record in each row, or a table to be cited row by row.

It holds records where a column is known to hold text; otherwise the whole is one article, a table under its heads.
The decoded source is the text of the cells, as extracted.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from rag.articles.formats.decode import decode, lost_in
from rag.articles.formats.fields import Fields, combined, known_fields
from rag.articles.formats.records import Records
from rag.articles.lines import Entry, LineWriter, Parsed
from rag.errors import ArticleError

_DELIMITERS = ",\t;|，"
_SAMPLE = 60  # rows that show the delimiter, and what the columns hold
_SAMPLE_CHARACTERS = 200_000
_MAX_CELL = 64_000_000  # characters
_MAX_CAPTION = 3  # lines above the heads
_FIGURE = re.compile(r"[-+]?[\d.,]+\s*%?")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")

Row = list[str]


def parse_csv(data: bytes, where: object, fields: Fields | None = None, *, tabs: bool = False) -> Parsed:
    """Parse a file of values; ``tabs`` says that its name promises tabs. Raises ArticleError for what has no rows."""
    source = decode(data, where)
    rows, delimiter = _rows(source.text, where, tabs)
    captions, heads, body = _parts(rows)
    known = Fields({})
    if heads is not None and body:
        sample = [dict(zip(heads, row, strict=False)) for row in body[:_SAMPLE]]
        known = combined(fields, heads, known_fields(heads, sample))
    if heads is None or "text" not in known.columns:
        return _table(captions, heads, body, source.encoding, source.undecodable)
    records = Records(known)
    wide = 0
    for row in body:
        if len(row) > len(heads):
            wide += 1
            row = [*row[: len(heads) - 1], delimiter.join(row[len(heads) - 1 :])]  # a text that was not quoted
        records.add(dict(zip(heads, row, strict=False)))
    notes = (f"{wide} rows have more cells than the table has heads; the last cell took them",) if wide else ()
    return records.parsed(source.encoding, source.undecodable, notes)


def _rows(text: str, where: object, tabs: bool) -> tuple[list[Row], str]:
    """Cut the text into rows that are not blank, and say at which delimiter."""
    told = _SEPARATOR_LINE.match(text)
    delimiter = told[1] if told else _delimiter(text[:_SAMPLE_CHARACTERS], tabs)
    try:
        rows = _cut(text[told.end() if told else 0 :].replace("\0", ""), delimiter)
    except csv.Error as error:
        raise ArticleError(f"This table is broken: {error}", where=where, mend="Export it again.") from error
    if not rows:
        raise ArticleError("This file holds no text", where=where, mend="Remove it, or fill it.")
    return rows, delimiter


def _cut(text: str, delimiter: str, most: int | None = None) -> list[Row]:
    before = csv.field_size_limit(_MAX_CELL)
    try:
        found: list[Row] = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells = [cell.strip("\ufeff \t\u3000\xa0") if cell[:1] not in "\u3000\t" else cell for cell in row]
            if any(cell.strip() for cell in cells):
                found.append(cells)
            if most is not None and len(found) >= most:
                break
        return found
    finally:
        csv.field_size_limit(before)


def _delimiter(sample: str, tabs: bool) -> str:
    """Return the delimiter that gives the most rows of one width, wider ones before narrower."""

    def agreement(delimiter: str) -> tuple[float, int]:
        sizes = Counter(len(row) for row in _cut(sample, delimiter, _SAMPLE))
        width, rows = max(sizes.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        return (rows / sizes.total() if width > 1 else 0.0), width

    order = "\t,;|，" if tabs else _DELIMITERS
    scored = [(agreement(delimiter), -rank, delimiter) for rank, delimiter in enumerate(order)]
    sure = [one for one in scored if one[0][0] >= 0.8]
    return max(sure, key=lambda one: (one[0][1], one[1]))[2] if sure else max(scored)[2]


def _parts(rows: Sequence[Row]) -> tuple[list[str], Row | None, list[Row]]:
    """Part the captions above the table, its heads, and its rows; a first row with figures in it holds no heads."""
    width = Counter(sum(bool(cell) for cell in row) for row in rows).most_common(1)[0][0]
    at = 0
    while width > 1 and at < min(_MAX_CAPTION, len(rows) - 1) and sum(bool(cell) for cell in rows[at]) == 1:
        at += 1
    captions = [cell for row in rows[:at] for cell in row if cell]
    names = rows[at]
    if any(_FIGURE.fullmatch(cell) and not re.fullmatch(r"(?:19|20)\d{2}", cell) for cell in names):
        return captions, None, list(rows[at:])
    return captions, names, list(rows[at + 1 :])


def _table(captions: Sequence[str], heads: Row | None, body: Sequence[Row], encoding: str, undecodable: int) -> Parsed:
    writer = LineWriter()
    for caption in captions[1:]:
        writer.add(_cell(caption), whole=True)
    if heads is not None:
        writer.add(" | ".join(map(_cell, heads)), kind="table", whole=True, head=True)
    for row in body:
        writer.add(" | ".join(map(_cell, row)), kind="table", whole=True)
    native = {"title": _cell(captions[0])} if captions else {}
    entry = Entry(0, len(writer.lines), native)
    decoded = writer.decoded()
    lost = lost_in(decoded)
    return Parsed(decoded, writer.lines, encoding, undecodable, native, told="record", entries=(entry,), lost=lost)


def _cell(text: str) -> str:
    return " ".join(text.split())
