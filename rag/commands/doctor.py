"""Check versions, models, the index, and what works offline: ``wenju doctor``."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from rag import __version__
from rag.commands.options import add_encoder, add_index, add_reader, settings_of
from rag.config import BUNDLED, Settings
from rag.errors import WenjuError
from rag.requirements import outdated

HELP = "check versions, models, the index, what works offline"
PACKAGES = ("torch", "transformers", "sentence-transformers", "onnxruntime", "faiss-cpu", "tantivy", "gradio")

State = Literal["ok", "note", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; a fault keeps something from working, a note does not."""

    what: str
    state: State
    says: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    add_index(parser)
    add_encoder(parser)
    add_reader(parser)


def run(args: argparse.Namespace) -> int:
    """Print the findings; 2 when one of them is a fault."""
    findings = list(examine(settings_of(args)))
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        width = max(len(finding.what) for finding in findings)
        for finding in findings:
            print(f"{finding.state:<5}  {finding.what:<{width}}  {finding.says}")
    return 2 if any(finding.state == "fault" for finding in findings) else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that ``settings`` need."""
    yield Finding("wenju", "ok", f"{__version__} on Python {platform.python_version()}, {platform.system()}")
    for name in PACKAGES:
        yield _package(name)
    for phrase in outdated():
        yield Finding("safety", "fault", f"{phrase}; run `pip install -U` with constraints.txt")
    encoder = _loaded("encoder", lambda: _encoder(settings))
    yield encoder
    yield _loaded("reader", lambda: _reader(settings))
    yield _index(settings, encoder.says.partition(", ")[0] if encoder.state == "ok" else "")
    yield _offline(settings)


def _package(name: str) -> Finding:
    try:
        return Finding(name, "ok", version(name))
    except PackageNotFoundError:
        return Finding(name, "fault", "not installed; run `pip install` with constraints.txt")


def _loaded(what: str, load: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "ok", load())
    except (WenjuError, OSError, ImportError) as error:
        return Finding(what, "fault", str(error))


def _encoder(settings: Settings) -> str:
    from rag.encode import BUNDLED_FOLDER, open_encoder

    encoder = open_encoder(settings.encoder)
    return ", ".join([encoder.name, f"{encoder.dim} dimensions", *_measured(settings.encoder, BUNDLED_FOLDER)])


def _reader(settings: Settings) -> str:
    from rag.read import BUNDLED_READER, open_reader

    return ", ".join([open_reader(settings.reader).name, *_measured(settings.reader, BUNDLED_READER)])


def _measured(name: str, bundled: Path) -> list[str]:
    """Return what the ``scores.json`` beside a model's weights says of its quality, if anything."""
    file = (bundled if name == BUNDLED else Path(name)) / "scores.json"
    try:
        says = json.loads(file.read_text(encoding="utf-8"))["says"]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # a model of somebody else's has none
    return [says] if isinstance(says, str) and says else []


def _index(settings: Settings, encoder: str) -> Finding:
    """Open the index, which compares each of its files with the recorded hash."""
    from rag.index import open_index

    if not settings.index.exists():
        mend = f"make one with `wenju index PATH... --index {settings.index}`"
        return Finding("index", "note", f"there is none at {settings.index}; {mend}")
    try:
        with open_index(settings.index) as index:
            counts, made = index.counts(), index.manifest
            says = f"{settings.index}: {counts.articles:,} articles, {counts.passages:,} passages, sound"
            says += f"; made with {made.encoder} on {made.created}"
    except WenjuError as error:
        return Finding("index", "fault", str(error))
    if encoder and encoder != made.encoder:
        return Finding("index", "fault", f"{says}; the encoder above cannot search it, use that one or --rebuild")
    return Finding("index", "ok", says)


def _offline(settings: Settings) -> Finding:
    """Tell whether a model would have to be fetched; nothing else ever needs the network."""
    named = {"encoder": settings.encoder, "reader": settings.reader}
    remote = [f"{what} {name}" for what, name in named.items() if name != BUNDLED and not Path(name).exists()]
    if remote:
        return Finding("offline", "note", f"everything but the first load of {' and '.join(remote)} works offline")
    return Finding("offline", "ok", f"indexing, asking and the web chat need no network ({sys.platform})")
