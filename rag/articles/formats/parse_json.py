"""JSON and JSON Lines to records: a list of them, one in each line, an object that holds such a list, or one alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from rag.articles.formats.decode import decode
from rag.articles.formats.fields import Fields, combined, known_fields
from rag.articles.formats.records import Records, texts_of, value_of
from rag.articles.lines import Parsed
from rag.errors import ArticleError

_SAMPLE = 200  # records that tell what the fields are
_MAX_DEPTH = 3  # objects around the list of records
_MAX_LISTED = 12  # keys that an error names
_MEND_FIELDS = 'Say which in wenju-fields.toml beside it: text = "…".'

Record = Mapping[str, object]


def parse_json(data: bytes, where: object, fields: Fields | None = None) -> Parsed:
    """Parse a JSON file; raises ArticleError for what is none, holds no records, or none with a known text.

    Lines of JSON Lines that are broken are left out and counted, if most are whole.
    """
    source = decode(data, where)
    bad: list[int] = []
    try:
        found = _read(source.text, bad)
        sample = list(islice(found, _SAMPLE))
    except (ValueError, RecursionError) as error:
        raise _no_json(error, where) from error
    if not sample:
        raise ArticleError("This JSON holds no records", where=where, mend="Give a list of objects with a text each.")
    records = Records(_fields(sample, fields, where))
    count = 0
    for record in _all(sample, found, where):
        count += 1
        records.add(record)
    if len(bad) > count:
        raise ArticleError(f"This JSON breaks off in line {bad[0]}", where=where, mend="Export it again.")
    notes = (f"{len(bad)} lines are no JSON and left out (the first is line {bad[0]})",) if bad else ()
    return records.parsed(source.encoding, source.undecodable, notes)


def _all(sample: Sequence[Record], rest: Iterator[Record], where: object) -> Iterator[Record]:
    yield from sample
    try:
        yield from rest
    except (ValueError, RecursionError) as error:
        raise _no_json(error, where) from error


def _read(text: str, bad: list[int]) -> Iterator[Record]:
    """Yield the records, however they are wrapped; ``bad`` collects the lines that are no JSON."""
    begin = text.lstrip()[:1]
    first, _, more = text.lstrip().partition("\n")
    if begin == "{" and more.lstrip()[:1] == "{" and _is_json(first):
        yield from _lines(text, bad)
        return
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            raise
        yield from _one_after_another(text)
        return
    yield from _records(value)


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(text: str, bad: list[int]) -> Iterator[Record]:
    """Read a line at a time; only a line feed ends one, other line ends may stand within a text."""
    begin, number = 0, 0
    while begin < len(text):
        end = text.find("\n", begin)
        end = len(text) if end < 0 else end
        line, begin, number = text[begin:end].strip(), end + 1, number + 1
        if not line:
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            bad.append(number)
            continue
        if isinstance(value, dict):
            yield value


def _one_after_another(text: str) -> Iterator[Record]:
    """Read values that follow one another without a list around them."""
    decoder = json.JSONDecoder()
    position = 0
    while position < len(text):
        if text[position].isspace() or text[position] == ",":
            position += 1
            continue
        value, position = decoder.raw_decode(text, position)
        yield from _records(value)


def _records(value: object) -> Iterator[Record]:
    """Find the records in what a file holds: a list of objects, though objects may stand around it, or one object."""
    found = _listed(value, 0)
    if found is not None:
        yield from found
    elif isinstance(value, dict) and value:
        inner = list(value.values())
        if len(inner) > 1 and all(isinstance(one, dict) for one in inner):  # records by their keys
            yield from inner
        else:
            yield value
    elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        yield {"text": value}


def _listed(value: object, depth: int) -> list[Record] | None:
    """Return the one list of objects in ``value``; None where there is none, or a text beside it."""
    if isinstance(value, list):
        objects = [one for one in value if isinstance(one, dict)]
        records = [one["_source"] if isinstance(one.get("_source"), dict) else one for one in objects]
        return records if records and len(records) >= 0.5 * len(value) else None
    if not isinstance(value, dict) or depth >= _MAX_DEPTH or "text" in known_fields(list(value), ()).columns:
        return None
    lists = [found for one in value.values() if (found := _listed(one, depth + 1)) is not None]
    return lists[0] if len(lists) == 1 else None


def _fields(sample: Sequence[Record], told: Fields | None, where: object) -> Fields:
    names = list(dict.fromkeys(name for record in sample for name in record))
    inner = dict.fromkeys(
        f"{name}.{key}" for record in sample for name, one in record.items() if isinstance(one, dict) for key in one
    )
    names += [name for name in inner if name not in names]
    shown = [{name: "".join(texts_of(value_of(record, name))) for name in names} for record in sample]
    fields = known_fields(names, shown, guess=True)
    if told is not None:
        wanted = [name for group in told.columns.values() for name in group]
        deeper = [name for name in wanted if any(value_of(record, name) is not None for record in sample)]
        fields = combined(told, [*names, *deeper], fields)
    if "text" in fields.columns:
        return fields
    listed = ", ".join(names[:_MAX_LISTED]) + (", …" if len(names) > _MAX_LISTED else "")
    raise ArticleError(f"No field of this JSON is known to hold text; it has {listed}", where=where, mend=_MEND_FIELDS)


def _no_json(error: Exception, where: object) -> ArticleError:
    why = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
    return ArticleError(f"This is not JSON: {why}", where=where, mend="Export it again.")
