"""``wenju articles --edit``: corrections written beside the file, and the file read again."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands.listing import listing
from rag.commands.options import settings_of
from rag.commands.pick import the_one
from rag.config import Settings
from rag.errors import ConfigError

if TYPE_CHECKING:
    from rag.articles.corrections.sidecar import Value
    from rag.index.correct import Target


def run_edit(args: argparse.Namespace) -> int:
    """Write the correction, or let $EDITOR do it, and bring the index up to date."""
    from rag.articles.corrections.sidecar_file import version

    settings = settings_of(args)
    target = find_target(args.edit, settings)
    seen = version(target.path)
    if any((args.set, args.split, args.join, args.front, args.undo)):
        _correct(args, target, seen)
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError("nothing to correct", mend="Give --set, --split, --join, --front or --undo.")
    elif not _by_hand(target, seen):
        print("wenju: nothing was changed", file=sys.stderr)
        return 0
    _bring_up_to_date(target, settings)
    return 0


def find_target(wanted: str, settings: Settings) -> Target:
    """Find the article and read its file; raises ConfigError where it cannot be corrected."""
    from rag.index import open_index
    from rag.index.correct import target_of

    with open_index(settings.index) as index:
        return target_of(index, the_one(index.listed(), wanted).id)


def _correct(args: argparse.Namespace, target: Target, seen: str) -> None:
    from rag.index.correct import Change, correct

    change = Change(_fields(args.set or []), args.split or "", args.join, args.front, args.undo)
    correct(target, change, seen)


def _fields(settings: list[str]) -> dict[str, Value]:
    """Read FIELD=VALUE pairs."""
    from rag.articles.corrections.sidecar import FIELDS
    from rag.index.correct import field_value

    fields: dict[str, Value] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or {"author": "authors"}.get(name.strip(), name.strip()) not in FIELDS:
            raise ConfigError(f"--set {setting!r} is no correction", mend=f"Use FIELD=VALUE with {', '.join(FIELDS)}.")
        name, held = field_value(name, value)
        fields[name] = held
    return fields


def _by_hand(target: Target, seen: str) -> bool:
    """Open an editor on the corrections and an outline of the file; False when nothing came of it."""
    from rag.articles.corrections.sidecar import SidecarError, sidecar_of
    from rag.articles.corrections.write_sidecar import outline, save_sidecar, sidecar_text

    before = sidecar_text(target.path)
    comments = outline(target.articles, target.begins)
    draft = Path(tempfile.mkdtemp(prefix="wenju-"), sidecar_of(target.path).name)
    draft.write_text("\n".join([before.rstrip("\n"), "", *comments, ""]), encoding="utf-8")
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        subprocess.run([*shlex.split(editor), str(draft)], check=True)
        lines, ours = draft.read_text(encoding="utf-8-sig").splitlines(), set(comments)
        text = "\n".join(line for line in lines if line not in ours).rstrip("\n") + "\n"
        changed = text != before.rstrip("\n") + "\n"
        if changed:
            save_sidecar(target.path, text, seen=seen)
    except SidecarError as error:
        raise ConfigError(error.what, where=error.where, mend=f"What you wrote is kept in {draft}.") from error
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise ConfigError(f"the editor failed: {error}", mend="Set EDITOR, or use --set.") from error
    shutil.rmtree(draft.parent)
    return changed


def _bring_up_to_date(target: Target, settings: Settings) -> None:
    from rag.articles.corrections.sidecar import sidecar_of
    from rag.commands.progress import Progress
    from rag.encode import open_encoder
    from rag.index import open_index, update_index

    encoder = open_encoder(settings.encoder)
    with Progress() as progress:
        report = update_index([target.path], settings.index, encoder, max_chars=target.max_chars, progress=progress)
    with open_index(settings.index) as index:
        articles = [article for article in index.listed() if article.source == target.source]
    print("\n".join(listing(articles, None)))
    if sidecar_of(target.path).exists():
        print(f"wenju: corrections are kept in {sidecar_of(target.path)}", file=sys.stderr)
    for source, why in report.unapplied:
        if source == target.source:
            print(f"wenju: not corrected: {why}", file=sys.stderr)
