"""Read articles into an index, or bring it up to date: ``wenju index``."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands.options import add_encoder, add_index, settings_of
from rag.commands.progress import Progress
from rag.config import Settings
from rag.errors import ConfigError, IndexStoreError

if TYPE_CHECKING:
    from rag.index import IndexReport

HELP = "read articles into an index, or bring it up to date"

SAMPLE_INDEX = Path("indexes/sample")
_NAMED = 12  # skipped files and notes listed one by one


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="folders; txt, md, html, docx, pdf files")
    parser.add_argument("--sample", action="store_true", help="index the small archive that comes with Wenju")
    parser.add_argument("--rebuild", action="store_true", help="make it anew; the old one stays until that is done")
    parser.add_argument("--max-chars", type=int, metavar="N", help="length of a passage (320)")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(when_interrupted="; the index is as it was")
    add_index(parser)
    add_encoder(parser)


def run(args: argparse.Namespace) -> int:
    """Index and report."""
    settings = settings_of(args)
    if args.sample:
        if args.paths:
            raise ConfigError("--sample and a PATH exclude each other", mend="Index them into two indexes.")
        settings = sample_settings(args)
        report = index_sample(settings)
    elif args.paths:
        report = _update(args.paths, settings, rebuild=args.rebuild)
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


def _update(paths: Sequence[Path], settings: Settings, *, rebuild: bool) -> IndexReport:
    from rag.encode import open_encoder
    from rag.index import update_index

    encoder = open_encoder(settings.encoder)
    with Progress() as progress:
        return update_index(
            paths, settings.index, encoder, max_chars=settings.max_chars, progress=progress, rebuild=rebuild
        )


def report_text(report: IndexReport, folder: Path) -> str:
    """Say what the index holds now, what this run did, and what it left out and why."""
    lines = [
        f"{folder}: {report.files:,} files, {report.articles:,} articles, {report.paragraphs:,} paragraphs, "
        f"{report.passages:,} passages, {report.characters:,} characters",
        f"  files added {report.added:,}, changed {report.changed:,}, removed {report.removed:,}, "
        f"unchanged {report.unchanged:,}",
    ]
    for label, pairs in (("skipped", report.skipped), ("note", report.notes)):
        lines += [f"  {label}: {source}: {reason}" for source, reason in pairs[:_NAMED]]
        if len(pairs) > _NAMED:
            lines.append(f"  {label}: {len(pairs) - _NAMED:,} more; --json lists them all")
    return "\n".join(lines)
