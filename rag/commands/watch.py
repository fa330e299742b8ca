"""Keep an index in step with folders until it is stopped: ``wenju watch``."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from rag.commands.options import add_encoder, add_index, settings_of
from rag.commands.terminal import safe
from rag.errors import ConfigError

if TYPE_CHECKING:
    from rag.index.watch import Notice

HELP = "keep an index in step with folders until it is stopped"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folders or files")
    parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="between two looks (5)")
    parser.add_argument("--settle", type=float, default=2.0, metavar="SECONDS", help="a file is at rest after (2)")
    parser.add_argument("--max-chars", type=int, metavar="N", help="length of a passage (320)")
    parser.add_argument("--json", action="store_true", help="print each change as a line of JSON")
    add_index(parser)
    add_encoder(parser)


def run(args: argparse.Namespace) -> int:
    """Watch until SIGINT or SIGTERM, which is how it is meant to end: 0."""
    from rag.encode import open_encoder
    from rag.index.watch import Pace, watch

    if not (args.every > 0 and args.settle >= 0):
        raise ConfigError("--every must be more than 0, and --settle not less", mend="Correct the seconds.")
    settings, stop = settings_of(args), Event()
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        encoder = open_encoder(settings.encoder)
        print(f"wenju: watching {', '.join(map(str, args.paths))} for {settings.index}", file=sys.stderr, flush=True)
        watch(
            args.paths,
            settings.index,
            encoder,
            max_chars=settings.max_chars,
            stop=stop,
            tell=_as_json if args.json else _as_line,
            pace=Pace(args.every, args.settle),
        )
    except KeyboardInterrupt:  # wherever it was; an update under way has been undone
        with suppress(OSError):
            print("wenju: stopped; the index is as of the last line above.", file=sys.stderr)
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _as_line(notice: Notice) -> None:
    print(safe(f"{time.strftime('%H:%M:%S')}  {notice.what:<7}  {notice.says}"), flush=True)


def _as_json(notice: Notice) -> None:
    print(json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%S"), **asdict(notice)}, ensure_ascii=False), flush=True)
