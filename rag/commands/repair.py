"""Look for damage in an index and mend it: ``wenju repair``."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands.options import add_encoder, add_index, settings_of
from rag.commands.progress import Progress
from rag.commands.terminal import safe

if TYPE_CHECKING:
    from rag.index.repair import Repaired

HELP = "look for damage in an index and mend it"
_SHOWN = 12  # lines of a kind


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--check", action="store_true", help="only look, byte by byte, and write nothing")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(when_interrupted="; the index is as it was")
    add_index(parser)
    add_encoder(parser)


def run(args: argparse.Namespace) -> int:
    """Mend what can be mended: 0, or 1 when something is lost, or is damaged and was only looked for."""
    from rag.encode import open_encoder
    from rag.index.repair import examine, repair

    settings = settings_of(args)
    if args.check:
        done = examine(settings.index)
    else:
        with Progress() as progress:
            done = repair(
                settings.index, open_encoder(settings.encoder), max_chars=settings.max_chars, progress=progress
            )
    if args.json:
        print(json.dumps(asdict(done), ensure_ascii=False, indent=1))
    else:
        print(repaired_text(done, settings.index, mended=not args.check))
    return 1 if done.lost or (args.check and done.faults) else 0


def repaired_text(done: Repaired, folder: Path, *, mended: bool) -> str:
    """Say what was damaged and what became of it."""
    if not done.faults:
        return f"{folder}: sound, {done.counts.articles:,} articles"
    lines = [f"  damaged: {fault}" for fault in done.faults[:_SHOWN]]
    if not mended:
        return safe("\n".join([f"{folder}: damaged; `wenju repair --index {folder}` mends it", *lines]))
    lines += [f"  read again: {source}" for source in done.again[:_SHOWN]]
    if len(done.again) > _SHOWN:
        lines.append(f"  read again: {len(done.again) - _SHOWN:,} more")
    lines += [f"  LOST: {source}: {what}" for source, what in done.lost]
    return safe("\n".join([f"{folder}: mended, {done.counts.articles:,} articles", *lines]))
