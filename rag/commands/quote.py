"""Check a quotation against the archive, letter for letter: ``wenju quote``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rag.commands.options import add_encoder, add_index, settings_of
from rag.commands.terminal import COLOUR, PLAIN, Style, safe
from rag.text import language, quoted_title

if TYPE_CHECKING:
    from rag.quote import Place, QuoteCheck

HELP = "check a quotation letter for letter: exact, altered, or not found"

_WORDS = {
    "zh": {
        "exact": "与原文一致",
        "altered": "与原文有出入",
        "not_found": "没有找到",
        "printed": "原文",
        "replaced": "改字",
        "added": "多出",
        "left out": "缺少",
        "place": "{}，第 {} 段",
        "page": "第 {} 页",
    },
    "en": {
        "exact": "exact",
        "altered": "altered",
        "not_found": "not found",
        "printed": "printed",
        "replaced": "replaced",
        "added": "added",
        "left out": "left out",
        "place": "{}, paragraph {}",
        "page": "p. {}",
    },
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("quote", nargs="+", metavar="SENTENCE", help="… in it stands for words left out")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    add_index(parser)
    add_encoder(parser)


def run(args: argparse.Namespace) -> int:
    """Print what was found; 1 unless every piece is exact."""
    from rag.quote import check_quote
    from rag.serialize_search import quote_to_dict
    from rag.wiring import retriever_for

    found = check_quote(" ".join(args.quote), retriever_for(settings_of(args)))
    if args.json:
        print(json.dumps([quote_to_dict(piece) for piece in found], ensure_ascii=False, indent=1))
    else:
        style = COLOUR if sys.stdout.isatty() else PLAIN
        print("\n\n".join("\n".join(_lines(piece, style)) for piece in found))
    return 0 if all(piece.verdict == "exact" for piece in found) else 1


def _lines(found: QuoteCheck, style: Style) -> Iterator[str]:
    words = _WORDS["en" if language(found.piece) == "en" else "zh"]
    yield f"{words[found.verdict]}: {safe(found.piece)}"
    for place in found.places:
        yield from _place_lines(found.piece, place, words, style)


def _place_lines(piece: str, place: Place, words: Mapping[str, str], style: Style) -> Iterator[str]:
    cited = place.citations[0]
    page = words["page"].format(cited.page) if cited.page else ""
    about = filter(None, ("、".join(cited.authors), cited.journal, cited.issue, page))
    where = " · ".join([*about, words["place"].format(cited.source, cited.paragraph)])
    yield f"  {safe(quoted_title(cited.title))}  {style.aside[0]}{safe(where)}{style.aside[1]}"
    if place.differences:
        yield f"    {words['printed']}: {safe(' '.join(place.text.split()))}"
    for one in place.differences:
        typed = piece[slice(*one.quote)]
        printed = place.text[one.source[0] - place.start : one.source[1] - place.start]
        yield f"    {words[one.change]}: {safe(typed) or '–'} → {safe(printed) or '–'}"
