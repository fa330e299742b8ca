"""``wenju articles --edit``: corrections written beside the file, and the file read again."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.commands.articles import listing
from rag.commands.options import settings_of
from rag.commands.pick import the_one
from rag.config import Settings
from rag.errors import ArticleError, ConfigError
from rag.types import Article


@dataclass(frozen=True, slots=True)
class Target:
    """The article to correct: its file as it reads now, its first words and where they stand."""

    article: Article
    path: Path
    source: str
    begins: tuple[tuple[str, str, int], ...]
    articles: tuple[Article, ...]
    unapplied: tuple[str, ...]
    max_chars: int

    def anchor(self) -> tuple[str, int]:
        """Return the first words of the article and where they stand."""
        return next((words, at) for id_, words, at in self.begins if id_ == self.article.id)


def run_edit(args: argparse.Namespace) -> int:
    """Write the correction, or let $EDITOR do it, and bring the index up to date."""
    from rag.articles.corrections.write_sidecar import version

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
    from rag.index.intake import read_files

    with open_index(settings.index) as index:
        article = index.article(the_one(index.listed(), wanted).id)
        rows = {row.source: row for row in index.sources()}
        max_chars = index.manifest.max_chars
    row = rows.get(article.source)
    if row is None:
        raise ConfigError(
            "what stands in an archive cannot be corrected", where=article.id, mend="Unpack it and index the folder."
        )
    path = Path(row.path)
    (_, outcome), *_ = read_files([(path, row.source)])
    if isinstance(outcome, ArticleError):
        raise outcome
    now = next((other for other in outcome.articles if other.id == article.id), None)
    if now is None or (now.title, now.text) != (article.title, article.text):
        raise ConfigError(
            "this file reads otherwise than when it was indexed", where=path, mend="Run `wenju index` on it first."
        )
    return Target(article, path, row.source, outcome.begins, outcome.articles, outcome.unapplied, max_chars)


def _correct(args: argparse.Namespace, target: Target, seen: str) -> None:
    from rag.articles.corrections.anchors import place_in
    from rag.articles.corrections.sidecar import Correction
    from rag.articles.corrections.write_sidecar import write_correction

    if args.undo + args.join + args.front + bool(args.split) > 1 or (args.undo and args.set):
        raise ConfigError("--split, --join, --front and --undo exclude each other", mend="Correct one after the other.")
    if args.undo:
        _kept(target, lambda: _undo(target, seen))
        return
    words, at = target.anchor()
    if args.split:
        words, at = " ".join(args.split.split()), place_in(target.article, args.split) or at
        if not words:
            raise ConfigError("--split wants the first words of the new article")
    correction = Correction(words, at, _fields(args.set or []), joins=args.join, front=args.front)
    _kept(target, lambda: write_correction(target.path, correction, seen=seen))


def _fields(settings: list[str]) -> dict[str, str | tuple[str, ...]]:
    """Read FIELD=VALUE pairs."""
    from rag.articles.corrections.sidecar import FIELDS, names

    fields: dict[str, str | tuple[str, ...]] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        name = {"author": "authors"}.get(name.strip(), name.strip())
        if not equals or name not in FIELDS:
            raise ConfigError(f"--set {setting!r} is no correction", mend=f"Use FIELD=VALUE with {', '.join(FIELDS)}.")
        if name == "title" and not value.strip():
            raise ConfigError("a title can be changed, not taken away")
        fields[name] = names(value) if name == "authors" else " ".join(value.split())
    return fields


def _undo(target: Target, seen: str) -> Path:
    """Take back what was written for the places inside the article."""
    from rag.articles.corrections.sidecar import read_sidecar
    from rag.articles.corrections.write_sidecar import remove_corrections
    from rag.text import squeeze

    sidecar = read_sidecar(target.path)
    words, at = target.anchor()
    end = min((other for _, _, other in target.begins if other > at), default=sys.maxsize)
    unwanted = [
        one
        for one in (sidecar.articles if sidecar else ())
        if squeeze(one.begins) == squeeze(words)
        or (one.at is not None and at <= one.at < end)
        or (one.front and target.article.kind == "front")
    ]
    if not unwanted:
        raise ConfigError(f"there is no correction of {target.article.id}")
    return remove_corrections(target.path, unwanted, seen=seen)


def _kept(target: Target, write: Callable[[], Path]) -> None:
    """Write, and read the file again: a correction that cannot be applied is taken back and told."""
    from rag.articles.corrections.sidecar import sidecar_of
    from rag.index.intake import read_files

    sidecar = sidecar_of(target.path)
    before = sidecar.read_bytes() if sidecar.exists() else None
    write()
    (_, outcome), *_ = read_files([(target.path, target.source)])
    why = [outcome.what] if isinstance(outcome, ArticleError) else _new(outcome.unapplied, target.unapplied)
    if why:
        if before is None:
            sidecar.unlink()
        else:
            sidecar.write_bytes(before)
        raise ConfigError(f"this correction cannot be made: {why[0].partition(': ')[2] or why[0]}", where=target.path)


def _new(now: tuple[str, ...], before: tuple[str, ...]) -> list[str]:
    """Return what is told now and was not before, whatever its line."""
    told = {reason.partition(": ")[2] for reason in before}
    return [reason for reason in now if reason.partition(": ")[2] not in told]


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
