"""Answer a question, or a file of questions, from an index: ``wenju ask``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rag.commands.options import add_encoder, add_index, add_reader, settings_of
from rag.errors import ConfigError
from rag.query import check_question

HELP = "answer a question, or a file of questions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("question", nargs="*", metavar="QUESTION")
    parser.add_argument("--batch", type=Path, metavar="FILE.jsonl", help="questions and conversations, one a line")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="for --batch; what it holds is not asked again")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.set_defaults(when_interrupted="; answers written so far are kept")
    add_index(parser)
    add_encoder(parser)
    add_reader(parser)


def run(args: argparse.Namespace) -> int:
    """Print the answer; 1 where there is none."""
    if args.batch:
        from rag.commands.batch import run_batch

        return run_batch(args)
    if args.out:
        raise ConfigError("--out goes with --batch only", mend="Use --json and a pipe to keep one answer.")
    question = check_question(" ".join(args.question))

    from rag.wiring import assistant_for

    answer = assistant_for(settings_of(args)).ask(question)
    if args.json:
        from rag.serialize import answer_to_dict

        print(json.dumps(answer_to_dict(answer), ensure_ascii=False, indent=1))
    else:
        from rag.commands.terminal import COLOUR, PLAIN, answer_text

        print(answer_text(answer, COLOUR if sys.stdout.isatty() else PLAIN))
    return 0 if answer.status == "answered" else 1
