"""Answer a question, or a file of questions, from an index: ``wenju ask``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.commands.options import add_encoder, add_finding, add_index, add_reader, settings_of
from rag.errors import ConfigError
from rag.query import check_question

if TYPE_CHECKING:
    from rag.retrieve.explain import Explanation
    from rag.types import Answer

HELP = "answer a question, or a file of questions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("question", nargs="*", metavar="QUESTION")
    parser.add_argument("--batch", type=Path, metavar="FILE.jsonl", help="questions and conversations, one a line")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="for --batch; what it holds is not asked again")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument("--as-typed", action="store_true", help="put no slips of typing right")
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
    explanation = None
    if args.explain:
        answer, explanation = assistant.explain(question, **limit)
        answers = [answer]
    else:
        answers = assistant.ask_each(question, **limit, as_typed=args.as_typed)
    if args.json:
        _print_json(question, answers, explanation)
    else:
        _print_text(answers, explanation)
    return 0 if any(answer.status == "answered" for answer in answers) else 1


def _print_json(question: str, answers: Sequence[Answer], explanation: Explanation | None) -> None:
    """Print one answer as itself, several as the parts of the question."""
    from rag.serialize import answer_to_dict
    from rag.serialize_search import explanation_to_dict

    told: dict[str, Any] = {"explanation": explanation_to_dict(explanation)} if explanation else {}
    parts = [answer_to_dict(answer) for answer in answers]
    whole = {**parts[0], **told} if len(parts) == 1 else {"query": question, "parts": parts}
    print(json.dumps(whole, ensure_ascii=False, indent=1))


def _print_text(answers: Sequence[Answer], explanation: Explanation | None) -> None:
    from rag.commands.explained import explanation_text
    from rag.commands.meant import meant_text
    from rag.commands.terminal import COLOUR, PLAIN, answer_text

    style = COLOUR if sys.stdout.isatty() else PLAIN
    several = len(answers) > 1
    print("\n\n".join(meant_text(one, style, part=several) + answer_text(one, style) for one in answers))
    if explanation:
        print("\n" + explanation_text(explanation, style, passages=True))
