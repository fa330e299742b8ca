"""Open the web chat on this machine: ``wenju serve``."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.commands.index import index_sample, report_text, sample_settings
from rag.commands.options import add_encoder, add_index, add_reader, settings_of
from rag.errors import ConfigError
from rag.requirements import refuse_outdated

if TYPE_CHECKING:
    from rag.config import Settings
    from ui.archive.live import Live
    from ui.rest import Desk
    from ui.server.access import Access

HELP = "open the web chat on this machine"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860)")
    parser.add_argument("--sample", action="store_true", help="serve the archive that comes with Wenju")
    parser.add_argument("--new", action="store_true", help="begin with an empty archive where there is no index yet")
    parser.add_argument("--read-only", action="store_true", help="nobody may send files, correct or re-index")
    parser.add_argument("--state", type=Path, metavar="DIR", help="conversations, feedback, uploads (INDEX.state)")
    who = parser.add_argument_group("who may come in")
    who.add_argument("--auth", type=Path, metavar="FILE", help="users; only they come in")
    who.add_argument("--add-user", metavar="NAME", help="write a user into --auth FILE, asking for the password")
    who.add_argument("--reads-only", action="store_true", help="with --add-user: who may not change the archive")
    who.add_argument("--allow-remote", action="store_true", help="let other machines in; wants --auth")
    who.add_argument("--no-auth", action="store_true", help="let them in without a password, to read only")
    who.add_argument(
        "--root-path", default="", metavar="PATH", help="before ours, behind a proxy; or https://name/path"
    )
    who.add_argument("--rate", type=float, default=10.0, metavar="N", help="requests a second of a client; 0: any (10)")
    who.add_argument("--max-upload", type=float, default=50.0, metavar="MB", help="megabytes of a file (50)")
    add_index(parser)
    add_encoder(parser)
    add_reader(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted; or write a user."""
    if args.add_user is not None:
        return _add_user(args)
    refuse_outdated()
    settings, examples = settings_of(args), _examples(args)
    if args.sample:
        settings = sample_settings(args)
        print(report_text(index_sample(settings), settings.index), flush=True)
    if args.allow_remote and not (args.auth or args.no_auth):
        raise ConfigError(
            "other machines shall be let in, and nobody has a password",
            mend="Give --auth FILE (--add-user NAME makes one), or --no-auth to let everybody read.",
        )

    from rag.index import generation

    if generation.exists(settings.index) or not args.new:
        generation.current(settings.index)  # says what is wrong before anything is loaded or written
    _serve(args, settings, examples)
    return 0


def _serve(args: argparse.Namespace, settings: Settings, examples: Sequence[str]) -> None:
    from ui.serve import serve

    state = args.state or settings.index.with_name(f"{settings.index.name}.state")
    state.mkdir(parents=True, exist_ok=True)
    access = _access(args, state)
    live, desk = open_desk(settings, state, manage=not (args.read_only or args.no_auth), upload=access.upload)
    if live.exists():
        live.refresh()
    live.follow()
    try:
        serve(
            live.assistant,
            live.about,
            host=args.host,
            port=args.port,
            examples=examples,
            archive=live.archive,
            ready=_announce(examples),
            access=access,
            desk=desk,
        )
    finally:
        live.close()


def open_desk(settings: Settings, state: Path, *, manage: bool, upload: int) -> tuple[Live, Desk]:
    """Return the index of ``settings`` and all that the server does with it; what it keeps lies in ``state``."""
    from rag.encode import open_encoder
    from ui.archive.jobs import Indexer
    from ui.archive.live import Live
    from ui.archive.manage import Manager
    from ui.archive.opened import opener
    from ui.kept.feedback import Feedback
    from ui.kept.history import History
    from ui.rest import Desk

    encoder = open_encoder(settings.encoder)
    live = Live(settings.index, opener(settings, encoder))
    manager = None
    if manage:
        indexer = Indexer(live, encoder, settings.max_chars)
        manager = Manager(live, (state / "uploads").absolute(), indexer, upload)
    history, feedback = History(state / "history.sqlite"), Feedback(state / "feedback.jsonl")
    return live, Desk(live, history=history, feedback=feedback, manager=manager)


def _access(args: argparse.Namespace, state: Path) -> Access:
    from ui.server.access import Access
    from ui.server.users import Users, secret_in

    users = Users(args.auth, secret_in(state)) if args.auth else None
    return Access(users, args.root_path, args.rate or None, round(args.max_upload * 1e6), remote=args.allow_remote)


def _add_user(args: argparse.Namespace) -> int:
    from ui.server.users import add_user

    if args.auth is None:
        raise ConfigError("--add-user wants a file to write to", mend="Give --auth FILE.")
    if sys.stdin.isatty():
        password = getpass.getpass(f"Password of {args.add_user}: ")
        if getpass.getpass("Once more: ") != password:
            raise ConfigError("the two passwords differ", mend="Try again.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    add_user(args.auth, args.add_user, password, manages=not args.reads_only)
    may = "ask and read" if args.reads_only else "ask, read and manage the archive"
    print(f"wenju: {args.add_user} may sign in, {may}; {args.auth} holds the hash of the password", file=sys.stderr)
    return 0


def _examples(args: argparse.Namespace) -> Sequence[str]:
    if not args.sample:
        return ()
    from rag.sample import EXAMPLES

    return EXAMPLES


def _announce(examples: Sequence[str]) -> Callable[[str], None]:
    def ready(url: str) -> None:
        print(f"\nWenju answers at {url}   (^C ends it)", flush=True)
        if examples:
            print("Worth asking:", *examples[:3], sep="\n  ", flush=True)

    return ready
