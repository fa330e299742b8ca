"""Answer a question, or a file of questions, from an index: ``wenju ask``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rag.commands.options import add_encoder, add_finding, add_index, add_reader, settings_of
from rag.errors import ConfigError
from rag.query import check_question

HELP = "answer a question, or a file of questions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("question", nargs="*", metavar="QUESTION")
    parser.add_argument("--batch", type=Path, metavar="FILE.jsonl", help="questions and conversations, one a line")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="for --batch; what it holds is not asked again")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    add_finding(parser)
    parser.set_defaults(when_interrupted="; answers written so far are kept")
    add_index(parser)
    add_encoder(parser)
    add_reader(parser)


def run(args: argparse.Namespace) -> int:
    """Print the answer; 1 where there is none."""
    if args.where is not None:
        from rag.filters import parse

        parse(args.where)  # before anything is opened
    if args.batch:
        if args.explain:
            raise ConfigError("--explain explains one question, not a --batch", mend="Leave one of them out.")
        from rag.commands.batch import run_batch

        return run_batch(args)
    if args.out:
        raise ConfigError("--out goes with --batch only", mend="Use --json and a pipe to keep one answer.")
    question = check_question(" ".join(args.question))

    from rag.wiring import assistant_for

    assistant = assistant_for(settings_of(args))
    limit = {} if args.where is None else {"where": args.where}
    answer, explanation = (
        assistant.explain(question, **limit) if args.explain else (assistant.ask(question, **limit), None)
    )
    if args.json:
        from rag.serialize import answer_to_dict
        from rag.serialize_search import explanation_to_dict

        told = {"explanation": explanation_to_dict(explanation)} if explanation else {}
        print(json.dumps({**answer_to_dict(answer), **told}, ensure_ascii=False, indent=1))
    else:
        from rag.commands.explained import explanation_text
        from rag.commands.terminal import COLOUR, PLAIN, answer_text

        style = COLOUR if sys.stdout.isatty() else PLAIN
        print(answer_text(answer, style))
        if explanation:
            print("\n" + explanation_text(explanation, style, passages=True))
    return 0 if answer.status == "answered" else 1
