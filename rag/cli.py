"""The command ``wenju``. Starts light: each command imports what it needs when it runs.

Answers go to stdout, everything else to stderr. Exit codes: 0 done, 1 no answer or nothing found,
2 something the user can mend, 70 a fault of ours, 130 interrupted.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from rag import __version__
from rag.errors import WenjuError

COMMANDS = (
    "index", "watch", "articles", "show", "ask", "search", "quote", "cite", "serve", "export", "snapshot", "restore",
    "repair", "tune", "doctor",
)  # fmt: skip
EXAMPLES = """examples:
  wenju index ~/journals --index indexes/journals
  wenju ask "青石河沿岸设了多少名河长？" --index indexes/journals
  wenju serve --sample
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other error is said."""

    def error(self, message: str) -> NoReturn:
        print(f"wenju: {message}. See `{self.prog} --help`.", file=sys.stderr)
        raise SystemExit(2)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _prepare_streams()
    _prepare_libraries()
    args = _parser().parse_args(argv)
    debug = bool(os.environ.get("WENJU_DEBUG"))
    _prepare_logs(debug)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _fail(130, f"interrupted{args.when_interrupted}.", False)
    except BrokenPipeError:
        # `| head` has seen enough; without this the interpreter would complain when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except WenjuError as error:
        return _fail(2, str(error), debug)
    except OSError as error:
        return _fail(2, f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''}.", debug)
    except Exception as error:
        return _fail(70, f"unexpected {type(error).__name__}: {error}. Run with WENJU_DEBUG=1 for details.", debug)


def _fail(code: int, sentence: str, debug: bool) -> int:
    print(f"wenju: {' '.join(sentence.split())}", file=sys.stderr)
    if debug:
        logging.getLogger(__name__).debug("the error came from:", exc_info=True)
    return code


def _prepare_libraries() -> None:
    """Keep numpy to one thread: for products as small as ours a second one mostly waits, a hundred times as long."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _prepare_logs(debug: bool) -> None:
    """Let our own warnings through, and keep the libraries quiet, towards the user and towards their makers."""
    logging.basicConfig(level=logging.DEBUG if debug else logging.ERROR, format="%(name)s: %(message)s")
    for ours in ("rag", "ui"):
        logging.getLogger(ours).setLevel(logging.DEBUG if debug else logging.WARNING)
    os.environ.setdefault("HF_HUB_VERBOSITY", "debug" if debug else "error")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if not sys.stderr.isatty():
        os.environ.setdefault("TQDM_DISABLE", "1")  # a bar that cannot be drawn over fills a log


def _prepare_streams() -> None:
    """Write UTF-8 into pipes and files whatever the locale, and never fail for one character."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure and not stream.isatty():
            reconfigure(encoding="utf-8", errors="replace")
        elif reconfigure:
            reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="wenju",
        description="Ask an archive of articles, get its own words.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"wenju {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    for name in COMMANDS:
        module = import_module(f"rag.commands.{name}")
        command = commands.add_parser(name, help=module.HELP, description=str(module.__doc__).split(": `")[0])
        command.set_defaults(run=module.run, when_interrupted="")
        module.add_arguments(command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
