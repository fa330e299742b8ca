"""Read articles into an index, or bring it up to date: ``wenju index``."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.articles.garble import GARBLED
from rag.commands.articles import counted
from rag.commands.options import add_encoder, add_index, settings_of
from rag.commands.progress import Progress
from rag.commands.terminal import safe
from rag.config import Settings
from rag.errors import ConfigError, IndexStoreError

if TYPE_CHECKING:
    from rag.index import IndexReport
    from rag.index.preview import Preview

HELP = "read articles into an index, or bring it up to date"

SAMPLE_INDEX = Path("indexes/sample")
_NAMED = 12  # skipped files and notes listed one by one
_SHOWN = 3  # paragraphs named as examples


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="folders, or txt, md, html, docx, odt, pdf, epub, csv, json, jsonl, zip files",
    )
    parser.add_argument("--sample", action="store_true", help="index the small archive that comes with Wenju")
    parser.add_argument("--rebuild", action="store_true", help="make it anew; the old one stays until that is done")
    parser.add_argument("--dry-run", action="store_true", help="say what would be read and removed, and write nothing")
    parser.add_argument(
        "--root", action="append", default=[], metavar="OLD=NEW", help="a folder was moved; its articles keep their ids"
    )
    parser.add_argument(
        "--words", type=Path, metavar="FILE", help="words of your own, one a line, and a = b for the same; it is kept"
    )
    parser.add_argument("--max-chars", type=int, metavar="N", help="length of a passage (320)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(when_interrupted="; the index is as it was")
    add_index(parser)
    add_encoder(parser)


def run(args: argparse.Namespace) -> int:
    """Index and report."""
    from rag.index.roots import parse_moves

    settings = settings_of(args)
    if args.sample:
        if args.paths or args.root or args.dry_run or args.words:
            raise ConfigError(
                "--sample takes no PATH, --root, --words or --dry-run",
                mend="Give folders of your own an index of theirs.",
            )
        settings = sample_settings(args)
        report = index_sample(settings)
    elif args.paths or args.root:
        moved = parse_moves(args.root)
        paths = args.paths or list(moved.values())
        if args.dry_run:
            return _preview(paths, settings, moved, args)
        report = _update(paths, settings, rebuild=args.rebuild, moved=moved, words=args.words)
    else:
        raise ConfigError("nothing to index", mend="Name folders or files, or give --sample.")
    if args.json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    else:
        print(report_text(report, settings.index))
    return 0


def sample_settings(args: argparse.Namespace) -> Settings:
    """Return the settings of ``args``, with an index of its own for the sample unless one is named."""
    named = args.index or os.environ.get("WENJU_INDEX")
    return settings_of(args) if named else replace(settings_of(args), index=SAMPLE_INDEX)


def index_sample(settings: Settings) -> IndexReport:
    """Bring the index of the sample up to date; one made by another version is simply made anew."""
    from rag.sample import corpus_folder

    try:
        return _update([corpus_folder()], settings, rebuild=False)
    except IndexStoreError:
        return _update([corpus_folder()], settings, rebuild=True)


def _preview(paths: Sequence[Path], settings: Settings, moved: Mapping[Path, Path], args: argparse.Namespace) -> int:
    from rag.index.preview import preview

    ahead = preview(paths, settings.index, moved=moved, rebuild=args.rebuild)
    if args.json:
        print(json.dumps(asdict(ahead), ensure_ascii=False, indent=1))
    else:
        print(preview_text(ahead, settings.index))
    return 0


def preview_text(ahead: Preview, folder: Path) -> str:
    """Say what a run would do, file by file."""
    lines = [
        f"{folder} would read {len(ahead.new):,} new and {len(ahead.changed):,} changed files, drop "
        f"{len(ahead.gone):,} and leave {ahead.unchanged + len(ahead.touched):,} as they are; nothing was written"
    ]
    for what, source in ahead.lines():
        lines.append(f"  {what}: {source}")
    for source in ahead.touched:
        lines.append(f"  same bytes: {source}")
    for source, why in ahead.skipped:
        lines.append(f"  skipped: {source}: {why}")
    return safe("\n".join(lines))


def _update(
    paths: Sequence[Path],
    settings: Settings,
    *,
    rebuild: bool,
    moved: Mapping[Path, Path] | None = None,
    words: Path | None = None,
) -> IndexReport:
    from rag.encode import open_encoder
    from rag.index import update_index

    encoder = open_encoder(settings.encoder)
    with Progress() as progress:
        return update_index(
            paths,
            settings.index,
            encoder,
            max_chars=settings.max_chars,
            progress=progress,
            rebuild=rebuild,
            moved=moved,
            words=words,
        )


def report_text(report: IndexReport, folder: Path) -> str:
    """Say what the index holds now, what this run did, and what it left out and why."""
    lines = [
        f"{folder}: {report.files:,} files, {report.articles:,} articles, {report.paragraphs:,} paragraphs, "
        f"{report.passages:,} passages, {report.characters:,} characters",
        f"  files added {report.added:,}, changed {report.changed:,}, removed {report.removed:,}, "
        f"unchanged {report.unchanged:,}",
    ]
    lines += _having(report)
    lines += _listed("NOT CORRECTED", [f"{source}: {why}" for source, why in report.unapplied])
    lines += _listed("skipped", [f"{source}: {why}" for source, why in report.skipped])
    lines += _undecoded(report)
    lines += _flagged(report)
    lines += _listed("near copies", [f"{one} and {other}, {share:.0%} alike" for one, other, share in report.alike])
    lines += _listed("note", [f"{source}: {note}" for source, note in report.notes])
    return safe("\n".join(lines))


def _listed(label: str, told: Sequence[str]) -> list[str]:
    lines = [f"  {label}: {line}" for line in told[:_NAMED]]
    return lines if len(told) <= _NAMED else [*lines, f"  {label}: {len(told) - _NAMED:,} more; --json lists them all"]


def _having(report: IndexReport) -> list[str]:
    """Say of how many articles a field is known, where there are any."""
    told = ", ".join(f"{name} {n:,}" for name, n in report.having.items())
    return [f"  of {counted(report.articles, 'article')}: {told}"] if report.having else []


def _undecoded(report: IndexReport) -> list[str]:
    told = []
    for file in report.undecoded:
        line = f"{file.source}: {counted(file.count, 'character')}"
        if file.places:
            article, paragraph, around = file.places[0]
            where = f"paragraph {paragraph}" if paragraph else "title"
            line += f", first in #{article.rpartition('#')[2]} {where}: …{around}…"
        told.append(line)
    return _listed("could not be decoded", told)


def _flagged(report: IndexReport) -> list[str]:
    """Name the worst of the garbled paragraphs, and the first of those out of place."""
    garbled = sorted((p for p in report.flagged if p.garble >= GARBLED), key=lambda p: -p.garble)
    misplaced = [p for p in report.flagged if p.misplaced]
    lines = []
    for label, flagged, option in (("garbled", garbled, "garbled"), ("out of place", misplaced, "misplaced")):
        if flagged:
            named = ", ".join(f"{p.article} ¶ {p.paragraph}" for p in flagged[:_SHOWN])
            more = f" and {len(flagged) - _SHOWN:,} more" if len(flagged) > _SHOWN else ""
            count = counted(len(flagged), "paragraph")
            lines.append(f"  {label}: {count}: {named}{more}; `wenju articles --{option}` lists the articles")
    return lines
