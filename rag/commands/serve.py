"""Open the web chat on this machine: ``wenju serve``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands.index import index_sample, report_text, sample_settings
from rag.commands.options import add_encoder, add_index, add_reader, settings_of
from rag.requirements import refuse_outdated

if TYPE_CHECKING:
    from rag.index import Counts

HELP = "open the web chat on this machine"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860)")
    parser.add_argument("--allow-remote", action="store_true", help="let other machines in; there is no password")
    parser.add_argument("--sample", action="store_true", help="serve the archive that comes with Wenju")
    add_index(parser)
    add_encoder(parser)
    add_reader(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    refuse_outdated()
    settings = settings_of(args)
    examples: Sequence[str] = ()
    if args.sample:
        from rag.sample import EXAMPLES

        settings, examples = sample_settings(args), EXAMPLES
        print(report_text(index_sample(settings), settings.index), flush=True)

    from rag.index import open_index
    from rag.wiring import assistant_for, retriever_for
    from ui.serve import serve

    index = open_index(settings.index)
    serve(
        assistant_for(settings, retriever_for(settings, index)),
        about(settings.index, index.counts()),
        host=args.host,
        port=args.port,
        examples=examples,
        ready=_announce(examples),
        allow_remote=args.allow_remote,
    )
    return 0


def about(folder: Path, counts: Counts) -> dict[str, object]:
    """Name what the page says of the archive."""
    return {
        "name": folder.name,
        "files": counts.files,
        "articles": counts.articles,
        "paragraphs": counts.paragraphs,
    }


def _announce(examples: Sequence[str]) -> Callable[[str], None]:
    def ready(url: str) -> None:
        print(f"\nWenju answers at {url}   (^C ends it)", flush=True)
        if examples:
            print("Worth asking:", *examples[:3], sep="\n  ", flush=True)

    return ready
