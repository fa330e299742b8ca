"""One file to its articles: parse, drop what the printer added, cut, repair, correct, judge."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rag.articles.assemble import assemble, front_matter, vocabulary
from rag.articles.corrections.apply import Corrections, unpack_first
from rag.articles.formats.authors import AUTHORS
from rag.articles.formats.decode import damage_notes
from rag.articles.formats.fields import fields_near
from rag.articles.formats.kinds import kind_of
from rag.articles.formats.parse import parse_data, read_bytes
from rag.articles.garble import with_garble
from rag.articles.limits import LIMITS, Limits
from rag.articles.lines import Parsed
from rag.articles.repair.furniture import drop_furniture
from rag.articles.repair.layout import learn
from rag.articles.repair.paragraphs import mistrust
from rag.articles.segment.cuts import Cut
from rag.articles.segment.issue import segment
from rag.articles.segment.masthead import read_masthead
from rag.errors import ArticleError
from rag.text import squeeze
from rag.types import Article

_FIRST_WORDS = re.compile(r"[^，。！？；：,.!?;:\n]{4,30}(?=[，。！？；：,.!?;:\s]|$)|[^\n]{1,30}")
_LISTED = ("title", "subtitle", "affiliation", "place", "column", "page", "journal", "issue", "date")


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file read: ``decoded`` is the text that origins refer to, ``undecodable`` the characters lost in decoding.

    ``skipped`` pairs members of an archive with the reason why they were not read; the articles of those that
    were have the member as their source, and their origins count in the member's own text, not in ``decoded``.
    ``unapplied`` tells which corrections by hand could not be applied, and why. ``begins`` holds the id of each
    article with its first words and where they stand in ``decoded``.
    """

    source: str
    articles: tuple[Article, ...]
    encoding: str
    undecodable: int
    notes: tuple[str, ...]
    decoded: str
    skipped: tuple[tuple[str, str], ...] = ()
    unapplied: tuple[str, ...] = ()
    begins: tuple[tuple[str, str, int], ...] = ()


def read_articles(path: Path, source: str, limits: Limits = LIMITS) -> FileReport:
    """Read one file as its articles, front matter first; ``source`` becomes part of their ids.

    Of a zip archive each member is read as the source ``<source>/<path in the archive>``. A field mapping for tables
    and JSON is looked for in as many folders upwards as ``source`` names. Raises ArticleError for what cannot be read:
    unknown or binary encoding, damaged file, PDF without text, no text at all, more bytes than ``limits`` allow, an
    archive of which no member can be read.
    """
    data = read_bytes(path, limits)
    fields = fields_near(path, source.count("/"))
    if kind_of(data, path.name, path, limits)[0] == "zip":
        return _joined(path, source, _members(data, path, source, limits))
    return _report(parse_data(data, path, path.name, limits, fields), path, source)


def read_members(path: Path, source: str, limits: Limits = LIMITS) -> Iterator[FileReport]:
    """Yield what `read_articles` makes of each member of a zip archive, with its own ``decoded``.

    A member that is not read gives a report without articles that says why in ``skipped``.
    """
    yield from _members(read_bytes(path, limits), path, source, limits)


def _members(data: bytes, path: Path, source: str, limits: Limits) -> Iterator[FileReport]:
    from rag.articles.formats.parse_zip import read_packed

    for member in read_packed(data, path, limits, fields_near(path, source.count("/"))):
        own = f"{source}/{member.name}"
        if member.parsed is None:
            yield FileReport(own, (), "", 0, (), "", ((member.name, member.reason),))
        else:
            yield _report(member.parsed, path / member.name, own)


def _joined(path: Path, source: str, members: Iterator[FileReport]) -> FileReport:
    """Put the members of an archive together, without their decoded texts, which no longer count from one place."""
    articles: list[Article] = []
    notes: list[str] = []
    skipped: list[tuple[str, str]] = []
    begins: list[tuple[str, str, int]] = []
    undecodable = 0
    for member in members:
        articles += member.articles
        skipped += member.skipped
        begins += member.begins
        notes += [f"{member.source.removeprefix(f'{source}/')}: {note}" for note in member.notes]
        undecodable += member.undecodable
    if not articles:
        why = f", for instance {skipped[0][0]}: {skipped[0][1].rstrip('.')}" if skipped else ""
        raise ArticleError(f"Nothing in this archive can be read{why}", where=path, mend="Unpack it and look into it.")
    return FileReport(
        source, tuple(articles), "zip", undecodable, tuple(notes), "", tuple(skipped), unpack_first(path), tuple(begins)
    )


def _report(parsed: Parsed, path: Path, source: str) -> FileReport:
    if not parsed.lines:
        raise ArticleError("This file holds no text", where=path, mend="Remove it, or fill it.")
    corrections = Corrections(path)
    read = _entries if parsed.entries else _searched
    articles, notes = read(parsed, source, path.stem, corrections)
    return FileReport(
        source,
        tuple(map(with_garble, corrections.articles(articles))),
        parsed.encoding,
        parsed.undecodable,
        (*parsed.notes, *damage_notes(parsed.decoded, parsed.undecodable, parsed.lost), *notes),
        parsed.decoded,
        unapplied=tuple(corrections.unapplied),
        begins=corrections.begins(source),
    )


def _entries(
    parsed: Parsed, source: str, stem: str, corrections: Corrections
) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    """Make the articles that the format itself tells apart."""
    known = vocabulary(parsed.decoded)
    front = corrections.entries(parsed)
    articles = []
    for n, entry in enumerate(parsed.entries, 1):
        said = {**parsed.native, **entry.native}
        article = assemble(Cut(entry.first, entry.last), n, source, parsed, known, said, stem)
        articles.append(_as_told(article, said) if parsed.told == "record" else article)
    if front:
        articles.insert(0, front_matter(front, source, parsed, read_masthead(front, (), parsed.native), stem))
    return tuple(articles), ()


def _with_told_title(cuts: list[Cut], parsed: Parsed) -> list[Cut]:
    """Take back the title of a lone article where it is the first of several headings and the file tells another."""
    told = squeeze(parsed.native.get("title", ""))
    if len(cuts) != 1 or not told or not cuts[0].title_lines or parsed.told not in ("front matter", "meta"):
        return cuts
    level = parsed.lines[cuts[0].title_lines[0]].level
    peers = [line for line in parsed.lines[cuts[0].first : cuts[0].last] if line.level == level]
    sections = level == 1 and len(peers) > len(cuts[0].title_lines)
    return [replace(cuts[0], title_lines=())] if sections and told not in {squeeze(p.text) for p in peers} else cuts


def _as_told(article: Article, said: Mapping[str, str]) -> Article:
    """Let the fields of a record stand above what its text seems to say; one without a title has its first words."""
    fields = {name: said[name] for name in _LISTED if said.get(name)}
    authors = tuple(said["author"].split(AUTHORS)) if said.get("author") else article.authors
    how = dict.fromkeys([*fields, *(["authors"] if said.get("author") else [])], "record")
    words = _FIRST_WORDS.match(article.text) if article.found.get("title") == "file name" else None
    if words and "title" not in fields and any(p.kind != "table" for p in article.paragraphs):
        fields["title"], how["title"] = words.group().strip(), "first words"
    return replace(article, authors=authors, found={**article.found, **how}, **fields)  # type: ignore[arg-type]


def _searched(
    parsed: Parsed, source: str, stem: str, corrections: Corrections
) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    """Find the articles, and put what belongs to none into front matter."""
    kept, furniture = drop_furniture(parsed.lines)
    parsed.lines = mistrust(kept) if kept and kept[0].whole else kept
    parsed.hanging = learn(parsed.lines).hanging
    cuts, front, notes = segment(parsed.lines, furniture)
    cuts = _with_told_title(cuts, parsed)
    cuts, front = corrections.cuts(cuts, front, parsed)
    masthead = read_masthead(front, furniture, parsed.native)
    # a page's author is its article's only if alone
    said: Mapping[str, str] = {**parsed.native, **masthead} if len(cuts) == 1 else masthead
    known = vocabulary(parsed.decoded)
    articles = [assemble(cut, n, source, parsed, known, said, stem) for n, cut in enumerate(cuts, 1)]
    if front:
        articles.insert(0, front_matter(front, source, parsed, masthead, stem))
    return tuple(articles), notes
